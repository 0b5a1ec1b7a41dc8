import numpy as np

from core.training.data.dataset import JudgedPair
from core.training.data.links import NotNegatives, photo_groups, verdict_groups
from tests.training.support import circle, dataset


def judged(*pairs):
    return tuple(JudgedPair(a, b, verdict) for a, b, verdict in pairs)


def test_a_photo_is_a_duplicate_group_and_what_was_judged_a_duplicate_of_it():
    data = dataset(
        circle(0, 1, 2, 3, 4),
        groups=[7, 7, 8, 9, 3],
        verdicts=judged((1, 2, "duplicate"), (3, 4, "different")),
    )
    photo = photo_groups(data)
    assert photo[0] == photo[1] == photo[2]
    assert len(set(photo.tolist())) == 3


def test_duplicates_and_unsure_pairs_are_never_negatives():
    data = dataset(circle(0, 1, 2, 3), groups=[0, 0, 1, 2], verdicts=judged((2, 3, "unsure")))
    rows = np.array([0, 1, 2, 3, -1])
    mask = NotNegatives(data).mask(rows, rows)
    expected = np.zeros((5, 5), bool)
    expected[0, 0] = expected[1, 1] = expected[2, 2] = expected[3, 3] = True
    expected[0, 1] = expected[1, 0] = expected[2, 3] = expected[3, 2] = True
    np.testing.assert_array_equal(mask, expected)


def test_a_pair_judged_both_ways_is_left_out_and_said():
    data = dataset(
        circle(0, 1, 2, 3), verdicts=judged((0, 1, "duplicate"), (1, 0, "different"), (2, 3, "duplicate"))
    )
    found = verdict_groups(data, use_labels=False)
    assert found.contradictory == {0, 1}
    assert "1 group" in found.notes[0] and "different" in found.notes[0]


def test_a_pair_that_others_join_contradicts_too():
    verdicts = judged((0, 1, "duplicate"), (1, 2, "duplicate"), (0, 2, "different"))
    assert verdict_groups(dataset(circle(0, 1, 2), verdicts=verdicts), use_labels=False).contradictory == {
        0,
        1,
        2,
    }


def test_duplicates_with_different_labels_contradict_where_labels_are_used():
    data = dataset(circle(0, 1, 2), labels=["hat", "shoe", None], verdicts=judged((0, 1, "duplicate")))
    assert verdict_groups(data, use_labels=True).contradictory == {0, 1}
    assert verdict_groups(data, use_labels=False).contradictory == frozenset()
