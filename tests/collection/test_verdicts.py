import sqlite3
from contextlib import closing

import pytest

from core.collection.storage.catalogue import Catalogue
from core.collection.storage.schema import MIGRATIONS
from core.collection.verdicts import Judgement, VerdictStore
from core.errors import CollectionError
from tests.support.pictures import jpeg, write_folder


@pytest.fixture
def three(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    return shop


def said(collection):
    return [(v.verdict, v.source, v.purpose) for v in collection.verdicts()]


def test_the_latest_stands_and_the_history_is_kept(three):
    three.judgements.judge([Judgement(1, 2, "duplicate", "anna")])
    three.judgements.judge([Judgement(2, 1, "different", "ben", "chosen")])
    assert said(three) == [("different", "ben", "chosen")]
    history = three.judgements.history(1, 2)
    assert [(v.verdict, v.source) for v in history] == [("duplicate", "anna"), ("different", "ben")]
    assert all(v.a_sha256 < v.b_sha256 for v in history)


def test_what_is_taken_back_leaves_the_word_before_it_and_stays_in_the_history(three):
    three.judgements.judge([Judgement(1, 2, "duplicate")])
    three.judgements.judge([Judgement(1, 2, "unsure")])
    assert three.judgements.undo().verdict == "unsure"
    assert said(three) == [("duplicate", "person", "given")]
    assert three.judgements.undo().verdict == "duplicate"
    assert three.judgements.undo() is None
    assert three.verdicts() == []
    assert [v.withdrawn_at is not None for v in three.judgements.history(1, 2)] == [True, True]


def test_undo_leaves_what_others_said(three):
    three.judgements.judge([Judgement(1, 2, "duplicate", "anna")])
    assert three.judgements.undo("ben") is None
    assert len(three.verdicts()) == 1


def test_a_batch_is_taken_back_by_its_ids(three):
    ids = three.judgements.judge([Judgement(1, 2, "duplicate"), Judgement(2, 3, "different")])
    assert three.judgements.withdraw(ids) == 2
    assert three.judgements.withdraw(ids) == 0


def test_a_verdict_outlives_the_picture(three, tmp_path):
    three.judgements.judge([Judgement(1, 2, "different")])
    before = three.verdicts()
    three.remove([1])
    three.empty_bin()
    three.add_files([("again.jpg", jpeg(0)), ("again.jpg", jpeg(1))])
    assert three.verdicts() == before


def test_impossible_pairs_are_refused_and_nothing_is_written(three):
    with pytest.raises(CollectionError, match="no picture 99"):
        three.judgements.judge([Judgement(1, 2, "duplicate"), Judgement(1, 99, "duplicate")])
    with pytest.raises(CollectionError, match="two different"):
        three.judgements.judge([Judgement(1, 2, "duplicate"), Judgement(3, 3, "duplicate")])
    assert three.verdicts() == []


def test_only_labels_from_outside_the_random_sample_are_fit_to_learn_from(three):
    three.judgements.judge([Judgement(1, 2, "duplicate", purpose="random"), Judgement(2, 3, "different")])
    (pair,) = three.judgements.fit_for_learning()
    hashes = three.judgements.hashes()
    assert set(pair) == {hashes[2], hashes[3]}


def test_the_order_of_the_random_sample_is_drawn_once(three, workspace):
    assert three.judgements.salt() == three.judgements.salt() == workspace.open("shop").judgements.salt()
    assert three.judgements.salt() != workspace.create("other", "tiny").judgements.salt()


def test_verdicts_of_an_older_catalogue_stand(tmp_path):
    before = next(i for i, step in enumerate(MIGRATIONS) if "ALTER TABLE verdict" in step)
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as old:
        old.executescript("".join(MIGRATIONS[:before]) + f"PRAGMA user_version = {before};")
        old.execute("INSERT INTO verdict VALUES (1, 'aa', 'bb', 'duplicate', 'anna', '2026-01-01')")
        old.commit()
    (verdict,) = VerdictStore(Catalogue(tmp_path / "old.sqlite")).standing()
    assert (verdict.verdict, verdict.purpose, verdict.withdrawn_at) == ("duplicate", "given", None)
