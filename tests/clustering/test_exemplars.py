import numpy as np
import pytest

from core.clustering.dataset import population
from core.clustering.exemplars import representatives
from core.errors import ClusteringError
from tests.support.clusterings import made
from tests.support.rows import fill


def circle(*degrees):
    angle = np.radians(degrees)
    vectors = np.zeros((len(degrees), 48), np.float32)
    vectors[:, 0], vectors[:, 1] = np.cos(angle), np.sin(angle)
    return vectors


def test_medoid_spread_and_border(shop):
    # Two kinds, around 0 and 20 degrees, and one picture between this cluster and the next.
    fill(shop, circle(0, 1, 2, 10, 20, 21, 22, 45, 88, 90, 92))
    ids = shop.ids()
    found = representatives(population(shop), made(shop, [0] * 8 + [1] * 3), 0, n=3)
    assert found.medoid == found.typical[0] == ids[4]  # their mean lies at 15 degrees, a little over
    assert len({ids.index(i) // 4 for i in found.typical}) == 2
    assert found.boundary == (ids[7], ids[6], ids[5])


def test_copies_count_once(shop):
    fill(shop, circle(0, 0, 0, 30, 90))
    ids = shop.ids()
    found = representatives(population(shop), made(shop, [0] * 4 + [1]), 0)
    assert set(found.typical) == {ids[0], ids[3]}


def test_one_cluster_of_one_picture(shop):
    fill(shop, circle(0))
    found = representatives(population(shop), made(shop, [0]), 0)
    assert (found.medoid, found.typical, found.boundary) == (shop.ids()[0], (shop.ids()[0],), ())


def test_nothing_to_show(shop):
    fill(shop, circle(0, 90))
    run = made(shop, [0, 1])
    with pytest.raises(ClusteringError, match="no cluster 3"):
        representatives(population(shop), run, 2)
    shop.remove([shop.ids()[1]])
    with pytest.raises(ClusteringError, match="all gone"):
        representatives(population(shop), run, 1)
