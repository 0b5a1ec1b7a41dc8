import numpy as np
import pytest

from core.errors import MetricError
from core.metrics.ndcg import ndcg_at_k
from core.metrics.rankings import Rankings
from core.metrics.registry import FAMILIES, metric

RANKINGS = Rankings.graded(np.array([[1.0, 0.0, 3.0]]), np.array([[3.0, 2.0, 1.0]]))


def test_a_name_and_a_cut_off():
    assert metric("ndcg@2")(RANKINGS).values == pytest.approx(ndcg_at_k(RANKINGS, 2).values)
    assert metric("ndcg_exp@2")(RANKINGS).values == pytest.approx(
        ndcg_at_k(RANKINGS, 2, "exponential").values
    )


@pytest.mark.parametrize(
    ("written", "name", "title"),
    [
        ("P@5", "precision@5", "P@5"),
        ("r@10", "recall@10", "R@10"),
        (" mAP ", "map", "mAP"),
        ("AP@100", "map@100", "mAP@100"),
        ("RR", "mrr", "MRR"),
        ("nDCG@10", "ndcg@10", "nDCG@10"),
        ("hit@1", "hit_rate@1", "Hit rate@1"),
        ("ndcg_exp", "ndcg_exp", "nDCG (exponential gain)"),
        ("MAP@R", "map_at_r", "MAP@R"),
    ],
)
def test_short_names_and_names_for_people(written, name, title):
    assert (metric(written).name, metric(written).title) == (name, title)
    assert metric(name) == metric(written)


@pytest.mark.parametrize("family", ["precision", "recall", "map", "ndcg", "ndcg_exp", "mrr", "hit_rate"])
def test_every_family_can_be_measured(family):
    assert 0 <= metric(f"{family}@2")(RANKINGS).mean <= 1


@pytest.mark.parametrize(
    "name", ["", "f1", "ndcg@", "ndcg@0", "ndcg@-1", "ndcg@ten", "@5", "ndcg@5@5", "ndcg@1.5"]
)
def test_an_unknown_name_is_refused_with_those_there_are(name):
    with pytest.raises(MetricError, match="ndcg@10") as refused:
        metric(name)
    assert f"“{name}”" in str(refused.value)


def test_precision_needs_a_cut_off():
    with pytest.raises(MetricError, match="precision@10"):
        metric("precision")


def test_map_at_r_has_its_own_cut_off():
    first, half = [True, True, False, False], [True, False, True, False]
    rankings = Rankings.whole(np.array([first, half]))
    assert metric("map@r")(rankings).values.tolist() == [1.0, 0.5]
    with pytest.raises(MetricError, match="write map_at_r"):
        metric("map_at_r@5")


def test_every_family_has_its_own_names_and_most_say_what_they_mean():
    names = [name for one in FAMILIES for name in (one.name, one.short) if name]
    assert len(set(names)) == len(names)
    assert "first 5" in metric("recall@5").meaning
