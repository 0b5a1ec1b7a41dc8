import numpy as np
import pytest

from core.errors import TrainingError
from core.training.data.dataset import ImageCopies, JudgedPair
from core.training.data.signals import collect_items
from tests.training.support import circle, dataset


def everything(data, *signals, **more):
    return collect_items(data, signals, np.arange(len(data.ids)), **more)


def words(texts):
    return circle(*(90 + 10 * len(text) for text in texts))


def test_labels_group_images_and_their_own_words():
    data = dataset(circle(0, 1, 50, 51, 70), ["a", "a", "bb", "bb", None], encode_texts=words)
    items = everything(data, "labels")
    assert items.rows.tolist() == [0, 1, 2, 3, -1, -1]
    assert items.groups[4] == items.groups[0] and items.groups[5] == items.groups[2]
    np.testing.assert_allclose(items.embeddings[4:], words(["a", "bb"]))
    assert items.named.all()


def test_an_unlabelled_image_is_not_among_the_items():
    items = everything(dataset(circle(0, 1, 2, 3, 4), ["a", "a", "b", "b", None]), "labels")
    assert 4 not in items.rows


def test_copies_belong_to_their_image_and_to_its_label_if_it_has_one():
    copies = ImageCopies(circle(5, 6, 7), np.array([0, 4, 5]), ("crop", "grey", "blur"))
    data = dataset(circle(0, 1, 2, 3, 40, 50), ["a", "a", "b", "b", None, None], copies=copies)
    items = everything(data, "labels", "copies")
    group = {
        (int(row), bool(row in items.rows[:i])): int(g)
        for i, (row, g) in enumerate(zip(items.rows, items.groups, strict=True))
    }
    assert group[0, True] == group[0, False] == group[1, False]
    assert group[4, True] == group[4, False] != group[5, False]
    assert items.named.tolist().count(False) == 4


def test_equal_captions_belong_together():
    data = dataset(circle(0, 1, 50), captions=["red hat", " red hat ", "shoe"], encode_texts=words)
    items = everything(data, "captions")
    assert items.rows.tolist() == [0, -1, 1, 2, -1]
    assert items.groups.tolist() == [0, 0, 0, 1, 1]


def test_duplicate_verdicts_join_and_contradictory_ones_are_reported():
    pairs = [
        (0, 1, "duplicate"),
        (2, 3, "duplicate"),
        (4, 5, "duplicate"),
        (4, 5, "different"),
        (0, 6, "unsure"),
    ]
    data = dataset(circle(*range(7)), verdicts=tuple(JudgedPair(*pair) for pair in pairs))
    items = everything(data, "verdicts")
    assert items.rows.tolist() == [0, 1, 2, 3]
    assert items.groups.tolist() == [0, 0, 1, 1]
    assert len(items.notes) == 1


def test_held_back_labels_and_other_rows_take_no_part():
    data = dataset(circle(*range(8)), ["a", "a", "b", "b", "c", "c", "d", "d"])
    items = collect_items(data, ["labels"], np.arange(6), frozenset({"a"}))
    assert items.rows.tolist() == [2, 3, 4, 5]


def test_a_label_with_one_image_is_said():
    data = dataset(circle(*range(5)), ["a", "a", "b", "b", "lonely"])
    assert "lonely" in everything(data, "labels").notes[0]


@pytest.mark.parametrize(
    ("data", "signal", "says"),
    [
        (dataset(circle(0, 1)), "labels", "No image has a label"),
        (dataset(circle(0, 1), ["a", "a"]), "labels", "have the label “a”"),
        (dataset(circle(0, 1, 2), ["a", "a", "b"]), "labels", "Only 1 of 2 labels has two"),
        (dataset(circle(0, 1)), "verdicts", "judged a duplicate"),
        (dataset(circle(0, 1), captions=["x", "y"]), "captions", "no words"),
        (dataset(circle(0, 1), encode_texts=words), "captions", "No image has a caption"),
        (dataset(circle(0, 1)), "copies", "no altered copies"),
    ],
)
def test_too_little_to_learn_from_is_explained(data, signal, says):
    with pytest.raises(TrainingError, match=says):
        everything(data, signal)
