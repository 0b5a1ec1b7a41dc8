import numpy as np
import pytest

from core.metrics.ndcg import ndcg_at_k
from core.metrics.rankings import Rankings

ONE = np.array([1])


@pytest.mark.parametrize(
    ("gains", "relevant", "says"),
    [
        (np.array([True]), ONE, "shape"),
        (np.array([[True]]), np.array([1, 1]), "shape"),
        (np.array([[-1.0]]), ONE, "negative"),
        (np.array([[np.nan]]), ONE, "finite"),
        (np.array([[np.inf]]), ONE, "finite"),
        (np.array([[True, True]]), ONE, "more relevant candidates"),
        (np.array([[2.0]]), ONE, "graded gains need"),
    ],
)
def test_gains_that_cannot_be_are_refused(gains, relevant, says):
    with pytest.raises(ValueError, match=says):
        Rankings(gains, relevant)


@pytest.mark.parametrize(
    ("ideal", "says"),
    [
        (np.array([1.0]), "shape"),
        (np.array([[1.0, 2.0]]), "largest first"),
        (np.array([[-1.0]]), "negative"),
        (np.array([[2.0, 1.0]]), "number of ideal gains"),
        (np.array([[1.0]]), "more gain"),
    ],
)
def test_ideal_gains_that_cannot_be_are_refused(ideal, says):
    with pytest.raises(ValueError, match=says):
        Rankings(np.array([[2.0]]), ONE, ideal)


@pytest.mark.parametrize("scores", [[[0.1, 0.2]], [[np.nan, 0.2]], [[0.2, np.nan]]])
def test_scores_that_rise_or_are_no_numbers_are_refused(scores):
    with pytest.raises(ValueError, match="never rise"):
        Rankings(np.array([[True, False]]), ONE, scores=np.array(scores))
    with pytest.raises(ValueError, match="scores of shape"):
        Rankings(np.array([[True, False]]), ONE, scores=np.array([[1.0]]))


def test_graded_rankings_sort_the_ideal_and_count_what_is_relevant():
    rankings = Rankings.graded(np.array([[0.0, 3.0]]), np.array([[1.0, 0.0, 3.0]]))
    assert rankings.relevant.tolist() == [2]
    assert rankings.ideal.tolist() == [[3.0, 1.0, 0.0]]
    assert rankings.depth == 2


def test_exponential_gains_leave_binary_ones_as_they_are():
    rankings = Rankings(np.array([[True, False]]), ONE)
    assert rankings.exponential() is rankings


@pytest.mark.parametrize("dtype", [bool, np.int64, np.float32, np.float64])
def test_any_type_of_gain_will_do(dtype):
    assert ndcg_at_k(Rankings(np.array([[0, 1]], dtype), ONE)).mean == pytest.approx(1 / np.log2(3))


def test_a_whole_gallery_holds_all_that_is_relevant():
    assert Rankings.whole(np.array([[True, False, True], [False, False, False]])).relevant.tolist() == [2, 0]
