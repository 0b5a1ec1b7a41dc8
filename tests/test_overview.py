"""A workspace at a glance: facts of each collection, with nothing opened that takes long."""

import os
import subprocess
import sys
from pathlib import Path

from core.collection.verdicts import Judgement
from core.dedup.store import PairStore
from core.health.store import HealthStore
from core.overview import disk_bytes, measure, overview
from tests.collection.test_workspace import older, snapshot
from tests.support.pictures import jpeg, write_folder

ROOT = Path(__file__).parents[1]


def test_an_empty_workspace_has_no_collections(workspace):
    assert overview(workspace) == ()


def test_the_facts_of_a_collection(workspace, shop, tmp_path):
    write_folder(tmp_path / "photos", 9)
    shop.add_folder(tmp_path / "photos")
    shop.add_folder(tmp_path / "photos")
    shop.remove([1])
    found = overview(workspace)[0]
    assert (found.name, found.pictures, found.encoder, found.problem) == ("shop", 8, "tiny", "")
    assert found.folders == (str(tmp_path / "photos"),)
    assert (found.labels, found.labelled, found.binned, found.lost) == (3, 8, 1, 0)
    assert (found.index, found.evaluation, found.unfinished) == ("exact", None, ())
    assert found.health is None
    HealthStore(shop.catalogue).add("integrity", {}, {"findings": []})
    again = overview(workspace)[0]
    assert (again.health, again.health_word) == (100, "healthy")
    labels = [shop.get(picture).label for picture in found.covers]
    assert len(labels) == 4
    assert set(labels) == {"a", "b", "c"}, "covers show as many labels as there are"
    assert 1 not in found.covers, "what is in the bin is no cover"


def test_the_last_changed_comes_first_and_a_damaged_one_last(workspace, tiny):
    for name in ("old", "new", "bad"):
        workspace.create(name, encoder="tiny")
    for file in (workspace.path / "old").glob("catalogue.sqlite*"):
        os.utime(file, (1, 1))
    (workspace.path / "bad" / "catalogue.sqlite").write_bytes(b"")
    found = overview(workspace)
    assert [one.name for one in found] == ["new", "old", "bad"]
    assert "damaged" in found[2].problem
    assert "backup" in found[2].what_to_do


def test_looking_changes_nothing_not_even_an_old_collection(workspace, tiny):
    older(workspace.create("old", encoder="tiny").root, 3)
    workspace.create("new", encoder="tiny")
    before = snapshot(workspace.path)
    found = {one.name: one for one in overview(workspace)}
    assert snapshot(workspace.path) == before
    assert "brought up to date" in found["old"].what_to_do
    assert not found["old"].problem


def test_what_takes_a_moment_is_measured_apart(shop):
    shop.add_files([(f"{i}.jpg", jpeg(seed=i)) for i in range(3)])
    found = measure(shop)
    assert found.disk_bytes == sum(f.stat().st_size for f in shop.root.rglob("*") if f.is_file())
    assert found.open_duplicates is None, "they were not searched for yet"
    PairStore(shop.catalogue).mark_compared(shop.space().id, shop.ids())
    assert measure(shop).open_duplicates == 0
    shop.judgements.judge([Judgement(1, 2, "duplicate")])
    assert measure(shop).open_duplicates == 1
    shop.remove([2])
    assert measure(shop).open_duplicates == 0


def test_bytes_on_disk_of_a_folder_that_is_not_there(tmp_path):
    assert disk_bytes(tmp_path / "gone") == 0


def test_twenty_collections_open_no_vector_and_no_model(workspace, shop):
    shop.add_files([(f"{i}.jpg", jpeg(seed=i)) for i in range(4)])
    for number in range(19):
        workspace.duplicate("shop", f"copy {number}")
    code = (
        "import builtins, io, sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and opened.append(str(args[0])))\n"
        "from core.collection.workspace import Workspace\n"
        "from core.overview import overview\n"
        f"assert len(overview(Workspace({str(workspace.path)!r}))) == 20\n"
        "assert not [path for path in opened if path.endswith('.f32')], opened\n"
        "heavy = {'torch', 'transformers', 'faiss', 'onnxruntime', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
