import numpy as np

from core.training.data.links import NotNegatives
from core.training.data.signals import collect_items
from core.training.fitting.filters import PairMasks
from core.training.fitting.index_mining import hardest_negatives
from tests.training.support import circle, dataset


def mined(degrees, labels, groups=None, margin=0.0):
    data = dataset(circle(*degrees), labels, groups=groups)
    items = collect_items(data, ["labels"], np.arange(len(labels)))
    masks = PairMasks(items, NotNegatives(data))
    return hardest_negatives(items.embeddings, masks, margin, np.random.default_rng(0)).tolist()


def test_the_nearest_negative_that_is_not_nearer_than_the_nearest_positive():
    # Image 0 has its partner 20 degrees away, so the image at −10 is not believed, the one at 30 is.
    assert mined([0, 20, -10, 30, 31], ["a", "a", "b", "b", "b"])[0] == 3


def test_a_margin_asks_for_more():
    # cos 20° is 0.940; less 5 % is 0.893, which is 26.8°.
    assert mined([0, 20, 25, 90], ["a", "a", "b", "b"], margin=0.0)[0] == 2
    assert mined([0, 20, 25, 90], ["a", "a", "b", "b"], margin=0.05)[0] == 3


def test_the_same_photo_is_never_mined():
    assert mined([0, 20, 30, 90], ["a", "a", "b", "b"], groups=[0, 1, 0, 2])[0] == 3


def test_none_is_found_where_none_is_believed():
    assert mined([0, 50, 10, 12], ["a", "a", "b", "b"])[0] == -1
