from dataclasses import replace

import numpy as np
import pytest

from core.errors import EvaluationError
from core.evaluation.compare import Comparison, compare, compare_each
from core.evaluation.evaluate import measure
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.task import EvalQuery
from core.evaluation.protocols.text import WordsProtocol


@pytest.fixture
def run(five):
    """A run over sixty invented queries, by their values of one metric."""
    found = measure(five, LabelProtocol(), metrics=["p@5"])

    def make(values):
        queries = tuple(EvalQuery(f"q{i}", f"q{i}", "all") for i in range(len(values)))
        return replace(found, queries=queries, values=np.array(values, np.float64)[:, None])

    return make


def test_a_gain_is_said_with_its_interval(run):
    rng = np.random.default_rng(0)
    before = rng.uniform(0.3, 0.6, 60)
    after = before + rng.uniform(0.0, 0.1, 60)
    rise = compare(run(before), run(after)).of("p@5")
    assert rise.significant
    assert rise.sentence.startswith("P@5 rises by 0.0")
    assert "(95 % CI 0.04" in rise.sentence
    assert rise.sentence.endswith("p < 0.001).")
    assert compare(run(after), run(before)).of("p@5").sentence.startswith("P@5 falls by 0.0")
    assert rise.after - rise.before == pytest.approx(rise.test.difference)


def test_luck_is_not_called_a_gain(run):
    rng = np.random.default_rng(1)
    before = rng.uniform(0.3, 0.6, 60)
    unclear = compare(run(before), run(before + rng.normal(0, 0.05, 60))).of("p@5")
    assert not unclear.significant
    assert "no significant difference" in unclear.sentence
    assert " to +0.0" in unclear.sentence
    assert compare(run(before), run(before)).of("p@5").sentence == "P@5 is the same for every query."


def test_queries_are_matched_by_their_keys(run):
    before, after = run(np.linspace(0, 1, 30)), run(np.linspace(0, 1, 40))
    turned = replace(after, queries=after.queries[::-1], values=after.values[::-1])
    assert compare(after, turned).metrics[0].test.equal == 40
    found = compare(before, after)
    assert found.queries == 30
    assert found.notes == ("Compared over the 30 queries of both runs; 10 are in one of them only.",)


def test_many_comparisons_are_corrected_together(run):
    rng = np.random.default_rng(2)
    before = rng.uniform(0.3, 0.6, 20)
    others = [run(np.clip(before + rng.normal(0.012, 0.03, 20), 0, 1)) for _ in range(4)]
    together = compare_each(run(before), others)
    assert all(isinstance(one, Comparison) for one in together)
    for alone, among in zip([compare(run(before), o) for o in others], together, strict=True):
        assert among.metrics[0].p_adjusted >= alone.metrics[0].p_adjusted
    assert min(c.metrics[0].p_adjusted for c in together) == pytest.approx(
        min(1.0, 4 * min(c.metrics[0].test.p_value for c in together))
    )
    assert compare_each(run(before), []) == ()


def test_runs_that_cannot_be_compared(five):
    by_label = measure(five, LabelProtocol(), metrics=["map"])
    with pytest.raises(EvaluationError, match="fewer than two queries in common"):
        compare(by_label, measure(five, WordsProtocol(), metrics=["map"]))
    other = measure(five, LabelProtocol(), metrics=["mrr"])
    with pytest.raises(EvaluationError, match="no metric in common"):
        compare(by_label, other)
    with pytest.raises(EvaluationError, match="not measured in both"):
        compare(by_label, by_label).of("mrr")


def test_changed_data_are_pointed_out(five):
    before = measure(five, LabelProtocol())
    five.set_label([five.ids()[0]], "b")
    after = measure(five, LabelProtocol())
    assert any("Pictures or labels changed" in note for note in compare(before, after).notes)
    narrowed = measure(five, LabelProtocol(near=0.9999))
    assert any("do not agree" in note for note in compare(after, narrowed).notes) == (
        after.setup.judgement_hash != narrowed.setup.judgement_hash
    )
