import numpy as np
import pytest

from core.clustering.dataset import population
from core.errors import ClusteringError
from tests.support.rows import fill, unit


def test_all_pictures_by_id_and_each_stands_for_itself(shop):
    vectors = unit(5)
    fill(shop, vectors)
    found = population(shop)
    assert found.ids.tolist() == shop.ids()
    assert np.allclose(found.vectors, vectors)
    assert found.first.tolist() == found.owner.tolist() == [0, 1, 2, 3, 4]
    assert found.encoder == "tiny"


def test_copies_and_equal_vectors_count_once(shop):
    vectors = unit(6)
    vectors[5] = vectors[0]
    fill(shop, vectors)
    ids = shop.ids()
    found = population(shop, copies=[[ids[1], ids[2]], [ids[2], ids[4]], [999_999, ids[3]]])
    assert found.first.tolist() == [0, 1, 3]
    assert found.owner.tolist() == [0, 1, 1, 2, 1, 0]
    assert np.allclose(found.distinct, vectors[[0, 1, 3]])


def test_what_is_in_the_bin_is_left_out(shop):
    fill(shop, unit(4))
    ids = shop.ids()
    shop.remove([ids[1]])
    assert population(shop).ids.tolist() == [ids[0], *ids[2:]]


def test_an_empty_collection_says_so(shop):
    with pytest.raises(ClusteringError, match="holds no pictures to group"):
        population(shop)
