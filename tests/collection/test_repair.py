"""Vector files that are cut, flipped or gone: what is damaged is left out and said, and can be made again."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core import Query, SearchEngine
from core.collection.workspace import Workspace
from core.errors import CollectionError
from tests.support.adapters import adapter_for
from tests.support.pictures import jpeg, write_folder
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register

COUNT = 12


@pytest.fixture
def full(shop, tmp_path):
    """Twelve pictures, and the right vector of each."""
    shop.add_folder(write_folder(tmp_path / "photos", COUNT), keep=True)
    rows = shop.vectors()
    shop.right = dict(zip(rows.ids.tolist(), np.array(rows.vectors), strict=True))
    return shop


def vector_file(shop):
    return shop.root / "vectors" / shop.space().file


def again(shop):
    """The collection as another process finds it."""
    return Workspace(shop.root.parent).open(shop.name)


def set_row(shop, row, values):
    with vector_file(shop).open("r+b") as file:
        file.seek(row * 4 * 48)
        file.write(np.asarray(values, "<f4").tobytes())


def none_is_wrong(shop, right):
    """Every vector that is handed out is the one that was made of its picture."""
    rows = shop.vectors()
    for picture_id, vector in zip(rows.ids.tolist(), rows.vectors, strict=True):
        if picture_id in right:
            assert np.array_equal(vector, right[picture_id]), picture_id
    return len(rows.ids)


@pytest.mark.parametrize("left", [0, 5, 5.5, 11.9])
def test_a_file_that_was_cut_gives_no_picture_the_vector_of_another_after_an_addition(full, left):
    os.truncate(vector_file(full), int(left * 4 * 48))
    shop = again(full)
    assert none_is_wrong(shop, full.right) == int(left)
    shop.add_files([("new.jpg", jpeg(900))])
    assert none_is_wrong(shop, full.right) == int(left) + 1
    other = again(full)
    assert none_is_wrong(other, full.right) == int(left) + 1
    assert "python -m core repair shop" in other.damaged_vectors()
    report = other.repair()
    assert (report.damaged, report.repaired, report.skipped) == (COUNT - int(left), COUNT - int(left), ())
    for one in (full, shop, other, again(full)):
        assert none_is_wrong(one, full.right) == COUNT + 1
        assert one.damaged_vectors() == ""


@pytest.mark.parametrize("damage", [np.nan, np.inf, 0.0, 7.0])
def test_one_unusable_vector_stops_no_search_and_the_message_gives_the_repair(full, damage):
    set_row(full, 3, [damage] * 48)
    shop = again(full)
    engine = SearchEngine(shop)
    query = Query(image=shop.original(4))
    found = engine.search(query, k=COUNT)
    assert len(found) == COUNT - 1
    assert 4 not in {hit.picture.id for hit in found}
    assert "One picture of “shop” cannot be found" in found.warning
    assert "python -m core repair shop" in found.warning
    with pytest.raises(CollectionError, match="core repair shop"):
        engine.search(Query(like=(4,)))
    assert shop.repair().repaired == 1
    found = engine.search(query, k=COUNT)
    assert (found[0].picture.id, len(found), found.warning) == (4, COUNT, "")


def test_a_flipped_bit_that_leaves_the_length_alone_is_seen(full):
    values = full.right[7].copy()
    values.view(np.uint32)[0] ^= 1
    set_row(full, 6, values)
    shop = again(full)
    assert none_is_wrong(shop, full.right) == COUNT - 1
    assert shop.repair().repaired == 1
    assert none_is_wrong(shop, full.right) == COUNT


def test_the_vector_file_is_gone(full):
    vector_file(full).unlink()
    shop = again(full)
    found = SearchEngine(shop).search(Query(text="red"))
    assert len(found) == 0
    assert "core repair shop" in found.warning
    assert shop.repair().repaired == COUNT
    assert none_is_wrong(again(full), full.right) == COUNT


def test_what_cannot_be_made_again_is_said_and_stays_listed(shop, tmp_path):
    folder = write_folder(tmp_path / "photos", 3)
    shop.add_folder(folder)
    set_row(shop, 1, [np.nan] * 48)
    Path(folder / shop.get(2).name).unlink()
    shop = again(shop)
    report = shop.repair()
    assert (report.damaged, report.repaired) == (1, 0)
    assert "gone" in report.skipped[0].reason
    assert shop.vectors().ids.tolist() == [1, 3]
    assert shop.damaged_vectors() != ""


def test_a_sound_collection_needs_no_repair(full):
    report = full.repair()
    assert (report.damaged, report.repaired) == (0, 0)


def test_vectors_without_a_checksum_get_one_when_they_are_repaired(full):
    with full._catalogue.transaction() as tx:
        tx.execute("UPDATE vector SET checksum = NULL")
    set_row(full, 0, [np.nan] * 48)
    again(full).repair()
    set_row(full, 5, full.right[9])
    assert none_is_wrong(again(full), full.right) == COUNT - 1


def test_many_damaged_vectors_among_few_taken_in_at_a_time(shop):
    fill(shop, unit(40))
    for row in range(0, 40, 3):
        set_row(shop, row, [np.nan] * 48)
    shop = again(shop)
    first = shop.vectors(most=10)
    assert len(first.ids) + first.damaged == 10
    assert shop.count_vectors() == 36
    shop.vectors()
    assert shop.count_vectors() == shop.census(10**6).count == len(shop.vector_ids()) == 26
    ids, vectors = shop.sound_vectors([1, 2, 3, 4, 5])
    assert ids.tolist() == [2, 3, 5]
    assert vectors.shape == (3, 48)


def test_emptying_the_bin_kills_no_process_that_has_the_vectors_mapped(tmp_path):
    register(TinyEncoder())
    shop = Workspace(tmp_path / "workspace").create("shop", encoder="tiny")
    ids = fill(shop, unit(4000))
    script = Path(__file__).parents[1] / "support" / "map_process.py"
    reader = subprocess.Popen(
        [sys.executable, script, shop.root.parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout.readline() == "mapped\n"
    shop.remove(ids[10:])
    shop.empty_bin()
    shop.add_files([("new.jpg", jpeg(1))])
    said, _ = reader.communicate("go\n", timeout=60)
    assert reader.returncode == 0
    count, total = said.split()
    assert (int(count), float(total)) == (4000, pytest.approx(4000, rel=1e-4))
    assert none_is_wrong(again(shop), {}) == 11


def test_the_space_of_an_adapter_is_mapped_again_without_the_pictures(shop, tmp_path):
    folder = write_folder(tmp_path / "photos", COUNT)
    shop.add_folder(folder)
    record = shop.adapters.add(adapter_for(TinyEncoder()), "tiny", {})
    shop.adapted.use(record.name)
    right = {i: np.array(v) for i, v in zip(shop.vectors().ids.tolist(), shop.vectors().vectors, strict=True)}
    for file in folder.rglob("*.jpg"):
        file.unlink()
    set_row(shop, 3, [np.nan] * 48)
    shop = again(shop)
    assert len(shop.vectors().ids) == COUNT - 1
    report = shop.repair()
    assert (report.damaged, report.repaired, report.skipped) == (1, 1, ())
    rows = shop.vectors()
    assert len(rows.ids) == COUNT
    assert all(
        np.allclose(v, right[i], atol=1e-6) for i, v in zip(rows.ids.tolist(), rows.vectors, strict=True)
    )
