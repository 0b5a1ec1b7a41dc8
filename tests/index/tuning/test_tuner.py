import numpy as np
import pytest

from core.errors import IndexingError
from core.index.base import SearchParameters
from core.index.build import build
from core.index.spec import FLAT, Recipe
from core.index.tuning import sweep
from core.index.tuning.ground_truth import exact_neighbours
from core.index.tuning.result import Tuning
from core.index.tuning.tuner import tune_vectors
from core.index.tuning.types import Gallery, Goal, Queries
from core.jobs import Cancelled, Monitor
from core.stored import from_json
from tests.index.tuning.conftest import GOOD, POOR

GOAL = Goal({"image": 0.97, "text": 0.9})


@pytest.fixture
def tune(gallery, queries, losses, tmp_path):
    def go(goal=GOAL, recipes=(POOR, GOOD), budget_s=600, monitor=None, asked=queries, among=gallery):
        return tune_vectors(among, asked, goal, budget_s, tmp_path, monitor, recipes)

    return go


def test_the_cheapest_setting_that_is_proven_is_chosen_for_each_kind(tune, gallery):
    found = tune()
    tuning = found.tuning
    assert tuning.recipe == GOOD
    # 0.05 / ef² of the answers are lost: 0.95 at 1, 0.9875 at 2.
    assert tuning.parameters("image").ef_search == 2
    assert tuning.parameters("text").ef_search == 1
    for kind, proven in tuning.certificates.items():
        assert GOAL.targets[kind] <= proven.interval.low < proven.recall
    assert (tuning.certificates["image"].queries, tuning.certificates["text"].queries) == (600, 300)
    assert tuning.speed_up("image") == pytest.approx(50)
    assert found.index.size == tuning.vectors == len(gallery.ids)
    assert [c.recipe for c in tuning.candidates] == [POOR, GOOD]
    assert tuning.candidate.disk_bytes == 3
    assert tuning.memory_bytes == found.index.memory_bytes


def test_kinds_are_measured_apart_and_hopeless_settings_only_by_a_few_queries(tune):
    tuning = tune().tuning
    poor = [p for p in tuning.points if p.recipe == POOR]
    assert {p.queries for p in poor} == {64}
    assert {p.kind for p in poor} == {"image", "text"}
    good = [p.parameters.ef_search for p in tuning.points if p.recipe == GOOD and p.kind == "image"]
    assert good == [1, 2, 4]  # one dearer than the first that looks good enough, no more
    front = [p.parameters.ef_search for p in tuning.front("image")]
    assert front[0] == 1
    assert all(p.recipe == GOOD for p in tuning.front("image"))


def test_dearer_settings_than_those_listed_are_tried_while_they_beat_exact_search(tune, losses):
    losses[GOOD] = lambda ef: 0.5 if ef < 32 else 0.0  # listed are 1 to 8
    assert tune(recipes=(GOOD,)).tuning.parameters("text").ef_search == 32
    losses[GOOD] = lambda ef: 0.5 if ef < 128 else 0.0  # 12.8 ms: exact search takes 10
    assert tune(recipes=(GOOD,)).tuning.is_exact


def test_no_more_lists_are_looked_into_than_there_are(monkeypatch):
    monkeypatch.setattr(sweep, "settings", lambda recipe: [SearchParameters(nprobe=3, refine=50)])
    dearer = list(sweep._ever_dearer(Recipe("ivf", "IVF8,SQ8,Refine(SQ8)")))
    assert [(one.nprobe, one.refine) for one in dearer] == [(3, 50), (6, 100), (8, 200), (8, 400), (8, 800)]


def test_exact_search_where_nothing_can_be_proven(tune):
    found = tune(recipes=(POOR,))
    assert found.tuning.recipe == FLAT
    assert found.tuning.is_exact
    assert found.index is None
    assert not found.tuning.certificates
    assert "HNSW M=8 could not be shown to reach 0.97 for image queries" in found.tuning.notes[0]
    assert found.tuning.sentence.startswith("Exact search over 2,000 vectors")
    assert found.tuning.speed_up("image") is None
    assert found.tuning.memory_bytes == 4 * 16 * 2000


def test_too_few_queries_prove_nothing_and_the_note_says_so(tune, queries):
    few = {"image": Queries(queries["image"].choosing, queries["image"].certifying[:60])}
    found = tune(asked=few)
    assert found.tuning.is_exact
    assert "60 image queries are too few to prove a recall of 0.97" in found.tuning.notes[0]


def test_exact_search_is_kept_where_it_is_as_fast(tune, exact_ms):
    exact_ms[0] = 0.16  # images need 0.2 ms, texts 0.1: 0.15 ms if both are asked equally often
    assert not tune().tuning.is_exact
    exact_ms[0] = 0.14
    found = tune()
    assert found.tuning.is_exact
    assert found.tuning.notes[-1] == (
        "HNSW M=32 reaches the target, but exact search is as fast here and is kept."
    )


