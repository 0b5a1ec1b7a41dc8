"""Segmentation of a photo library into events.

By time first: gaps on a logarithmic scale, as in Platt, Czerwinski and Field, "PhotoTOC: automatic clustering
for browsing personal photographs", PCM 2003. What the pictures show and where they were taken move the gap
that ends an event: behind one of some hours, all may look the same or lie in the same street, or nothing may.
Away from home, nights end no event: a journey is one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..clustering.types import FloatArray
from .geo import Degrees, carried, home, kilometres

Seconds = NDArray[np.int64]

HOUR = 3600
DAY = 24 * HOUR
_SEEN = 40
"""Pictures before and after a gap that are compared, at most."""
_ENOUGH = 20
"""Gaps within events needed to estimate what is usual."""
_EXTREME = 3.0
"""Standard deviations beyond which a change says no more."""
_CARRY = 6 * HOUR
_HOME_DAYS = 5


@dataclass(frozen=True)
class Rule:
    """When a gap ends an event. The defaults were chosen on generated libraries (``benchmarks/events.py``).

    Attributes:
        gap: seconds from which on a gap ends an event, all else being usual, where it is not known where the
            pictures were taken: long enough for most nights of journeys to be recognised by similarity.
        gap_placed: the same where it is known.
        sight: how much one standard deviation of visual change is worth, in logarithms of a gap.
        place: how much a jump is worth, for each factor of e in kilometres.
        away: kilometres from home from which on nights do not end an event.
        never: seconds; no shorter gap ends an event.
        always: seconds; every longer gap ends one, unless both sides are away from home.
        night: seconds; a longer gap ends an event even then.
    """

    gap: float = 8 * HOUR
    gap_placed: float = 1.5 * HOUR
    sight: float = 1.0
    place: float = 0.4
    away: float = 30.0
    never: int = HOUR
    always: int = 28 * HOUR
    night: int = 36 * HOUR


@dataclass(frozen=True, eq=False)
class Sight:
    """What pictures show: `vectors` ``(M, dim)``, L2-normalised, of which picture i has row ``rows[i]``."""

    vectors: FloatArray
    rows: NDArray[np.int64]


def boundaries(
    times: Seconds, sight: Sight | None = None, places: Degrees | None = None, rule: Rule = Rule()
) -> NDArray[np.bool_]:
    """Whether an event ends between each picture and the next.

    Args:
        times: when the pictures were taken, seconds, ascending, ``(N,)``.
        sight: what they show; None leaves that aside.
        places: where, ``(N, 2)`` degrees with NaN for what is not known; None leaves that aside.
        rule: when a gap ends an event.

    Returns:
        ``(N - 1,)`` bool, empty for fewer than two pictures.
    """
    gaps = np.diff(times)
    if not len(gaps):
        return np.zeros(0, bool)
    jumps, together = np.full(len(gaps), np.nan), np.zeros(len(gaps), bool)
    if places is not None:
        before, after = carried(times, places, _CARRY)
        before, after = before[:-1], after[1:]
        jumps = np.log1p(kilometres(before, after))
        together = _journeys(times, places, before, after, rule) & (gaps <= rule.night)
    score = np.log(np.maximum(gaps, 1) / np.where(np.isnan(jumps), rule.gap, rule.gap_placed))
    possible = np.flatnonzero((gaps >= rule.never) & (gaps <= rule.always))
    inside = possible[score[possible] < 0]  # by time alone, what is within an event
    if sight is not None:
        score[possible] += rule.sight * _visual(times, sight, possible, inside)
    score[possible] += rule.place * _beside_usual(jumps, possible, inside)
    ends = ((score >= 0) & (gaps >= rule.never)) | (gaps > rule.always)
    return np.asarray(ends & ~together, bool)


def by_gap(times: Seconds, seconds: float) -> NDArray[np.bool_]:
    """The same by one length of gap for all, ``(N - 1,)`` bool."""
    return np.asarray(np.diff(times) > seconds, bool)


def _visual(times: Seconds, sight: Sight, possible: Seconds, inside: Seconds) -> NDArray[np.float64]:
    """How unlike both sides of each possible gap are, in standard deviations of what is within events."""
    if len(inside) < _ENOUGH:
        return np.zeros(len(possible))
    change = np.array([_change(times, sight, int(gap)) for gap in possible])
    usual = change[np.isin(possible, inside)]
    centre = np.median(usual)
    spread = 1.4826 * np.median(np.abs(usual - centre))  # of a normal distribution, the standard deviation
    if spread == 0:
        return np.zeros(len(possible))
    return np.asarray(np.clip((change - centre) / spread, -_EXTREME, _EXTREME), np.float64)


def _change(times: Seconds, sight: Sight, gap: int) -> float:
    """1 minus the highest cosine between what is seen before a gap and after it.

    The highest, not the mean: an event goes from scene to scene, and what comes back ties them together.
    """
    # Pictures from beyond another gap as long belong to neither side.
    width = times[gap + 1] - times[gap]
    left, right = gap, gap + 1
    while left > max(0, gap - _SEEN + 1) and times[left] - times[left - 1] < width:
        left -= 1
    while right < min(len(times) - 1, gap + _SEEN) and times[right + 1] - times[right] < width:
        right += 1
    before = np.asarray(sight.vectors[sight.rows[left : gap + 1]], np.float32)
    after = np.asarray(sight.vectors[sight.rows[gap + 1 : right + 1]], np.float32)
    return 1 - float((before @ after.T).max())


def _beside_usual(jumps: NDArray[np.float64], possible: Seconds, inside: Seconds) -> NDArray[np.float64]:
    """How far each possible gap jumps beside what is usual within events; 0 where that is not known."""
    usual = jumps[inside]
    usual = usual[~np.isnan(usual)]
    if len(usual) < _ENOUGH:
        return np.zeros(len(possible))
    return np.asarray(np.nan_to_num(jumps[possible] - np.median(usual)), np.float64)


def _journeys(
    times: Seconds, places: Degrees, before: Degrees, after: Degrees, rule: Rule
) -> NDArray[np.bool_]:
    """Whether both sides of each gap are away from home."""
    where = home(times // DAY, places, _HOME_DAYS)
    if where is None:
        return np.zeros(len(before), bool)
    at_home = np.broadcast_to(np.array(where), before.shape)
    far = (kilometres(side, at_home) > rule.away for side in (before, after))
    return np.logical_and(*far)
