import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.reranking.evidence_first import ENOUGH_INLIERS, by_score, evidence_first

counts = st.lists(st.integers(0, 60), max_size=60)


def test_evidence_comes_first_and_the_rest_stays():
    assert evidence_first([0, 9, 3, 40, 9]) == [3, 1, 4, 0, 2]
    assert evidence_first([]) == []
    assert evidence_first([0.2, 0.9, 0.5], enough=0.5) == [1, 2, 0]


@given(st.lists(st.integers(0, ENOUGH_INLIERS - 1), max_size=60))
def test_where_evidence_says_nothing_the_first_order_stands_exactly(inliers):
    assert evidence_first(inliers) == list(range(len(inliers)))


@given(counts)
def test_every_candidate_stays_and_those_without_evidence_keep_their_order(inliers):
    order = evidence_first(inliers)
    assert sorted(order) == list(range(len(inliers)))
    told = [place for place in order if inliers[place] >= ENOUGH_INLIERS]
    untold = [place for place in order if inliers[place] < ENOUGH_INLIERS]
    assert order == told + untold
    assert untold == sorted(untold)
    assert [inliers[place] for place in told] == sorted((inliers[place] for place in told), reverse=True)


@given(st.lists(st.floats(-1, 1), max_size=40))
def test_scores_order_and_ties_stay(scores):
    order = by_score(np.array(scores))
    assert order == sorted(range(len(scores)), key=lambda place: (-scores[place], place))
