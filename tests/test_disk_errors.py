import errno
import os
import sqlite3

import pytest

from core.collection.storage import database
from core.disk_errors import explain, explained, is_full
from core.errors import CollectionError, DiskFullError


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    connection = database.create(folder / "catalogue.sqlite")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    return folder / "catalogue.sqlite"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk(number):
    error = OSError(number, os.strerror(number), "/somewhere/file")
    assert is_full(error)
    with pytest.raises(DiskFullError, match="disk is full: “shop” could not be written"), explained("“shop”"):
        raise error


def test_other_faults_of_the_system_name_the_file():
    for number in (errno.EACCES, errno.EROFS, errno.ENOENT, errno.EIO):
        told = explain(OSError(number, os.strerror(number), "/somewhere/file"), "it")
        assert "/somewhere/file" in str(told)
        assert not is_full(told)


def test_faults_of_the_program_are_not_explained_away():
    assert explain(sqlite3.ProgrammingError("closed"), "it") is None
    assert explain(sqlite3.IntegrityError("UNIQUE"), "it") is None
    with pytest.raises(KeyError), explained("it"):
        raise KeyError("x")


def test_a_full_catalogue(path):
    connection = database.connect(path)
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(DiskFullError, match="disk is full: “shop”"):
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 5000,)] * 20)


def test_a_locked_catalogue_gets_a_sentence(path, monkeypatch):
    monkeypatch.setattr(database, "_WAIT_S", 0.01)
    holder, other = database.connect(path), database.connect(path)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(CollectionError, match="“shop” is locked by another process"):
        other.execute("BEGIN IMMEDIATE")


def test_a_damaged_page_is_said_wherever_it_is_met(path):
    connection = database.connect(path)
    connection.executemany("INSERT INTO t VALUES (?)", [("x" * 900,)] * 100)
    connection.close()
    data = bytearray(path.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(data)
    for read in (
        lambda c: c.execute("SELECT * FROM t").fetchall(),
        lambda c: list(c.execute("SELECT * FROM t")),
        lambda c: c.execute("SELECT count(*) FROM t WHERE x = 'y'").fetchone(),
    ):
        with pytest.raises(CollectionError, match="damaged"):
            read(database.connect(path))


def test_reading_alone_makes_no_file(path):
    before = sorted(path.parent.iterdir())
    connection = database.connect(path, read_only=True)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with pytest.raises(CollectionError, match="read here but not changed"):
        connection.execute("INSERT INTO t VALUES (1)")
    connection.close()
    assert sorted(path.parent.iterdir()) == before


def test_statements_are_told_apart_whatever_is_in_their_texts():
    script = "CREATE TABLE a (x); -- a; comment\nINSERT INTO a VALUES ('x;y'); /* ; */ DROP TABLE a;"
    assert len(database.statements(script)) == 3
    with pytest.raises(ValueError, match="whole statement"):
        database.statements("INSERT INTO a VALUES ('x")
