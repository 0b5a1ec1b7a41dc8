import signal
import subprocess
import sys

import pytest

from core.collection.verdicts import Judgement
from core.evaluation.store import MarkStore
from core.images.metadata.exif import Position
from tests.support.pictures import write_folder

DATE = "2019-08-07T10:11:12"


@pytest.fixture
def five(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 5), labels=None)
    return shop


def rank(collection, picture, label, number):
    with collection._catalogue.transaction() as tx:
        tx.execute("UPDATE picture SET label = ?, label_rank = ? WHERE id = ?", (label, number, picture))


def know(collection, picture, caption=None, taken_at=None):
    with collection._catalogue.transaction() as tx:
        tx.execute("UPDATE picture SET caption = ?, taken_at = ? WHERE id = ?", (caption, taken_at, picture))


def state(collection, picture):
    (label,) = collection.label_states([picture])
    found = collection.get(picture)
    place = collection.places.all().get(picture)
    return label.label, label.rank, found.caption, found.taken_at, place, found.favourite


def said(collection):
    ids = {sha256: i for i, sha256 in collection.judgements.hashes().items()}
    return {
        (*sorted((ids[v.a_sha256], ids[v.b_sha256])), v.verdict, v.source, v.purpose)
        for v in collection.verdicts()
        if v.a_sha256 in ids and v.b_sha256 in ids
    }


def all_known(collection, picture):
    collection.set_label([picture], "dress")
    collection.set_favourite([picture])
    know(collection, picture, "from Rome", DATE)
    collection.places.put({picture: Position(41.9, 12.5)})


def test_what_only_a_copy_has_goes_over_and_comes_back_with_it(five):
    all_known(five, 2)
    five.places.put({1: None})
    before = state(five, 1)
    (carried,) = five.bin_copies([(1, [2, 3])])
    assert state(five, 1)[:3] == ("dress", 3, "from Rome")
    assert state(five, 1)[3].isoformat() == DATE
    assert state(five, 1)[4:] == (Position(41.9, 12.5), True)
    assert (carried.heir, carried.source, carried.refused) == (1, 2, None)
    assert five.removed_ids() == [2, 3]
    five.restore_copies([2, 3], [carried])
    assert state(five, 1) == before
    assert five.removed_ids() == []
    assert state(five, 2)[:3] == ("dress", 3, "from Rome"), "the copy keeps all of it"
    (again,) = five.bin_copies([(1, [2, 3])])
    assert again == carried


def test_nothing_that_the_kept_picture_has_is_overwritten(five):
    all_known(five, 2)
    five.set_label([1], "skirt")
    know(five, 1, "mine", "2001-01-01T00:00:00")
    five.set_favourite([1])
    five.places.put({1: Position(0.5, 0.5)})
    before = state(five, 1)
    (carried,) = five.bin_copies([(1, [2])])
    assert state(five, 1) == before
    assert carried.refused == ("dress", "skirt")
    assert carried.caption_refused == ("from Rome", "mine")


def test_a_file_in_which_nobody_has_looked_for_a_place_may_name_one_itself(five):
    five.places.put({2: Position(41.9, 12.5)})
    assert five.bin_copies([(1, [2])]) == ()
    assert five.places.looked_at() == {2}


@pytest.mark.parametrize(
    ("kept", "copy", "after"),
    [
        ((None, 0), ("dress", 1), ("dress", 1)),
        ((None, 0), ("dress", 2), ("dress", 2)),
        (("skirt", 1), ("dress", 2), ("skirt", 1)),
        (("skirt", 1), ("dress", 3), ("dress", 3)),
        (("skirt", 2), ("dress", 3), ("dress", 3)),
        (("skirt", 3), ("dress", 3), ("skirt", 3)),
        ((None, 3), ("dress", 3), (None, 3)),
        (("skirt", 1), (None, 3), ("skirt", 1)),
    ],
)
def test_which_label_goes_over_which(five, kept, copy, after):
    rank(five, 1, *kept)
    rank(five, 2, *copy)
    carried = five.bin_copies([(1, [2])])
    assert state(five, 1)[:2] == after
    five.restore_copies([2], carried)
    assert state(five, 1)[:2] == kept


