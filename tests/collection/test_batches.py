import sqlite3

import pytest

from core.collection.batches import list_batches
from core.collection.collection import Collection
from core.collection.storage import schema
from core.jobs import Monitor
from tests.support.pictures import write_folder
from tests.support.rows import fill, unit


def test_each_addition_that_brought_pictures_is_a_batch(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "spring", 3))
    shop.add_folder(tmp_path / "spring")  # nothing new: no batch
    shop.add_folder(write_folder(tmp_path / "summer", 2, start=3))
    first, second = list_batches(shop.catalogue)
    assert (first.title, len(first.ids)) == ("folder spring", 3)
    assert (second.title, len(second.ids)) == ("folder summer", 2)
    assert first.at is not None and first.at <= second.at
    shop.remove([second.ids[0]])
    assert [len(one.ids) for one in list_batches(shop.catalogue)] == [3, 1]


def test_an_addition_that_was_taken_up_again_is_one_batch(shop, tmp_path):
    folder = write_folder(tmp_path / "photos", 80)

    class Dies(Monitor):
        def advance(self, n=1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.add_folder(folder, monitor=Dies())
    shop.add_folder(write_folder(tmp_path / "others", 2, start=80))
    shop.resume()
    assert sorted(len(one.ids) for one in list_batches(shop.catalogue)) == [2, 80]


def test_pictures_of_no_addition_are_a_batch_of_their_own(shop):
    ids = fill(shop, unit(4))
    (only,) = list_batches(shop.catalogue)
    assert (only.id, only.at, list(only.ids)) == (0, None, ids)


def test_pictures_from_before_additions_were_noted_go_to_the_last_one_that_had_begun(tmp_path):
    before = next(i for i, step in enumerate(schema.MIGRATIONS) if "addition_id" in step)
    root = tmp_path / "old"
    root.mkdir()
    with sqlite3.connect(root / "catalogue.sqlite", isolation_level=None) as connection:
        connection.create_function("without_secrets", 1, str)
        connection.create_function("folded", 1, str.casefold)
        connection.create_function("nfc", 1, str)
        for step in schema.MIGRATIONS[:before]:
            connection.executescript(step)
        connection.execute(f"PRAGMA user_version = {before}")
        for i, day in enumerate(("2026-01-01", "2026-02-01"), start=1):
            connection.execute(
                "INSERT INTO addition (title, plan, started_at) VALUES (?, '{}', ?)",
                (f"folder {i}", f"{day}T10:00:00+00:00"),
            )
        for i, at in enumerate(("2025-12-31T23", "2026-01-01T10", "2026-01-20T10", "2026-02-01T11"), start=1):
            connection.execute(
                "INSERT INTO picture (sha256, name, format, width, height, bytes, added_at, kept) "
                "VALUES (?, ?, 'JPEG', 4, 3, 9, ?, 0)",
                (f"{i:064x}", f"{i}.jpg", f"{at}:30:00+00:00"),
            )
    connection.close()
    batches = list_batches(Collection(root).catalogue)
    assert [(one.id, one.ids) for one in batches] == [(0, (1,)), (1, (2, 3)), (2, (4,))]
