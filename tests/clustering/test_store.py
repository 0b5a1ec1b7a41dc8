import pytest

from core.clustering.store import ClusteringStore
from core.errors import CollectionError
from tests.support.pictures import jpeg


@pytest.fixture
def two(shop):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(2)])
    return shop


def test_runs_are_kept_under_names(two):
    first = ClusteringStore(two.catalogue).add("by sight", two.space().id, '{"k":2}', "{}", b"members")
    assert ClusteringStore(two.catalogue).get(first.id) == (first, b"members")
    assert ClusteringStore(two.catalogue).find("by sight") == first
    assert ClusteringStore(two.catalogue).find("other") is None
    with pytest.raises(CollectionError, match="a clustering called “by sight” already"):
        ClusteringStore(two.catalogue).add("by sight", two.space().id, "{}", "{}", b"")
    other = ClusteringStore(two.catalogue).add("other", two.space().id, "{}", "{}", b"")
    with pytest.raises(CollectionError, match="choose another name"):
        ClusteringStore(two.catalogue).rename(other.id, "by sight")
    ClusteringStore(two.catalogue).rename(other.id, "later")
    assert [run.name for run in ClusteringStore(two.catalogue).list()] == ["by sight", "later"]
    assert ClusteringStore(two.catalogue).delete(first.id)
    assert not ClusteringStore(two.catalogue).delete(first.id)
    with pytest.raises(CollectionError, match=rf"There is no clustering {first.id} \(there: later \(2\)\)"):
        ClusteringStore(two.catalogue).get(first.id)


def test_members_and_proposals_are_replaced(two):
    run = ClusteringStore(two.catalogue).add("a", two.space().id, "{}", "{}", b"old")
    ClusteringStore(two.catalogue).replace_members(run.id, '{"x":1}', b"new")
    ClusteringStore(two.catalogue).propose(run.id, '{"0":["mugs"]}')
    record, members = ClusteringStore(two.catalogue).get(run.id)
    assert (record.measured, record.proposed, members) == ('{"x":1}', '{"0":["mugs"]}', b"new")


def test_a_name_given_by_a_person_can_be_taken_back(two):
    run = ClusteringStore(two.catalogue).add("a", two.space().id, "{}", "{}", b"")
    ClusteringStore(two.catalogue).set_name(run.id, 1, "mugs")
    ClusteringStore(two.catalogue).set_name(run.id, 1, "cups")
    assert ClusteringStore(two.catalogue).names(run.id) == {1: "cups"}
    ClusteringStore(two.catalogue).set_name(run.id, 1, None)
    assert ClusteringStore(two.catalogue).names(run.id) == {}


def test_the_latest_mark_stands(two):
    run = ClusteringStore(two.catalogue).add("a", two.space().id, "{}", "{}", b"")
    ClusteringStore(two.catalogue).mark(run.id, 0, ["aa", "bb"], odd=False)
    ClusteringStore(two.catalogue).mark(run.id, 0, ["aa"], odd=True)
    ClusteringStore(two.catalogue).mark(run.id, 0, ["cc"], odd=True)
    ClusteringStore(two.catalogue).mark(run.id, 0, ["cc"], odd=None)
    assert {(m.sha256, m.odd) for m in ClusteringStore(two.catalogue).marks(run.id)} == {
        ("aa", True),
        ("bb", False),
    }


def test_names_and_marks_go_with_the_run(two):
    run = ClusteringStore(two.catalogue).add("a", two.space().id, "{}", "{}", b"")
    ClusteringStore(two.catalogue).set_name(run.id, 0, "mugs")
    ClusteringStore(two.catalogue).mark(run.id, 0, ["aa"], odd=True)
    ClusteringStore(two.catalogue).delete(run.id)
    assert ClusteringStore(two.catalogue).names(run.id) == {}
    assert ClusteringStore(two.catalogue).marks(run.id) == []
