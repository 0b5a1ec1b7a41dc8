import sqlite3
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Query, SearchEngine, Workspace
from core.collection.collection import Collection
from core.collection.storage.schema import MIGRATIONS
from core.errors import CollectionError, EvaluationError, MetricError, QueryError
from core.evaluation.evaluate import evaluate, measure
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.text import CaptionProtocol, WordsProtocol
from core.evaluation.rankings.eval_set import gather
from core.evaluation.rankings.exact_ranking import ExactRanker
from core.evaluation.replay import replay
from core.evaluation.serialize import load, runs
from core.evaluation.store import MarkStore, RunStore
from core.jobs import Cancelled, Monitor
from tests.evaluation.conftest import FIVE, fill, say_duplicates
from tests.support.tiny import TinyEncoder, register


def as_searched(collection, found, row):
    """The same query asked of the engine, with as many more as are kept out."""
    query = found.queries[row]
    question = Query(text=query.text) if query.text else Query(like=(query.picture_id,))
    return [(hit.id, hit.score) for hit in SearchEngine(collection).search(question, k=200)]


@pytest.mark.parametrize(
    "protocol", [LabelProtocol(max_queries=15), WordsProtocol(max_queries=6), CaptionProtocol(6)]
)
def test_rankings_are_those_of_the_search_engine(sample_home, protocol):
    sample = Workspace(sample_home).open("sample")
    found = measure(sample, protocol, k=20, seed=1)
    pool = gather(sample, [sample.encoder_name])
    task = protocol.build(pool, 1)
    for row in range(len(found.queries)):
        kept = set(task.gallery.tolist()) - set(task.excluded[row].tolist())
        searched = [(i, s) for i, s in as_searched(sample, found, row) if i in kept][:20]
        answers = found.answers(row)
        assert [a.score for a in answers] == pytest.approx([s for _, s in searched], abs=3e-6)
        # Where scores differ by more than rounding, so does the order agree.
        for answer, (picture_id, score) in zip(answers, searched, strict=True):
            gaps = [abs(score - s) for i, s in searched if i != picture_id]
            if min(gaps) > 1e-5:
                assert answer.picture_id == picture_id


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 180)),
        min_size=4,
        max_size=12,
        unique_by=lambda x: x[1],
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rankings_by_angle(tmp_path_factory, tiny, pictures):
    shop = Workspace(tmp_path_factory.mktemp("angles")).create("shop", "tiny")
    ids = fill(shop, {f"{label}-{angle}": (label, angle) for label, angle in pictures})
    angle_of = {ids[f"{label}-{angle}"]: angle for label, angle in pictures}
    try:
        found = measure(shop, LabelProtocol(), k=12)
    except EvaluationError:
        return  # one label, or each on one picture
    for row, query in enumerate(found.queries):
        away = [abs(angle_of[a.picture_id] - angle_of[query.picture_id]) for a in found.answers(row)]
        assert len(away) == len(pictures) - 1
        assert all(b - a > -2 for a, b in pairwise(away))  # colours have 256 steps
        assert found.relevant[row] == sum(
            label == query.category for label, angle in pictures if angle != angle_of[query.picture_id]
        )


def test_blocks_are_cut_without_changing_anything(five, monkeypatch):
    from core.evaluation.rankings import exact_ranking

    whole = measure(five, LabelProtocol())
    monkeypatch.setattr(exact_ranking, "_SCORES_AT_ONCE", 5)  # one query at a time …
    monkeypatch.setattr(exact_ranking, "_SCORES_KEPT", 10)  # … of two whose scores are there
    monkeypatch.setattr(exact_ranking, "_GALLERY_AT_ONCE", 3)
    cut = measure(five, LabelProtocol())
    assert np.array_equal(whole.values, cut.values)
    assert np.array_equal(whole.hits, cut.hits)


def test_cosines_do_not_depend_on_how_they_are_summed(monkeypatch):
    from core.evaluation.rankings import exact_ranking

    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(700, 1280)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole = exact_ranking.cosines(vectors[:50], vectors)
    assert whole.dtype == np.float32
    assert np.abs(whole - vectors[:50] @ vectors.T).max() < 2**-20
    assert np.array_equal(whole * 2**20, np.rint(whole * 2**20))
    monkeypatch.setattr(exact_ranking, "_GALLERY_AT_ONCE", 97)
    shuffled = rng.permutation(1280)  # another order of summation, as another kernel has
    assert np.array_equal(exact_ranking.cosines(vectors[:50][:, shuffled], vectors[:, shuffled]), whole)


def test_a_replay_that_differs_for_no_reason_says_by_how_much(five):
    from dataclasses import replace

    found = evaluate(five, LabelProtocol(), metrics=["map"])
    again = replay(five, found.id)
    moved = replace(again.after.figures[0], mean=again.after.figures[0].mean + 0.001)
    other = replace(again, after=replace(again.after, values=again.after.values + 0.001, figures=(moved,)))
    assert other.sentence.startswith("The figures differ by 0.001 at most, although nothing")


