"""Which mined negatives are trusted to be negatives."""

import numpy as np

from ..data.dataset import BoolArray, FloatArray, IntArray
from ..data.links import NotNegatives
from ..data.signals import TrainingItems


class PairMasks:
    """For items of a batch: which pairs belong together, and which certainly do not."""

    def __init__(self, items: TrainingItems, not_negatives: NotNegatives) -> None:
        self._items = items
        self._not_negatives = not_negatives

    def positives(self, a: IntArray, b: IntArray) -> BoolArray:
        """Which pairs of the items `a` and `b` are of one group and not one item twice, ``(A, B)``."""
        groups = self._items.groups
        same: BoolArray = (groups[a][:, None] == groups[b][None, :]) & (a[:, None] != b[None, :])
        return same

    def negatives(self, a: IntArray, b: IntArray) -> BoolArray:
        """Which pairs are of different groups and may be pushed apart, ``(A, B)``.

        Out come images of the same photo, pairs judged “unsure”, and pairs of a labelled and an unlabelled
        item, which may well look alike because they are alike.
        """
        items = self._items
        apart = items.groups[a][:, None] != items.groups[b][None, :]
        apart &= items.named[a][:, None] == items.named[b][None, :]
        trusted: BoolArray = apart & ~self._not_negatives.mask(items.rows[a], items.rows[b])
        return trusted


def below_relative_margin(positive: FloatArray, negative: FloatArray, margin: float) -> BoolArray:
    """Whether negatives score low enough to be believed: at most ``pos − margin·|pos|``.

    An image that scores as high as the anchor's own partner is probably a false negative (an unnoticed
    duplicate or a wrong label). The rule with a factor, ``margin·pos``, of Moreira et al., "NV-Retriever",
    2024, turns round for scores below 0; this one does not.

    Args:
        positive: scores of the positives, any shape.
        negative: scores of the negatives, a shape that broadcasts with it.
        margin: in ``[0, 1)``.
    """
    believed: BoolArray = negative <= positive - margin * np.abs(positive)
    return believed
