"""A loss that keeps which images are near which, for training that no label guides.

What tells an image from its likes (copies, verdicts) may push apart what looks alike. The term compares, for
each image of a batch, how near all others are before and after: the divergence of the two softmax
distributions of Passalis and Tefas, "Learning deep representations with probabilistic knowledge transfer",
ECCV 2018, with the embeddings as they were in place of a teacher.
"""

from collections.abc import Callable

import numpy as np
import torch

from ..data.dataset import FloatArray

_TEMPERATURE = 0.05
"""Cosines of neighbours differ by a few hundredths; at this temperature the nearest few count most."""
_NEVER = -1e4


class NeighbourTerm:
    """The loss over random batches of images ``(M, d)``, in coordinates along `basis` ``(d, k)``."""

    def __init__(self, images: FloatArray, basis: FloatArray, batch_size: int) -> None:
        self._images = torch.from_numpy(images)
        self._coordinates = torch.from_numpy(images @ basis)
        self._batch_size = batch_size

    def __call__(
        self, forward: Callable[[torch.Tensor], torch.Tensor], rng: np.random.Generator
    ) -> torch.Tensor:
        """The loss of one batch, a scalar ≥ 0; `forward` maps coordinates ``(B, k)``, not normalised."""
        count = min(self._batch_size, len(self._images))
        at = torch.from_numpy(rng.choice(len(self._images), count, replace=False))
        before = self._images[at]
        after = torch.nn.functional.normalize(forward(self._coordinates[at]))
        value: torch.Tensor = torch.nn.functional.kl_div(
            torch.log_softmax(_logits(after), dim=1),
            torch.softmax(_logits(before), dim=1),
            reduction="batchmean",
        )
        return value


def _logits(vectors: torch.Tensor) -> torch.Tensor:
    """Cosines of all pairs over the temperature; an image is not its own neighbour."""
    itself = torch.eye(len(vectors), dtype=torch.bool)
    return (vectors @ vectors.T / _TEMPERATURE).masked_fill(itself, _NEVER)
