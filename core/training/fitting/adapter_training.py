"""Training one adapter: batches, loss, pull towards the identity, early stopping."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ...embedding.adapter import Adapter
from ...errors import TrainingError
from ...jobs import Monitor
from ..data.dataset import FloatArray, IntArray
from ..data.signals import TrainingItems
from ..gates.projected import ProjectedTask
from ..gates.tasks import Task
from ..results import EpochFigures
from ..settings import TrainingSettings
from .batches import batches
from .collapse import collapsed, embedding_spread
from .copy_term import CopyPairs, CopyTerm
from .filters import PairMasks
from .index_mining import hardest_negatives
from .losses import BatchPairs, choose_pairs, indices_of, make_loss
from .neighbour_term import NeighbourTerm
from .trainable_maps import (
    ResidualMap,
    as_adapter,
    principal_directions,
    with_mean_length_one,
)

OnEpoch = Callable[[EpochFigures], None]
Term = Callable[[Callable[[torch.Tensor], torch.Tensor], np.random.Generator], torch.Tensor]
"""A further loss: of the map, over a batch that it draws."""

_ITEMS_AN_EPOCH = 20_000
_FEWEST_BATCHES = 4
"""In an epoch: some hundred items fill one or two, and are gone through several times instead."""
_ROWS_FOR_SPREAD = 2_000
_LEAST_GAIN = 1e-4
"""A validation figure must rise by this much to count as better, or rounding would keep training alive."""


@dataclass(frozen=True, eq=False)
class TrainedAdapter:
    """The best adapter by validation, one point per epoch, and plain sentences about how it went."""

    adapter: Adapter
    curves: tuple[EpochFigures, ...]
    notes: tuple[str, ...] = ()


def train_adapter(
    items: TrainingItems,
    masks: PairMasks,
    settings: TrainingSettings,
    base_fingerprint: str,
    tasks: Sequence[Task],
    monitor: Monitor,
    on_epoch: OnEpoch = lambda _: None,
    copies: CopyPairs | None = None,
    images: FloatArray | None = None,
    start: FloatArray | None = None,
) -> TrainedAdapter:
    """Train an adapter on `items`; what comes out is never worse on validation than no adapter.

    Args:
        items: what to learn from.
        masks: of the same items.
        settings: how.
        base_fingerprint: of the encoder.
        tasks: held-out tasks, at least one; early stopping watches the mean of `Task.watched`.
        monitor: advances by one per epoch, and may cancel after each batch.
        on_epoch: is called after each epoch, and once before the first.
        copies: what the loss that keeps copies near their images is over, or None for none.
        images: ``(M, d)``, which of these are near which is to stay, or None for no such loss.
        start: ``(d, d)``, a linear map to begin with in place of one that changes nothing, or None.

    Raises:
        TrainingError: the loss is no longer a number.
        Cancelled: the user asked to stop.
    """
    return _Trainer(items, masks, settings, base_fingerprint, tasks, monitor, copies, images, start).run(
        on_epoch
    )


class _Trainer:
    def __init__(
        self,
        items: TrainingItems,
        masks: PairMasks,
        settings: TrainingSettings,
        base_fingerprint: str,
        tasks: Sequence[Task],
        monitor: Monitor,
        copies: CopyPairs | None,
        images: FloatArray | None,
        start: FloatArray | None,
    ) -> None:
        self.items, self.masks, self.settings, self.monitor = items, masks, settings, monitor
        self.fingerprint = base_fingerprint
        self.rng = np.random.default_rng(settings.seed)
        self.basis = principal_directions(items.embeddings, settings.rank, settings.seed)
        self.tasks = [ProjectedTask(task, self.basis) for task in tasks]
        self.coordinates = torch.from_numpy(items.embeddings @ self.basis)
        self.groups = torch.from_numpy(items.groups)
        dim = self.coordinates.shape[1]
        self.terms: list[tuple[float, Term]] = []
        if copies is not None and settings.copy_weight > 0:
            self.terms.append((settings.copy_weight, CopyTerm(copies, self.basis, settings.batch_size // 2)))
        if images is not None and settings.neighbour_weight > 0:
            term = NeighbourTerm(images, self.basis, settings.batch_size)
            self.terms.append((settings.neighbour_weight, term))
        # pytorch-metric-learning draws proxies from the global generator, which is left as it was.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            self.loss = make_loss(settings.loss, int(items.groups.max()) + 1, dim)
        generator = torch.Generator().manual_seed(settings.seed)
        self.map = ResidualMap(settings.adapter_kind, dim, settings.width, generator)
        self.start = None
        if start is not None and settings.adapter_kind == "linear":
            change = self.basis.T @ (start - np.eye(len(start), dtype=np.float32)) @ self.basis
            self.start = torch.from_numpy(change)
        parameters: list[dict[str, Any]] = [{"params": self.map.parameters()}]
        if proxies := list(self.loss.parameters()):
            # Proxies begin at random and have further to go: Kim et al. train them 100 times as fast.
            parameters.append({"params": proxies, "lr": 10 * settings.learning_rate})
        self.optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=0.0)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimiser, settings.epochs)
        sample = self.rng.permutation(len(items))[:_ROWS_FOR_SPREAD]
        self.sample = torch.from_numpy(np.sort(sample))

    def run(self, on_epoch: OnEpoch) -> TrainedAdapter:
        started = time.perf_counter()
        best_state = self._state()
        first = self._figures(0, None, started)
        curves, notes, best, waited = [first], list[str](), first.watched, 0
        on_epoch(first)
        if self.start is not None:  # after epoch 0, which is before any training
            with torch.no_grad():
                self.map.residual.copy_(self.start)
        for epoch in range(1, self.settings.epochs + 1):
            loss = self._epoch()
            self.schedule.step()
            figures = self._figures(epoch, loss, started)
            curves.append(figures)
            on_epoch(figures)
            self.monitor.advance()
            if collapsed(figures.spread, first.spread):
                notes.append(
                    f"Training stopped in epoch {epoch}: the embeddings collapsed, so that nearly all images "
                    "look alike. The best epoch before was kept. Another miner (semi-hard, index) or "
                    "a stronger pull avoids this."
                )
                break
            if figures.watched > best + _LEAST_GAIN:
                best, best_state, waited = figures.watched, self._state(), 0
            else:
                waited += 1
            if waited >= self.settings.patience:
                break
        self.map.load_state_dict(best_state)
        if best <= first.watched + _LEAST_GAIN:
            notes.append("No epoch was better on validation than no adapter, so the adapter changes nothing.")
        return TrainedAdapter(
            with_mean_length_one(self._adapter(), self.items.embeddings), tuple(curves), tuple(notes)
        )

    def _state(self) -> dict[str, torch.Tensor]:
        return {name: value.detach().clone() for name, value in self.map.state_dict().items()}

    def _adapter(self) -> Adapter:
        return as_adapter(self._state(), self.settings.adapter_kind, self.basis, self.fingerprint)

    def _mapped(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(self.map(self.coordinates[rows]))

    def _figures(self, epoch: int, loss: float | None, started: float) -> EpochFigures:
        with torch.no_grad():
            spread = embedding_spread(self._mapped(self.sample).numpy())
        validation, watched = self._validate()
        return EpochFigures(epoch, loss, validation, watched, spread, time.perf_counter() - started)

    def _validate(self) -> tuple[float, float]:
        def forward(coordinates: FloatArray) -> FloatArray:
            with torch.no_grad():
                mapped: FloatArray = self.map(torch.from_numpy(coordinates)).numpy()
            return mapped

        validation, watched = np.mean([task.figures(forward) for task in self.tasks], axis=0)
        return float(validation), float(watched)

    def _epoch(self) -> float:
        losses = []
        for rows in self._batches():
            self.monitor.check()
            value = self._step(rows)
            if value is None:
                continue
            if not math.isfinite(value):
                raise TrainingError(
                    "Training was stopped: the loss is no longer a number. Use a lower learning rate "
                    f"than {self.settings.learning_rate:g}. Nothing was changed."
                )
            losses.append(value)
        return float(np.mean(losses)) if losses else 0.0

    def _batches(self) -> Iterator[IntArray]:
        size, groups = self.settings.batch_size, self.items.groups
        if self.settings.miner != "index":
            for _ in range(_passes(len(groups), size)):
                yield from batches(groups, size, self.rng, _ITEMS_AN_EPOCH)
            return
        # Half of a batch are anchors, the other half the images that they are mistaken for now.
        with torch.no_grad():
            mapped = self._mapped(torch.arange(len(groups))).numpy()
        hardest = hardest_negatives(mapped, self.masks, self.settings.relative_margin, self.rng)
        for _ in range(_passes(len(groups), size // 2)):
            for anchors in batches(groups, max(4, size // 2), self.rng, _ITEMS_AN_EPOCH // 2):
                mined = hardest[anchors]
                yield np.unique(np.concatenate([anchors, mined[mined >= 0]]))

    def _step(self, rows: IntArray) -> float | None:
        """One step; the loss, or None where the batch holds nothing to learn from."""
        settings = self.settings
        at = torch.from_numpy(rows)
        raw = self.map(self.coordinates[at])
        # Losses that are not a number do not show: pytorch-metric-learning leaves them out of its mean.
        if not math.isfinite(float(raw.detach().pow(2).sum())):
            return math.nan
        mapped = torch.nn.functional.normalize(raw)
        cosines: FloatArray = (mapped.detach() @ mapped.detach().T).numpy()
        masks = BatchPairs(self.masks.positives(rows, rows), self.masks.negatives(rows, rows))
        groups = self.groups[at]
        pairs = choose_pairs(
            settings.miner, cosines, groups, mapped.detach(), masks, settings.relative_margin, self.rng
        )
        if not (pairs.positives.any() and pairs.negatives.any()):
            return None
        loss = self.loss(mapped, groups, indices_of(settings.loss, pairs, self.rng))
        before = torch.nn.functional.normalize(self.coordinates[at])
        loss = loss + settings.pull * (mapped - before).pow(2).sum(dim=1).mean()
        for weight, term in self.terms:
            loss = loss + weight * term(self.map, self.rng)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return float(loss.detach())


def _passes(items: int, batch_size: int) -> int:
    """How often an epoch goes through `items`, so that it has `_FEWEST_BATCHES` at least."""
    return -(-_FEWEST_BATCHES // max(1, -(-items // batch_size)))
