"""Numbers of clusters tried without storing anything."""

import numpy as np
import pytest

from core.clustering.dataset import population
from core.clustering.explore_k import Prepared, prepared, propose, try_k
from core.clustering.runs import runs
from core.errors import ClusteringError
from tests.support.rows import fill, unit


def heaps(sizes, dim=48):
    """Vectors in heaps around far-apart directions."""
    rng = np.random.default_rng(1)
    rows = []
    for at, size in enumerate(sizes):
        centre = np.zeros(dim, np.float32)
        centre[at] = 1
        rows.append(centre + 0.02 * rng.standard_normal((size, dim)).astype(np.float32))
    made = np.concatenate(rows)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_the_same_points_are_parted_in_any_number(shop):
    ids = fill(shop, heaps([12, 8, 5]))
    ready = prepared(shop.name, population(shop))
    found = try_k(ready, 3)
    assert found.sizes.tolist() == [12, 8, 5]
    assert found.members(0).tolist() != []
    assert set(found.members(2).tolist()) == set(ids[20:])
    assert (found.id, found.name, found.setup.k) == (None, "", 3)
    assert try_k(ready, 2).k == 2
    assert (try_k(ready, 3).clusters == found.clusters).all(), "the same seed, the same clusters"
    assert runs(shop) == [], "nothing is stored"


def test_heaps_are_proposed_as_what_they_are(shop):
    fill(shop, heaps([20, 20, 20, 20]))
    people = population(shop)
    proposed = propose(Prepared(shop.name, people, people.distinct, "none", 0))
    assert proposed.k == 4
    assert proposed.reason
    assert proposed.k in [one.k for one in proposed.candidates]


def test_copies_count_once_and_stay_with_their_original(shop):
    ids = fill(shop, heaps([4, 4]))
    ready = prepared(shop.name, population(shop, copies=[ids[:4]]))
    assert len(ready.points) == 5
    found = try_k(ready, 2)
    assert len({int(c) for c in found.clusters[:4]}) == 1


@pytest.mark.parametrize(
    ("vectors", "k", "said"),
    [
        (unit(4), 1, "2 or more"),
        (unit(4), 5, "fewer than 5 clusters"),
        (np.repeat(unit(1), 4, axis=0), 2, "show the same"),
        (unit(1), 2, "holds one picture"),
    ],
)
def test_what_cannot_be_parted(shop, vectors, k, said):
    fill(shop, vectors)
    with pytest.raises(ClusteringError, match=said):
        try_k(prepared(shop.name, population(shop)), k)


def test_two_pictures_have_no_proposal(shop):
    fill(shop, unit(2))
    with pytest.raises(ClusteringError, match="nothing to propose"):
        propose(prepared(shop.name, population(shop)))
