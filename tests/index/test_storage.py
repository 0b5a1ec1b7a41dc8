import json
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

import faiss
import numpy as np
import pytest

from core.errors import IndexFileError
from core.index import fingerprints, storage
from core.index.build import build
from core.index.faiss_index import FaissIndex
from core.index.row_ids import RowTable
from core.index.spec import FLAT
from core.index.storage import disk_bytes, load, read_manifest, save, verify
from tests.support.indexes import EXHAUSTIVE, RECIPES, clustered

PROCESS = Path(__file__).parents[1] / "support" / "saving_process.py"


@pytest.fixture(scope="module")
def saved(tmp_path_factory, ids, vectors):
    """A graph over the first 500, in a folder that is not to be changed."""
    folder = tmp_path_factory.mktemp("saved")
    save(build(RECIPES["graph"], ids[:500], vectors[:500]), folder)
    return folder


@pytest.fixture
def copy(saved, tmp_path):
    return Path(shutil.copytree(saved, tmp_path / "copy"))


@pytest.mark.parametrize("recipe", [FLAT, *RECIPES.values()], ids=lambda r: r.factory)
def test_what_was_saved_answers_the_same_grows_and_shrinks(recipe, tmp_path, ids, vectors, asked):
    index = build(recipe, ids, vectors)
    save(index, tmp_path)
    verify(tmp_path)
    again = load(tmp_path)
    assert read_manifest(tmp_path).recipe == recipe
    for step in ("saved", "removed", "added", "saved again"):
        if step == "removed":
            index.remove(ids[::5])
            again.remove(ids[::5])
        if step == "added":
            late = clustered(30, 9)
            index.add(np.arange(30) + 20_000, late)
            again.add(np.arange(30) + 20_000, late)
        if step == "saved again":
            save(again, tmp_path)
            again = load(tmp_path)
        assert again.size == index.size
        found, expected = (one.search(asked, 10, parameters=EXHAUSTIVE) for one in (again, index))
        np.testing.assert_array_equal(found.ids, expected.ids)
        np.testing.assert_allclose(found.scores, expected.scores, atol=1e-6)
    assert disk_bytes(tmp_path) == sum(
        p.stat().st_size for p in tmp_path.iterdir() if p.suffix in {".faiss", ".npz"}
    )


def test_an_index_that_serves_survives_the_next_save(copy, ids, asked):
    serving = load(copy)
    before = serving.search(asked, 5).ids
    changed = load(copy)
    changed.remove(ids[:250])
    save(changed, copy)
    assert (serving.search(asked, 5).ids == before).all()
    assert load(copy).size == 250


def test_equal_vectors_are_still_one_after_loading(tmp_path, ids, vectors, asked):
    copies = vectors[np.arange(600) % 200]
    index = build(RECIPES["graph"], ids[:600], copies)
    index.remove(ids[:50])
    save(index, tmp_path)
    again = load(tmp_path)
    again.add(ids[600:800], vectors[:200])
    assert (again.size, again.structure.ntotal, again.mapped) == (750, 200, True)
    again.remove(ids[:800:2])
    save(again, tmp_path)
    again = load(tmp_path)
    left = np.setdiff1d(ids[50:800], ids[:800:2])
    assert again.ids.tolist() == left.tolist()
    expected = build(FLAT, left, vectors[(left - ids[0]) // 3 % 200]).search(asked, 10)
    found = again.search(asked, 10, parameters=EXHAUSTIVE)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-5)


def test_an_index_of_the_format_before_is_opened_and_saved_in_the_present_one(tmp_path, ids, vectors, asked):
    recipe = RECIPES["lists"]
    structure = build(recipe, ids[:500], vectors[:500]).structure
    structure.add(vectors[:100])  # equal vectors had rows of their own
    old = FaissIndex(recipe, structure, RowTable(ids[:600]))
    save(old, tmp_path)
    told = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / told["files"]["ids"]["name"]).unlink()
    np.save(tmp_path / "ids-0.npy", ids[:600])
    told["files"]["ids"] = {"name": "ids-0.npy", **asdict(fingerprints.fingerprint(tmp_path / "ids-0.npy"))}
    (tmp_path / "manifest.json").write_text(json.dumps(told | {"format": 1}))
    expected = old.search(asked, 20, parameters=EXHAUSTIVE)
    for _ in range(2):
        index = load(tmp_path)
        assert (index.search(asked, 20, parameters=EXHAUSTIVE).ids == expected.ids).all()
        save(index, tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text())["format"] == 2
    index.add(ids[600:603], vectors[[700, 700, 3]])
    assert (index.size, index.structure.ntotal) == (603, 602)
    assert set(index.search(vectors[3:4], 3, parameters=EXHAUSTIVE).ids[0]) == set(ids[[3, 503, 602]])


