"""A catalogue with an overwritten page: everything that can be read is saved, and the rest is said."""

import sqlite3
from contextlib import closing

import pytest

from core.collection.workspace import Workspace
from core.health.integrity import check_integrity, repair_integrity
from tests.support.pictures import write_folder

COUNT = 12
VERDICTS = 4000


@pytest.fixture
def full(shop, tmp_path):
    """Twelve labelled pictures and many verdicts; one verdict is known by its source."""
    shop.add_folder(write_folder(tmp_path / "photos", COUNT))
    shop.set_label([1], "mine")
    with shop.catalogue.transaction() as tx:
        tx.executemany(
            "INSERT INTO verdict (a_sha256, b_sha256, verdict, source, at) "
            "VALUES (?, ?, 'different', ?, '2026')",
            [(f"{i:064x}", "f" * 64, f"source {i:05}") for i in range(VERDICTS)],
        )
    shop.catalogue.checkpoint()
    shop.catalogue.close()
    return shop


def overwrite_page_with(path, text):
    """Overwrite the first page of the file in which `text` is."""
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    page = data.index(text) // size
    assert page > 0
    data[page * size : (page + 1) * size] = b"\x5a" * size
    path.write_bytes(bytes(data))


def test_rows_before_and_behind_a_damaged_page_are_saved(full):
    path = full.root / "catalogue.sqlite"
    overwrite_page_with(path, b"source 02000")
    shop = Workspace(full.root.parent).open(full.name)
    (broken,) = [check for check in check_integrity(shop).checks if check.bad]
    assert (broken.name, broken.repairable) == ("catalogue", True)
    ((_, told),) = repair_integrity(shop, ["catalogue"])
    assert "Rows of verdict could not be read." in told
    assert f"{COUNT} of {COUNT} pictures are there." in told
    assert check_integrity(shop).sound
    with closing(sqlite3.connect(path)) as db:
        sources = [row[0] for row in db.execute("SELECT source FROM verdict ORDER BY id")]
    assert VERDICTS - 200 < len(sources) < VERDICTS
    assert sources[0] == "source 00000" and sources[-1] == f"source {VERDICTS - 1:05}"
    assert "source 02000" not in sources
    assert (shop.get(1).label, shop.count()) == ("mine", COUNT)
    assert shop.get(1).names == full.get(1).names
    (kept,) = full.root.glob("catalogue-damaged-*.sqlite")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not list(full.root.glob("catalogue-new-*"))


def test_the_collection_goes_on_afterwards_and_numbers_are_not_used_again(full, tmp_path):
    path = full.root / "catalogue.sqlite"
    full.remove([COUNT])
    full.empty_bin()
    full.catalogue.checkpoint()
    full.catalogue.close()
    overwrite_page_with(path, b"source 01000")
    shop = Workspace(full.root.parent).open(full.name)
    repair_integrity(shop, ["catalogue"])
    shop.add_folder(write_folder(tmp_path / "more", 3, start=50))
    assert max(shop.ids()) == COUNT + 3
    assert check_integrity(shop).sound
