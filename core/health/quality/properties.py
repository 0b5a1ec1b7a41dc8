"""Properties of pictures as plain numbers, for comparing one batch with another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...collection.collection import Collection
from ...jobs import Monitor
from .scan import measure_missing
from .store import QualityStore

_MEASURED = ("brightness", "contrast", "colourfulness", "blur", "detail")


@dataclass(frozen=True, eq=False)
class PictureProperties:
    """Properties of pictures.

    Attributes:
        ids: ``(N,)`` int64, ascending.
        names: of the P properties: brightness, contrast, colourfulness, blur, detail; side (in pixels, the
            root of the area), aspect (width over height) and compression (bytes per pixel).
        values: ``(N, P)`` float64, finite.
    """

    ids: NDArray[np.int64]
    names: tuple[str, ...]
    values: NDArray[np.float64]

    def of(self, ids: Sequence[int]) -> "PictureProperties":
        """The properties of these pictures; those that have none are left out."""
        rows = np.isin(self.ids, np.asarray(ids, np.int64))
        return PictureProperties(self.ids[rows], self.names, self.values[rows])


def picture_properties(
    collection: Collection, monitor: Monitor | None = None, ids: Sequence[int] | None = None
) -> PictureProperties:
    """The properties of every picture in sight, or of `ids`; what was not measured yet is measured now.

    Pictures whose original cannot be read are left out.

    Raises:
        Cancelled: the monitor was asked to stop; what was measured is kept.
    """
    measure_missing(collection, monitor, ids)
    table = QualityStore(collection.catalogue).table()
    pixels = np.maximum(table.widths * table.heights, 1)
    columns = [table.column(name) for name in _MEASURED]
    columns += [np.sqrt(pixels), table.widths / np.maximum(table.heights, 1), table.bytes / pixels]
    every = PictureProperties(
        table.ids, (*_MEASURED, "side", "aspect", "compression"), np.stack(columns, axis=1).astype(np.float64)
    )
    return every if ids is None else every.of(ids)
