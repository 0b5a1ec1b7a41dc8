import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from core.errors import CollectionError, IndexFileError, IndexingError
from core.index.storage import load
from core.index.tuning.result import Tuning
from core.index_manager import tuning as module
from core.index_manager.manager import IndexKeeper
from core.index_manager.search_settings import Settings
from core.index_manager.tuning import tune
from core.jobs import Cancelled, Monitor
from core.stored import from_json
from tests.index_manager.conftest import SMALL_GRAPH
from tests.support.rows import fill, unit

LENIENT = {"target": 0.9, "text_target": 0.9}


def test_what_is_found_is_stored_with_every_picture_and_serves_when_told(full, quick):
    found = tune(full, **LENIENT)
    tuning, record = found.tuning, found.record
    assert tuning.recipe == SMALL_GRAPH
    assert tuning.vectors == 2250
    assert {kind: proven.interval.low >= 0.9 for kind, proven in tuning.certificates.items()} == {
        "image": True,
        "text": True,
    }
    assert not record.in_use
    assert from_json(Tuning, record.measured) == tuning
    settings = Settings.from_json(record.settings)
    assert settings.image == tuning.parameters("image")
    assert settings.text == tuning.parameters("text")
    assert np.array_equal(np.sort(load(full.indexes.folder(record.id)).ids), np.array(full.ids()))
    keeper = IndexKeeper(full, "tiny")
    full.indexes.use(record.id)
    served = keeper.search(unit(1, seed=5), 10).served
    assert (served.index_id, served.parameters) == (record.id, settings.image)
    left = {path.name for path in full.indexes.folder(record.id).parent.iterdir()}
    assert left == {str(record.id), "lock"}


def test_a_small_collection_stays_exact(shop):
    ids = fill(shop, unit(1))
    found = tune(shop, k=1)
    assert found.record is None
    assert found.tuning.is_exact
    assert found.tuning.notes[0].startswith("Exact search among 1 picture takes")
    assert len(ids) == 1
    assert shop.indexes.list() == []


def test_nothing_is_stored_where_nothing_can_be_proven(full, quick):
    found = tune(full, target=0.9999)
    assert found.record is None
    assert "too few to prove a recall of 0.9999" in found.tuning.notes[-1]
    assert full.indexes.list() == []


def test_wrong_settings_are_told(shop):
    with pytest.raises(CollectionError, match="holds no pictures"):
        tune(shop)
    ids = fill(shop, unit(5))
    with pytest.raises(IndexingError, match="10 neighbours were asked for, but there are only 5"):
        tune(shop)
    with pytest.raises(IndexingError, match="between 0 and 1"):
        tune(shop, target=1.5, k=2)
    with pytest.raises(IndexingError, match="must be positive"):
        tune(shop, budget_s=0, k=2)
    assert len(ids) == 5


def test_a_damaged_vector_is_left_out(shop, quick):
    vectors = unit(500)
    vectors[7, 3] = np.nan
    ids = fill(shop, vectors)
    assert ids[7] not in shop.vectors().ids
    assert tune(shop, **LENIENT).tuning.notes


def test_a_full_disk_leaves_no_index(full, quick, monkeypatch):
    def full_disk(index, folder):
        raise IndexFileError("The index could not be saved.")

    monkeypatch.setattr(module, "save", full_disk)
    with pytest.raises(IndexFileError):
        tune(full, **LENIENT)
    assert full.indexes.list() == []


def test_a_large_gallery_is_copied_to_a_file_and_gone_afterwards(full, quick, monkeypatch):
    monkeypatch.setattr(module, "_IN_MEMORY", 0)
    leftover = full.indexes.lock_file.parent / "tuning-killed"
    leftover.mkdir()
    assert tune(full, **LENIENT).record is not None
    assert not list(leftover.parent.glob("tuning-*"))


def test_an_encoder_without_words_is_tuned_for_images_alone(full, quick):
    full.encoder().has_text = False
    assert set(tune(full, **LENIENT).tuning.certificates) == {"image"}


class Telling(Monitor):
    def __init__(self):
        super().__init__()
        self.notes = []

    def say(self, note):
        self.notes.append(note)
        super().say(note)


HOLDER = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_while_another_process_tunes_this_one_waits_and_says_so(full, quick):
    command = [sys.executable, "-c", HOLDER, str(full.indexes.lock_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        monitor, found = Telling(), []
        waiting = threading.Thread(target=lambda: found.append(tune(full, **LENIENT, monitor=monitor)))
        waiting.start()
        deadline = time.monotonic() + 20
        while not any("Waiting for another process" in note for note in monitor.notes):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert not found
        other.communicate("go\n")
    waiting.join(60)
    assert found[0].record is not None


def test_waiting_can_be_cancelled(full, quick):
    monitor = Monitor()
    monitor.cancel()
    with FileLock(full.indexes.lock_file), pytest.raises(Cancelled):
        tune(full, **LENIENT, monitor=monitor)


KILLED = """
import os, sys
sys.path.insert(0, sys.argv[2])
from core import Workspace
from core.index.spec import Recipe
from core.index.tuning import sweep, tuner
from core.index_manager import tuning
from tests.support.tiny import TinyEncoder, register

register(TinyEncoder())
for one in (tuner, tuning):
    one.candidate_recipes = lambda size, dim: [Recipe("hnsw", "HNSW16", 40)]
tuning._IN_MEMORY = 0
sweep.build = lambda *arguments: os._exit(9)
tuning.tune(Workspace(sys.argv[1]).open("shop"), 0.9, 0.9)
"""


def test_killed_while_building_the_old_index_serves_and_the_next_tuning_cleans_up(full, quick):
    old = tune(full, **LENIENT).record
    full.indexes.use(old.id)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, str(full.root.parent), str(root)]
    assert subprocess.run(command, check=False, env={**os.environ}).returncode == 9
    assert list(full.indexes.lock_file.parent.glob("tuning-*/gallery.npy"))
    served = IndexKeeper(full, "tiny").search(unit(1, seed=5), 10).served
    assert (served.index_id, served.note) == (old.id, "")
    assert tune(full, **LENIENT).record.id != old.id
    assert not list(full.indexes.lock_file.parent.glob("tuning-*"))
