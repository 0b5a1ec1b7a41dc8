"""Losses and negatives of a batch, from pytorch-metric-learning.

Contrastive: Hadsell et al., CVPR 2006. Triplet: Schroff et al., "FaceNet", CVPR 2015. Multi-similarity: Wang
et al., CVPR 2019. SupCon: Khosla et al., NeurIPS 2020. Proxy anchor: Kim et al., CVPR 2020. Semi-hard
negatives beside the nearest positive: Xuan et al., "Improved embeddings with easy positive triplet mining",
WACV 2020.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from pytorch_metric_learning import losses
from pytorch_metric_learning.miners import BatchEasyHardMiner

from ...errors import TrainingError
from ..data.dataset import BoolArray, FloatArray
from ..settings import Loss, Miner
from .filters import below_relative_margin

_TEMPERATURE = 0.1
_MOST_PROXIES = 20_000
"""A proxy is as long as an embedding, and its optimiser twice as much again: 300 MB of 1,296 float32."""
_MINED: dict[Miner, dict[str, str]] = {
    "easy": {"pos_strategy": "all", "neg_strategy": "easy"},
    "hardest": {"pos_strategy": "all", "neg_strategy": "hard"},
    "semi-hard": {"pos_strategy": "easy", "neg_strategy": "semihard"},
}
_FILTERED: tuple[Miner, ...] = ("hardest", "semi-hard", "index")
"""Miners that look for the negatives most like the anchor, and so find the false ones first."""


@dataclass(frozen=True, eq=False)
class BatchPairs:
    """Which pairs of a batch are learned from, bool ``(B, B)`` each."""

    positives: BoolArray
    negatives: BoolArray


def make_loss(name: Loss, groups: int, dim: int) -> Any:
    """The loss module, with parameters of its own where it has proxies (one for each of `groups`).

    Raises:
        TrainingError: there would be too many proxies.
    """
    if name == "proxy-anchor":
        if groups > _MOST_PROXIES:
            raise TrainingError(
                f"The loss proxy-anchor keeps one proxy for each of {groups:,} groups; at most "
                f"{_MOST_PROXIES:,} fit. Choose another loss, such as supcon."
            )
        return losses.ProxyAnchorLoss(num_classes=groups, embedding_size=dim)
    if name == "contrastive":
        return losses.ContrastiveLoss()
    if name == "triplet":
        return losses.TripletMarginLoss(margin=0.1)
    if name == "multi-similarity":
        return losses.MultiSimilarityLoss()
    return losses.SupConLoss(temperature=_TEMPERATURE)


def choose_pairs(
    miner: Miner,
    cosines: FloatArray,
    groups: torch.Tensor,
    embeddings: torch.Tensor,
    masks: BatchPairs,
    relative_margin: float,
    rng: np.random.Generator,
) -> BatchPairs:
    """Leave of a batch's trusted negatives those that `miner` shows.

    Args:
        miner: see `core.training.settings.Miner`.
        cosines: ``(B, B)`` of the mapped batch.
        groups: ``(B,)`` int64.
        embeddings: ``(B, d)``, mapped, no gradient needed.
        masks: positives and trusted negatives.
        relative_margin: of `below_relative_margin`, against each anchor's nearest positive.
        rng: draws the random negatives.
    """
    chosen = masks.negatives
    if miner == "random":
        draw = np.where(masks.negatives, rng.random(cosines.shape), -1.0)
        chosen = masks.negatives & (draw == draw.max(axis=1, keepdims=True))
    elif miner in _MINED:
        found = BatchEasyHardMiner(**_MINED[miner])(embeddings, groups)
        mined = np.zeros_like(masks.negatives)
        mined[found[2].numpy(), found[3].numpy()] = True
        chosen = masks.negatives & mined
    if miner in _FILTERED:
        nearest = np.where(masks.positives, cosines, -np.inf).max(axis=1, keepdims=True)
        lonely = ~np.isfinite(nearest)
        chosen = chosen & (
            lonely | below_relative_margin(np.where(lonely, 0, nearest), cosines, relative_margin)
        )
    return BatchPairs(masks.positives, chosen)


def indices_of(loss: Loss, pairs: BatchPairs, rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
    """The pairs as pytorch-metric-learning takes them: ``(a1, p, a2, n)``, or triplets ``(a, p, n)``.

    All combinations of a batch of 256 with ten labels would be 1.5 million triplets, so a triplet loss gets
    one negative, drawn at random from the chosen ones, for each positive pair.
    """
    anchor, positive = np.nonzero(pairs.positives)
    if loss != "triplet":
        return tuple(torch.from_numpy(side) for side in (anchor, positive, *np.nonzero(pairs.negatives)))
    counts = pairs.negatives.sum(axis=1)
    usable = counts[anchor] > 0
    anchor, positive = anchor[usable], positive[usable]
    starts = np.cumsum(counts) - counts
    negatives = np.nonzero(pairs.negatives)[1]
    drawn = negatives[starts[anchor] + (rng.random(len(anchor)) * counts[anchor]).astype(np.int64)]
    return tuple(torch.from_numpy(side) for side in (anchor, positive, drawn))