def test_no_index_at_all(tmp_path):
    for ask in (load, verify, disk_bytes):
        with pytest.raises(IndexFileError, match="no index"):
            ask(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"format": 99}', '{"format": 1, "files": {}, "recipe": 3}', "null", "é\0"]
)
def test_a_manifest_that_is_none(copy, text):
    (copy / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(IndexFileError, match="build it again"):
        load(copy)


@pytest.mark.parametrize("part", ["structure", "store", "ids"])
@pytest.mark.parametrize("fault", ["cut", "longer", "empty", "gone", "foreign"])
def test_files_that_are_not_whole(copy, part, fault):
    path = copy / read_manifest(copy).files[part][0]
    data = path.read_bytes()
    if fault == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {"cut": data[:-1], "longer": data + b"x", "empty": b"", "foreign": b"\x89PNG" + data[4:]}[fault]
        )
    for ask in (load, verify):
        with pytest.raises(IndexFileError, match="build it again"):
            ask(copy)


@pytest.mark.parametrize("part", ["structure", "store", "ids"])
def test_one_bit_flipped_anywhere_is_noticed(copy, part):
    path = copy / read_manifest(copy).files[part][0]
    data = bytearray(path.read_bytes())
    for place in np.random.default_rng(0).integers(0, len(data), 8):
        data[place] ^= 4
        path.write_bytes(data)
        for ask in (load, verify):
            with pytest.raises(IndexFileError, match="damaged"):
                ask(copy)
        data[place] ^= 4


def test_a_large_store_is_sampled_when_opened_and_read_whole_when_verified(copy, monkeypatch):
    index = load(copy)
    monkeypatch.setattr(fingerprints, "_EDGE", 1024)
    monkeypatch.setattr(fingerprints, "_PIECE", 16)
    save(index, copy)
    path = copy / read_manifest(copy).files["store"][0]
    data = bytearray(path.read_bytes())
    data[1500] ^= 1  # between the samples: one number of one vector
    path.write_bytes(data)
    assert load(copy).size == 500
    with pytest.raises(IndexFileError, match="damaged"):
        verify(copy)


@pytest.mark.parametrize("part", ["structure", "store", "ids"])
def test_files_that_are_whole_but_of_another_index(copy, part, tmp_path, ids, vectors):
    save(build(RECIPES["graph"], ids[:400], vectors[:400]), tmp_path / "other")
    other = read_manifest(tmp_path / "other").files[part][0]
    told = json.loads((copy / "manifest.json").read_text())
    shutil.copy(tmp_path / "other" / other, copy / other)
    told["files"][part] = json.loads((tmp_path / "other" / "manifest.json").read_text())["files"][part]
    (copy / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(IndexFileError, match="damaged"):
        load(copy)


def test_a_save_that_fails_leaves_the_old_index(copy, ids, monkeypatch):
    index = load(copy)
    index.remove(ids[:100])

    def full(*_):
        raise RuntimeError("write error: No space left on device")

    monkeypatch.setattr(faiss, "write_index", full)
    with pytest.raises(IndexFileError, match="disk is writable"):
        save(index, copy)
    assert load(copy).size == 500


def test_a_save_that_stops_before_the_manifest_leaves_the_old_index(copy, ids, monkeypatch):
    index = load(copy)
    index.remove(ids[:100])
    monkeypatch.setattr(storage, "flush", lambda _: (_ for _ in ()).throw(OSError("gone")))
    with pytest.raises(IndexFileError):
        save(index, copy)
    assert load(copy).size == 500
    monkeypatch.undo()
    save(index, copy)
    assert load(copy).size == 400
    assert len(list(copy.iterdir())) == 5


def test_killed_at_any_moment_of_a_save(tmp_path):
    sizes = []
    for delay in (0.0, 0.003, 0.01, 0.02, 0.04):
        process = subprocess.Popen(
            [sys.executable, PROCESS, tmp_path], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        first = process.stdout.readline()
        assert first == b"1\n"
        threading.Event().wait(delay)
        process.send_signal(signal.SIGKILL)
        told = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        last = int(told[-1]) if told else 1
        verify(tmp_path)
        sizes.append(load(tmp_path).size)
        assert sizes[-1] - 800 in (last, last + 1)
    save(load(tmp_path), tmp_path)
    assert len([p for p in tmp_path.iterdir() if p.suffix == ".faiss"]) == 2


def test_two_that_save_at_once_wait_for_each_other(tmp_path, ids, vectors):
    indexes = [build(RECIPES["graph"], ids[:n], vectors[:n]) for n in (100, 200)]
    wrong = []

    def often(index):
        try:
            for _ in range(10):
                save(index, tmp_path)
                assert load(tmp_path).size in (100, 200)
        except Exception as error:  # told by the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=often, args=(index,)) for index in indexes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    verify(tmp_path)


def test_an_index_of_a_kind_that_is_not_known_here_is_built_again(copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["recipe"]["family"] = "of a newer version"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexFileError, match="another version"):
        load(copy)
