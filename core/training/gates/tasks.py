"""Held-out retrieval tasks: the same queries and gallery, scored with and without an adapter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...embedding.adapter import Adapter
from ...metrics.average_precision import average_precision
from ...metrics.precision import precision_at_k
from ...metrics.rankings import Rankings
from ..data.dataset import BoolArray, FloatArray, IntArray, TrainingDataset
from ..data.links import NotNegatives, photo_groups

Values = NDArray[np.float64]
Metric = Literal["P@5", "P@10", "reciprocal rank", "recall at precision 0.99"]

_MOST_QUERIES = 1_000
_LARGEST_GALLERY = 20_000
"""A score matrix of 1,000 × 20,000 float32 is 80 MB. Larger sets are sampled, the same for every adapter."""
_PRECISION = 0.99
_STRANGERS = 5
"""Nearest unrelated images per copy that a threshold has to keep out, as benchmarks/duplicates.py counts."""


@dataclass(frozen=True, eq=False)
class Task:
    """Q queries against G images, under the embeddings without any adapter.

    Attributes:
        metric: what `values` measures.
        queries: ``(Q, d)`` float32.
        gallery: ``(G, d)`` float32.
        relevant: ``(Q, G)`` bool.
        ignored: ``(Q, G)`` bool, what counts neither as right nor as wrong (the query itself), or None.
        categories: the label of each query, ``""`` where it has none.
    """

    metric: Metric
    queries: FloatArray
    gallery: FloatArray
    relevant: BoolArray
    ignored: BoolArray | None
    categories: tuple[str, ...]

    def old_scores(self) -> FloatArray:
        """Cosines without any adapter, ``(Q, G)``."""
        return self._without_ignored(self.queries @ self.gallery.T)

    def new_scores(self, adapter: Adapter) -> FloatArray:
        """Cosines of the new embedding alone, whatever share of it the adapter has, ``(Q, G)``.

        A blend's scores are ``(1 − α)·old + α·new``, so that every share can be tried from these two.
        """
        alone = adapter.with_alpha(1.0)
        return self._without_ignored(alone.apply(self.queries) @ alone.apply(self.gallery).T)

    def values(self, scores: FloatArray) -> Values:
        """The metric of every query, float64 ``(Q,)`` in ``[0, 1]``."""
        return _METRICS[self.metric](scores, self.relevant)

    def average_precisions(self, scores: FloatArray) -> Values:
        """Average precision of every query over the whole gallery, float64 ``(Q,)``."""
        order = np.argsort(-scores, axis=1, kind="stable")
        return average_precision(Rankings.whole(np.take_along_axis(self.relevant, order, axis=1))).values

    def watched(self, scores: FloatArray) -> float:
        """The mean that early stopping watches: of average precision where `metric` sees a few places only.

        P@5 of a few hundred queries moves by half a point from epoch to epoch by chance alone.
        """
        few = self.metric in ("P@5", "P@10")
        return float((self.average_precisions(scores) if few else self.values(scores)).mean())

    def _without_ignored(self, scores: FloatArray) -> FloatArray:
        if self.ignored is not None:
            scores[self.ignored] = -2.0
        return scores


def blended(old: FloatArray, new: FloatArray, alpha: float) -> FloatArray:
    """The scores of a blend with the share `alpha` of the new embedding."""
    mixed: FloatArray = np.float32(1 - alpha) * old + np.float32(alpha) * new
    return mixed


def label_task(
    dataset: TrainingDataset,
    queries: IntArray,
    gallery: IntArray,
    labels: frozenset[str] | None = None,
    seed: int = 0,
) -> Task | None:
    """Find images with the query's label: P@5. Only `labels` take part, or all where it is None.

    Returns:
        None where no query has anything to find.
    """
    name = np.array([label or "" for label in dataset.labels])
    taking_part = name != "" if labels is None else np.isin(name, sorted(labels))
    gallery = _sampled(gallery[taking_part[gallery]], _LARGEST_GALLERY, seed)
    queries = queries[taking_part[queries] & np.isin(name[queries], name[gallery])]
    queries = _sampled(queries, _MOST_QUERIES, seed)
    if len(queries) < 2:
        return None
    relevant = name[queries][:, None] == name[gallery][None, :]
    return Task(
        "P@5", dataset.embeddings[queries], dataset.embeddings[gallery], relevant, None, tuple(name[queries])
    )


def word_task(dataset: TrainingDataset, gallery: IntArray, trained_words: bool, seed: int = 0) -> Task | None:
    """Find images by words: each label's name against the labelled images, else each caption its image.

    Args:
        dataset: everything known.
        gallery: rows to search, that were not trained on.
        trained_words: whether captions were trained on; they are asked then, although there are labels.
        seed: draws a sample where there are too many.
    """
    if dataset.encode_texts is None:
        return None
    name = np.array([label or "" for label in dataset.labels])
    labelled = _sampled(gallery[name[gallery] != ""], _LARGEST_GALLERY, seed)
    words = sorted(set(name[labelled].tolist()))
    captioned = np.array([row for row in gallery if (dataset.captions[row] or "").strip()], np.int64)
    if len(captioned) > 1 and (trained_words or len(words) < 2):
        captioned = _sampled(captioned, _MOST_QUERIES, seed)
        texts = np.array([(dataset.captions[row] or "").strip() for row in captioned])
        relevant = texts[:, None] == texts[None, :]
        vectors = dataset.encode_texts(texts.tolist())
        return Task(
            "reciprocal rank", vectors, dataset.embeddings[captioned], relevant, None, tuple(name[captioned])
        )
    if len(words) < 2:
        return None
    relevant = np.array(words)[:, None] == name[labelled][None, :]
    vectors = dataset.encode_texts(words)
    return Task("P@10", vectors, dataset.embeddings[labelled], relevant, None, tuple(words))


def copy_task(dataset: TrainingDataset, sources: IntArray, seed: int = 0) -> Task | None:
    """Tell altered copies of the images `sources` from unrelated images: recall at a precision of 0.99."""
    if dataset.copies is None:
        return None
    chosen = np.flatnonzero(np.isin(dataset.copies.source, sources))
    chosen = _sampled(chosen, _MOST_QUERIES, seed)
    if len(chosen) < 2:
        return None
    of = dataset.copies.source[chosen]
    own = np.unique(of)
    others = _sampled(np.setdiff1d(sources, own), _LARGEST_GALLERY, seed)
    gallery = np.concatenate([own, others])
    relevant = of[:, None] == gallery[None, :]
    ignored = NotNegatives(dataset).mask(of, gallery) & ~relevant
    name = tuple(dataset.labels[row] or "" for row in of)
    return Task(
        "recall at precision 0.99",
        dataset.copies.embeddings[chosen],
        dataset.embeddings[gallery],
        relevant,
        ignored,
        name,
    )


def duplicate_task(dataset: TrainingDataset, rows: IntArray, seed: int = 0) -> Task | None:
    """Find the partner that an image was judged a duplicate of, among `rows`: reciprocal rank."""
    inside = set(rows.tolist())
    pairs = [(p.a, p.b) for p in dataset.verdicts if p.verdict == "duplicate" and {p.a, p.b} <= inside]
    queries = _sampled(np.unique(np.array(pairs, np.int64)), _MOST_QUERIES, seed)
    if len(queries) < 2:
        return None
    photo = photo_groups(dataset)
    partners = rows[np.isin(photo[rows], photo[queries])]
    gallery = np.concatenate([partners, _sampled(np.setdiff1d(rows, partners), _LARGEST_GALLERY, seed)])
    relevant = photo[queries][:, None] == photo[gallery][None, :]
    itself = queries[:, None] == gallery[None, :]
    relevant &= ~itself
    name = tuple(dataset.labels[row] or "" for row in queries)
    return Task(
        "reciprocal rank", dataset.embeddings[queries], dataset.embeddings[gallery], relevant, itself, name
    )


def _sampled(rows: IntArray, most: int, seed: int) -> IntArray:
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _precision(k: int) -> Callable[[FloatArray, BoolArray], Values]:
    def values(scores: FloatArray, relevant: BoolArray) -> Values:
        k_best = min(k, scores.shape[1])
        best = np.argpartition(-scores, k_best - 1, axis=1)[:, :k_best]
        found = np.take_along_axis(relevant, best, axis=1)
        # Padded to k places, so that a gallery smaller than k counts as `precision_at_k` says.
        padded = np.pad(found, ((0, 0), (0, k - k_best)))
        return precision_at_k(Rankings(padded, relevant.sum(axis=1)), k).values

    return values


def _reciprocal_rank(scores: FloatArray, relevant: BoolArray) -> Values:
    best = np.where(relevant, scores, -np.inf).max(axis=1, keepdims=True)
    above = ((scores > best) & ~relevant).sum(axis=1)
    ties = ((scores == best) & ~relevant).sum(axis=1)
    return np.asarray(1 / (1 + above + ties / 2), np.float64)


def _copy_recall(scores: FloatArray, relevant: BoolArray) -> Values:
    own = scores[relevant]
    strangers = np.where(relevant, -2.0, scores)
    count = min(_STRANGERS, scores.shape[1])
    nearest = -np.partition(-strangers, count - 1, axis=1)[:, :count]
    threshold = threshold_at_precision(own, nearest[nearest > -2.0], _PRECISION)
    return np.asarray(own >= threshold, np.float64)


def threshold_at_precision(right: FloatArray, wrong: FloatArray, precision: float) -> float:
    """The lowest score from which on a share `precision` of all pairs is right; infinite where there is none.

    Args:
        right: scores of pairs that belong together, ``(R,)``.
        wrong: scores of pairs that do not, ``(W,)``.
        precision: in ``(0, 1]``.
    """
    scores = np.concatenate([right, wrong])
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(np.concatenate([np.ones(len(right)), np.zeros(len(wrong))])[order])
    share = hits / np.arange(1, len(scores) + 1)
    # Pairs with one score stand or fall together: only the last of them is a place to stop.
    last = np.append(np.diff(scores[order]) != 0, True)[: len(scores)]
    good = np.flatnonzero((share >= precision) & last)
    return float(scores[order][good[-1]]) if len(good) else float("inf")


_METRICS: dict[Metric, Callable[[FloatArray, BoolArray], Values]] = {
    "P@5": _precision(5),
    "P@10": _precision(10),
    "reciprocal rank": _reciprocal_rank,
    "recall at precision 0.99": _copy_recall,
}
