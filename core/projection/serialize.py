"""Maps as the collection keeps them: JSON about them and packed arrays of places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..clustering.types import FloatArray, IdArray
from ..collection.reader import Reader
from ..collection.storage.packed import pack, unpack
from ..errors import ClusteringError, CollectionError
from ..stored import UNREADABLE, from_json
from .store import MapRecord, MapStore
from .types import MapQuality, MapSetup, PictureMap


@dataclass(frozen=True, eq=False)
class Places:
    """The arrays of a `PictureMap`, those of pictures in the bin among them."""

    ids: IdArray
    xy: FloatArray
    placed: NDArray[np.bool_]
    kept: FloatArray

    def at(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Places":
        """Some of them."""
        return Places(self.ids[rows], self.xy[rows], self.placed[rows], self.kept[rows])

    def joined(self, more: "Places") -> "Places":
        """These and more, by ascending id."""
        return Places(
            np.concatenate([self.ids, more.ids]),
            np.vstack([self.xy, more.xy]),
            np.concatenate([self.placed, more.placed]),
            np.concatenate([self.kept, more.kept]),
        ).at(np.argsort(np.concatenate([self.ids, more.ids]), kind="stable"))


def packed(places: Places) -> bytes:
    """The places as bytes."""
    return pack(ids=places.ids, xy=places.xy, placed=places.placed, kept=places.kept)


def read_places(collection: Reader, map_id: int) -> Places | None:
    """The places of a stored map; None where it is gone.

    Raises:
        ClusteringError: they are damaged.
    """
    data = MapStore(collection.catalogue).places(map_id)
    if data is None:
        return None
    try:
        there = unpack(data, "the map")
        places = Places(
            there["ids"].astype(np.int64),
            there["xy"].astype(np.float32),
            there["placed"].astype(np.bool_),
            there["kept"].astype(np.float32),
        )
    except (CollectionError, *UNREADABLE) as error:
        raise _damaged(collection) from error
    count = len(places.ids)
    shapes = places.ids.shape, places.xy.shape, places.placed.shape, places.kept.shape
    whole = shapes == ((count,), (count, 2), (count,), (count,))
    if not whole or not (np.diff(places.ids) > 0).all() or not np.isfinite(places.xy).all():
        raise _damaged(collection)
    return places


def as_map(collection: Reader, record: MapRecord, places: Places) -> PictureMap:
    """The stored map, without the pictures that are in the bin or gone.

    Raises:
        ClusteringError: what is stored about it is damaged.
    """
    try:
        setup, measured = from_json(MapSetup, record.setup), from_json(MapQuality, record.measured)
    except UNREADABLE as error:
        raise _damaged(collection) from error
    shown = places.at(np.isin(places.ids, np.array(collection.ids(), np.int64)))
    return PictureMap(record.id, record.at, setup, measured, shown.ids, shown.xy, shown.placed, shown.kept)


def _damaged(collection: Reader) -> ClusteringError:
    return ClusteringError(f"The stored map of “{collection.name}” is damaged; draw it again.")


def has_map(collection: Reader, space_id: int) -> bool:
    """Whether a map of a space is stored."""
    return MapStore(collection.catalogue).record(space_id) is not None
