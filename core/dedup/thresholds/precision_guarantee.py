"""A threshold with a guarantee: “precision at least p, with confidence 1 − δ”, exact for finite samples.

Thresholds are tested from stricter to less strict, in an order fixed before any label is seen, until the
first that fails (fixed-sequence testing in Learn-then-Test:
Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test", 2021). So the guarantee holds with confidence
1 − δ for the resulting threshold, without a correction for the number tested. There are two such
sequences: one starts where the score itself expects a comfortable precision, because labels of the few pairs
    at the very top count little further down; the other starts at the top, for overconfident scores.
The first gets nine tenths of δ, the other the rest.

Each is tested on the pairs at or above it that come first in the random order (`JudgedPairs.ticket`): a
simple random sample without replacement of these pairs, whatever was labelled elsewhere. The test is valid
after every label (`core.stats.betting`), because users label until it passes, and with a test for a fixed
number of labels such optional stopping would invalidate the guarantee.

The guarantee covers all candidate pairs, under the current score, including those with a picture moved to the
bin since. Moving pictures to the bin changes neither the sample nor the verdicts; excluding those pairs would
be wrong, because what is moved depends on the labels. Pairs of pictures added later join the candidates and
the random order. A verdict transferred from a copy does not count: it was not given on that pair. A score
trained on the random sample would invalidate it; `JudgedPairs.learnable` marks the verdicts allowed for
training. A verdict given for another reason may count when the pair is reached in the random order, which
does not depend on verdicts. Every “unsure” counts as a false alarm here, so the guarantee holds whatever
those are.
"""

from dataclasses import dataclass

import numpy as np

from ...errors import DedupError
from ...stats.betting import draws_needed, log_wealth
from ...stats.interval import check_confidence
from ..labels.labeled_pairs import DUPLICATE, NONE, BoolArray, FloatArray, JudgedPairs
from .sample_estimates import Estimate, cells, recall_at

THRESHOLDS: FloatArray = np.concatenate([[0.999, 0.995], np.arange(99, 0, -1) / 100])
"""The thresholds to test, strictest first: fixed, so that they do not depend on labels."""

_FEWEST_PAIRS = 40
"""Minimum number of pairs at the first threshold, if that many are more likely duplicates than not: with
fewer, one false alarm at the top would end the sequence.
"""
_COMFORT = 5
"""The first sequence starts where the score expects a fifth of the allowed false alarms."""
_SHARE = 0.9
"""The first sequence's share of δ."""
_MOST_LABELS = 1000
"""Maximum number of further labels to request: beyond that, the score has to improve."""
_FAITH = 60
"""For planning: weight, in labels, of the prior rate halfway between the requested precision and 1."""


@dataclass(frozen=True)
class Trial:
    """The test of one threshold.

    Attributes:
        threshold: pairs of at least this probability count as found.
        pairs: number of candidates found.
        labels: number of them judged in the random order.
        duplicates: number of those judged duplicates.
        shown: whether the precision is certified.
        more: estimated number of further labels to certify it, at the rate of duplicates so far; None if it
            would take too many.
    """

    threshold: float
    pairs: int
    labels: int
    duplicates: int
    shown: bool
    more: int | None


@dataclass(frozen=True)
class Guarantee:
    """The guarantee.

    Attributes:
        precision: the requested precision, in ``(0, 1]``.
        confidence: the requested confidence, in ``(0, 1)``.
        kept: the lowest certified threshold, or None if there is none yet.
        next: the next threshold to certify; None if there is none.
        labels: number of labels of the random sample.
        recall: share of all duplicates among the candidates that `kept` finds, with an approximate interval
            of the same confidence; None without a threshold, or before a pair below it was judged.
        unseen: number of the pairs found by `kept` with a hidden picture, for example in the bin.
    """

    precision: float
    confidence: float
    kept: Trial | None
    next: Trial | None
    labels: int
    recall: Estimate | None
    unseen: int = 0

    @property
    def sentence(self) -> str:
        """Describe the guarantee, or what is missing, in one sentence."""
        if self.kept is None:
            return self._not_yet()
        finds = f"finds {_percent(self.recall.value)} of duplicates" if self.recall else "finds duplicates"
        return (
            f"At {_short(self.kept.threshold)} this {finds} with precision ≥ {_short(self.precision)}, with "
            f"{_percent(self.confidence)} confidence, from {self.labels:,} label{'s' * (self.labels != 1)}."
        )

    @property
    def remark(self) -> str:
        """Describe the uncertainty of the recall, and the benefit of more labels. May be empty."""
        said = []
        if self.kept is not None and self.unseen:
            pairs = "1 pair" if self.kept.pairs == 1 else f"{self.kept.pairs:,} pairs"
            said.append(f"This counts all {pairs} found so far, {self.unseen:,} of them with a picture that "
                        "went to the bin or lost its file since.")  # fmt: skip
        if self.kept is not None and self.recall is None:
            said.append("How many it misses is not known until some pairs below it are labelled.")
        if self.recall is not None:
            low, high = self.recall.interval.low, self.recall.interval.high
            said.append(f"Of all duplicates among the candidates it finds between {_percent(low)} and "
                        f"{_percent(high)}.")  # fmt: skip
        more_to_find = self.recall is None or self.recall.value < 0.995
        if self.kept is not None and self.next is not None and self.next.more and more_to_find:
            said.append(
                f"About {self.next.more} more labels may carry it down to {_short(self.next.threshold)}."
            )
        return " ".join(said)

    def _not_yet(self) -> str:
        if self.next is None:
            return "There are no candidate pairs to promise anything of."
        if self.next.more is not None:
            return f"Not enough labels yet: about {self.next.more} more."
        return (
            f"Precision {_short(self.precision)} cannot be promised: of {self.next.labels} pairs drawn at "
            f"random from those at {_short(self.next.threshold)} or above, {self.next.duplicates} are "
            "duplicates. Label pairs that the app chooses, so that the score improves, or ask for less."
        )


