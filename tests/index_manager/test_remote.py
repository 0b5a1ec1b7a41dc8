"""A space on a Milvus server: moved there by one call, and never in the way of an answer."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from core.collection.reader import Reader
from core.collection.storage.schema import MIGRATIONS
from core.errors import CollectionError, RemoteIndexError
from core.index.milvus.client import without_secrets
from core.index_manager import manager as keeping
from core.index_manager.builder import title
from core.index_manager.manager import IndexKeeper
from core.index_manager.remote import TOKEN, Place, drop, move
from core.stored import to_json
from tests.support.rows import fill, unit


@pytest.fixture
def filled(shop):
    fill(shop, unit(300))
    return shop


@pytest.fixture
def lite(tmp_path):
    return str(tmp_path / "vectors.db")


@pytest.fixture
def soon(monkeypatch):
    """A server that was away is asked again at once."""
    monkeypatch.setattr(keeping, "_RETRY_S", 0.0)


def first(keeper, query):
    return int(keeper.search(query[None], 5).neighbours.ids[0, 0])


def test_one_call_moves_a_space_there(filled, lite):
    record, done = move(filled, lite)
    assert (done.added, done.removed) == (300, 0)
    keeper = IndexKeeper(filled, "tiny")
    found = keeper.search(unit(300)[:20], 5)
    assert found.neighbours.ids[:, 0].tolist() == filled.ids()[:20]
    assert (found.served.index_id, found.served.name) == (record.id, f"Milvus at {lite}")
    allowed = np.array(filled.ids()[10:20], np.int64)
    assert set(keeper.search(unit(1), 10, allowed).neighbours.ids[0]) == set(allowed.tolist())
    again, done = move(filled, lite)
    assert (again.id, done.added, done.removed) == (record.id, 0, 0)


def test_what_is_added_and_deleted_follows(filled, lite):
    move(filled, lite)
    keeper = IndexKeeper(filled, "tiny")
    assert keeper.size == 300
    later = unit(20, seed=1)
    ids = fill(filled, later)
    assert first(keeper, later[3]) == ids[3]
    filled.remove(ids[:10])
    filled.empty_bin()
    assert first(keeper, later[3]) != ids[3]
    assert first(keeper, later[15]) == ids[15]
    assert keeper.size == 310


def test_a_server_left_behind_is_brought_up_while_search_is_exact(filled, lite):
    move(filled, lite)
    later = unit(20, seed=1)
    ids = fill(filled, later)
    filled.remove(ids[:1])
    filled.empty_bin()
    keeper = IndexKeeper(filled, "tiny")
    meanwhile = keeper.search(later[3:4], 1)
    assert meanwhile.neighbours.ids[0, 0] == ids[3]
    assert "until then search is exact" in meanwhile.served.note
    keeper.wait()
    assert keeper.search(later[3:4], 1).served.note == ""
    assert first(keeper, later[3]) == ids[3]
    assert keeper.size == 319


def test_much_at_once_is_sent_in_the_background(filled, lite, monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 10)
    move(filled, lite)
    keeper = IndexKeeper(filled, "tiny")
    assert keeper.size == 300
    later = unit(40, seed=1)
    ids = fill(filled, later)
    assert "40 new pictures are being indexed" in keeper.search(later[3:4], 1).served.note
    keeper.wait()
    assert keeper.search(later[3:4], 1).served.note == ""
    assert first(keeper, later[39]) == ids[39]
    assert keeper.size == 340


def test_two_collections_of_one_name_do_not_meet(filled, lite, workspace, tmp_path):
    from core import Workspace

    other = Workspace(tmp_path / "elsewhere").create("shop", encoder="tiny")
    fill(other, unit(50, seed=9))
    move(filled, lite)
    move(other, lite)
    assert IndexKeeper(filled, "tiny").size == 300
    assert IndexKeeper(other, "tiny").size == 50


def test_leaving_deletes_what_was_sent(filled, lite):
    record, _ = move(filled, lite)
    drop(filled, record)
    assert filled.indexes.list() == []
    assert IndexKeeper(filled, "tiny").search(unit(1), 1).served.name == "exact"
    _, done = move(filled, lite)
    assert done.added == 300


def test_an_empty_collection_and_a_bad_address_are_refused(shop, filled):
    empty = type(shop)(shop.root)
    with pytest.raises(RemoteIndexError, match="not an address of Milvus"):
        move(filled, "milvus.example")
    empty.remove(empty.ids())
    with pytest.raises(CollectionError, match="nothing to send"):
        move(empty, "http://127.0.0.1:9", encoder="nobody")


ADDRESS = "http://someone:p@ss@127.0.0.1:9"


def test_a_password_in_the_address_is_neither_stored_nor_shown(filled, monkeypatch):
    monkeypatch.delenv(TOKEN, raising=False)
    with pytest.raises(RemoteIndexError, match=TOKEN) as refused:
        move(filled, ADDRESS)
    assert not filled.indexes.list()
    monkeypatch.setenv(TOKEN, "someone:p@ss")
    with pytest.raises(RemoteIndexError, match="No Milvus server answers") as away:
        move(filled, ADDRESS)
    (record,) = filled.indexes.list()
    for text in (record.recipe, title(record), str(refused.value), str(away.value)):
        assert "127.0.0.1:9" in text
        assert "someone" not in text
        assert "p@ss" not in text


def test_a_password_that_was_stored_before_is_removed(tmp_path):
    step = next(i for i, step in enumerate(MIGRATIONS) if "without_secrets" in step)
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as old:
        for name in ("nfc", "folded"):
            old.create_function(name, 1, str)
        old.executescript("".join(MIGRATIONS[:step]) + f"PRAGMA user_version = {step};")
        old.execute("INSERT INTO space (encoder, fingerprint, dim, file) VALUES ('tiny', 'f', 3, 'f.f32')")
        for recipe in (to_json(Place(ADDRESS, "there")), '{"family": "flat"}'):
            old.execute(
                "INSERT INTO built_index (space_id, at, recipe, settings, measured) "
                "VALUES (1, '2026-01-01T00:00:00+00:00', ?, '{}', '{}')",
                (recipe,),
            )
        old.commit()
    milvus, flat = Reader(tmp_path).indexes.list()
    assert milvus.recipe == to_json(Place("http://127.0.0.1:9", "there"))
    assert flat.recipe == '{"family": "flat"}'
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as catalogue:
        catalogue.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"p@ss" not in (tmp_path / "catalogue.sqlite").read_bytes()


@pytest.mark.parametrize(
    ("uri", "clean"),
    [
        ("http://localhost:19530", "http://localhost:19530"),
        ("https://u:p@milvus.example:19530/db", "https://milvus.example:19530/db"),
        ("https://u:a@b:c@milvus.example", "https://milvus.example"),
        ("https://milvus.example?token=x#y", "https://milvus.example"),
        ("/home/me@work/vectors.db", "/home/me@work/vectors.db"),
    ],
)
def test_what_an_address_is_without_secrets(uri, clean):
    assert without_secrets(uri) == clean


def test_a_server_that_goes_away_and_comes_back(filled, milvus, soon, monkeypatch):
    record, _ = move(filled, milvus.uri)
    keeper = IndexKeeper(filled, "tiny")
    assert keeper.search(unit(1), 1).served.index_id == record.id
    milvus.kill()
    away = keeper.search(unit(300)[7:8], 1)
    assert away.neighbours.ids[0, 0] == filled.ids()[7]
    assert away.served.index_id is None
    assert "No Milvus server answers at" in away.served.note
    later = unit(5, seed=4)
    ids = fill(filled, later)
    assert first(keeper, later[2]) == ids[2]
    milvus.start()
    keeper.refresh()
    keeper.wait()
    back = keeper.search(later[2:3], 1)
    assert back.served.index_id == record.id
    assert back.neighbours.ids[0, 0] == ids[2]
