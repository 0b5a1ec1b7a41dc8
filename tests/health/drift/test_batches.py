import pytest

from core.errors import DriftError
from core.health.drift.batches import select
from tests.support.rows import fill, unit


def addition(shop, count, at="2026-10-01", title="folder x", seed=0):
    """What an addition on this day brought, without files."""
    ids = fill(shop, unit(count, seed=seed))
    with shop.catalogue.transaction() as tx:
        number = tx.execute(
            "INSERT INTO addition (title, plan, started_at, ended_at) VALUES (?, '{}', ?, ?)",
            (title, f"{at}T08:00:00+00:00", f"{at}T09:00:00+00:00"),
        ).lastrowid
        tx.executemany(
            "UPDATE picture SET addition_id = ?, added_at = ? WHERE id = ?",
            [(number, f"{at}T08:30:00+00:00", i) for i in ids],
        )
    return ids


@pytest.fixture
def three(shop):
    return [addition(shop, *one) for one in ((20, "2026-10-01"), (15, "2026-10-15"), (12, "2026-11-01"))]


def test_the_newest_addition_against_all_before_it(shop, three):
    chosen = select(shop)
    assert list(chosen.batch) == three[2]
    assert list(chosen.reference) == three[0] + three[1]
    assert chosen.whole_past and len(chosen.earlier) == 2 and chosen.notes == ()


def test_additions_by_number(shop, three):
    chosen = select(shop, "1", "2,3")
    assert list(chosen.reference) == three[0] and list(chosen.batch) == three[1] + three[2]
    assert not chosen.whole_past
    assert list(select(shop, batch="2").reference) == three[0]


def test_days(shop, three):
    assert list(select(shop, "2026-10-01", "2026-10-15").batch) == three[1]
    assert list(select(shop, "..2026-10-20", "2026-10-21..").reference) == three[0] + three[1]
    assert list(select(shop, batch="2026-10-10..2026-11-30").reference) == three[0]


def test_folders(shop, three):
    with shop.catalogue.transaction() as tx:
        for i in range(1, 48):
            name = f"{'New' if i > 30 else 'old'}/{i}.jpg"
            tx.execute(
                "INSERT INTO name (picture_id, name, folded) VALUES (?, ?, ?)", (i, name, name.casefold())
            )
    assert list(select(shop, "folder:old", "folder:new").batch) == list(range(31, 48))
    everything_else = select(shop, batch="folder:New/")
    assert list(everything_else.reference) == list(range(1, 31))
    assert everything_else.reference_title == "everything else"


def test_pictures_of_both_sides_count_with_the_batch(shop, three):
    chosen = select(shop, "1,2,3", "3")
    assert list(chosen.reference) == three[0] + three[1]
    assert "12 pictures are in both sets" in chosen.notes[0]


def test_a_reference_of_one_addition_is_a_question(shop):
    addition(shop, 20)
    addition(shop, 15)
    assert "single addition" in select(shop).notes[0]


def test_a_clock_that_was_set_back(shop):
    first = addition(shop, 20, "2026-10-15")
    second = addition(shop, 20, "2026-10-01")
    third = addition(shop, 15, "2026-10-20")
    chosen = select(shop)
    assert list(chosen.reference) == first + second and list(chosen.batch) == third
    assert any("clock was set back" in note for note in chosen.notes)
    assert any("may not hold what you mean" in note for note in select(shop, batch="2026-10-20").notes)


@pytest.mark.parametrize(
    ("reference", "batch", "sentence"),
    [
        ("before", "yesterday", "is no batch"),
        ("before", "", "is no batch"),
        ("before", "..", "takes at least 20"),
        ("before", "9", "no pictures of addition 9"),
        ("before", "folder:hats", "no pictures in a folder"),
        ("before", "folder:", "no pictures in a folder"),
        ("before", "2026-13-01", "not a day"),
        ("before", "2026-11-30..2026-11-01", "ends before it begins"),
        ("before", "2020-01-01", "Nothing was added"),
        ("3", "2", "takes at least 20"),
        ("1", "1", "takes at least 20"),
        ("before", "1", "takes at least 20"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(shop, three, reference, batch, sentence):
    with pytest.raises(DriftError, match=sentence):
        select(shop, reference, batch)


def test_an_empty_collection_one_addition_and_a_batch_of_one(shop):
    with pytest.raises(DriftError, match="no pictures yet"):
        select(shop)
    addition(shop, 30)
    with pytest.raises(DriftError, match="one addition"):
        select(shop)
    addition(shop, 1)
    with pytest.raises(DriftError, match="has one picture: too few"):
        select(shop)