def test_of_several_copies_a_label_by_hand_comes_first_and_another_one_is_told(five):
    rank(five, 2, "folder", 1)
    five.set_label([3], "dress")
    five.set_label([4], "skirt")
    taken, told = five.bin_copies([(1, [2, 3, 4])])
    assert (taken.source, taken.label) == (3, "dress")
    assert (told.source, told.label, told.refused) == (4, None, ("skirt", "dress"))
    five.restore_copies([2, 3, 4], [taken, told])
    assert state(five, 1)[:2] == (None, 0)


def test_verdicts_with_others_go_over_where_the_kept_picture_has_none(five):
    five.judgements.judge(
        [
            Judgement(2, 4, "duplicate", purpose="random"),
            Judgement(2, 5, "different"),
            Judgement(1, 5, "unsure"),
            Judgement(1, 2, "duplicate"),
            Judgement(2, 3, "duplicate"),
        ]
    )
    (carried,) = five.bin_copies([(1, [2, 3])])
    assert said(five) == {
        (1, 4, "duplicate", "carried over", "given"),
        (1, 5, "unsure", "person", "given"),
    }
    five.restore_copies([2, 3], [carried])
    assert not any(v.source == "carried over" for v in five.verdicts())
    five.bin_copies([(1, [2, 3])])
    assert (1, 4, "duplicate", "carried over", "given") in said(five)


def test_marks_go_over_and_back(five):
    one, two = (five.get(i).sha256 for i in (1, 2))
    MarkStore(five.catalogue).add("a dress", two, relevant=True)
    MarkStore(five.catalogue).add("a hat", two, relevant=False)
    MarkStore(five.catalogue).add("a hat", one, relevant=True)
    carried = five.bin_copies([(1, [2])])
    assert {(m.query, m.relevant) for m in MarkStore(five.catalogue).latest() if m.sha256 == one} == {
        ("a dress", True),
        ("a hat", True),
    }
    five.restore_copies([2], carried)
    assert {m.query for m in MarkStore(five.catalogue).latest() if m.sha256 == one} == {"a hat"}


def test_what_was_changed_since_stays_on_undo(five):
    all_known(five, 2)
    carried = five.bin_copies([(1, [2])])
    five.set_label([1], "coat")
    know(five, 1, "new words", "2002-02-02T00:00:00")
    five.restore_copies([2], carried)
    label, _, caption, taken_at, *_ = state(five, 1)
    assert (label, caption, taken_at.year) == ("coat", "new words", 2002)


def test_what_came_from_a_copy_that_was_deleted_for_good_stays_on_undo(five):
    all_known(five, 2)
    carried = five.bin_copies([(1, [2])])
    five.empty_bin()
    five.restore_copies([2], carried)
    assert state(five, 1)[:3] == ("dress", 3, "from Rome")


def test_a_copy_restored_by_itself_takes_nothing_back(five):
    all_known(five, 2)
    five.bin_copies([(1, [2])])
    five.restore([2])
    assert state(five, 1)[0] == state(five, 2)[0] == "dress"


KILLED = """
import os, signal, sys
from pathlib import Path
from core.collection import visibility
from core.collection.collection import Collection
visibility.trash = lambda tx, ids: os.kill(os.getpid(), signal.SIGKILL)
Collection(Path(sys.argv[1])).bin_copies([(1, [2])])
"""


def test_a_killed_process_carries_nothing_over_without_the_bin(five):
    all_known(five, 2)
    ended = subprocess.run([sys.executable, "-c", KILLED, five.root], timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert state(five, 1) == (None, 0, None, None, None, False)
    assert five.removed_ids() == []
