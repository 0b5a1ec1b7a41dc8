from datetime import UTC, datetime

import pytest

from core import Query, SearchEngine
from core.collection.types import PairVerdict
from core.errors import QueryError
from core.jobs import Cancelled, Monitor
from core.search.hits import LocalEvidence
from core.search.learned import FEATURES, LearnedReranker, load, pair_features, save
from core.search.learning import learn
from core.search.rerank import rerankers
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


def test_it_learns_from_labels_and_is_kept(taught):
    engine = SearchEngine(taught)
    judge = learn(engine, "labels")
    assert judge.names == FEATURES
    assert (judge.positives, judge.negatives) == (8, 48)
    assert load(taught) is None
    with pytest.raises(QueryError, match="has learned yet"):
        engine.search(Query(like=(1,)), rerank="learned")
    save(judge, taught)
    assert load(taught) == LearnedReranker(judge)
    assert "learned" in [one.name for one in rerankers(taught)]
    query = Query(image=png(scene(2, (320, 240)).crop((60, 40, 240, 200))))
    result = engine.search(query, 8, rerank="learned")
    assert {hit.label for hit in result[:2]} == {"2"}
    first = [hit.id for hit in engine.search(query, 8)]
    rest = [hit.id for hit in result if hit.label != "2"]
    assert rest == [i for i in first if i in rest]  # local features say nothing of these
    assert "words the first order stands" in engine.search(Query(text="red"), rerank="learned").note


def test_it_learns_from_verdicts(taught, monkeypatch):
    sha = {picture.name: picture.sha256 for picture in taught.page()}
    now = datetime.now(UTC)

    def verdict(a, b, said):
        return PairVerdict(sha[f"{a}.png"], sha.get(f"{b}.png", "0" * 64), said, "somebody", now)

    said = [verdict(f"{i}/a", f"{i}/b", "duplicate") for i in range(4)]
    said += [verdict(f"{i}/a", f"{(i + 1) % 4}/b", "different") for i in range(4)]
    said += [verdict("0/a", "2/a", "unsure"), verdict("0/a", "deleted", "duplicate")]
    monkeypatch.setattr(taught, "verdicts", lambda: said)
    judge = learn(SearchEngine(taught), "verdicts")
    assert (judge.positives, judge.negatives) == (8, 8)  # each pair teaches from both sides
    shown = LocalEvidence(200, 210, (), 1.0, 0.9, mirrored=False, decisive=True)
    copy, lookalike = pair_features([1, 2], [0.9, 0.9], {1: shown})
    assert judge.predict(copy[None])[0] > 0.5 > judge.predict(lookalike[None])[0]


def test_too_little_to_learn_from_is_said(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(4)])
    engine = SearchEngine(shop)
    with pytest.raises(QueryError, match="verdicts of both kinds"):
        learn(engine, "verdicts")
    with pytest.raises(QueryError, match="two labels or more"):
        learn(engine, "labels")
    shop.set_label(shop.ids(), "all the same")
    with pytest.raises(QueryError, match="two labels or more"):
        learn(engine, "labels")


def test_it_can_be_stopped(taught):
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        learn(SearchEngine(taught), "labels", monitor)


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"names": ["other"]}'])
def test_a_damaged_file_is_as_good_as_none(taught, text):
    (taught.root / "reranker.json").write_text(text)
    assert load(taught) is None
    assert "learned" not in [one.name for one in rerankers(taught)]
