"""What the records of a collection show of each drill."""

import json
from types import SimpleNamespace

import pytest

from core.clustering.store import ClusteringStore
from core.collection.verdicts import Judgement
from core.drills.checklist import DRILLS, checklist
from core.drills.run import compare, last_shown, show_mistake
from core.errors import LookalikeError
from core.evaluation.evaluate import evaluate
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.splits import Split
from core.evaluation.store import MarkStore
from core.health.store import HealthStore
from tests.support.rows import fill, unit


def state(collection, key):
    return next(one for one in checklist(collection) if one.drill.key == key)


def test_an_empty_collection_has_ten_drills_to_do(shop):
    states = checklist(shop)
    assert len(states) == len(DRILLS) == 10
    assert not any(one.done for one in states)


def test_labelled_pairs_count_the_users_own(shop):
    ids = fill(shop, unit(12))
    shop.judgements.judge([Judgement(ids[0], other, "different") for other in ids[1:8]])
    shop.judgements.judge(
        [Judgement(ids[0], ids[8], "unsure"), Judgement(ids[0], ids[9], "duplicate", "sample")]
    )
    found = state(shop, "threshold")
    assert found.found == "7 of 100 pairs labelled."
    assert 0 < found.share < 0.1


def test_reviewed_sentences(shop):
    for number in range(20):
        assert state(shop, "sentences").share == number / 20
        MarkStore(shop.catalogue).add(f"query {number}", "a" * 64, True)
        MarkStore(shop.catalogue).add(f"query {number}", "b" * 64, False)
    assert state(shop, "sentences").done
    MarkStore(shop.catalogue).add("query 1", "a" * 64, None)
    MarkStore(shop.catalogue).add("query 1", "b" * 64, None)
    assert not state(shop, "sentences").done


def test_clusters_looked_at_in_one_run(shop):
    ids = fill(shop, unit(3))
    space = shop.space().id
    runs = [ClusteringStore(shop.catalogue).add(name, space, "{}", "{}", b"") for name in ("one", "two")]
    sha = shop.get(ids[0]).sha256
    for cluster in range(10):
        ClusteringStore(shop.catalogue).mark(runs[cluster % 2].id, cluster, [f"{cluster}{sha[1:]}"], False)
    assert state(shop, "clusters").found == "5 of 10 clusters looked at."


@pytest.mark.parametrize(
    ("family", "low", "done"), [("hnsw", 0.96, True), ("ivf", 0.9, False), ("flat", 1.0, False)]
)
def test_an_index_counts_by_what_was_certified(shop, family, low, done):
    fill(shop, unit(3))
    measured = json.dumps({"certificates": {"pictures": {"interval": {"low": low, "high": 1}}}})
    shop.indexes.add(shop.space().id, json.dumps({"family": family}), "{}", measured)
    assert state(shop, "index").done is done


def test_damaged_records_count_as_none(shop):
    fill(shop, unit(3))
    shop.indexes.add(shop.space().id, json.dumps({"family": "hnsw"}), "{}", "{")
    for kind in ("mistake-norms", "drill-order", "drill-flat"):
        HealthStore(shop.catalogue).add(kind, {}, {})
    assert not any(one.done for one in checklist(shop))


def test_a_loss_that_fell(shop, monkeypatch):
    card = {"curves": [{"loss": None}, {"loss": 0.8}, {"loss": 0.3}], "settings": {"miner": "semi-hard"}}
    monkeypatch.setattr(shop.adapters, "list", lambda: [SimpleNamespace(card=json.dumps(card))])
    assert "from 0.800 to 0.300; miner: semi-hard" in state(shop, "negatives").found


def test_what_is_run_is_stored(shop):
    fill(shop, unit(150))
    compare(shop, "order")
    compare(shop, "flat")
    shown = show_mistake(shop, "probes")
    assert last_shown(shop, "probes")[0] == shown
    assert last_shown(shop, "pools") is None
    assert state(shop, "order").done
    assert state(shop, "flat").done
    with pytest.raises(LookalikeError, match="labelled"):
        show_mistake(shop, "pools")


@pytest.fixture
def evaluated(shop):
    """Labelled pictures, ranked once without and once with a re-ranker, and once over a split."""
    fill(shop, unit(24))
    ids = shop.ids()
    for label, some in (("a", ids[::2]), ("b", ids[1::2])):
        shop.set_label(some, label)
    return shop


def test_a_re_ranker_is_compared_with_the_same_without_it(evaluated):
    evaluate(evaluated, LabelProtocol(), reranker="k-reciprocal", metrics=("P@5",))
    assert state(evaluated, "rerank").share == 0.5
    evaluate(evaluated, LabelProtocol(), metrics=("P@5",))
    found = state(evaluated, "rerank")
    assert found.done
    assert found.found.startswith("“k-reciprocal” takes P@5 from 0.")


def test_a_split_counts_with_both_figures(evaluated):
    evaluate(evaluated, LabelProtocol(), metrics=("map", "ndcg@10"))
    assert not state(evaluated, "split").done, "leave-one-out is no split"
    split = Split("name", tuple(p.name for p in evaluated.page(0, 6)))
    evaluate(evaluated, LabelProtocol(split=split), metrics=("map", "ndcg@10"))
    assert state(evaluated, "split").found.startswith("On a declared split mAP is 0.")
