"""The same figures as ranx and scikit-learn, on random rankings."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score

from core.metrics.judge import judge
from core.metrics.rankings import Rankings
from core.metrics.registry import metric

RANX = Path(__file__).parents[1] / "support" / "ranx_process.py"
NAMES = [
    f"{family}{cut}"
    for family in ("precision", "recall", "map", "ndcg", "ndcg_exp", "mrr", "hit_rate")
    for cut in ("@1", "@5", "@10", "@40", "")
    if family + cut != "precision"
]


@pytest.fixture(scope="module")
def compared():
    """Rankings of 60 queries, 40 deep, some of whose relevant items were not found; and what ranx says."""
    rng = np.random.default_rng(3)
    ids = np.stack([rng.permutation(200)[:40] for _ in range(60)])
    chosen = [rng.choice(200, rng.integers(1, 60), replace=False) for _ in ids]
    cases = {
        kind: [{int(i): float(rng.integers(1, highest + 1)) for i in of_query} for of_query in chosen]
        for kind, highest in (("binary", 1), ("graded", 4))
    }
    asked = json.dumps({"ids": ids.tolist(), "cases": cases, "metrics": NAMES})
    done = subprocess.run([sys.executable, RANX], input=asked, capture_output=True, text=True, check=True)
    return {kind: judge(ids, relevant) for kind, relevant in cases.items()}, json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["binary", "graded"])
@pytest.mark.parametrize("name", NAMES)
def test_every_query_measures_the_same_in_ranx(compared, name, kind):
    rankings, expected = compared
    assert metric(name)(rankings[kind]).values == pytest.approx(expected[kind][name], abs=1e-6)


@pytest.mark.parametrize("k", [1, 5, 30, None])
def test_ndcg_is_that_of_scikit_learn(k):
    rng = np.random.default_rng(4)
    gains = rng.integers(0, 4, (50, 30)).astype(float)
    gains[:, 3] = 2
    scores = np.broadcast_to(np.arange(30.0)[::-1], gains.shape)
    name = "ndcg" if k is None else f"ndcg@{k}"
    assert metric(name)(Rankings.graded(gains, gains)).mean == pytest.approx(ndcg_score(gains, scores, k=k))


def test_average_precision_is_that_of_scikit_learn():
    rng = np.random.default_rng(5)
    gains = rng.random((50, 30)) < 0.2
    gains[:, 7] = True
    scores = np.arange(30.0)[::-1]
    expected = [average_precision_score(row, scores) for row in gains]
    assert metric("map")(Rankings(gains, gains.sum(axis=1))).values == pytest.approx(expected, abs=1e-9)
