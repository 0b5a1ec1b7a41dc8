import numpy as np
import pytest

from core.drills.comparisons import cosine_and_euclidean, flat_and_numpy
from core.errors import CollectionError, IndexingError
from tests.support.rows import fill, unit


def test_both_ways_rank_the_same(shop):
    ids = fill(shop, unit(300))
    found = cosine_and_euclidean(shop, ids[7], k=5)
    assert found.same
    assert found.by_cosine == found.by_distance
    assert found.picture == ids[7]
    assert ids[7] not in found.by_cosine
    assert found.compared == 299
    assert found.largest_error < 1e-5
    assert found.distances == pytest.approx(np.sqrt(2 - 2 * np.array(found.cosines)), abs=1e-5)
    assert list(found.cosines) == sorted(found.cosines, reverse=True)
    cosines, squared = np.array(found.points).T
    assert np.allclose(squared, 2 - 2 * cosines, atol=1e-5)
    assert cosines[0] == pytest.approx(found.cosines[0])


def test_vectors_that_are_not_normalised_are_found_out(shop):
    """From (1, 0): the product with (1.004, 0) is largest, but (1, 0.001) is nearer."""
    long = np.zeros((3, 48), np.float32)
    long[0, 0], long[1, 0], long[2, :2] = 1, 1.004, (1, 0.001)
    ids = fill(shop, long)
    found = cosine_and_euclidean(shop, ids[0], k=2)
    assert found.by_cosine == (ids[1], ids[2])
    assert found.by_distance == (ids[2], ids[1])
    assert not found.same
    assert found.largest_error == pytest.approx(0.008, abs=1e-4)  # ‖a − b‖² ≈ 0, 2 − 2 · 1.004 = −0.008


def test_of_equal_pictures_either_may_come_first(shop):
    vectors = np.repeat(unit(4), 3, axis=0)
    ids = fill(shop, vectors)
    assert cosine_and_euclidean(shop, ids[0]).same
    assert flat_and_numpy(shop, k=2).same == flat_and_numpy(shop, k=2).queries


def test_flat_and_numpy_answer_alike(shop):
    fill(shop, unit(500))
    found = flat_and_numpy(shop, k=4)
    assert (found.vectors, found.dim, found.k, found.queries) == (500, 48, 4, 9)
    assert found.same == 9
    assert found.largest_error < 1e-5
    assert min(found.flat_ms, found.numpy_ms, found.flat_batch_ms, found.numpy_batch_ms) > 0


def test_two_pictures_are_needed(shop):
    fill(shop, unit(1))
    for lesson in (cosine_and_euclidean, flat_and_numpy):
        with pytest.raises(IndexingError, match="Two pictures"):
            lesson(shop)
    fill(shop, unit(1, seed=1))
    assert flat_and_numpy(shop, k=10).k == 2
    assert len(cosine_and_euclidean(shop).by_cosine) == 1
    with pytest.raises(CollectionError):
        cosine_and_euclidean(shop, 999)
