"""Vector files do not grow for as long as pictures come and go."""

import errno

import numpy as np
import pytest

from core import Query, SearchEngine
from core.collection.collection import Collection
from core.collection.storage import compaction
from core.collection.storage.checked_files import CheckedFiles
from tests.support.pictures import jpeg


@pytest.fixture
def many(shop, monkeypatch):
    """Twelve pictures, of which the first nine are in the bin; every unused row is worth a compaction."""
    monkeypatch.setattr(compaction, "_WORTH_BYTES", 1)
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(12)])
    shop.remove(shop.ids()[:9])
    return shop


def files(collection):
    return {path.name: path.stat().st_size for path in (collection.root / "vectors").iterdir()}


def test_emptying_the_bin_leaves_the_rows_that_are_named(many):
    (before,) = files(many).values()
    kept = many.ids()
    held = many.vectors()
    vectors = many.vectors_of(kept).copy()
    many.empty_bin()
    (after,) = files(many).values()
    assert after == before * 3 // 12
    assert np.array_equal(many.vectors_of(kept), vectors)
    assert np.array_equal(held.vectors[-3:], vectors), "what was mapped before is still there"
    assert many.vectors().ids.tolist() == kept
    assert many.find_damaged_vectors(many.space()) == []
    assert Collection(many.root).vectors().ids.tolist() == kept


def test_it_goes_on_from_there(many):
    engine = SearchEngine(many)
    assert len(engine.search(Query(image=jpeg(11)), 12).hits) == 3
    many.empty_bin()
    many.add_files([(f"{i}.jpg", jpeg(i)) for i in range(20, 30)])
    found = engine.search(Query(image=jpeg(25)), 20).hits
    assert len(found) == 13
    assert found[0].picture.name == "25.jpg"
    many.remove(many.ids()[:10])
    many.empty_bin()
    assert len(files(many)) == 1
    assert len(engine.search(Query(image=jpeg(29)), 20).hits) == 3
    assert np.allclose(np.linalg.norm(many.vectors().vectors, axis=1), 1, atol=1e-5)


def test_little_is_left_where_it_is(many, monkeypatch):
    monkeypatch.setattr(compaction, "_WORTH_BYTES", 2**20)
    before = files(many)
    many.empty_bin()
    assert files(many) == before
    many.remove(many.ids()[:1])
    monkeypatch.setattr(compaction, "_WORTH_BYTES", 1)
    many.empty_bin()
    assert files(many) != before


def test_a_reader_in_the_middle_reads_again(many, monkeypatch):
    kept, vectors = many.ids(), many.vectors_of(many.ids()).copy()
    other, read = Collection(many.root), CheckedFiles.read

    def interrupted(self, space, table):
        if not done:
            done.append(many.empty_bin())
        return read(self, space, table)

    for ask in (lambda: other.vectors_of(kept), lambda: other.vectors().vectors[-len(kept) :]):
        done = []
        monkeypatch.setattr(CheckedFiles, "read", interrupted)
        assert np.array_equal(ask(), vectors)
        monkeypatch.setattr(CheckedFiles, "read", read)
        assert other.find_damaged_vectors(other.space()) == []
        many.add_files([(f"{i}.jpg", jpeg(100 + i)) for i in range(12)])
        many.remove([i for i in many.ids() if i not in kept])


def test_what_a_dead_process_left_is_swept_and_other_files_are_not(many):
    (name,) = files(many)
    folder = many.root / "vectors"
    (folder / name.replace(".f32", "-2.f32")).write_bytes(b"half")
    (folder / "another.f32").write_bytes(b"not ours")
    many.add_files([("new.jpg", jpeg(50))])
    assert set(files(many)) == {name, "another.f32"}


def test_a_damaged_vector_stays_damaged(many):
    (name,) = files(many)
    path = many.root / "vectors" / name
    data = bytearray(path.read_bytes())
    dim = many.space().dim
    data[-4 * dim :] = bytes(4 * dim)
    path.write_bytes(data[: len(data) - 2 * dim])  # the last row is cut, the file is short
    last = many.ids()[-1]
    many.empty_bin()
    fresh = Collection(many.root)
    assert fresh.find_damaged_vectors(fresh.space()) == [last]
    assert fresh.vectors().ids.tolist() == fresh.ids()[:-1]


def test_a_full_disk_is_no_reason_not_to_empty_the_bin(many, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(compaction, "_copy_rows", full)
    before = files(many)
    assert many.empty_bin() == 9
    assert files(many) == before
    assert len(many.vectors().ids) == 3
