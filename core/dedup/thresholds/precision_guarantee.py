"""A threshold with a promise: “precision at least p, with confidence 1 − δ”, exact for finite samples.

Thresholds are tried from stricter to less strict, in an order that was fixed before any label was seen, and
the first that cannot be shown to keep the promise ends it (fixed-sequence testing in Learn-then-Test:
Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test", 2021). So the promise holds with confidence
1 − δ for the threshold that comes out, without a correction for how many were tried. There are two such
sequences: one begins where the score itself expects a comfortable precision, because labels spent on the few
pairs at the very top count little further down; the other begins at the top, for scores that expect too much.
The first gets nine tenths of δ, the other the rest.

Each is tested on the pairs at or above it whose turn has come in the random order (`JudgedPairs.ticket`): a
simple random sample without replacement of just these pairs, whatever was labelled elsewhere. The test is
one that may be looked at after every label (`core.stats.betting`), because people do: they label until it
says “enough”, and with a test for a fixed number of labels that alone would break the promise.

What the promise is about: all candidate pairs, under the score as it is now, also those of which a picture
went to the bin since. To bin what was found draws no other sample and unsays no verdict; to leave those pairs
out would be wrong besides, because what is binned depends on what the labels said. Pairs of pictures that
were added later join the candidates and take their turns. A verdict that was carried over from a copy counts
as none: no person has looked at that pair. A score that
learns from the random sample would break it; `JudgedPairs.learnable` says which verdicts are fit to learn
from. A verdict given for another reason may count when the pair's turn comes, for it was not the verdict that
brought it there. Every “unsure” counts as a false alarm here, so the promise holds however those turn out.
"""

from dataclasses import dataclass

import numpy as np

from ...errors import DedupError
from ...stats.betting import draws_needed, log_wealth
from ...stats.interval import check_confidence
from ..labels.labeled_pairs import DUPLICATE, NONE, BoolArray, FloatArray, JudgedPairs
from .sample_estimates import Estimate, cells, recall_at

THRESHOLDS: FloatArray = np.concatenate([[0.999, 0.995], np.arange(99, 0, -1) / 100])
"""Where a promise is tried, strictest first: fixed, so that no label can have a say in it."""

_FEWEST_PAIRS = 40
"""The first threshold that is tried finds so many pairs, if so many are more likely duplicates than not: with
fewer, one false alarm at the top would be the end of it."""
_COMFORT = 5
"""The first sequence begins where the score expects a fifth of the false alarms that are allowed."""
_SHARE = 0.9
"""What the first sequence gets of δ."""
_MOST_LABELS = 1000
"""Further labels than which nobody is asked for: then the score is what has to improve."""
_FAITH = 60
"""In plans, the hope for a rate halfway between what was asked for and 1 weighs as much as so many labels."""


@dataclass(frozen=True)
class Trial:
    """What the labels say of one threshold.

    Attributes:
        threshold: pairs of at least this probability count as found.
        pairs: how many candidates are.
        labels: how many of them were judged in the random order.
        duplicates: how many of those were judged duplicates.
        shown: whether the precision was shown to be high enough.
        more: about how many labels more would show it, at the rate of duplicates so far; None where so
            many as anybody would give do not.
    """

    threshold: float
    pairs: int
    labels: int
    duplicates: int
    shown: bool
    more: int | None


@dataclass(frozen=True)
class Guarantee:
    """What can be promised.

    Attributes:
        precision: what was asked for, in ``(0, 1]``.
        confidence: likewise, in ``(0, 1)``.
        kept: the least strict threshold that keeps the promise, or None where none does yet.
        next: the threshold to be shown next, which is not yet; None where there is no further one.
        labels: how many labels of the random sample there are.
        recall: share of all duplicates among the candidates that `kept` finds, with an interval of the same
            confidence that is approximate; None without a threshold, or before a pair below it was judged.
        unseen: how many of the pairs that `kept` finds have a picture that is out of sight, as in the bin.
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
        """What can be promised, or what is missing, in one sentence for people."""
        if self.kept is None:
            return self._not_yet()
        finds = f"finds {_percent(self.recall.value)} of duplicates" if self.recall else "finds duplicates"
        return (
            f"At {_short(self.kept.threshold)} this {finds} with precision ≥ {_short(self.precision)}, with "
            f"{_percent(self.confidence)} confidence, from {self.labels:,} label{'s' * (self.labels != 1)}."
        )

    @property
    def remark(self) -> str:
        """What to know besides: how sure the recall is, and what more labels would bring. May be empty."""
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
    """The lowest threshold with the promised precision, and what is missing for a lower one.

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
    # Nothing stricter than what is kept is worth a label.
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
    """What the random sample says of one threshold, fixed beforehand, over `pairs` alone.

    Unlike `guarantee` this spends all of 1 − confidence on the one threshold: it answers whether a promise
    that was made for other pairs holds for these too.
    """
    order = np.argsort(pairs.ticket, kind="stable")
    above = pairs.probability[order] >= threshold
    drawn = in_turn(pairs.looked_at[order][above])
    return _try(threshold, int(np.count_nonzero(above)), drawn, precision, 1 - confidence)


def sequences(probability: FloatArray, precision: float) -> list[tuple[FloatArray, float]]:
    """The thresholds to try, each sequence with its share of δ; no label has a say.

    Args:
        probability: ``(N,)`` of the candidates.
        precision: to be promised.
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
    """Which of the pairs that were judged in the random order are duplicates, ``(n,)``.

    Args:
        verdict: ``(N,)`` of some set of pairs, in the order of their tickets. Where the first of them is not
            judged yet, the sample ends: what was judged behind it may have been picked.
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
            more = pairs - labels  # a few are left: judging all of them settles it
    return Trial(threshold, pairs, labels, duplicates, shown, more)


def _expected(labels: int, duplicates: int, precision: float) -> float:
    """The rate of duplicates to plan with: as seen, but a handful of labels is no reason to give up."""
    if duplicates == labels:
        return 1.0
    return (duplicates + _FAITH * (1 + precision) / 2) / (labels + _FAITH)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + " %" if share > 0.99 else f"{100 * share:.0f} %"


def _short(number: float) -> str:
    return f"{number:g}"
