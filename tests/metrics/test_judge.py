import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics.judge import judge, judge_by_label

IDS = np.array([[5, 2, 9], [2, 7, -1]])
GALLERY = np.array([2, 5, 7, 9])
LABELS = ["shoe", "hat", None, "shoe"]


def test_ids_that_are_relevant():
    rankings = judge(IDS, [{2, 9, 100}, []])
    assert rankings.gains.tolist() == [[False, True, True], [False, False, False]]
    assert rankings.relevant.tolist() == [3, 0]
    assert rankings.ideal is None


def test_ids_with_grades():
    rankings = judge(IDS, [{2: 3.0, 4: 1.0, 9: 0.0}, {7: 2.0}])
    assert rankings.gains.tolist() == [[0.0, 3.0, 0.0], [0.0, 2.0, 0.0]]
    assert rankings.relevant.tolist() == [2, 1]
    assert rankings.ideal[:, :2].tolist() == [[3.0, 1.0], [2.0, 0.0]]


def test_scores_are_kept():
    scores = np.array([[3.0, 2.0, 2.0], [1.0, 0.5, -np.inf]])
    assert judge(IDS, [{2}, {2}], scores=scores).scores is scores


@pytest.mark.parametrize(
    ("ids", "relevant", "says"),
    [
        (IDS, [{2}], "2 queries"),
        (IDS[0], [{2}], "shape"),
        (np.array([[-2]]), [{2}], "negative"),
        (np.array([[2]]), [{-1}], "negative"),
        (np.array([[2]]), [{2: -1.0}], "negative"),
        (np.array([[3, 2, 2]]), [{2, 4}], "id 2 is ranked twice"),
    ],
)
def test_what_cannot_be_judged_is_refused(ids, relevant, says):
    with pytest.raises(ValueError, match=says):
        judge(ids, relevant)


def test_labels_that_agree():
    rankings = judge_by_label(IDS, ["shoe", "hat"], GALLERY, LABELS)
    assert rankings.gains.tolist() == [[False, True, True], [False, False, False]]
    assert rankings.relevant.tolist() == [2, 1]


def test_without_a_label_nothing_is_relevant_and_padding_least_of_all():
    rankings = judge_by_label(IDS, [None, "scarf"], GALLERY, LABELS)
    assert not rankings.gains.any()
    assert rankings.relevant.tolist() == [0, 0]


def test_a_query_is_taken_out_of_its_own_ranking():
    scores = np.array([[0.9, 0.8, 0.7], [0.9, 0.8, -np.inf]])
    rankings = judge_by_label(IDS, ["shoe", "shoe"], GALLERY, LABELS, own=np.array([2, -1]), scores=scores)
    assert rankings.gains.tolist() == [[False, True, False], [True, False, False]]
    assert rankings.relevant.tolist() == [1, 2]
    assert rankings.scores.tolist() == [[0.9, 0.7, -np.inf], [0.9, 0.8, -np.inf]]


def test_a_query_that_was_not_ranked_is_not_counted_either():
    rankings = judge_by_label(np.array([[5, 2]]), ["shoe"], GALLERY, LABELS, own=np.array([9]))
    assert rankings.gains.tolist() == [[False, True]]
    assert rankings.relevant.tolist() == [1]


def test_a_query_that_is_its_own_only_relevant_item_has_nothing_to_find():
    rankings = judge_by_label(np.array([[5, 2]]), ["hat"], GALLERY, LABELS, own=np.array([5]))
    assert rankings.relevant.tolist() == [0]
    assert not rankings.gains.any()


def test_an_own_id_outside_the_gallery_takes_nothing_away():
    rankings = judge_by_label(np.array([[5, 2]]), ["hat"], GALLERY, LABELS, own=np.array([77]))
    assert rankings.relevant.tolist() == [1]


@pytest.mark.parametrize(
    ("gallery", "labels", "own", "says"),
    [
        (np.array([1, 1]), ["a", "a"], None, "distinct"),
        (np.array([-1, 1]), ["a", "a"], None, "not negative"),
        (np.array([5, 2]), ["a", "a"], None, "id 9 was ranked"),
        (np.array([], int), [], None, "id 5 was ranked"),
        (GALLERY, ["a"], None, "one label"),
        (GALLERY, LABELS, np.array([1]), "own ids"),
    ],
)
def test_a_gallery_that_does_not_fit_is_refused(gallery, labels, own, says):
    with pytest.raises(ValueError, match=says):
        judge_by_label(IDS, ["a", "b"], gallery, labels, own=own)


def test_an_id_ranked_twice_is_refused_the_query_itself_too():
    with pytest.raises(ValueError, match="id 2 is ranked twice"):
        judge_by_label(np.array([[2, 5, 2]]), ["shoe"], GALLERY, LABELS)
    with pytest.raises(ValueError, match="ranked twice"):
        judge_by_label(np.array([[2, 5, 2]]), ["shoe"], GALLERY, LABELS, own=np.array([2]))


def test_an_empty_gallery_and_empty_rankings():
    assert judge_by_label(np.array([[-1]]), ["a"], np.array([], int), []).relevant.tolist() == [0]
    assert judge(np.zeros((0, 3), int), []).relevant.shape == (0,)
    assert judge(np.zeros((1, 0), int), [{1}]).relevant.tolist() == [1]
    own = judge_by_label(np.zeros((1, 0), int), ["hat"], GALLERY, LABELS, own=np.array([5]))
    assert own.relevant.tolist() == [0]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    spread=st.sampled_from([1, 10**9]),
    own=st.booleans(),
)
def test_labels_and_id_sets_agree_wherever_ids_are_dense_or_not(seed, spread, own):
    rng = np.random.default_rng(seed)
    gallery = rng.permutation(40)[:30] * spread
    labels = rng.choice(np.array(["a", "b", "c"]), 30)
    queries = rng.choice(30, 5, replace=False)
    ids = np.stack([rng.permutation(gallery)[:12] for _ in queries])
    mine = gallery[queries] if own else np.full(5, -1)
    by_label = judge_by_label(ids, labels[queries], gallery, labels, own=mine)
    for row, query in enumerate(queries):
        wanted = set(gallery[labels == labels[query]].tolist()) - {int(mine[row])}
        kept = [int(i) for i in ids[row] if i != mine[row]]
        assert by_label.relevant[row] == len(wanted)
        expected = [i in wanted for i in kept]
        assert by_label.gains[row].tolist() == expected + [False] * (12 - len(kept))
