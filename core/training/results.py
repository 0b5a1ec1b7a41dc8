"""What a training run hands back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..embedding.adapter import Adapter
from ..stats.interval import Interval


@dataclass(frozen=True)
class EpochFigures:
    """One point of the live curves.

    Attributes:
        epoch: from 0, which is before any training.
        loss: mean over the epoch's batches; None for epoch 0.
        validation: mean of the metrics of the held-out tasks, such as P@5, in ``[0, 1]``.
        watched: what early stopping watches, in ``[0, 1]``: average precision in place of P@5.
        spread: one minus the mean cosine of two random images under the adapter; near 0 is a collapse.
        seconds: since training began.
    """

    epoch: int
    loss: float | None
    validation: float
    watched: float
    spread: float
    seconds: float


@dataclass(frozen=True)
class Triplet:
    """An anchor, an image that belongs with it, and one that does not but scores nearly as high, or higher.

    Ids are the dataset's; scores are cosines in ``[−1, 1]``.
    """

    anchor: int
    positive: int
    negative: int
    positive_score: float
    negative_score: float

    @property
    def violation(self) -> float:
        """How much better the wrong image scores than the right one; above 0 the search is fooled."""
        return self.negative_score - self.positive_score


@dataclass(frozen=True)
class CategoryChange:
    """What happened to one label's queries: the mean figure before and after, and the change's interval.

    Interval (95 %, of this label alone) and p-value are None where a label has fewer than two queries. The
    p-value is adjusted for the number of labels (Holm), so that a label among many does not lose by chance.
    """

    label: str
    queries: int
    before: float
    after: float
    interval: Interval | None
    p_value: float | None

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class AlphaFigures:
    """Validation figures at one share of the new embedding; `unseen` is None where it cannot be measured."""

    alpha: float
    trained: float
    unseen: float | None


GateName = Literal["trained classes", "unseen classes", "words", "copies", "duplicates"]
Aim = Literal["gain", "no loss"]


@dataclass(frozen=True)
class Gate:
    """One paired comparison that decides whether an adapter is offered.

    Attributes:
        name: which.
        aim: ``"gain"`` for what was trained on, ``"no loss"`` for everything else.
        metric: what was measured, such as ``"P@5"``.
        passed: whether it holds; None where it could not be measured, `reason` says why.
        before, after: means over the queries, or None.
        interval: of the mean change, or None.
        p_value: two-sided, or None.
        queries: how many were compared.
        categories: the same by label, where there are labels.
        reason: one plain sentence.
    """

    name: GateName
    aim: Aim
    metric: str
    passed: bool | None
    before: float | None
    after: float | None
    interval: Interval | None
    p_value: float | None
    queries: int
    categories: tuple[CategoryChange, ...]
    reason: str


def holds(gates: Sequence[Gate]) -> bool:
    """Whether everything that was trained for gains, and no gate fails."""
    gains = [gate.passed is True for gate in gates if gate.aim == "gain"]
    return bool(gains) and all(gains) and all(gate.passed is not False for gate in gates)


@dataclass(frozen=True)
class Baseline:
    """One row of the table of baselines: a method and its figures on labelled test queries."""

    name: str
    precision_at_5: float
    mean_average_precision: float


@dataclass(frozen=True)
class Costs:
    """What using the adapter costs: milliseconds per query and per 1,000 images; bytes."""

    query_ms: float
    thousand_images_ms: float
    bytes_per_image_before: int
    bytes_per_image_after: int
    adapter_bytes: int


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """What came of a training run. Nothing has been stored.

    Attributes:
        adapter: with the share of the new embedding that was chosen.
        curves: one entry per epoch.
        alphas: the validation figure of every share that was tried, by share: trained and unseen classes.
        baselines: the test figures of no adapter, whitening, random, easy and mined negatives, and this one;
            empty without labelled test images.
        gates: the comparisons, in the order in which they are shown.
        costs: of using the adapter.
        triplets: the hardest under the old embeddings, worst first.
        triplets_after: the hardest under the adapter, worst first.
        notes: plain sentences about the input and the run: contradictions, a stop, what was left out.
        card: JSON-able: data hash, settings, splits, figures.
    """

    adapter: Adapter
    curves: tuple[EpochFigures, ...]
    alphas: tuple[AlphaFigures, ...]
    baselines: tuple[Baseline, ...]
    gates: tuple[Gate, ...]
    costs: Costs
    triplets: tuple[Triplet, ...]
    triplets_after: tuple[Triplet, ...]
    notes: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def offered(self) -> bool:
        """Whether everything that was trained for gains, and no gate fails."""
        return holds(self.gates)
