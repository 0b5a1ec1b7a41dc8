import numpy as np
import pytest

from core.clustering.store import ClusteringStore
from core.health.drift.explain import cluster_groups, explain
from core.health.drift.properties import Values, neighbour_values
from core.jobs import Monitor
from tests.support.clusterings import made
from tests.support.rows import fill


def values(reference, batch, name="brightness"):
    return Values(name, name.capitalize(), "unit", np.array(reference, float), np.array(batch, float))


def test_a_shift_by_hand():
    (shift,), _ = explain([values([1, 2, 3, 4], [3, 4, 5, 6])], [])
    assert shift.distance == 0.5  # below 3: half of the old, none of the new
    assert shift.superiority == 14 / 16  # of 16 pairs 13 are larger, 2 equal, 1 smaller
    assert (shift.reference_median, shift.batch_median) == (2.5, 4.5)
    assert sum(shift.reference_counts) == sum(shift.batch_counts) == 4


def test_p_values_are_adjusted_together():
    rng = np.random.default_rng(0)
    one = values(rng.normal(size=100), rng.normal(0.6, 1, 100))
    alone = explain([one], [])[0][0].p_value
    noise = [values(rng.normal(size=100), rng.normal(size=100), f"noise {i}") for i in range(4)]
    groups = [("labels", "Labels", ["a", "b"] * 50, ["a", "b"] * 50)]
    properties, shares = explain([one, *noise], groups)
    assert properties[0].name == "brightness"
    assert properties[0].p_value == pytest.approx(6 * alone)
    assert shares[0].p_value == 1
    assert all(p.p_value >= properties[0].p_value for p in properties)


def test_shares_by_hand():
    sides = ["cup"] * 80 + ["hat"] * 20, ["cup"] * 50 + ["hat"] * 50
    _, (shift,) = explain([], [("labels", "Labels", *sides)])
    assert shift.moved == pytest.approx(0.3)
    assert shift.p_value < 0.001
    assert {(one.name, one.reference, one.batch) for one in shift.groups} == {
        ("cup", 80, 50),
        ("hat", 20, 50),
    }


def test_rare_groups_are_put_together():
    reference = ["cup"] * 60 + [f"rare {i}" for i in range(20)]
    batch = ["cup"] * 30 + [f"seldom {i}" for i in range(10)]
    _, (shift,) = explain([], [("labels", "Labels", reference, batch)])
    assert shift.p_value == 1


def test_nothing_known_is_left_out():
    properties, shares = explain([values([], [1, 2])], [])
    assert properties == () and shares == ()


def test_one_value_for_all_has_a_histogram():
    (shift,), _ = explain([values([5] * 10, [5] * 6)], [])
    assert shift.p_value == 1 and sum(shift.reference_counts) == 10


def test_neighbours_by_hand():
    reference = np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32)
    found = neighbour_values(reference, np.array([[1, 0], [-1, 0]], np.float32))
    assert found.reference == pytest.approx([0.4, 0.2, 0.2], abs=1e-6)
    assert found.batch == pytest.approx([0, 1], abs=1e-6)


def test_a_collection_without_clusters_has_none(shop):
    assert cluster_groups(shop, [], [], Monitor()) is None


def test_new_pictures_join_the_clusters_of_their_neighbours_and_nothing_is_stored(shop):
    east, north = np.eye(48, dtype=np.float32)[:2]
    old = fill(shop, np.array([east] * 6 + [north] * 4))
    made(shop, [0] * 6 + [1] * 4, "by direction")
    run = ClusteringStore(shop.catalogue).list()[0].id
    ClusteringStore(shop.catalogue).set_name(run, 0, "eastern")
    new = fill(shop, np.array([east, north, north]))
    title, reference, batch = cluster_groups(shop, old, new, Monitor())
    assert title == "Clusters of “by direction”"
    assert reference == ["eastern"] * 6 + ["cluster 2"] * 4
    assert batch == ["eastern", "cluster 2", "cluster 2"]
