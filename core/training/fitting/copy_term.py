"""A second loss beside the labels: an altered copy stays nearer to its image than other images do.

A loss over labels alone draws all images of a class together, and copies are no longer distinguished from
look-alikes.
The term is the NT-Xent loss of Chen et al., "A simple framework for contrastive learning of visual
representations" (SimCLR), ICML 2020, over pairs of an image and a copy of it, whatever their labels.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from pytorch_metric_learning import losses

from ..data.dataset import FloatArray, IntArray, TrainingDataset

_TEMPERATURE = 0.1


@dataclass(frozen=True, eq=False)
class CopyPairs:
    """Copies with the images that they were made of.

    Attributes:
        copies: ``(K, d)`` float32, L2-normalised.
        images: ``(K, d)`` float32, L2-normalised, the image of each copy.
        source: ``(K,)`` int64, the row of the dataset of each image.
    """

    copies: FloatArray
    images: FloatArray
    source: IntArray


def copy_pairs(dataset: TrainingDataset, rows: IntArray, excluded_labels: frozenset[str]) -> CopyPairs | None:
    """The copies made of the images at `rows` without those of `excluded_labels`; None below two of them."""
    if dataset.copies is None:
        return None
    used = [row for row in rows.tolist() if dataset.labels[row] not in excluded_labels]
    chosen = np.flatnonzero(np.isin(dataset.copies.source, used))
    source = dataset.copies.source[chosen]
    if len(np.unique(source)) < 2:
        return None
    return CopyPairs(dataset.copies.embeddings[chosen], dataset.embeddings[source], source)


class CopyTerm:
    """The loss over random batches of `pairs`, in coordinates along `basis` ``(d, k)``."""

    def __init__(self, pairs: CopyPairs, basis: FloatArray, batch_size: int) -> None:
        self._copies = torch.from_numpy(pairs.copies @ basis)
        self._images = torch.from_numpy(pairs.images @ basis)
        self._source = torch.from_numpy(pairs.source)
        self._batch_size = batch_size
        # With one positive per anchor SupCon is NT-Xent; the class of that name builds all pairs of pairs.
        self._loss = losses.SupConLoss(temperature=_TEMPERATURE)

    def __call__(
        self, forward: Callable[[torch.Tensor], torch.Tensor], rng: np.random.Generator
    ) -> torch.Tensor:
        """The loss of one batch, a scalar; `forward` maps coordinates ``(B, k)``, not normalised."""
        count = min(self._batch_size, len(self._source))
        at = torch.from_numpy(rng.choice(len(self._source), count, replace=False))
        # One copy per image: two copies of one image would be each other's negatives or need a mask.
        _, first = np.unique(self._source[at].numpy(), return_index=True)
        at = at[torch.from_numpy(first)]
        mapped = torch.nn.functional.normalize(forward(torch.cat([self._copies[at], self._images[at]])))
        value: torch.Tensor = self._loss(mapped, self._source[at].repeat(2))
        return value
