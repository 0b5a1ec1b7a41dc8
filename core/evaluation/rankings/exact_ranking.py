"""Rankings of a whole gallery for many queries at once, exactly as the search engine would give them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...collection.collection import Collection
from ...embedding.base import Encoder
from ...errors import EvaluationError
from ...index.base import FloatArray, IdArray
from ...jobs import Monitor
from ...stats.arrays import BoolArray
from ..protocols.task import Task
from .eval_set import vectors_for

_SCORES_AT_ONCE = 4_000_000
"""Scores ordered at a time: with ids and orders about 100 MB."""
_SCORES_KEPT = 32_000_000
"""Scores computed at a time, as float32: 128 MB."""
_MOST_QUERIES_AT_ONCE = 256
_GALLERY_AT_ONCE = 8192
_TEXTS_AT_ONCE = 32
_STEPS = float(2**20)
"""Scores are cut to steps of 2⁻²⁰, which float32 holds exactly: below that lies rounding, which differs
between machines and numbers of threads and must not decide an order."""


@dataclass(frozen=True, eq=False)
class RankedBlock:
    """Rankings of some consecutive queries.

    `first` is the row of the first of B queries; `ids` ``(B, D)`` int64, best first, −1 for what is kept
    out, which comes last; `relevant` ``(B, D)`` bool; `scores` ``(B, D)`` float32, never rising along a
    row, −inf for what is kept out; None where the order does not follow from scores.
    """

    first: int
    ids: IdArray
    relevant: BoolArray
    scores: FloatArray | None


class Ranker(Protocol):
    """Ranks the gallery of a task for each of its queries, block by block."""

    def rank(self, task: Task, monitor: Monitor) -> Iterator[RankedBlock]:
        """Blocks in the order of the queries; advances `monitor` by each query, and stops if asked to."""

    def parameters(self) -> Mapping[str, int | str]:
        """What its orders depend on besides the vectors."""

    def notes(self) -> list[str]:
        """After ranking: plain sentences on what was odd."""


class ExactRanker:
    """Cosines with every picture of the gallery, by matrix products.

    The same order as `SearchEngine` gives over its exact index, without asking it a query at a time; equal
    scores stand in the order of their ids, and metrics take them as ties.
    """

    def __init__(self, collection: Collection, encoder_name: str, encoder: Encoder) -> None:
        self._collection = collection
        self._name = encoder_name
        self._encoder = encoder

    def rank(self, task: Task, monitor: Monitor) -> Iterator[RankedBlock]:
        """Blocks in the order of the queries; advances `monitor` by each query, and stops if asked to.

        Raises:
            EvaluationError: a picture has no vector any more.
            EncoderError: sentences ask, and the encoder has no words.
        """
        queries = query_vectors(task, self._collection, self._name, self._encoder, monitor)
        gallery = vectors_for(self._collection, task.gallery, self._name)
        size = max(len(task.gallery), 1)
        most = max(1, min(_MOST_QUERIES_AT_ONCE, _SCORES_KEPT // size))
        step = max(1, _SCORES_AT_ONCE // size)
        for start in range(0, len(queries), most):
            monitor.check()
            scores = cosines(queries[start : start + most], gallery)
            for offset in range(0, len(scores), step):
                monitor.check()
                block = _rank_block(task, start + offset, scores[offset : offset + step])
                yield block
                monitor.advance(len(block.ids))

    def parameters(self) -> dict[str, int | str]:
        """Nothing else."""
        return {}

    def notes(self) -> list[str]:
        """Nothing can be odd here."""
        return []


def query_vectors(
    task: Task, collection: Collection, encoder_name: str, encoder: Encoder, monitor: Monitor
) -> FloatArray:
    """The vectors that the queries of `task` search with, shape ``(Q, dim)`` float32, L2-normalised.

    Raises:
        EvaluationError: a picture has no vector any more.
        EncoderError: sentences ask, and the encoder has no words.
    """
    vectors = np.empty((len(task.queries), encoder.dim), np.float32)
    pictures = [(row, q.picture_id) for row, q in enumerate(task.queries) if q.picture_id is not None]
    if pictures:
        rows, ids = np.array(pictures, np.int64).T
        order = np.argsort(ids)
        vectors[rows[order]] = vectors_for(collection, ids[order], encoder_name)
    texts = [(row, q.text) for row, q in enumerate(task.queries) if q.picture_id is None]
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        monitor.check()
        part = texts[start : start + _TEXTS_AT_ONCE]
        vectors[[row for row, _ in part]] = encoder.encode_texts([text for _, text in part])
    if not np.isfinite(vectors).all():
        raise EvaluationError(f"{encoder_name} gives vectors that are no numbers for some of the queries.")
    return vectors


def cosines(queries: FloatArray, gallery: FloatArray) -> FloatArray:
    """Cosines of ``(Q, dim)`` with ``(N, dim)`` in steps of 2⁻²⁰: ``(Q, N)`` float32, the same everywhere.

    Summed in double precision: in single precision one score in ten lies within its own rounding error of
    the border between two steps, and would fall on either side from one machine to the next.
    """
    scores = np.empty((len(queries), len(gallery)), np.float32)
    asked = queries.astype(np.float64)
    for start in range(0, len(gallery), _GALLERY_AT_ONCE):
        part = gallery[start : start + _GALLERY_AT_ONCE].astype(np.float64)
        scores[:, start : start + _GALLERY_AT_ONCE] = np.rint(asked @ part.T * _STEPS) / _STEPS
    return scores


def _rank_block(task: Task, first: int, scores: FloatArray) -> RankedBlock:
    groups = task.group_of[first : first + len(scores)]
    relevant = np.zeros(scores.shape, np.bool_)
    # Positions in the gallery, which ascends: the labels' groups are looked up once, not once a query.
    places = {int(g): np.searchsorted(task.gallery, task.groups[int(g)]) for g in np.unique(groups)}
    for row, group in enumerate(groups):
        kept_out = np.searchsorted(task.gallery, task.excluded[first + row])
        relevant[row, places[int(group)]] = True
        relevant[row, kept_out] = False
        scores[row, kept_out] = -np.inf
    # Stable, and the gallery ascends by id: what ties stays in the order of its ids.
    order = np.argsort(-scores, axis=1, kind="stable")
    ordered = np.take_along_axis(scores, order, axis=1)
    ids = np.where(np.isneginf(ordered), -1, task.gallery[order])
    return RankedBlock(first, ids, np.take_along_axis(relevant, order, axis=1), ordered)
