import numpy as np

from core.training.data.dataset import ImageCopies, JudgedPair
from core.training.data.links import NotNegatives
from core.training.data.signals import collect_items
from core.training.fitting.filters import PairMasks, below_relative_margin
from tests.training.support import circle, dataset


def test_the_margin_is_below_the_positive_on_both_sides_of_zero():
    positive = np.float32([0.8, 0.8, -0.4, -0.4, 0.0])
    negative = np.float32([0.75, 0.77, -0.41, -0.43, 0.0])
    # 0.8 less 5 % is 0.76; −0.4 less 5 % of 0.4 is −0.42.
    assert below_relative_margin(positive, negative, 0.05).tolist() == [True, False, False, True, True]


def test_what_is_a_positive_and_what_a_negative():
    copies = ImageCopies(circle(9), np.array([5]), ("crop",))
    data = dataset(
        circle(*range(6)),
        ["a", "a", "b", "b", "b", None],
        groups=[0, 1, 1, 2, 3, 4],
        verdicts=(JudgedPair(0, 3, "unsure"),),
        copies=copies,
    )
    items = collect_items(data, ["labels", "copies"], np.arange(6))
    masks = PairMasks(items, NotNegatives(data))
    assert items.rows.tolist() == [0, 1, 2, 3, 4, 5, 5]
    every = np.arange(7)
    positives, negatives = masks.positives(every, every), masks.negatives(every, every)
    assert positives[0].tolist() == [False, True, False, False, False, False, False]
    assert positives[5].tolist() == [False] * 6 + [True]
    # Image 0: “unsure” of 3, and 5 has no label. Image 1 shows the photo of 2 under another label.
    assert np.flatnonzero(negatives[0]).tolist() == [2, 4]
    assert np.flatnonzero(negatives[1]).tolist() == [3, 4]
    assert not negatives[5].any()
