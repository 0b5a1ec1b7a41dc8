import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.training.fitting.batches import batches


@given(
    groups=st.lists(st.integers(0, 6), min_size=2, max_size=60),
    size=st.integers(2, 16),
    seed=st.integers(0, 9),
)
def test_every_item_comes_at_most_once_and_at_most_one_is_left_over(groups, size, seed):
    drawn = list(batches(np.array(groups), size, np.random.default_rng(seed)))
    seen = np.concatenate(drawn)
    assert len(set(seen.tolist())) == len(seen) >= len(groups) - 1
    assert all(2 <= len(one) <= size for one in drawn)


def test_items_of_a_small_group_meet():
    groups = np.repeat(np.arange(50), 4)
    for one in batches(groups, 16, np.random.default_rng(0)):
        assert np.bincount(groups[one], minlength=50).max() == 4


def test_a_limit_holds():
    assert sum(len(one) for one in batches(np.zeros(100, np.int64), 16, np.random.default_rng(0), 40)) == 40
