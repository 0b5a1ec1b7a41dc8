"""Data types of a map: positions, settings and quality."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..clustering.types import FloatArray, IdArray

Drawing = Literal["umap", "pca"]
"""How the places were found. ``pca`` is for a handful of pictures, which have no neighbourhoods yet."""


@dataclass(frozen=True)
class MapSetup:
    """How a map was drawn; together with the pictures it decides the outcome.

    Attributes:
        method: how the places were found.
        seed: of all that is random.
        encoder: whose vectors.
        fingerprint: of that encoder.
        pictures: how many pictures there were.
        distinct: how many were left when those that show the same were counted once.
    """

    method: Drawing
    seed: int
    encoder: str
    fingerprint: str
    pictures: int
    distinct: int


@dataclass(frozen=True)
class MapQuality:
    """The quality of a map, which reduces hundreds of dimensions to two.

    Attributes:
        trustworthiness: 1 where the pictures that lie next to one another on the map are neighbours in the
            vectors too, in ``[0, 1]`` (Venna & Kaski, "Neighborhood preservation in nonlinear projection
            methods", ICANN 2001); None for fewer than three pictures.
        knn_preservation: mean share of the `k` nearest in the vectors that are among the `k` nearest on the
            map, in ``[0, 1]``; None for fewer than three pictures.
        k: how many neighbours count.
        sample: of how many pictures trustworthiness is the mean; preservation is that of all.
        seconds: how long each stage took.
    """

    trustworthiness: float | None
    knn_preservation: float | None
    k: int
    sample: int
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class PictureMap:
    """Where each picture lies.

    Attributes:
        id: of the stored map.
        at: when it was drawn.
        setup: how.
        measured: how far it can be trusted.
        ids: of the pictures, ``(N,)`` int64, ascending.
        xy: their places, ``(N, 2)`` float32 in ``[-1, 1]``; both axes have the same scale.
        placed: which pictures came later and were put among those already there, ``(N,)`` bool.
        kept: the share of each picture's `measured.k` nearest in the vectors that are among its nearest on
            the map, ``(N,)`` float32 in ``[0, 1]``; NaN if unknown.
    """

    id: int
    at: datetime
    setup: MapSetup
    measured: MapQuality
    ids: IdArray
    xy: FloatArray
    placed: NDArray[np.bool_]
    kept: FloatArray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def placed_kept(self) -> float | None:
        """Mean of `kept` over the pictures that came later; None where there are none."""
        later = self.kept[self.placed]
        later = later[np.isfinite(later)]
        return float(later.mean()) if len(later) else None

    @property
    def outgrown(self) -> bool:
        """Whether more than a fifth of the pictures came later, so that it is worth drawing anew."""
        return bool(5 * np.count_nonzero(self.placed) > len(self))