def guarantee(pairs: JudgedPairs, precision: float = 0.95, confidence: float = 0.95) -> Guarantee:
    """Compute the lowest threshold with guaranteed precision, and what is missing for a lower one.

    Raises:
        DedupError: `precision` is not in ``(0, 1]`` or `confidence` not in ``(0, 1)``.
    """
    if not 0 < precision <= 1:
        raise DedupError("The precision to promise must lie above 0 and be at most 1.")
    if not 0 < confidence < 1:
        raise DedupError("The confidence must lie between 0 and 1.")
    check_confidence(confidence)
    order = np.argsort(pairs.ticket, kind="stable")
    probability, verdict = pairs.probability[order], pairs.looked_at[order]
    kept: Trial | None = None
    ended: list[Trial] = []
    for thresholds, share in sequences(pairs.probability, precision):
        for threshold in thresholds:
            above = probability >= threshold
            drawn = in_turn(verdict[above])
            alpha = share * (1 - confidence)
            trial = _try(float(threshold), int(np.count_nonzero(above)), drawn, precision, alpha)
            if not trial.shown:
                ended.append(trial)
                break
            kept = trial if kept is None or trial.threshold < kept.threshold else kept
    # Thresholds stricter than the certified one need no labels.
    ended = [trial for trial in ended if kept is None or trial.threshold < kept.threshold]
    within_reach = [trial for trial in ended if trial.more is not None]
    following = next(iter(within_reach or ended), None)
    recall = None if kept is None else recall_at(pairs, kept.threshold, confidence)
    unseen = 0
    if kept is not None and pairs.unseen is not None:
        unseen = int(np.count_nonzero(pairs.unseen & (pairs.probability >= kept.threshold)))
    return Guarantee(precision, confidence, kept, following, int(cells(pairs).labels.sum()), recall, unseen)


def try_threshold(
    pairs: JudgedPairs, threshold: float, precision: float = 0.95, confidence: float = 0.95
) -> Trial:
    """Test one threshold, fixed beforehand, on the random sample of `pairs` alone.

    Unlike `guarantee` this spends all of 1 − confidence on one threshold: it tests whether a guarantee given
    for other pairs holds for these too.
    """
    order = np.argsort(pairs.ticket, kind="stable")
    above = pairs.probability[order] >= threshold
    drawn = in_turn(pairs.looked_at[order][above])
    return _try(threshold, int(np.count_nonzero(above)), drawn, precision, 1 - confidence)


def sequences(probability: FloatArray, precision: float) -> list[tuple[FloatArray, float]]:
    """List the thresholds to test, each sequence with its share of δ, independent of labels.

    Args:
        probability: ``(N,)`` of the candidates.
        precision: to be guaranteed.
    """
    if not len(probability):
        return []
    ordered = np.sort(probability)
    counts = len(ordered) - np.searchsorted(ordered, THRESHOLDS)
    likely = int(np.count_nonzero(probability >= 0.5))
    top = int(np.argmax(counts >= min(_FEWEST_PAIRS, max(likely, 1), counts[-1])))
    fresh = np.append(True, np.diff(counts) > 0)  # two thresholds that find the same pairs are one
    fresh[:top], fresh[top] = False, True
    tried = fresh & (counts > 0)
    thresholds = THRESHOLDS[tried]
    sums = np.append(np.cumsum(ordered[::-1]), 0.0)[counts[tried] - 1]
    comfortable = np.flatnonzero(sums / counts[tried] >= 1 - (1 - precision) / _COMFORT)
    start = int(comfortable[-1]) if len(comfortable) else 0
    if start == 0:
        return [(thresholds, 1.0)]
    return [(thresholds[start:], _SHARE), (thresholds[:start], 1 - _SHARE)]


def in_turn(verdict: np.ndarray[tuple[int], np.dtype[np.int8]]) -> BoolArray:
    """Return which of the pairs judged in the random order are duplicates, ``(n,)``.

    Args:
        verdict: ``(N,)`` of a set of pairs, in the order of their tickets. The sample ends at the first pair
            not judged yet: verdicts after it may not be random.
    """
    unjudged = verdict == NONE
    end = int(np.argmax(unjudged)) if unjudged.any() else len(verdict)
    return np.asarray(verdict[:end] == DUPLICATE)


def _try(threshold: float, pairs: int, drawn: BoolArray, precision: float, alpha: float) -> Trial:
    wealth = log_wealth(drawn, pairs, precision)
    best = float(wealth.max(initial=0.0))
    labels, duplicates = len(drawn), int(np.count_nonzero(drawn))
    shown = best >= -np.log(alpha)
    more: int | None = 0
    if not shown:
        now = float(wealth[-1]) if labels else 0.0
        needed = draws_needed(now, _expected(labels, duplicates, precision), precision, alpha, _MOST_LABELS)
        more = min(needed, pairs - labels) if needed is not None else None
        if more is None and duplicates + pairs - labels >= precision * pairs and pairs - labels <= 50:
            more = pairs - labels  # few are left: judging all of them decides it
    return Trial(threshold, pairs, labels, duplicates, shown, more)


def _expected(labels: int, duplicates: int, precision: float) -> float:
    """Estimate the rate of duplicates for planning: shrunk, so that a handful of labels does not end it."""
    if duplicates == labels:
        return 1.0
    return (duplicates + _FAITH * (1 + precision) / 2) / (labels + _FAITH)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + " %" if share > 0.99 else f"{100 * share:.0f} %"


def _short(number: float) -> str:
    return f"{number:g}"
