import json

import pytest

from core import Query, SearchEngine
from core.collection.verdicts import Judgement
from core.errors import QueryError, TrainingError
from core.jobs import Cancelled, Monitor
from core.search.learned import FEATURES, LearnedReranker, load, pair_features
from core.search.rerankers import rerankers
from core.search.results import LocalEvidence
from core.training.reranker import keep_reranker, train_reranker
from tests.support.adapters import adapter_for
from tests.support.pictures import jpeg
from tests.support.scenes import png, scene


@pytest.fixture
def taught(shop):
    """Scenes with a copy each under the label of their scene."""
    files = []
    for seed in range(4):
        whole = scene(seed, (320, 240))
        files += [(f"{seed}/a.png", png(whole)), (f"{seed}/b.png", png(whole.crop((20, 20, 300, 220))))]
    shop.add_files(files, labels="folder")
    return shop


def test_it_learns_from_labels_and_is_kept_with_what_was_measured(taught):
    engine = SearchEngine(taught)
    run = train_reranker(engine, "labels")
    assert run.judge.names == FEATURES
    assert run.judge.positives > 0 < run.judge.negatives
    assert load(taught) is None  # nothing is stored by training
    with pytest.raises(QueryError, match="no trained re-ranker"):
        engine.search(Query(like=(1,)), rerank="learned")
    keep_reranker(taught, run, overruled=True)
    assert load(taught) == LearnedReranker(run.judge)
    card = json.loads((taught.root / "reranker.json").read_text())["card"]
    assert card["source"] == "labels"
    assert card["gates"][0]["name"] == "trained classes"
    assert card["overruled"] is not run.offered
    assert "learned" in [one.name for one in rerankers(taught)]
    query = Query(image=png(scene(2, (320, 240)).crop((60, 40, 240, 200))))
    result = engine.search(query, 8, rerank="learned")
    assert {hit.label for hit in result[:2]} == {"2"}
    first = [hit.id for hit in engine.search(query, 8)]
    rest = [hit.id for hit in result if hit.label != "2"]
    assert rest == [i for i in first if i in rest]  # local features say nothing of these
    assert "words the order was kept" in engine.search(Query(text="red"), rerank="learned").note


def test_a_reranker_that_does_not_gain_is_not_stored_unasked(taught):
    run = train_reranker(SearchEngine(taught), "labels")  # the first order is perfect already
    assert not run.offered
    with pytest.raises(TrainingError, match="is not offered"):
        keep_reranker(taught, run)
    assert load(taught) is None


def test_it_is_kept_for_the_space_that_it_was_trained_in(taught):
    keep_reranker(taught, train_reranker(SearchEngine(taught), "labels"), overruled=True)
    taught.adapted.use(taught.adapters.add(adapter_for(taught.encoder()), "tiny", {}).name)
    assert load(taught) is None
    assert "learned" not in [one.name for one in rerankers(taught)]
    assert load(taught, "tiny") is not None
    taught.adapted.roll_back()
    assert load(taught) is not None


def judge_pairs(shop):
    ids = {picture.name: picture.id for picture in shop.page()}
    said = [Judgement(ids[f"{i}/a.png"], ids[f"{i}/b.png"], "duplicate") for i in range(4)]
    said += [Judgement(ids[f"{i}/a.png"], ids[f"{(i + 2) % 4}/a.png"], "different") for i in range(2)]
    said += [Judgement(ids["0/a.png"], ids["1/a.png"], "unsure")]
    shop.judgements.judge(said)


def test_it_learns_from_verdicts_and_from_no_pair_that_judges_it(taught):
    judge_pairs(taught)
    judge = train_reranker(SearchEngine(taught), "verdicts").judge
    # Verdicts tie the scenes 0 and 2, and 1 and 3: one half teaches, each pair from both sides.
    assert (judge.positives, judge.negatives) == (4, 2)
    shown = LocalEvidence(200, 210, (), 1.0, 0.9, mirrored=False, decisive=True)
    copy, lookalike = pair_features([1, 2], [0.9, 0.9], {1: shown})
    assert judge.predict(copy[None])[0] > 0.5 > judge.predict(lookalike[None])[0]


def test_too_little_to_learn_from_is_said(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(4)])
    engine = SearchEngine(shop)
    with pytest.raises(TrainingError, match="verdicts of both kinds"):
        train_reranker(engine, "verdicts")
    with pytest.raises(TrainingError, match="two labels or more"):
        train_reranker(engine, "labels")
    shop.set_label(shop.ids(), "all the same")
    with pytest.raises(TrainingError, match="two labels or more"):
        train_reranker(engine, "labels")


def test_it_can_be_stopped(taught):
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        train_reranker(SearchEngine(taught), "labels", monitor=monitor)


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"names": ["other"]}'])
def test_a_damaged_file_is_as_good_as_none(taught, text):
    (taught.root / "reranker.json").write_text(text)
    assert load(taught) is None
    assert "learned" not in [one.name for one in rerankers(taught)]