def test_equal_pictures_tie_and_the_metric_expects_over_their_orders(shop):
    # Two pictures of the same colour and other bytes: one right, one wrong, in either order as likely.
    fill(shop, {"a": ("a", 0), "a2": ("a", 40), "b": ("b", 80), "b2": ("b", 120)})
    from tests.evaluation.conftest import at_angle

    shop.add_files([("b3", at_angle(40, size=24))])
    shop.set_label([5], "b")
    found = measure(shop, LabelProtocol(), metrics=["p@1", "map"])
    row = next(i for i, q in enumerate(found.queries) if q.name == "a")
    assert found.values[row].tolist() == pytest.approx([1 / 2, 3 / 4])


def test_what_a_run_says_of_itself(five):
    found = evaluate(five, LabelProtocol(), k=3, seed=5)
    setup = found.setup
    assert (setup.protocol, setup.encoder, setup.k, setup.seed) == ("labels", "tiny", 3, 5)
    assert setup.fingerprint == five.space().fingerprint
    assert (setup.queries, setup.pictures, setup.index) == (5, 5, "flat")
    assert len(setup.data_hash) == len(setup.judgement_hash) == 64
    ours = {"metrics", "stats", "evaluation", "search", "reranking", "local_features"}
    assert set(setup.versions) == ours | {"numpy", "python"}
    assert setup.metrics == (
        "map",
        "ndcg@3",
        "precision@1",
        "precision@5",
        "precision@3",
        "recall@3",
        "mrr",
        "hit_rate@3",
    )
    assert [q.name for q in (found.queries[row] for row in found.worst("map", 2))] == ["b-22.png", "a-45.png"]
    first = found.answers(found.worst("map", 1)[0])
    assert [a.relevant for a in first] == [False, False, False]
    assert [a.rank for a in first] == [1, 2, 3]
    assert first[0].score == pytest.approx(np.cos(np.radians(12)), abs=0.01)
    assert found.expected[found.worst("map", 1)[0]] == (five.ids()[-1],)
    assert found.costs.timed == 5
    assert found.costs.stages[-1].name == "total"
    assert found.costs.stage("encode").p50_ms <= found.costs.stage("encode").p95_ms
    assert found.costs.disk_bytes == found.costs.memory_bytes == 5 * 48 * 4
    with pytest.raises(EvaluationError, match="P@7 was not measured"):
        found.figure("p@7")


def test_one_query_has_no_interval(shop):
    from core.evaluation.protocols.splits import Split

    fill(shop, {"q": ("a", 0), "g": ("a", 10), "h": ("b", 20)})
    found = evaluate(shop, LabelProtocol(Split("name", ("q",), ("g", "h"))))
    assert found.figure("map").interval is None
    assert load(shop, found.id).figure("map").interval is None


@pytest.mark.parametrize("k", [0, 1001])
def test_cut_offs_out_of_range(five, k):
    with pytest.raises(EvaluationError, match="between 1 and 1,000"):
        measure(five, LabelProtocol(), k=k)


def test_unknown_metrics_and_rerankers(five):
    with pytest.raises(MetricError, match="no metric “speed”"):
        measure(five, LabelProtocol(), metrics=["speed"])
    with pytest.raises(QueryError, match="no re-ranker “magic”"):
        evaluate(five, LabelProtocol(), reranker="magic")
    assert runs(five) == ()


def test_a_run_comes_back_as_it_was_stored(five):
    found = evaluate(five, LabelProtocol(), k=3)
    again = load(five, found.id)
    assert (again.setup, again.queries, again.figures, again.categories) == (
        found.setup,
        found.queries,
        found.figures,
        found.categories,
    )
    assert (again.notes, again.costs, again.expected, again.at) == (
        found.notes,
        found.costs,
        found.expected,
        found.at,
    )
    for name in ("values", "relevant", "hits", "scores", "right"):
        assert np.array_equal(getattr(again, name), getattr(found, name))
    (listed,) = runs(five)
    assert (listed.id, listed.title, listed.figures) == (1, "labels · tiny", found.figures)


def test_runs_that_are_not_there_or_of_another_version(five):
    with pytest.raises(CollectionError, match=r"no stored run 7 \(there: none yet\)"):
        load(five, 7)
    RunStore(five.catalogue).add("odd", "{}", "[]", b"junk")
    assert runs(five) == ()
    with pytest.raises(EvaluationError, match="another version"):
        load(five, 1)
    found = evaluate(five, LabelProtocol())
    with five._catalogue.transaction() as tx:
        tx.execute("UPDATE run SET detail = x'00' WHERE id = ?", (found.id,))
    with pytest.raises(EvaluationError, match=f"Run {found.id} was stored by another version"):
        load(five, found.id)
    assert RunStore(five.catalogue).delete(found.id)
    assert not RunStore(five.catalogue).delete(found.id)


def test_a_replay_gives_the_same_figures(five):
    found = evaluate(five, LabelProtocol(max_queries=3), seed=9)
    again = replay(five, found.id)
    assert again.same
    assert again.sentence == "Every figure is the same."
    assert again.after.figures == found.figures
    assert len(runs(five)) == 1  # a replay stores nothing


