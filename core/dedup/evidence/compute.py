"""Computation of the evidence in pairs of a collection."""

import os
from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ...collection.reader import Reader
from ...collection.storage.feature_cache import FeatureCache
from ...collection.storage.vector_file import FloatArray
from ...errors import LookalikeError
from ...images.decoding.decode import load_image
from ...local_features.matching import match_groups
from ...local_features.orb import DESCRIPTOR_BYTES, LocalFeatures
from ...local_features.ransac import Geometry
from ...workers import Workers
from ..candidates import shared_places
from ..store import PairStore
from ..types import Candidate, Evidence
from .alignment import GreyArray
from .assemble import Known, could_be_equal, in_shares, see
from .originals import Originals
from .phash import Look, unpack
from .score_normalization import Background

_WORKERS = max(1, os.cpu_count() or 1)
_NO_CODES = np.empty((0, DESCRIPTOR_BYTES), np.uint8)
_NO_FEATURES = LocalFeatures(np.empty((0, 2), np.float32), _NO_CODES, _NO_CODES, 1, 1)
_NO_GREY = np.zeros((1, 1), np.uint8)
_NO_LOOK = Look(None, np.zeros((8, 8, 3), np.uint8))


class Comparison:
    """Computes the evidence in pairs of pictures of one collection."""

    def __init__(
        self, collection: Reader, cache: FeatureCache, ids: NDArray[np.int64], vectors: FloatArray
    ) -> None:
        """Compare by `vectors`, shape ``(N, dim)``, of the pictures `ids`, shape ``(N,)``."""
        self._collection, self._cache = collection, cache
        self._vectors = vectors
        self._row = {int(i): row for row, i in enumerate(ids)}
        self._background = Background(ids, vectors)
        self._looks = {
            record.picture_id: unpack(record.hashes, record.colours)
            for record in PairStore(collection.catalogue).looks()
        }
        self._shared = shared_places.load(collection)
        self._originals = Originals(collection)

    def compare(self, pairs: Sequence[Candidate]) -> list[Evidence]:
        """Compute the evidence in each pair, in the same order; `pairs` are ordered by ids.

        A picture whose original is missing has no keypoints, and its pixels are equal to no other's.
        """
        known = self._know({i for pair in pairs for i in (pair.a, pair.b)})
        groups = [(a, [pair.b for pair in of_a]) for a, of_a in groupby(pairs, lambda pair: pair.a)]
        found = match_groups(
            [(known[a].features, [known[b].features for b in others]) for a, others in groups]
        )
        geometries = [geometry for group in found for geometry in group]
        seen = [
            see(known[p.a], known[p.b], self._cosine(p.a, p.b), geometry, self._equal(p, known))
            for p, geometry in zip(pairs, geometries, strict=True)
        ]
        pictures = {p.id: p for p in self._collection.get_many(sorted(known))}

        def look(pair: Candidate, one: Evidence, geometry: Geometry) -> Evidence:
            matrix = in_shares(known[pair.a].features, known[pair.b].features, geometry)
            return self._originals.look(pictures[pair.a], pictures[pair.b], one, matrix)

        with Workers(_WORKERS, "lookalike-originals") as pool:
            return list(pool.map(look, pairs, seen, geometries))

    def _know(self, ids: Iterable[int]) -> dict[int, Known]:
        wanted = sorted(ids)
        features = self._cache.of(wanted).found
        with Workers(_WORKERS, "lookalike-compare") as pool:
            greys = dict(zip(wanted, pool.map(self._grey, wanted), strict=True))
        levels = self._background.levels(self._vectors[[self._row[i] for i in wanted]])
        return {
            picture.id: Known(
                self._looks.get(picture.id, _NO_LOOK),
                self._shared.without(features.get(picture.id, _NO_FEATURES)),
                greys[picture.id],
                picture.width,
                picture.height,
                float(level),
            )
            for picture, level in zip(self._collection.get_many(wanted), levels, strict=True)
        }

    def _grey(self, picture_id: int) -> GreyArray:
        try:
            return np.asarray(load_image(self._collection.thumbnail(picture_id)).image.convert("L"))
        except LookalikeError:
            return _NO_GREY  # missing, and so is the original

    def _cosine(self, a: int, b: int) -> float:
        return float(self._vectors[self._row[a]] @ self._vectors[self._row[b]])

    def _equal(self, pair: Candidate, known: dict[int, Known]) -> bool:
        if not could_be_equal(known[pair.a], known[pair.b]):
            return False
        return self._originals.same_pixels(pair.a, pair.b)
