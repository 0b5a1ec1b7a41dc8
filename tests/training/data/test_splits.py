import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import TrainingError
from core.training.data.dataset import JudgedPair
from core.training.data.links import photo_groups
from core.training.data.splits import class_halves, make_split
from tests.training.support import dataset


def unit(count):
    return np.ones((count, 1), np.float32)


@settings(max_examples=50, deadline=None)
@given(
    groups=st.lists(st.integers(0, 12), min_size=1, max_size=40),
    labels=st.lists(st.sampled_from(["a", "b", None]), min_size=40, max_size=40),
    seed=st.integers(0, 5),
)
def test_every_image_is_in_one_part_and_no_photo_in_two(groups, labels, seed):
    count = len(groups)
    verdicts = (JudgedPair(0, count - 1, "duplicate"),) if count > 1 else ()
    data = dataset(unit(count), labels[:count], groups=groups, verdicts=verdicts)
    split = make_split(data, seed)
    parts = [split.train, split.validation, split.test]
    assert sorted(np.concatenate(parts).tolist()) == list(range(count))
    photo = photo_groups(data)
    for one in range(3):
        for other in range(one):
            assert not set(photo[parts[one]]) & set(photo[parts[other]])


def test_labels_are_in_every_part_and_the_seed_decides():
    data = dataset(unit(60), ["a"] * 20 + ["b"] * 40)
    split = make_split(data, 3)
    for rows in (split.train, split.validation, split.test):
        assert {data.labels[r] for r in rows} == {"a", "b"}
    assert (len(split.validation), len(split.test)) == (9, 12)
    np.testing.assert_array_equal(split.test, make_split(data, 3).test)
    assert split.test.tolist() != make_split(data, 4).test.tolist()


def test_a_declared_split_is_taken_and_torn_groups_train():
    parts = ("train", "test", "test", "validation", "train")
    data = dataset(unit(5), ["a"] * 5, groups=[0, 0, 1, 2, 3], parts=parts)
    split = make_split(data, 0)
    assert (
        split.train.tolist() == [0, 1, 4] and split.test.tolist() == [2] and split.validation.tolist() == [3]
    )
    assert "2 images" in split.notes[0]


def test_nothing_to_train_on_is_explained():
    with pytest.raises(TrainingError, match="no image"):
        make_split(dataset(unit(2), parts=("test", "test")), 0)


def test_class_halves_are_disjoint_and_complete():
    first, second = class_halves(["a", "b", "c", "a", "d", "e"], 1)
    assert first | second == set("abcde") and not first & second
    assert (len(first), len(second)) == (3, 2)
