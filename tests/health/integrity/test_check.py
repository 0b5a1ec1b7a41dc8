"""What is stored, damaged on purpose: found, named and repaired."""

import sqlite3

import numpy as np
import pytest

from core import Query, SearchEngine
from core.collection.workspace import Workspace
from core.health.integrity import IntegrityReport, check_integrity, repair_integrity
from core.index.spec import Recipe
from core.index_manager.custom import build_index
from core.stored import from_builtins
from tests.support.pictures import jpeg, write_folder
from tests.support.tiny import TinyEncoder, register

COUNT = 12


@pytest.fixture
def photos(tmp_path):
    return write_folder(tmp_path / "photos", COUNT)


@pytest.fixture
def full(shop, photos):
    shop.add_folder(photos)
    return shop


def bad(collection):
    """Names of the checks that fail, and of how many things."""
    return {check.name: check.bad for check in check_integrity(collection).checks if check.bad}


def mended(collection, name):
    """What the repair of this check says, once nothing is wrong any more."""
    ((done, told),) = repair_integrity(collection, [name])
    assert done == name
    assert bad(collection) == {}
    return told


def test_a_sound_collection_passes_every_check(full):
    report = check_integrity(full)
    assert report.sound
    assert [check.name for check in report.checks] == [
        "catalogue", "originals", "thumbnails", "encoder", "vectors", "indexes",
    ]  # fmt: skip
    assert report.findings() == ()
    assert all(line.startswith("✓") for line in report.lines())
    assert from_builtins(IntegrityReport, report.to_json()) == report


def test_an_empty_collection_is_sound(shop):
    assert check_integrity(shop).sound


def test_vectors_with_flipped_bytes_and_nan_are_made_again(full):
    right = np.array(full.vectors().vectors)
    path = full.root / "vectors" / full.space().file
    with path.open("r+b") as file:
        file.seek(3 * 4 * 48)
        file.write(np.full(48, np.nan, "<f4").tobytes())
        file.seek(5 * 4 * 48 + 2)
        file.write(b"\x55")
    shop = Workspace(full.root.parent).open(full.name)
    assert bad(shop) == {"vectors": 2}
    assert "2 of 2" in mended(shop, "vectors")
    rows = shop.vectors()
    at = {int(i): row for row, i in enumerate(rows.ids)}
    assert np.array_equal(np.array([rows.vectors[at[i]] for i in full.ids()]), right)


def test_a_file_that_is_gone_or_overwritten_goes_out_of_sight_and_comes_back(full, photos):
    first, second = full.page(0, 2)
    full.set_label([first.id], "mine")
    path = (
        photos / first.name.split("/", 1)[-1] if not (photos / first.name).exists() else photos / first.name
    )
    data = path.read_bytes()
    path.unlink()
    other = photos / second.name
    other.write_bytes(jpeg(777))
    assert bad(full) == {"originals": 2}
    assert "2 pictures" in mended(full, "originals")
    assert {first.id, second.id} == {one.picture.id for one in full.lost()}
    assert full.bin() == []
    path.write_bytes(data)
    full.add_folder(photos, full_check=True)
    assert full.get(first.id).label == "mine"
    assert first.id in full.ids()


def test_files_on_a_drive_that_is_away_are_reported_and_left_alone(full, photos):
    photos.rename(photos.with_name("elsewhere"))
    assert bad(full) == {"originals": COUNT}
    ((_, told),) = repair_integrity(full, ["originals"])
    assert f"{COUNT} were left alone" in told
    assert full.count() == COUNT
    photos.with_name("elsewhere").rename(photos)
    assert bad(full) == {}


def test_a_kept_copy_that_was_damaged_is_found_and_made_again_when_it_is_added_again(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(3)])
    picture = shop.get(2)
    copy = shop.root / "media" / picture.sha256[:2] / picture.sha256
    copy.write_bytes(copy.read_bytes()[:-40])
    assert bad(shop) == {"originals": 1}
    mended(shop, "originals")
    shop.add_files([("1.jpg", jpeg(1))])
    assert shop.ids() == [1, 2, 3]
    assert shop.original(2) == jpeg(1)


def test_thumbnails_that_are_cut_or_gone_are_a_note_and_made_again(full):
    files = sorted((full.root / "thumbnails").glob("*/*"))
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:-10])
    (finding,) = check_integrity(full).findings()
    assert (finding.code, finding.count, finding.severity) == ("thumbnails", 2, "note")
    assert "2 of 2" in mended(full, "thumbnails")


def test_an_index_whose_files_are_damaged_or_gone_is_built_again(full):
    record = build_index(full, Recipe("hnsw", "HNSW8", 20))
    full.indexes.use(record.id)
    assert bad(full) == {}
    folder = full.indexes.folder(record.id)
    for file in folder.glob("*.faiss"):
        file.write_bytes(file.read_bytes()[:-4])
    assert bad(full) == {"indexes": 1}
    assert "1 index was" in mended(full, "indexes")
    for file in folder.iterdir():
        file.unlink()
    assert bad(full) == {"indexes": 1}
    mended(full, "indexes")
    assert SearchEngine(full).search(Query(image=full.original(1)), k=3)[0].picture.id == 1


def test_an_index_that_holds_pictures_which_were_deleted_does_not_fit(full):
    build_index(full, Recipe("hnsw", "HNSW8", 20))
    full.remove([1, 2])
    full.empty_bin()
    assert bad(full) == {"indexes": 1}
    mended(full, "indexes")


def test_another_version_of_the_encoder_is_found_and_everything_embedded_again(full):
    newer = register(TinyEncoder(version="2"))
    try:
        (finding,) = [f for f in check_integrity(full).findings() if f.code == "encoder"]
        assert finding.severity == "problem"
        assert f"{COUNT} pictures were embedded again" in mended(full, "encoder")
        assert full.space().fingerprint == newer.fingerprint
    finally:
        register(TinyEncoder())


def test_a_row_that_refers_to_nothing_is_found_and_deleted(full):
    with sqlite3.connect(full.root / "catalogue.sqlite") as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("INSERT INTO picture_measures VALUES (999, 1, x'00')")
    db.close()
    assert bad(full) == {"catalogue": 1}
    mended(full, "catalogue")


def test_an_index_of_the_catalogue_that_lost_an_entry_is_rebuilt(full):
    path = full.root / "catalogue.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA writable_schema = ON")
        (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'picture_by_name'").fetchone()
        db.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = 'picture_by_name'",
            (sql.replace("removed_at IS NULL", "removed_at IS NOT NULL"),),
        )
    db.close()
    shop = Workspace(full.root.parent).open(full.name)
    assert "catalogue" in bad(shop)
    mended(shop, "catalogue")
