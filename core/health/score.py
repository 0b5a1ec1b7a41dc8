"""A health score that explains itself: what each part counts, what lowered it, and what to do.

The score is 100 less the points that findings take. Every part has a number of points; a finding takes some
of those of its part:

- a problem takes half of them, and the rest in proportion to the share that it concerns;
- a warning up to half, a note up to a tenth: all of that from a tenth of the pictures on, less for fewer.

Together the findings of a part take no more than the part has. A part that was not checked does not count:
the points of the others are scaled to 100.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from ..collection.reader import Reader
from ..stored import UNREADABLE, from_builtins, to_builtins
from .findings import Finding, Part
from .store import HealthStore

WEIGHTS: dict[Part, int] = {
    "integrity": 40,
    "quality": 20,
    "drift": 15,
    "splits": 10,
    "promises": 10,
    "slices": 5,
}
"""Points of each part, of 100: what gives wrong answers now counts most."""
_FULL_SHARE = 0.1
_MOST_TAKEN = {"warning": 0.5, "note": 0.1}


@dataclass(frozen=True)
class Deduction:
    """Points that a finding took from the score."""

    points: float
    finding: Finding

    @property
    def sentence(self) -> str:
        """“−12 for 3 pictures …”."""
        return f"−{self.points:.1f}: {self.finding.title}"


@dataclass(frozen=True)
class PartScore:
    """One part of the score.

    Attributes:
        part: which.
        points: how many are left.
        most: how many there are, after scaling to the parts that were checked.
        checked_at: when it was checked (UTC).
    """

    part: Part
    points: float
    most: float
    checked_at: datetime | None = None


@dataclass(frozen=True)
class HealthScore:
    """How healthy a collection is, from 0 to 100, and why.

    Attributes:
        value: the score; None where nothing was checked yet.
        parts: those that were checked, in the order of their weight.
        deductions: what lowered it, most first.
        unchecked: parts that do not count because they were not checked.
    """

    value: float | None
    parts: tuple[PartScore, ...]
    deductions: tuple[Deduction, ...]
    unchecked: tuple[Part, ...]

    @property
    def word(self) -> str:
        """The score in a word."""
        if self.value is None:
            return "not checked yet"
        return next(
            word
            for least, word in ((90, "healthy"), (70, "fair"), (40, "poor"), (0, "bad"))
            if self.value >= least
        )

    def lines(self) -> list[str]:
        """Describe the score, what lowered it and what to do."""
        if self.value is None:
            return ["Health: not checked yet."]
        found = [f"Health: {self.value:.0f} of 100 ({self.word})."]
        for one in self.deductions[:5]:
            found += [f"  {one.sentence}", f"    → {one.finding.advice}"]
        if self.unchecked:
            found.append(f"  Not checked, and not counted: {', '.join(self.unchecked)}.")
        return found

    def to_json(self) -> dict[str, Any]:
        """The score as JSON values."""
        return {
            "value": self.value,
            "word": self.word,
            "parts": {one.part: {"points": one.points, "of": one.most} for one in self.parts},
            "deductions": [{"points": one.points, **to_builtins(one.finding)} for one in self.deductions],
            "unchecked": list(self.unchecked),
        }


def health_score(
    findings: Mapping[Part, Sequence[Finding]], checked_at: Mapping[Part, datetime] | None = None
) -> HealthScore:
    """The score of the parts in `findings`; a part that is missing there was not checked."""
    times = checked_at or {}
    whole = sum(WEIGHTS[part] for part in findings)
    parts, deductions = [], list[Deduction]()
    for part, weight in WEIGHTS.items():
        if part not in findings:
            continue
        most = 100 * weight / whole
        taken = [most * _taken(one) for one in findings[part]]
        scale = min(1.0, most / sum(taken)) if sum(taken) > 0 else 1.0
        deductions += [Deduction(p * scale, one) for p, one in zip(taken, findings[part], strict=True)]
        parts.append(PartScore(part, max(0.0, most - scale * sum(taken)), most, times.get(part)))
    deductions.sort(key=lambda one: -one.points)
    value = sum(one.points for one in parts) if parts else None
    unchecked = tuple(part for part in WEIGHTS if part not in findings)
    return HealthScore(value, tuple(parts), tuple(deductions), unchecked)


def _taken(finding: Finding) -> float:
    """Share of its part's points that a finding takes, in ``[0, 1]``."""
    if finding.severity == "problem":
        return 0.5 + 0.5 * min(1.0, finding.share)
    return _MOST_TAKEN[finding.severity] * min(1.0, finding.share / _FULL_SHARE)


def latest_findings(collection: Reader) -> tuple[dict[Part, tuple[Finding, ...]], dict[Part, datetime]]:
    """The findings of the last check of each part, and when it was made; unreadable ones are left out."""
    store = HealthStore(collection.catalogue)
    findings: dict[Part, tuple[Finding, ...]] = {}
    times: dict[Part, datetime] = {}
    for part in get_args(Part):
        run = store.latest(part)
        if run is None or run.finished is None:
            continue
        try:
            findings[part] = from_builtins(tuple[Finding, ...], run.result["findings"])
            times[part] = run.finished
        except UNREADABLE:  # another version stored it: checking again mends that
            continue
    return findings, times


def latest_score(collection: Reader) -> HealthScore:
    """The score by the last check of each part; nothing is checked now."""
    return health_score(*latest_findings(collection))
