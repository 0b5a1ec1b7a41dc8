"""Which stored runs belong together, and what each category gained."""

import numpy as np
import pytest

from core.errors import EvaluationError
from core.evaluation.compare import compare
from core.evaluation.encoders.comparison import compare_encoders
from core.evaluation.evaluate import evaluate
from core.evaluation.history import (
    category_differences,
    latest_encoders,
    measure_second_looks,
    partner,
    second_look_ms,
    second_looks,
    worth_having,
)
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.text import WordsProtocol
from core.evaluation.serialize import runs
from core.jobs import Cancelled, Monitor
from tests.support.tiny import TinyEncoder, register


def test_the_second_looks_of_one_question(five):
    plain = evaluate(five, LabelProtocol())
    evaluate(five, WordsProtocol())
    again = evaluate(five, LabelProtocol(), reranker="k-reciprocal")
    latest = evaluate(five, LabelProtocol())
    found = second_looks(runs(five), plain.setup)
    assert {name: run.id for name, run in found.items()} == {None: latest.id, "k-reciprocal": again.id}
    assert next(iter(found)) is None, "the first order comes first"
    five.set_label([five.page(limit=1)[0].id], "b")
    moved = evaluate(five, LabelProtocol())
    assert list(second_looks(runs(five), moved.setup)) == [None], "other labels are another question"


def test_the_run_to_compare_with(five):
    words = evaluate(five, WordsProtocol())
    plain = evaluate(five, LabelProtocol())
    again = evaluate(five, LabelProtocol(), reranker="expansion")
    other = evaluate(five, LabelProtocol(), reranker="k-reciprocal")
    by_id = {run.id: run for run in runs(five)}
    assert partner(runs(five), by_id[again.id]).id == plain.id
    assert partner(runs(five), by_id[other.id]).id == plain.id
    assert partner(runs(five), by_id[plain.id]).id == other.id
    assert partner(runs(five), by_id[words.id]) is None


def test_measuring_several_second_looks(five):
    setup = evaluate(five, LabelProtocol(), k=5).setup
    found = measure_second_looks(five, setup, ["expansion", None])
    assert [run.setup.reranker for run in found] == ["expansion", None]
    assert {run.setup.k for run in found} == {5}
    assert len(runs(five)) == 3


def test_what_was_measured_before_a_cancel_stays(five):
    setup = evaluate(five, LabelProtocol()).setup
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        measure_second_looks(five, setup, ["expansion"], monitor)
    assert len(runs(five)) == 1


def test_the_last_comparison_of_encoders(five):
    register(TinyEncoder("tiny-two", version="2"))
    assert latest_encoders(runs(five)) == ()
    compare_encoders(five, ["tiny", "tiny-two"], LabelProtocol())
    evaluate(five, LabelProtocol())
    group = latest_encoders(runs(five))
    assert [run.setup.encoder for run in group] == ["tiny", "tiny-two"]


def test_what_a_second_look_costs_is_its_own_time_on_top(five):
    plain = evaluate(five, LabelProtocol())
    again = evaluate(five, LabelProtocol(), reranker="expansion")
    runs_of = {None: plain, "expansion": again}
    ms = second_look_ms(runs_of)
    assert ms[None] == plain.costs.stage("total").p50_ms
    assert ms["expansion"] == pytest.approx(ms[None] + again.costs.stage("rerank").p50_ms)
    assert second_look_ms({"expansion": again}) == {}
    worth = worth_having(runs_of, {None: 1.0, "expansion": 2.0}, "map")
    assert worth[None]
    assert worth["expansion"] == (again.figure("map").mean > plain.figure("map").mean)


def test_what_each_category_gained(five):
    before = evaluate(five, LabelProtocol())
    after = evaluate(five, LabelProtocol(), reranker="expansion")
    found = category_differences(compare(before, after), "map")
    assert [(one.category, one.queries) for one in found] == [("a", 3), ("b", 2)]
    column = before.column("map")
    for one in found:
        rows = [row for row, query in enumerate(before.queries) if query.category == one.category]
        assert one.before == pytest.approx(np.mean(before.values[rows, column]))
        assert one.after == pytest.approx(np.mean(after.values[rows, column]))
        assert one.interval.low - 1e-9 <= one.difference <= one.interval.high + 1e-9


def test_a_metric_that_one_run_lacks(five):
    before = evaluate(five, LabelProtocol())
    after = evaluate(five, LabelProtocol(), metrics=("map",))
    with pytest.raises(EvaluationError, match="not measured"):
        category_differences(compare(before, after), "p@5")
