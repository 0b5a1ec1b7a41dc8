"""A collection that an earlier layout of the program made: all that is in it is there, and works."""

import zipfile
from pathlib import Path

import pytest

from core import Query, SearchEngine, Workspace
from core.clustering.naming.names import display_names
from core.clustering.runs import load, runs
from core.dedup.scan import pairs, unscanned
from core.evaluation.serialize import load as load_evaluation
from core.evaluation.store import MarkStore, RunStore
from core.projection.compute import load_map, unplaced
from tests.support.pictures import jpeg

MADE_BEFORE = Path(__file__).parents[1] / "support" / "data" / "older_collection.zip"


@pytest.fixture
def older(tmp_path, tiny):
    with zipfile.ZipFile(MADE_BEFORE) as archive:
        archive.extractall(tmp_path)
    return Workspace(tmp_path).open("older")


def test_pictures_labels_verdicts_and_the_bin_are_there(older):
    assert [p.id for p in older.page()] == list(range(1, 12))
    assert [p.id for p in older.bin()] == [12]
    assert {p.label for p in older.page() if p.id % 2} == {"odd"}
    assert sorted(v.verdict for v in older.verdicts()) == ["different", "duplicate"]
    assert unscanned(older) == 0
    assert isinstance(pairs(older), list)


def test_clusters_map_runs_and_marks_are_there(older):
    (run,) = runs(older)
    assert (run.name, run.k) == ("by sight", 3)
    assert display_names(older, load(older, run.id))[0] == "The first ones"
    drawn = load_map(older)
    assert len(drawn.ids) == 11 and len(unplaced(older, drawn)) == 0
    (stored,) = RunStore(older.catalogue).list()
    assert load_evaluation(older, stored.id).figures[0].mean == pytest.approx(0.5812987)
    (mark,) = MarkStore(older.catalogue).latest()
    assert (mark.query, mark.relevant) == ("red", True)


def test_its_index_serves_and_takes_in_what_is_added(older):
    engine = SearchEngine(older)
    found = engine.search(Query(like=(1,)), k=5)
    assert found.served.index_id == 1
    assert [hit.picture.id for hit in found.hits] == [8, 11, 4, 2, 5]
    older.add_files([("new.jpg", jpeg(99))])
    assert len(engine.search(Query(like=(1,)), k=20).hits) == 11
