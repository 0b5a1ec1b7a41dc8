import pytest

from core.errors import CollectionError
from tests.support.pictures import jpeg


@pytest.fixture
def two(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(2)])
    return shop


def test_runs_are_kept_under_names(two):
    first = two.clusterings.add("by sight", two.space().id, '{"k":2}', "{}", b"members")
    assert two.clusterings.get(first.id) == (first, b"members")
    assert two.clusterings.find("by sight") == first
    assert two.clusterings.find("other") is None
    with pytest.raises(CollectionError, match="a clustering called “by sight” already"):
        two.clusterings.add("by sight", two.space().id, "{}", "{}", b"")
    other = two.clusterings.add("other", two.space().id, "{}", "{}", b"")
    with pytest.raises(CollectionError, match="choose another name"):
        two.clusterings.rename(other.id, "by sight")
    two.clusterings.rename(other.id, "later")
    assert [run.name for run in two.clusterings.list()] == ["by sight", "later"]
    assert two.clusterings.delete(first.id)
    assert not two.clusterings.delete(first.id)
    with pytest.raises(CollectionError, match=rf"There is no clustering {first.id} \(there: later \(2\)\)"):
        two.clusterings.get(first.id)


def test_members_and_proposals_are_replaced(two):
    run = two.clusterings.add("a", two.space().id, "{}", "{}", b"old")
    two.clusterings.replace_members(run.id, '{"x":1}', b"new")
    two.clusterings.propose(run.id, '{"0":["mugs"]}')
    record, members = two.clusterings.get(run.id)
    assert (record.measured, record.proposed, members) == ('{"x":1}', '{"0":["mugs"]}', b"new")


def test_a_name_given_by_a_person_can_be_taken_back(two):
    run = two.clusterings.add("a", two.space().id, "{}", "{}", b"")
    two.clusterings.set_name(run.id, 1, "mugs")
    two.clusterings.set_name(run.id, 1, "cups")
    assert two.clusterings.names(run.id) == {1: "cups"}
    two.clusterings.set_name(run.id, 1, None)
    assert two.clusterings.names(run.id) == {}


def test_the_latest_mark_stands(two):
    run = two.clusterings.add("a", two.space().id, "{}", "{}", b"")
    two.clusterings.mark(run.id, 0, ["aa", "bb"], odd=False)
    two.clusterings.mark(run.id, 0, ["aa"], odd=True)
    two.clusterings.mark(run.id, 0, ["cc"], odd=True)
    two.clusterings.mark(run.id, 0, ["cc"], odd=None)
    assert {(m.sha256, m.odd) for m in two.clusterings.marks(run.id)} == {("aa", True), ("bb", False)}


def test_names_and_marks_go_with_the_run(two):
    run = two.clusterings.add("a", two.space().id, "{}", "{}", b"")
    two.clusterings.set_name(run.id, 0, "mugs")
    two.clusterings.mark(run.id, 0, ["aa"], odd=True)
    two.clusterings.delete(run.id)
    assert two.clusterings.names(run.id) == {}
    assert two.clusterings.marks(run.id) == []
