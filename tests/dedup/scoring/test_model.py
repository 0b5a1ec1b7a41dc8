from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dedup.scoring import model_store
from core.dedup.scoring.features import FEATURES, features
from core.dedup.scoring.model import Judge, default_judge, read_judge
from core.stats.logistic import maximise
from core.stored import to_json
from tests.support.evidence import COPY, NOTHING


def test_the_default_tells_copies_from_strangers():
    judge = default_judge()
    copy, stranger = judge.probabilities([COPY, NOTHING])
    assert copy > 0.95
    assert stranger < 0.05


def test_more_evidence_never_makes_a_copy_less_likely():
    judge = default_judge()
    pairs = [replace(COPY, inliers=n, matches=max(n, 12)) for n in (8, 30, 100, 400)]
    assert np.all(np.diff(judge.probabilities(pairs)) >= 0)


def test_equal_pixels_are_certain_and_nothing_else_is():
    judge = default_judge()
    sure, other = judge.probabilities([replace(NOTHING, same_pixels=True), COPY])
    assert sure == 1.0
    assert 0 < other < 1


def test_no_pairs_have_no_probabilities():
    assert default_judge().probabilities([]).shape == (0,)
    assert features([]).shape == (0, len(FEATURES))


def test_without_labels_the_judge_stays():
    judge = default_judge()
    assert judge.refit([], np.array([], bool)) == judge
    assert judge.refit([replace(COPY, same_pixels=True)], np.array([True])) == judge


def test_a_few_labels_move_it_a_little_and_many_decide():
    judge = default_judge()
    doubtful = replace(COPY, inliers=25, matches=60, agreement=0.6, cosine=0.8, hash_distance=14)
    before = judge.probabilities([doubtful])[0]
    said_no = [
        judge.refit([doubtful, NOTHING, COPY] * n, np.array([False, False, True] * n)) for n in (1, 10, 200)
    ]
    after = [one.probabilities([doubtful])[0] for one in said_no]
    assert before > after[0] > after[1] > after[2]
    assert after[2] < 0.1
    assert said_no[2].probabilities([COPY])[0] > 0.9
    assert said_no[2].labels == 600


@pytest.mark.parametrize("kind", [True, False])
def test_labels_all_of_one_kind_do_not_send_it_to_infinity(kind):
    judge = default_judge().refit([COPY, NOTHING] * 5, np.array([kind] * 10))
    assert np.isfinite(judge.weights).all()
    assert judge.probabilities([COPY])[0] > judge.probabilities([NOTHING])[0]


def test_contradicting_labels_meet_in_the_middle():
    judge = default_judge().refit([COPY] * 400, np.array([True, False] * 200))
    assert judge.probabilities([COPY])[0] == pytest.approx(0.5, abs=0.1)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_fit_is_the_best_there_is(seed):
    rng = np.random.default_rng(seed)
    design = np.hstack([rng.normal(size=(30, 3)), np.ones((30, 1))])
    y = (rng.random(30) < 0.4).astype(float)
    start, penalty = rng.normal(size=4), np.array([2.0, 2.0, 2.0, 0.5])
    w = maximise(design, y, start, penalty)

    def value(at):
        logits = design @ at
        return (y * logits - np.logaddexp(0, logits)).sum() - 0.5 * (penalty * (at - start) ** 2).sum()

    assert all(value(w) >= value(w + 0.05 * rng.normal(size=4)) for _ in range(20))


def _stored(folder, text):
    file = folder / "judge.json"
    file.write_text(text, encoding="utf-8")
    return file


def test_json_keeps_all_of_it(tmp_path):
    judge = default_judge().refit([COPY, NOTHING], np.array([True, False]))
    assert read_judge(_stored(tmp_path, to_json(judge))) == judge


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"names": 3}'])
def test_what_is_no_judge_is_refused(text, tmp_path):
    with pytest.raises(ValueError):
        read_judge(_stored(tmp_path, text))


def test_one_that_looks_at_other_things_is_refused(tmp_path):
    with pytest.raises(ValueError, match="other features"):
        read_judge(_stored(tmp_path, to_json(Judge(("height",), (0.0,), (1.0,), (1.0,), 0.0))))


@pytest.mark.parametrize("deviation", [0.0, -1.0, float("nan")])
def test_numbers_that_cannot_be_are_refused(deviation):
    with pytest.raises(ValueError):
        Judge(("a",), (0.0,), (deviation,), (1.0,), 0.0)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="expected"):
        default_judge().refit_rows(np.zeros((3, 2)), np.zeros(3, bool))
    with pytest.raises(ValueError, match="expected"):
        default_judge().refit([COPY], np.array([True]), held=0)


def test_a_collection_keeps_what_it_was_taught(shop):
    assert model_store.load(shop) == default_judge()
    taught = default_judge().refit([COPY], np.array([False]))
    model_store.save(taught, shop)
    assert model_store.load(shop) == taught
    (shop.root / "duplicates.json").write_text("{")
    assert model_store.load(shop) == default_judge()
    model_store.forget(shop)
    assert not list(shop.root.glob("duplicates.json*"))


def test_evidence_is_made_of_numbers():
    with pytest.raises(ValueError, match="finite"):
        replace(COPY, cosine=float("nan"))
