import pytest

from core.collection.pairs import LookRecord, PairRecord
from tests.support.pictures import jpeg


@pytest.fixture
def four(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(4)])
    return shop


def test_pairs_are_kept_by_space_and_replaced(four):
    one, two, three, _ = four.ids()
    space = four.space().id
    first = PairRecord(one, two, '["hash"]', "{}")
    four.pairs.add(space, [first, PairRecord(two, three, "[]", "{}")])
    four.pairs.add(space, [PairRecord(two, three, "[]", '{"x":1}')])
    assert four.pairs.of_space(space) == [first, PairRecord(two, three, "[]", '{"x":1}')]
    assert four.pairs.keys(space) == {(one, two), (two, three)}
    assert four.pairs.of_space(space + 1) == []


def test_pairs_of_some_pictures(four):
    one, two, three, last = four.ids()
    space = four.space().id
    four.pairs.add(space, [PairRecord(one, two, "[]", "{}"), PairRecord(two, three, "[]", "{}")])
    assert [(p.a, p.b) for p in four.pairs.of_pictures(space, [three])] == [(two, three)]
    assert [(p.a, p.b) for p in four.pairs.of_pictures(space, [two, one])] == [(one, two), (two, three)]
    assert four.pairs.of_pictures(space, [last]) == []
    assert four.pairs.of_pictures(space, []) == []


def test_what_was_deleted_meanwhile_is_left_out(four):
    one, two, three, _ = four.ids()
    space = four.space().id
    four.remove([two])
    four.empty_bin()
    four.pairs.add(space, [PairRecord(one, two, "[]", "{}"), PairRecord(one, three, "[]", "{}")])
    four.pairs.mark_compared(space, [one, two])
    four.pairs.add_looks([LookRecord(one, None, b"x"), LookRecord(two, None, b"x")])
    assert four.pairs.keys(space) == {(one, three)}
    assert four.pairs.compared(space) == {one}
    assert [look.picture_id for look in four.pairs.looks()] == [one]


def test_forgetting_leaves_nothing(four):
    space = four.space().id
    one, two, *_ = four.ids()
    four.pairs.add(space, [PairRecord(one, two, "[]", "{}")])
    four.pairs.mark_compared(space, [one])
    four.pairs.add_looks([LookRecord(one, b"12345678", b"x")])
    four.pairs.forget()
    assert four.pairs.count(space) == 0
    assert four.pairs.compared(space) == set()
    assert list(four.pairs.looks()) == []
