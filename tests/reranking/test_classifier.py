import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reranking.classifier import PairClassifier, UnfitError
from core.stored import from_json, to_json

NAMES = ("cosine", "inliers")


def examples(seed=0, n=400):
    """Labels drawn from known log odds 3 x - 2 y."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    odds = 3 * x[:, 0] - 2 * x[:, 1]
    return x, rng.uniform(size=n) < 1 / (1 + np.exp(-odds))


def test_known_weights_are_recovered():
    x, y = examples(n=20_000)
    judge = PairClassifier.fit(x, y, NAMES)
    raw = np.array(judge.weights) / judge.deviations
    assert raw == pytest.approx([3, -2], rel=0.1)
    assert judge.bias - float(np.dot(raw, judge.means)) == pytest.approx(0, abs=0.15)
    assert (judge.positives, judge.negatives) == (int(y.sum()), int((~y).sum()))


def test_scikit_learn_finds_the_same():
    linear = pytest.importorskip("sklearn.linear_model")
    x, y = examples(1)
    judge = PairClassifier.fit(x, y, NAMES, ridge=1.0)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    theirs = linear.LogisticRegression(C=1.0, class_weight="balanced", tol=1e-9, max_iter=1000).fit(z, y)
    assert judge.weights == pytest.approx(theirs.coef_[0], abs=1e-4)
    assert judge.predict(x) == pytest.approx(theirs.predict_proba(z)[:, 1], abs=1e-4)


def test_pairs_told_apart_perfectly_do_not_send_it_to_infinity():
    x = np.array([[0.1, 0], [0.2, 0], [0.8, 0], [0.9, 0]])
    judge = PairClassifier.fit(x, np.array([False, False, True, True]), NAMES)
    assert np.isfinite(judge.weights).all()
    p = judge.predict(x)
    assert (p[:2] < 0.5).all()
    assert (p[2:] > 0.5).all()
    assert judge.weights[1] == pytest.approx(0)  # a feature that never changes says nothing


def test_what_is_kept_is_json_and_comes_back():
    judge = PairClassifier.fit(*examples(2), NAMES)
    assert from_json(PairClassifier, to_json(judge)) == judge
    assert json.loads(to_json(judge))["names"] == list(NAMES)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"names": 3}', "nonsense", '{"names": ["a"], "means": [], "deviations": []}'],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        from_json(PairClassifier, text)


def test_numbers_that_are_none_are_refused():
    judge = PairClassifier.fit(*examples(2), NAMES)
    given_ = json.loads(to_json(judge))
    for change in ({"bias": float("nan")}, {"deviations": [0.0, 1.0]}, {"weights": [1.0]}):
        with pytest.raises(ValueError, match="expected"):
            from_json(PairClassifier, json.dumps(given_ | change))


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.empty((0, 2)), []),
        (np.ones((3, 2)), [True] * 3),
        (np.ones((3, 2)), [False] * 3),
        (np.full((2, 2), np.nan), [True, False]),
    ],
)
def test_examples_that_teach_nothing_are_refused(x, y):
    with pytest.raises(UnfitError):
        PairClassifier.fit(x, np.array(y, bool), NAMES)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 30), scale=st.floats(1e-6, 1e6))
def test_probabilities_are_probabilities_whatever_it_was_taught(seed, n, scale):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2)) * scale
    y = np.arange(n) % 2 == 0
    p = PairClassifier.fit(x, y, NAMES).predict(x)
    assert ((p >= 0) & (p <= 1)).all()
