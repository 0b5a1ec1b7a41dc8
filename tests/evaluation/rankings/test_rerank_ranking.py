from dataclasses import dataclass

import numpy as np
import pytest

from core import Query, SearchEngine, Workspace
from core.errors import EvaluationError, QueryError
from core.evaluation.evaluate import evaluate, measure
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.text import CaptionProtocol
from core.evaluation.rankings.rerank_ranking import RerankingRanker
from core.evaluation.replay import replay
from core.evaluation.serialize import load
from core.jobs import Cancelled, Monitor
from core.search import rerankers
from core.search.rerankers import SecondOrder
from tests.evaluation.conftest import FIVE, say_duplicates


class Backwards:
    """Turns the candidates round, and remembers which they were."""

    name = "backwards"

    def __init__(self):
        self.seen = []

    def rerank(self, first):
        self.seen.append(first)
        note = "" if len(first.ids) > 2 else "There was little to turn round."
        return SecondOrder(list(range(len(first.ids)))[::-1], note=note)


@pytest.fixture
def backwards(monkeypatch):
    made = Backwards()
    monkeypatch.setitem(rerankers._BY_NAME, "backwards", made)
    return made


def names(shop, answers):
    return [shop.get(answer.picture_id).name for answer in answers]


def test_the_first_candidates_change_places_and_the_rest_stands(five, backwards):
    found = measure(five, LabelProtocol(), reranker="backwards", depth=3)
    row = next(i for i, q in enumerate(found.queries) if q.name == "a-0.png")
    assert names(five, found.answers(row)) == ["a-45.png", "b-22.png", "a-10.png", "b-60.png"]
    assert found.values[row, 0] == pytest.approx((1 + 2 / 3) / 2)
    assert found.scores is None
    assert found.answers(row)[0].score is None
    assert found.answers(row)[0].relevant
    assert (found.setup.reranker, found.setup.reranker_parameters["depth"]) == ("backwards", 3)
    assert backwards.seen[row].query == Query(like=(found.queries[row].picture_id,))
    assert list(backwards.seen[row].scores) == sorted(backwards.seen[row].scores, reverse=True)


def test_what_is_kept_out_takes_no_place_among_the_candidates(five, backwards):
    ids = {p.name: p.id for p in five.page()}
    say_duplicates(five, (ids["a-0.png"], ids["a-10.png"]))
    found = measure(five, LabelProtocol(), reranker="backwards", depth=50)
    seen = {q.name: first.ids for q, first in zip(found.queries, backwards.seen, strict=True)}
    assert len(seen["a-0.png"]) == 3
    assert ids["a-10.png"] not in seen["a-0.png"]
    assert found.hits[0].tolist() == [ids["b-60.png"], ids["a-45.png"], ids["b-22.png"], -1, -1]


def test_notes_of_the_reranker_are_counted(five, backwards):
    found = measure(five, LabelProtocol(), reranker="backwards", depth=2)
    assert "5 queries: There was little to turn round." in found.notes


@pytest.mark.parametrize("name", ["k-reciprocal", "expansion", "local"])
def test_the_order_is_that_of_the_search_engine(sample_home, name):
    sample = Workspace(sample_home).open("sample")
    protocol = LabelProtocol(copies="in", max_queries=4)
    found = measure(sample, protocol, reranker=name, depth=20, k=20)
    engine = SearchEngine(sample)
    for row, query in enumerate(found.queries):
        hits = engine.search(Query(like=(query.picture_id,)), 20, rerank=name, depth=20)
        assert [hit.id for hit in hits] == found.hits[row].tolist()


def test_sentences_are_looked_at_again_too(sample_home):
    sample = Workspace(sample_home).open("sample")
    found = measure(sample, CaptionProtocol(max_queries=3), reranker="local")
    assert any("needs a picture to look for" in note for note in found.notes)
    plain = measure(sample, CaptionProtocol(max_queries=3))
    assert np.array_equal(found.hits, plain.hits)


def test_a_reranked_run_is_stored_timed_and_replayed(five, backwards):
    found = evaluate(five, LabelProtocol(), reranker="backwards", depth=3)
    assert [stage.name for stage in found.costs.stages][-2:] == ["rerank", "total"]
    assert load(five, found.id).scores is None
    assert replay(five, found.id).same
    assert found.title == "labels · tiny + backwards"
    plain = evaluate(five, LabelProtocol())
    assert "rerank" not in [stage.name for stage in plain.costs.stages]


def test_rerankers_and_depths_that_do_not_work(five, backwards):
    with pytest.raises(QueryError, match="no re-ranker “magic”"):
        measure(five, LabelProtocol(), reranker="magic")
    with pytest.raises(EvaluationError, match="look at again must lie between"):
        measure(five, LabelProtocol(), reranker="backwards", depth=0)
    backwards.rerank = lambda first: SecondOrder([0, 0])
    with pytest.raises(QueryError, match="does not give each candidate one place"):
        measure(five, LabelProtocol(), reranker="backwards")


@dataclass(frozen=True)
class Learned:
    """Like `Backwards`, but with something that it has learned."""

    weight: float
    name: str = "taught"

    def rerank(self, first):
        return SecondOrder(range(len(first.ids)))


def test_a_replay_tells_that_the_reranker_has_learned_since(five, monkeypatch):
    monkeypatch.setitem(rerankers._BY_NAME, "taught", Learned(0.5))
    found = evaluate(five, LabelProtocol(), reranker="taught")
    assert replay(five, found.id).changes == ()
    monkeypatch.setitem(rerankers._BY_NAME, "taught", Learned(0.6))
    assert replay(five, found.id).sentence == (
        "Every figure is the same. The re-ranker has other settings, or has learned since."
    )


def test_it_stops_between_two_queries(five, backwards):
    ranker = RerankingRanker(five, "tiny", five.encoder(), "backwards", 50)
    monitor = Monitor()
    original = backwards.rerank

    def stop_after_two(first):
        if len(backwards.seen) == 1:
            monitor.cancel()
        return original(first)

    backwards.rerank = stop_after_two
    from core.evaluation.rankings.eval_set import gather

    task = LabelProtocol().build(gather(five, ["tiny"]), 0)
    with pytest.raises(Cancelled):
        list(ranker.rank(task, monitor))
    assert len(backwards.seen) == 2 < len(FIVE)
