"""What a look at whether a collection has changed comes to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...stored import to_builtins
from ..findings import Finding

ALPHA = 0.05


@dataclass(frozen=True)
class Side:
    """One of the two sets of pictures: what it is in words, its size, how many of it were compared."""

    title: str
    count: int
    compared: int


@dataclass(frozen=True)
class PropertyShift:
    """How one property of the pictures is distributed on both sides.

    Attributes:
        name: such as "brightness".
        title: display name, such as "Brightness".
        unit: of its values.
        reference_median: of the reference.
        batch_median: of the batch.
        distance: the Kolmogorov-Smirnov statistic, in ``[0, 1]``: the largest difference between the shares
            of pictures below any value.
        superiority: chance that a picture of the batch has a larger value than one of the reference, in
            ``[0, 1]``; 0.5 where neither tends to be larger.
        p_value: of the KS test, adjusted with all other tests of the explanation (Holm).
        edges: bounds of the bins of the histogram, one more than the counts.
        reference_counts: pictures of the reference in each bin.
        batch_counts: pictures of the batch in each bin.
    """

    name: str
    title: str
    unit: str
    reference_median: float
    batch_median: float
    distance: float
    superiority: float
    p_value: float
    edges: tuple[float, ...]
    reference_counts: tuple[int, ...]
    batch_counts: tuple[int, ...]


@dataclass(frozen=True)
class GroupShare:
    """How many pictures of one label or cluster each side has."""

    name: str
    reference: int
    batch: int


@dataclass(frozen=True)
class ShareShift:
    """How the pictures of both sides are spread over labels or clusters.

    Attributes:
        name: "labels" or "clusters".
        title: display name, such as "Clusters of “by kind”".
        p_value: of the chi-squared test, adjusted with all other tests of the explanation (Holm).
        moved: the share of the batch that would have to change its group for both sides to be spread alike,
            in ``[0, 1]`` (total variation distance).
        groups: largest difference of shares first.
    """

    name: str
    title: str
    p_value: float
    moved: float
    groups: tuple[GroupShare, ...]


@dataclass(frozen=True)
class Drivers:
    """What a classifier that tells new pictures from old ones goes by; it explains, and decides nothing.

    Attributes:
        auc: how well it tells pictures apart that it was not trained on: 0.5 is guessing, 1 is always right.
        newest: pictures of the batch that it is surest are new, surest first.
        scores: for each of `newest`, its probability of being new.
        missed: pictures of the reference that it is surest are old: what the batch lacks.
    """

    auc: float
    newest: tuple[int, ...]
    scores: tuple[float, ...]
    missed: tuple[int, ...]


@dataclass(frozen=True)
class Control:
    """The same test where nothing has changed: random parts of the reference against the rest of it.

    Attributes:
        tests: how many were made.
        alarms: how many had a p-value of at most α.
        low: lower end of the 95 % interval of the rate of false alarms.
        high: upper end of it.
    """

    tests: int
    alarms: int
    low: float
    high: float


@dataclass(frozen=True)
class EarlierBatch:
    """An earlier addition, compared with all that were before it in the same way."""

    title: str
    count: int
    p_value: float


@dataclass(frozen=True)
class DriftReport:
    """Whether the pictures of a batch look like those of a reference.

    Attributes:
        at: when it was looked (ISO 8601, UTC).
        encoder: whose embeddings were compared.
        reference: what the batch was compared with.
        batch: what was looked at.
        key: names both by their pictures; the same again is the same look.
        p_value: of the permutation test.
        smooth_p: with ties broken at random.
        statistic: the discrepancy in standard deviations of its values under permutations.
        permutations: how many were drawn.
        with_labels: whether the labels of the pictures took part in the test.
        alpha: the chance of any false alarm in a year of looks.
        alarm: whether this look is an alarm, with what earlier looks have spent.
        level: the p-value at which this look alone would be one.
        evidence: accumulated over looks, an alarm from `evidence_needed` on.
        evidence_needed: see there.
        number: place of this look in its year of 365 at most.
        spent: share of the year's budget for single looks that is spent, this look included.
        follows: whether its evidence adds to that of earlier looks.
        up_to: the largest id among the pictures compared.
        repeats: number of the stored look at the same pictures, whose decision stands; 0 where there is none.
        asked_reference: as the user wrote it, see `core.health.drift.batches`.
        asked_batch: as the user wrote it.
        properties: most clearly changed first.
        shares: of labels and clusters.
        drivers: None where there are too few pictures for a classifier.
        control: None where the reference is too small.
        earlier: earlier additions, oldest first; empty for other references than the additions before.
        notes: what limits the answer, in sentences.
        seed: of everything that was drawn.
    """

    at: str
    encoder: str
    reference: Side
    batch: Side
    key: str
    p_value: float
    smooth_p: float
    statistic: float
    permutations: int
    with_labels: bool
    alpha: float
    alarm: bool
    level: float
    evidence: float
    evidence_needed: float
    number: int
    spent: float
    follows: bool
    up_to: int
    repeats: int
    asked_reference: str
    asked_batch: str
    properties: tuple[PropertyShift, ...]
    shares: tuple[ShareShift, ...]
    drivers: Drivers | None
    control: Control | None
    earlier: tuple[EarlierBatch, ...]
    notes: tuple[str, ...]
    seed: int

    @property
    def time(self) -> datetime:
        """When it was looked, with its time zone."""
        return datetime.fromisoformat(self.at)

    def settings(self) -> dict[str, Any]:
        """What the result depends on besides the collection, as JSON values."""
        return {
            "reference": self.asked_reference,
            "batch": self.asked_batch,
            "alpha": self.alpha,
            "seed": self.seed,
        }

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return dict(to_builtins(self))

    def findings(self) -> tuple[Finding, ...]:
        """One finding where the look is an alarm."""
        from .wording import finding

        return (finding(self),) if self.alarm else ()

    def lines(self) -> list[str]:
        """The result in a few plain sentences."""
        from .wording import lines

        return lines(self)