def test_a_replay_says_what_has_changed(five):
    found = evaluate(five, LabelProtocol())
    five.set_label([five.ids()[0]], "b")
    again = replay(five, found.id)
    assert not again.same
    assert again.sentence == "The figures differ. Labels or pictures have changed among the 5 that take part."
    five.set_label([five.ids()[0]], "a")
    assert replay(five, found.id).same
    five.remove([five.ids()[0]])
    assert "5 pictures took part then, 4 do now." in replay(five, found.id).sentence


def test_a_replay_tells_of_verdicts_and_versions(five, monkeypatch):
    found = evaluate(five, LabelProtocol())
    say_duplicates(five, five.ids()[:2])
    monkeypatch.setattr("core.evaluation.evaluate.code_versions", lambda: {"metrics": "new"})
    said = replay(five, found.id).sentence
    assert "What is asked or counts as right has changed" in said
    assert "The version of metrics was" in said


def test_another_version_of_the_encoder_is_refused(five):
    found = evaluate(five, LabelProtocol())
    register(TinyEncoder(version="2"))
    with pytest.raises(CollectionError, match="another version of tiny"):
        replay(five, found.id)


def test_a_replay_after_embedding_anew_names_the_encoder(five):
    found = evaluate(five, LabelProtocol())
    register(TinyEncoder(version="2"))
    five.add_space("tiny")
    again = replay(five, found.id)
    assert again.same
    assert again.changes == ("The encoder tiny is another version.",)


def test_a_catalogue_without_runs_is_taken_to_the_present_schema(tmp_path, tiny):
    root = tmp_path / "old"
    root.mkdir()
    with sqlite3.connect(root / "catalogue.sqlite", isolation_level=None) as old:
        old.executescript(MIGRATIONS[0])
        old.execute("INSERT INTO meta VALUES ('encoder', 'tiny')")
        old.execute("PRAGMA user_version = 1")
    shop = Collection(root)
    assert (runs(shop), MarkStore(shop.catalogue).latest()) == ((), [])
    fill(shop, FIVE)
    assert evaluate(shop, LabelProtocol()).id == 1
    assert RunStore(shop.catalogue).add("another", "{}", "[]", b"").id == 2
    assert RunStore(shop.catalogue).delete(2)
    assert evaluate(shop, LabelProtocol()).id == 3  # an id in a report never names another run


@pytest.mark.clothing
def test_on_real_photos_the_figures_are_those_of_the_design(clothing, tmp_path):
    photos = Workspace(tmp_path).create("photos")
    photos.add_folder(clothing / "test")
    found = measure(photos, LabelProtocol(), k=5, metrics=["p@1", "p@5", "map"])
    assert found.setup.queries == 372
    assert len(found.categories) == 10
    assert found.figure("p@1").mean > 0.6
    assert found.figure("p@5").mean > 0.55
    assert found.figure("map").mean > 0.4
    assert found.figure("p@1").interval.low < found.figure("p@1").mean < found.figure("p@1").interval.high


@pytest.mark.parametrize("after", range(8))
def test_cancelled_half_way_nothing_is_stored(five, after):
    class Impatient(Monitor):
        asked = 0

        def check(self):
            self.asked += 1
            if self.asked > after:
                self.cancel()
            super().check()

    with pytest.raises(Cancelled):
        evaluate(five, LabelProtocol(), monitor=Impatient())
    assert runs(five) == ()


def test_progress_reaches_its_total(five):
    monitor = Monitor()
    evaluate(five, LabelProtocol(), monitor=monitor)
    now = monitor.snapshot()
    assert now.done == now.total == 10


def test_pictures_without_a_vector_in_every_space_take_no_part(five):
    register(TinyEncoder("second", "2"))
    five.add_space("second")
    fill(five, {"late": ("b", 100)})
    alone = measure(five, LabelProtocol())
    shared = measure(five, LabelProtocol(), encoders=["tiny", "second"])
    assert (alone.setup.pictures, shared.setup.pictures) == (6, 5)
    assert "1 pictures take no part: they are not embedded with every encoder." in shared.notes
    assert (
        measure(five, LabelProtocol(), encoder="second", encoders=["tiny"]).setup.data_hash
        == shared.setup.data_hash
    )


def test_a_picture_deleted_meanwhile_is_explained(five):
    pool = gather(five, ["tiny"])
    task = LabelProtocol().build(pool, 0)
    five.remove([five.ids()[0]])
    five.empty_bin()
    with pytest.raises(EvaluationError, match="deleted while they were being evaluated"):
        list(ExactRanker(five, "tiny", five.encoder()).rank(task, Monitor()))


def test_originals_that_are_gone_are_timed_by_their_vectors(shop, tmp_path):
    from tests.evaluation.conftest import at_angle

    for name, (label, angle) in FIVE.items():
        path = tmp_path / "photos" / label / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(at_angle(angle))
    shop.add_folder(tmp_path / "photos")
    for path in (tmp_path / "photos").rglob("*.png"):
        path.unlink()
    assert evaluate(shop, LabelProtocol()).costs.timed == 5
