"""How to train."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ..embedding.adapter import AdapterKind
from ..errors import TrainingError

Signal = Literal["labels", "verdicts", "captions", "copies"]
"""What says which images belong together."""
Loss = Literal["contrastive", "triplet", "multi-similarity", "supcon", "proxy-anchor"]
Miner = Literal["none", "random", "easy", "hardest", "semi-hard", "index"]
"""Which negatives an anchor is shown: ``none``: every one of its batch; ``random`` and ``easy``: baselines;
``hardest`` and ``semi-hard``: of its batch; ``index``: the hardest of the whole training split."""


@dataclass(frozen=True)
class TrainingSettings:
    """How to train.

    Attributes:
        signals: one or more.
        kind: of the adapter; None for the one that suits the signals (`adapter_kind`).
        loss: from pytorch-metric-learning.
        miner: which negatives an anchor is shown.
        epochs: at most this many; training stops earlier when the validation figure no longer rises.
        patience: epochs without a better validation figure before it stops.
        batch_size: images in a batch.
        learning_rate: of AdamW.
        pull: weight of the pull towards the identity: of the mean squared change of an embedding.
        copy_weight: weight of the second loss, that a copy stays nearer to its image than other images do
            (`core.training.fitting.copy_term`); 0 leaves it out, and so does a dataset without copies.
        neighbour_weight: weight of the loss that keeps which images are near which
            (`core.training.fitting.neighbour_term`), used where no label teaches; 0 leaves it out.
        rank: principal directions of the training embeddings that the map may change; all others stay.
        width: hidden units of an ``mlp``.
        alpha: share of the new embedding in ``[0, 1]``, or None to choose it on validation.
        relative_margin: mined negatives must score at most ``pos − relative_margin·|pos|``.
        seed: of splits, batches and initial weights. The same seed gives the same run on one machine.
        compare: whether the baselines with random, easy and mined negatives are trained beside it.

    Raises:
        TrainingError: at construction, where a value is unknown or out of its range.
    """

    signals: tuple[Signal, ...] = ("labels",)
    kind: AdapterKind | None = None
    loss: Loss = "supcon"
    miner: Miner = "none"
    epochs: int = 15
    patience: int = 4
    batch_size: int = 256
    learning_rate: float = 2e-3
    pull: float = 0.0
    copy_weight: float = 0.3
    neighbour_weight: float = 1.0
    rank: int = 512
    width: int = 512
    alpha: float | None = None
    relative_margin: float = 0.05
    seed: int = 0
    compare: bool = True

    def __post_init__(self) -> None:
        if not self.signals:
            raise TrainingError("Choose what to learn from: labels, verdicts, captions or copies.")
        for signal in self.signals:
            _check_known(signal, "signal", get_args(Signal))
        _check_known(self.adapter_kind, "adapter", get_args(AdapterKind))
        _check_known(self.loss, "loss", get_args(Loss))
        _check_known(self.miner, "miner", get_args(Miner))
        for name, low in (
            ("epochs", 1),
            ("patience", 1),
            ("batch_size", 8),
            ("rank", 1),
            ("width", 1),
            ("seed", 0),
        ):
            if getattr(self, name) < low:
                raise TrainingError(f"{name} must be at least {low}, not {getattr(self, name)}.")
        if not (self.learning_rate > 0 and math.isfinite(self.learning_rate)):
            raise TrainingError(f"The learning rate must be above 0, not {self.learning_rate}.")
        for name in ("pull", "copy_weight", "neighbour_weight"):
            if not (getattr(self, name) >= 0 and math.isfinite(getattr(self, name))):
                raise TrainingError(f"{name} must not be negative, not {getattr(self, name)}.")
        if not 0 <= self.relative_margin < 1:
            raise TrainingError(f"The relative margin is between 0 and 1, not {self.relative_margin}.")
        if self.alpha is not None and not 0 <= self.alpha <= 1:
            raise TrainingError(f"The share of the new embedding is between 0 and 1, not {self.alpha}.")

    @property
    def adapter_kind(self) -> AdapterKind:
        """The adapter that is trained: as asked for, else linear where copies alone teach, and an mlp.

        Copies alone are best learned from the closed form of `core.training.fitting.whitening`, a linear map.
        """
        return self.kind or ("linear" if self.signals == ("copies",) else "mlp")


def _check_known(value: str, what: str, known: Sequence[str]) -> None:
    if value not in known:
        raise TrainingError(f"“{value}” is not a known {what}; it is one of {', '.join(known)}.")
