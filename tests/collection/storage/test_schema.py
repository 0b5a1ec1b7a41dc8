"""Collections that an earlier program made."""

import sqlite3
import unicodedata

import pytest

from core.collection.collection import Collection
from core.collection.storage import schema
from core.collection.types import Filter
from core.errors import CollectionError

BEFORE_FILE_CHANGES = 7  # steps before trash and lost files were told apart
NFD = unicodedata.normalize("NFD", "Café")


@pytest.fixture
def old(tmp_path):
    """A catalogue from before, with three pictures: in sight, removed by a person, and overwritten."""
    root = tmp_path / "old"
    root.mkdir()
    with sqlite3.connect(root / "catalogue.sqlite", isolation_level=None) as connection:
        for step in schema.MIGRATIONS[:BEFORE_FILE_CHANGES]:
            connection.executescript(step)
        connection.execute(f"PRAGMA user_version = {BEFORE_FILE_CHANGES}")
        for i, removed in enumerate((None, "2026-01-01", "2026-01-02"), start=1):
            connection.execute(
                "INSERT INTO picture (sha256, name, format, width, height, bytes, added_at, label, kept, "
                "removed_at) VALUES (?, ?, 'JPEG', 4, 3, 9, '2026-01-01', ?, 0, ?)",
                (f"{i:064x}", f"{NFD}/{i}.jpg", NFD, removed),
            )
            if i < 3:
                connection.execute(
                    "INSERT INTO name VALUES (?, ?, ?, ?, 9, 9)",
                    (i, f"{NFD}/{i}.jpg", f"{NFD}/{i}.jpg".casefold(), f"/photos/{i}.jpg".encode()),
                )
    connection.close()
    return root


def test_what_a_person_removed_is_told_from_what_was_overwritten(old):
    collection = Collection(old)
    assert collection.ids() == [1]
    assert [p.id for p in collection.bin()] == [2]
    assert [(one.picture.id, one.reason, one.path) for one in collection.lost()] == [(3, "overwritten", "")]
    assert collection.count_unseen() == (1, 1)


def test_names_and_labels_are_found_however_they_are_typed(old):
    collection = Collection(old)
    assert collection.get(1).name == "Café/1.jpg"
    for typed in (NFD, "Café", "CAFÉ"):
        assert collection.ids(Filter(name=typed)) == [1]
    assert collection.ids(Filter(labels=(NFD,))) == [1]
    assert Filter(labels=(NFD,)) == Filter(labels=("Café",))


def test_a_newer_program_made_it(old):
    with sqlite3.connect(old / "catalogue.sqlite") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(CollectionError, match="newer"):
        Collection(old)