def test_an_index_that_takes_too_much_memory_is_not_chosen(tune):
    found = tune(Goal(GOAL.targets, memory_bytes=1000))
    assert found.tuning.is_exact
    assert "more than the 0.1 MB that were allowed" in found.tuning.notes[0]
    assert len(found.tuning.candidates) == 2


def test_small_collections_stay_exact(gallery, queries, losses, tmp_path):
    found = tune_vectors(gallery, queries, GOAL, 60, tmp_path)
    assert found.tuning.is_exact
    assert "nothing else is worth building" in found.tuning.notes[0]


def test_the_budget_ends_a_build(tune, monkeypatch):
    def slow(recipe, ids, vectors, monitor=None, seed=0):
        monitor.expect(len(ids))
        while True:
            monitor.check()
            monitor.advance(1)

    monkeypatch.setattr(sweep, "build", slow)
    found = tune(budget_s=0.3)
    assert found.tuning.is_exact
    assert "HNSW M=8 over 2,000 vectors was given up after" in found.tuning.notes[0]
    assert "There was no time left for HNSW M=32" in found.tuning.notes[1]
    assert not list(found.tuning.candidates)


def test_what_has_taken_longer_than_is_left_is_not_begun(tune, monkeypatch):
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr(
        sweep.time, "perf_counter", lambda: next(clock)
    )  # every look at the clock: 40 s later
    found = tune(budget_s=30, recipes=(GOOD, POOR))
    assert found.tuning.recipe == GOOD
    assert found.tuning.notes == ("There was no time left for HNSW M=8.",)


def test_it_stops_when_asked_and_says_how_far_it_is(tune):
    class Telling(Monitor):
        def __init__(self, stop_at):
            super().__init__()
            self.notes, self.stop_at = [], stop_at

        def say(self, note):
            self.notes.append(note)
            if note.startswith(self.stop_at):
                self.cancel()
            super().say(note)

    for stop_at in ("Computing", "Building HNSW M=32", "Measuring HNSW M=8", "Proving"):
        with pytest.raises(Cancelled):
            tune(monitor=Telling(stop_at))
    watched = Telling("nothing")
    tune(monitor=watched)
    assert watched.snapshot().fraction == 1
    assert "Building HNSW M=8 (1 of 2)" in watched.notes


def test_the_outcome_survives_json(tune):
    tuning = tune().tuning
    assert from_json(Tuning, tuning.to_json()) == tuning
    exact = tune(recipes=(POOR,)).tuning
    assert from_json(Tuning, exact.to_json()) == exact


def test_a_real_index_is_measured_as_it_answers(gallery, queries, tmp_path):
    recipe = Recipe("hnsw", "HNSW4", 8)
    tuning = tune_vectors(gallery, queries, GOAL, 600, tmp_path, recipes=(recipe,)).tuning
    (built,) = tuning.candidates
    assert built.disk_bytes > gallery.vectors.nbytes
    assert built.memory_bytes > gallery.vectors.nbytes
    point = tuning.points[0]
    index = build(recipe, gallery.ids, gallery.vectors)
    asked = queries["image"].choosing[: point.queries]
    truth = exact_neighbours(gallery, asked, 10)
    found = index.search(asked, 10, parameters=point.parameters)
    # Built twice by two threads, a graph is not the same graph.
    assert truth.recalls(found.ids).mean() == pytest.approx(point.recall, abs=0.05)
    assert not list(tmp_path.iterdir())


def test_wrong_questions_are_refused(tune, queries, gallery):
    with pytest.raises(IndexingError, match="too few held-out queries"):
        tune(asked={})
    with pytest.raises(IndexingError, match="too few held-out queries"):
        tune(asked={"image": Queries(np.empty((0, 16), np.float32), queries["image"].certifying)})
    with pytest.raises(IndexingError, match="different dimensions"):
        tune(asked={**queries, "text": Queries(np.ones((3, 4), np.float32), np.ones((3, 4), np.float32))})
    with pytest.raises(IndexingError, match="3000 neighbours"):
        tune(Goal(GOAL.targets, k=3000))
    with pytest.raises(IndexingError, match="no vectors"):
        tune(among=Gallery(gallery.ids[:0], gallery.vectors[:0]))


@pytest.mark.parametrize("wrong", [{"targets": {"image": 1.0}}, {"k": 0}, {"memory_bytes": 0}])
def test_goals_that_make_no_sense_are_refused(wrong):
    with pytest.raises(IndexingError):
        Goal(**wrong)
