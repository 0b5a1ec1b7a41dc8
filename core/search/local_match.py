"""The interface of re-rankers, and the local matching that several of them share."""

import os
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Protocol

from ..collection.collection import Collection
from ..collection.storage.feature_cache import FeatureCache, FeatureSet, features_of_file
from ..collection.storage.vector_file import FloatArray
from ..collection.types import Skip
from ..errors import CollectionError
from ..images.decoding.decode import load_image
from ..local_features.matching import match_many
from ..local_features.orb import LocalFeatures, local_features
from ..local_features.ransac import Geometry
from ..reranking.evidence_first import ENOUGH_INLIERS
from .query import Query
from .query_vectors import crop
from .results import LocalEvidence
from .slots import Slots

SLOTS = Slots(max(2, os.cpu_count() or 1))
"""Local matching of fifty pictures uses all cores: run concurrently, twenty such searches would all finish
late.
"""
AT_ONCE = 8
"""Candidates compared between two checks of the clock while other searches wait."""
_ALONE = 8 * max(2, os.cpu_count() or 1)
"""The same while none waits: enough for all cores. Detecting the keypoints of fifty new candidates takes a
second or two, and other searches may arrive meanwhile.
"""


@dataclass(frozen=True, eq=False)
class FirstOrder:
    """The candidates of one query, best first.

    Attributes:
        query: the query.
        collection: the collection searched.
        space: name of the encoder whose space was searched.
        vector: ``(dim,)`` float32, the query vector.
        ids: of the candidates.
        scores: their cosines.
        patience_s: seconds within which all waiting searches should have had their turn; candidates not
            compared within this search's share keep their order. None compares all, however many wait.
    """

    query: Query
    collection: Collection
    space: str
    vector: FloatArray
    ids: Sequence[int]
    scores: Sequence[float]
    patience_s: float | None = None


@dataclass(frozen=True)
class SecondOrder:
    """The re-ranked candidates.

    Attributes:
        order: a permutation of the positions in the first order, best first.
        local: evidence by picture id, for those compared by local features.
        note: a plain sentence on why some or all of the first order was kept, or empty.
    """

    order: Sequence[int]
    local: dict[int, LocalEvidence] = field(default_factory=dict)
    note: str = ""


class Reranker(Protocol):
    """The interface of re-rankers."""

    @property
    def name(self) -> str:
        """The name that `find_reranker` accepts."""

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Re-rank the candidates.

        Raises:
            LookalikeError: it cannot be used here; the message says what to do.
        """


def look_again(reranker: Reranker, first: FirstOrder, depth: int) -> SecondOrder:
    """Re-rank the first `depth` candidates; the rest stay behind them."""
    if not first.ids:
        return SecondOrder(())
    top = replace(first, ids=first.ids[:depth], scores=first.scores[:depth])
    second = reranker.rerank(top)
    return replace(second, order=[*second.order, *range(len(top.ids), len(first.ids))])


@dataclass(frozen=True)
class LocalComparison:
    """Evidence by picture id; empty, with a note, if the query is not a single picture."""

    local: dict[int, LocalEvidence]
    note: str = ""


def compare_locally(first: FirstOrder) -> LocalComparison:
    """Match the local features of the query's picture with every candidate, as long as the time allows.

    Raises:
        ImageError: the query's picture cannot be read.
        CollectionError: the original of the picture in `like` is missing.
    """
    reason = _no_picture(first.query)
    if reason:
        return LocalComparison({}, reason)
    cache = FeatureCache(first.collection)
    local: dict[int, LocalEvidence] = {}
    skipped: list[Skip] = []
    done = 0
    with nullcontext() if first.patience_s is None else SLOTS.take():
        begun = time.monotonic()
        own = _query_features(first, cache)
        if not len(own):
            return LocalComparison({}, "The picture has no details to compare; the order was kept.")
        while done < len(first.ids):
            waiting = 0 if first.patience_s is None else SLOTS.waiting
            if done and waiting and time.monotonic() - begun > _share(first.patience_s, waiting):
                break
            rest = first.ids[done:]
            some, there = _next_step(rest, cache) if waiting else (rest[:_ALONE], cache.of(rest[:_ALONE]))
            ids = [i for i in some if i in there.found]
            found = match_many(own, [there.found[i] for i in ids])
            local |= {i: _evidence(geometry) for i, geometry in zip(ids, found, strict=True)}
            skipped += there.skipped
            done += len(some)
    return LocalComparison(local, _note(skipped, len(local), len(first.ids)))


def _share(patience_s: float | None, waiting: int) -> float:
    """Compute the seconds per search with which all waiting searches have had their turn after
    `patience_s`.
    """
    return (patience_s or 0.0) * SLOTS.count / (SLOTS.count + waiting)


def _next_step(ids: Sequence[int], cache: FeatureCache) -> tuple[Sequence[int], FeatureSet]:
    """Return the candidates to compare before the next check of the clock: only one if it has no features
    yet.
    """
    known = cache.known(ids[:AT_ONCE])
    some = list(takewhile(known.found.__contains__, ids[:AT_ONCE]))
    return (some, known) if some else (ids[:1], cache.of(ids[:1]))


def _note(skipped: Sequence[Skip], compared: int, candidates: int) -> str:
    """Explain why some candidates were not compared; empty if all were."""
    notes = []
    if compared + len(skipped) < candidates:
        notes.append(
            f"Others are searching too, so only {compared} of {candidates} candidates "
            f"{'was' if compared == 1 else 'were'} compared point by point; search again to compare all."
        )
    if skipped:
        one = len(skipped) == 1
        notes.append(
            f"{len(skipped)} {'picture' if one else 'pictures'} could not be compared point by point. "
            f"{skipped[0].name}: {skipped[0].reason}"
        )
    return " ".join(notes)


def _no_picture(query: Query) -> str:
    """Explain why the query has no single picture to compare; empty if it has."""
    pictures = [i for i in query.like if isinstance(i, int)]
    words = bool(query.text.strip()) or len(pictures) < len(query.like)
    if query.image is None and not pictures:
        return "Matching details needs a picture to look for; for words the order was kept."
    if words or query.unlike or len(pictures) + (query.image is not None) > 1:
        return "Matching details needs one picture and nothing else in the query; the order was kept."
    return ""


def _query_features(first: FirstOrder, cache: FeatureCache) -> LocalFeatures:
    query = first.query
    picture_id = next((i for i in query.like if isinstance(i, int)), 0)
    if query.region is None:
        if query.image is not None:
            return features_of_file(query.image)
        known = cache.of([picture_id])
        if picture_id in known.found:
            return known.found[picture_id]
        raise CollectionError(known.skipped[0].reason)
    data = query.image if query.image is not None else first.collection.original(picture_id)
    return local_features(crop(load_image(data).image, query.region))


def _evidence(geometry: Geometry) -> LocalEvidence:
    lines = tuple(tuple(round(float(value), 4) for value in line) for line in geometry.lines)
    return LocalEvidence(
        geometry.inliers,
        geometry.matches,
        lines,  # type: ignore[arg-type]  # four numbers each
        geometry.overlap_a,
        geometry.overlap_b,
        geometry.mirrored,
        geometry.inliers >= ENOUGH_INLIERS,
    )
