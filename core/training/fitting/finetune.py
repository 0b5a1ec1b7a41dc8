"""Training the last blocks of a network itself, where an adapter over stored embeddings is not enough.

Every image passes through the network in every epoch, so this wants a GPU; and as the embeddings of every
image change, all of them have to be embedded again. The rest of the network stays as it is, which keeps what
it has learned of other things: Yosinski et al., "How transferable are features in deep neural networks?",
NeurIPS 2014.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...errors import TrainingError
from ...jobs import Monitor
from ..data.dataset import IntArray
from ..settings import TrainingSettings
from .batches import batches
from .losses import BatchPairs, indices_of, make_loss


@dataclass(frozen=True, eq=False)
class FinetunedBlocks:
    """The parameters that were trained, by their names in the network, and the mean loss of every epoch."""

    parameters: Mapping[str, torch.Tensor]
    losses: tuple[float, ...]


def finetune_last_blocks(
    network: torch.nn.Module,
    blocks: Sequence[torch.nn.Module],
    count: int,
    images: torch.Tensor,
    groups: IntArray,
    settings: TrainingSettings,
    monitor: Monitor,
) -> FinetunedBlocks:
    """Train the last `count` of `blocks`; the network handed in stays as it was.

    The batch statistics of normalising layers stay too, because a batch of a few classes would spoil them.

    Args:
        network: prepared images ``(B, 3, height, width)`` to features ``(B, d)``, on any device.
        blocks: modules of the network that could be trained, from its input to its output.
        count: how many of them are, from the end; at least 1.
        images: ``(N, 3, height, width)`` float32, prepared as the encoder does it.
        groups: ``(N,)`` int64 from 0; images of one group belong together.
        settings: loss, epochs, batch size, learning rate, pull towards the network's own embeddings, seed.
        monitor: counts epochs, and may cancel after each batch.

    Returns:
        parameters for `Module.load_state_dict(…, strict=False)`, on the CPU.

    Raises:
        TrainingError: the network has fewer such blocks, no two groups differ, or the loss is not a number.
        Cancelled: the user asked to stop.
    """
    if not 1 <= count <= len(blocks):
        raise TrainingError(
            f"The network has {len(blocks)} blocks that can be trained; between 1 and that many "
            f"can be unfrozen, not {count}."
        )
    if len(np.unique(groups)) < 2 or np.bincount(groups).max() < 2:
        raise TrainingError(
            "There are not two groups of images to tell apart, with two images in one of them."
        )
    before = {name: value.detach().clone() for name, value in network.state_dict().items()}
    needed_gradient = {name: value.requires_grad for name, value in network.named_parameters()}
    was_training = network.training
    try:
        network.eval().requires_grad_(False)
        for block in blocks[-count:]:
            block.requires_grad_(True)
        losses = _train(network, images, groups, settings, monitor)
        trained = {
            name: value.detach().cpu().clone()
            for name, value in network.named_parameters()
            if value.requires_grad
        }
    finally:
        network.load_state_dict(before)
        for name, value in network.named_parameters():
            value.requires_grad_(needed_gradient[name])
        network.train(was_training)
    return FinetunedBlocks(trained, tuple(losses))


def _train(
    network: torch.nn.Module,
    images: torch.Tensor,
    groups: IntArray,
    settings: TrainingSettings,
    monitor: Monitor,
) -> list[float]:
    device = next(network.parameters()).device
    rng = np.random.default_rng(settings.seed)
    with torch.no_grad():
        own = torch.cat(
            [_embed(network, part.to(device)) for part in torch.split(images, settings.batch_size)]
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        loss_of = make_loss(settings.loss, int(groups.max()) + 1, own.shape[1]).to(device)
    parameters = [value for value in network.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW([*parameters, *loss_of.parameters()], lr=settings.learning_rate)
    monitor.expect(settings.epochs)
    means = []
    for _ in range(settings.epochs):
        losses = []
        for rows in batches(groups, settings.batch_size, rng):
            monitor.check()
            mapped = _embed(network, images[rows].to(device))
            same = groups[rows][:, None] == groups[rows][None, :]
            pairs = BatchPairs(same & ~np.eye(len(rows), dtype=bool), ~same)
            indices = tuple(side.to(device) for side in indices_of(settings.loss, pairs, rng))
            loss = loss_of(mapped, torch.from_numpy(groups[rows]).to(device), indices)
            loss = loss + settings.pull * (mapped - own[rows]).pow(2).sum(dim=1).mean()
            if not (bool(torch.isfinite(mapped).all()) and math.isfinite(float(loss.detach()))):
                raise TrainingError(
                    "Training was stopped: the loss is no longer a number. Use a lower learning rate than "
                    f"{settings.learning_rate:g}. Nothing was changed."
                )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(loss.detach()))
        means.append(float(np.mean(losses)))
        monitor.advance()
    return means


def _embed(network: torch.nn.Module, images: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.normalize(network(images))
