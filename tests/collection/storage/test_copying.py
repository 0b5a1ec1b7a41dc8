"""A copy of a collection: whole, independent, and never half there."""

import json
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from core.collection.verdicts import Judgement
from core.errors import CollectionError, DiskFullError
from core.jobs import Cancelled, Monitor
from tests.support import copying_process
from tests.support.pictures import jpeg, write_folder


@pytest.fixture
def full(shop, tmp_path):
    """“shop” with kept pictures, pictures in a folder, a label by hand, a verdict and one in the bin."""
    shop.add_files([(f"{i}.jpg", jpeg(seed=i)) for i in range(6)])
    write_folder(tmp_path / "photos", 3, start=10)
    shop.add_folder(tmp_path / "photos")
    shop.set_label([1, 2], "favourite")
    shop.judgements.judge([Judgement(1, 2, "duplicate")])
    shop.remove([3])
    (shop.root / "duplicates.json").write_text("{}")
    return shop


def test_a_copy_holds_everything_that_the_original_does(workspace, full):
    copy = workspace.duplicate("shop", "twin")
    assert copy.name == "twin"
    assert copy.page() == full.page()
    assert copy.bin() == full.bin()
    assert copy.label_states(full.ids()) == full.label_states(full.ids())
    assert copy.verdicts() == full.verdicts()
    np.testing.assert_array_equal(copy.vectors().vectors, full.vectors().vectors)
    assert [copy.original(i) for i in full.ids()] == [full.original(i) for i in full.ids()]
    assert [copy.thumbnail(i) for i in full.ids()] == [full.thumbnail(i) for i in full.ids()]
    assert (copy.root / "duplicates.json").read_text() == "{}"
    assert copy.identity != full.identity, "or both would write to one place on a Milvus server"
    assert all(path.stat().st_mode & 0o077 == 0 for path in copy.root.rglob("*"))


def test_a_copy_and_its_original_do_not_depend_on_each_other(workspace, full):
    copy = workspace.duplicate("shop", "twin")
    everything = copy.count()
    full.remove(full.ids())
    full.empty_bin()
    workspace.delete("shop")
    assert copy.count() == everything
    assert copy.original(1)
    copy.add_files([("new.jpg", jpeg(seed=99))])
    assert copy.count() == everything + 1


def test_a_copy_has_no_index_on_a_server(workspace, full):
    space = full.space().id
    full.indexes.add(space, json.dumps({"family": "milvus", "uri": "http://milvus.example"}), "{}", "{}")
    full.indexes.add(space, json.dumps({"family": "hnsw"}), "{}", "{}")
    full.indexes.add(space, "damaged", "{}", "{}")
    copy = workspace.duplicate("shop", "twin")
    assert [record.family for record in copy.indexes.list()] == ["hnsw", ""]
    assert len(full.indexes.list()) == 3


def test_a_name_that_is_taken_is_refused(workspace, full, tiny):
    workspace.create("other", encoder="tiny")
    (workspace.path / "file").write_text("")
    for name in ("other", "shop", "file"):
        with pytest.raises(CollectionError, match="already"):
            workspace.duplicate("shop", name)
    with pytest.raises(CollectionError, match="cannot be a collection's name"):
        workspace.duplicate("shop", "../twin")
    assert [s.name for s in workspace.list()] == ["other", "shop"]


def test_no_copy_while_pictures_are_added(workspace, full):
    with full._lock(), pytest.raises(CollectionError, match="being added"):
        workspace.duplicate("shop", "twin")


def test_a_copy_that_is_stopped_leaves_nothing(workspace, full):
    class Impatient(Monitor):
        def advance(self, n=1):
            super().advance(n)
            self.cancel()

    with pytest.raises(Cancelled):
        workspace.duplicate("shop", "twin", Impatient())
    assert [path.name for path in workspace.path.iterdir()] == ["shop"]


def test_a_copy_that_has_no_room_says_so_beforehand(workspace, full, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1000))
    with pytest.raises(DiskFullError, match="nothing was copied"):
        workspace.duplicate("shop", "twin")
    assert [path.name for path in workspace.path.iterdir()] == ["shop"]


@pytest.mark.parametrize("files", [1, 9])
def test_a_copy_that_is_killed_leaves_no_trace(workspace, full, files):
    process = subprocess.Popen(
        [sys.executable, copying_process.__file__, str(workspace.path)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if line.strip() == str(files):
            process.kill()
            break
    process.communicate()
    assert [s.name for s in workspace.list()] == ["shop"]
    assert workspace.open("shop").count() == full.count()
    assert [path.name for path in workspace.path.iterdir()] == ["shop"], "opening sweeps what was left"
    assert workspace.duplicate("shop", "twin").count() == full.count()
