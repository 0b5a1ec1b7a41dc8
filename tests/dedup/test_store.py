import pytest

from core.dedup.store import LookRecord, PairRecord, PairStore
from tests.support.pictures import jpeg


@pytest.fixture
def four(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(4)])
    return shop


def test_pairs_are_kept_by_space_and_replaced(four):
    one, two, three, _ = four.ids()
    space = four.space().id
    first = PairRecord(one, two, '["hash"]', "{}")
    PairStore(four.catalogue).add(space, [first, PairRecord(two, three, "[]", "{}")])
    PairStore(four.catalogue).add(space, [PairRecord(two, three, "[]", '{"x":1}')])
    assert PairStore(four.catalogue).of_space(space) == [first, PairRecord(two, three, "[]", '{"x":1}')]
    assert PairStore(four.catalogue).keys(space) == {(one, two), (two, three)}
    assert PairStore(four.catalogue).of_space(space + 1) == []


def test_pairs_of_some_pictures(four):
    one, two, three, last = four.ids()
    space = four.space().id
    PairStore(four.catalogue).add(
        space, [PairRecord(one, two, "[]", "{}"), PairRecord(two, three, "[]", "{}")]
    )
    assert [(p.a, p.b) for p in PairStore(four.catalogue).of_pictures(space, [three])] == [(two, three)]
    assert [(p.a, p.b) for p in PairStore(four.catalogue).of_pictures(space, [two, one])] == [
        (one, two),
        (two, three),
    ]
    assert PairStore(four.catalogue).of_pictures(space, [last]) == []
    assert PairStore(four.catalogue).of_pictures(space, []) == []


def test_what_was_deleted_meanwhile_is_left_out(four):
    one, two, three, _ = four.ids()
    space = four.space().id
    four.remove([two])
    four.empty_bin()
    PairStore(four.catalogue).add(
        space, [PairRecord(one, two, "[]", "{}"), PairRecord(one, three, "[]", "{}")]
    )
    PairStore(four.catalogue).mark_compared(space, [one, two])
    PairStore(four.catalogue).add_looks([LookRecord(one, None, b"x"), LookRecord(two, None, b"x")])
    assert PairStore(four.catalogue).keys(space) == {(one, three)}
    assert PairStore(four.catalogue).compared(space) == {one}
    assert [look.picture_id for look in PairStore(four.catalogue).looks()] == [one]


def test_forgetting_leaves_nothing(four):
    space = four.space().id
    one, two, *_ = four.ids()
    PairStore(four.catalogue).add(space, [PairRecord(one, two, "[]", "{}")])
    PairStore(four.catalogue).mark_compared(space, [one])
    PairStore(four.catalogue).add_looks([LookRecord(one, b"12345678", b"x")])
    PairStore(four.catalogue).forget()
    assert PairStore(four.catalogue).count(space) == 0
    assert PairStore(four.catalogue).compared(space) == set()
    assert list(PairStore(four.catalogue).looks()) == []
