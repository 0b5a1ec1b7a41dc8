import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import EncoderError, EvaluationError
from core.evaluation.encoders.comparison import as_comparison, compare_encoders, embed_all, pareto_points
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.text import WordsProtocol
from core.evaluation.serialize import load, runs
from core.jobs import Cancelled, Monitor
from core.stats.pareto_front import pareto_optimal
from tests.evaluation.conftest import FIVE_AP, fill
from tests.support.tiny import TinyEncoder, register


class Blind(TinyEncoder):
    """Sees the blue plane only, which is the same in all the pictures of these tests."""

    def encode_prepared(self, batch):
        flat = np.zeros((len(batch), self.dim), np.float32)
        flat[:, 0] = 1.0
        return flat


@pytest.fixture
def blind():
    return register(Blind("blind", "1"))


def test_encoders_are_measured_on_the_same_pictures_and_tested(five, blind):
    fill(five, {f"more-{i}": ("ab"[i % 2], 100 + 9 * i) for i in range(9)})
    found = compare_encoders(five, ["tiny", "blind"], LabelProtocol(), k=3, metric="p@1")
    seeing, unseeing = found.rows
    assert (seeing.encoder, unseeing.encoder) == ("tiny", "blind")
    assert seeing.evaluation.setup.data_hash == unseeing.evaluation.setup.data_hash
    assert seeing.evaluation.setup.encoders == ("tiny", "blind")
    # all that the blind one sees ties, so that its precision is the share of right pictures
    assert np.allclose(
        unseeing.evaluation.values[:, unseeing.evaluation.column("p@1")],
        unseeing.evaluation.relevant / 13,
    )
    (against,) = found.comparisons
    assert against.queries == 14
    assert against.before.setup.encoder == "tiny"
    assert min(m.p_adjusted - m.test.p_value for m in against.metrics) >= 0
    for row in found.rows:
        assert row.speed.picture_ms > 0
        assert row.speed.image_query_ms > 0
        assert row.speed.text_query_ms > 0
        assert row.disk_bytes == 14 * 48 * 4
    assert [run.title for run in runs(five)] == ["labels · tiny", "labels · blind"]
    again = as_comparison([load(five, run.id) for run in runs(five)], metric="p@1")
    assert [row.pareto for row in again.rows] == [row.pareto for row in found.rows]
    assert [row.speed for row in again.rows] == [row.speed for row in found.rows]
    assert again.comparisons[0].metrics == against.metrics


def test_what_is_missing_is_embedded_once(five, blind):
    assert embed_all(five, "blind") == ()
    assert len(five.vectors(encoder="blind").ids) == 5
    fill(five, {"late": ("a", 90)})
    embed_all(five, "blind")
    assert len(five.vectors(encoder="blind").ids) == 6


def test_pictures_whose_original_is_gone_are_left_out_for_all(five, blind, tmp_path):
    from tests.evaluation.conftest import at_angle

    (tmp_path / "x" / "b").mkdir(parents=True)
    (tmp_path / "x" / "b" / "gone.png").write_bytes(at_angle(80))
    five.add_folder(tmp_path / "x")
    (tmp_path / "x" / "b" / "gone.png").unlink()
    found = compare_encoders(five, ["tiny", "blind"], LabelProtocol())
    assert [row.evaluation.setup.pictures for row in found.rows] == [5, 5]
    assert "blind could not embed 1 pictures; the first is b/gone.png" in found.notes[0]
    aps = {
        q.name: v
        for q, v in zip(found.rows[0].evaluation.queries, found.rows[0].evaluation.values[:, 0], strict=True)
    }
    assert aps == pytest.approx(FIVE_AP)


def test_encoders_that_cannot_be_compared(five):
    with pytest.raises(EvaluationError, match="at least two different"):
        compare_encoders(five, ["tiny", "tiny"], LabelProtocol())
    register(TinyEncoder("mute", has_text=False))
    with pytest.raises(EvaluationError, match="mute has no words"):
        compare_encoders(five, ["tiny", "mute"], WordsProtocol())
    assert five.space("mute") is None  # refused before anything was embedded
    with pytest.raises(EncoderError):
        compare_encoders(five, ["tiny", "/nowhere/model"], LabelProtocol())


def test_an_encoder_without_words_is_compared_picture_to_picture(five):
    register(TinyEncoder("mute", has_text=False))
    found = compare_encoders(five, ["tiny", "mute"], LabelProtocol())
    assert found.rows[1].speed.text_query_ms is None
    assert found.comparisons[0].of("map").sentence == "mAP is the same for every query."


@pytest.mark.parametrize("after", [0, 3, 9, 14])
def test_cancelled_half_way_no_run_is_stored(five, blind, after):
    class Impatient(Monitor):
        asked = 0

        def cancelled_after(self):
            self.asked += 1
            return self.asked > after

        @property
        def cancelled(self):
            return self.cancelled_after()

    with pytest.raises(Cancelled):
        compare_encoders(five, ["tiny", "blind"], LabelProtocol(), monitor=Impatient())
    assert runs(five) == ()


def test_pareto_points_by_hand():
    # quality up, cost up: each is worth having but the last, which the second beats in both
    assert pareto_optimal(np.array([[0.9, -30], [0.8, -10], [0.7, -20]])).tolist() == [True, True, False]
    assert pareto_optimal(np.array([[1.0, 1.0], [1.0, 1.0]])).tolist() == [True, True]
    assert pareto_optimal(np.empty((0, 2))).tolist() == []


@given(arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(1, 4)), elements=st.integers(0, 3)))
def test_pareto_keeps_the_best_and_whatever_nothing_dominates(points):
    kept = pareto_optimal(points)
    assert kept[np.lexsort(points.T[::-1])[-1]]  # the best in the first column, then the second, …
    for row in np.flatnonzero(~kept):
        assert any(
            (points[o] >= points[row]).all() and (points[o] > points[row]).any() for o in np.flatnonzero(kept)
        )


def test_a_cost_that_one_run_lacks_decides_nothing(five):
    from dataclasses import replace

    from core.evaluation.evaluate import evaluate, measure

    timed = evaluate(five, LabelProtocol())
    points = pareto_points([timed, measure(five, LabelProtocol())])
    assert points[:, 1:].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert pareto_points([timed, replace(timed)])[0, 3] == -5 * 48 * 4
