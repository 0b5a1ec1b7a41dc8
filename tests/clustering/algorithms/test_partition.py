"""Each way of clustering on points whose clusters are plain to see."""

import numpy as np
import pytest

from core.clustering.algorithms import kmeans as k_means
from core.clustering.algorithms.base import at_home, by_size
from core.clustering.algorithms.fit import fit
from core.clustering.algorithms.hdbscan import density
from core.clustering.algorithms.kmeans import kmeans
from core.clustering.algorithms.pca import along
from core.clustering.algorithms.preprocess import prepare, usual, whitened
from core.clustering.algorithms.select_k import propose_k, silhouette
from core.clustering.algorithms.ward import MOST, agglomerative
from core.errors import ClusteringError
from core.jobs import Cancelled, Monitor
from tests.support.rows import unit


def heaps(sizes, dim=6, spread=0.05):
    rng = np.random.default_rng(3)
    rows = [np.eye(dim)[i] + spread * rng.standard_normal((size, dim)) for i, size in enumerate(sizes)]
    return np.concatenate(rows).astype(np.float32), np.repeat(np.arange(len(sizes)), sizes)


def same(a, b):
    """Whether two clusterings differ in nothing but the numbers."""
    return len(set(zip(a.tolist(), b.tolist(), strict=True))) == len(set(a.tolist())) == len(set(b.tolist()))


def test_clusters_are_numbered_by_size_and_noise_stays():
    assert by_size(np.array([5, 2, 2, -1, 7, 7, 2])).tolist() == [2, 0, 0, -1, 1, 1, 0]
    assert by_size(np.array([3, 1, 3, 1])).tolist() == [0, 1, 0, 1]
    assert by_size(np.array([-1, -1])).tolist() == [-1, -1]


def test_at_home_is_how_much_nearer_the_own_centre_is():
    assert at_home(np.array([1.0, 2, 3, 0]), np.array([2.0, 2, 1, 0])).tolist() == [0.5, 0, 0, 0]


@pytest.mark.parametrize("few", [k_means.FEW, 0], ids=["few", "many"])
@pytest.mark.parametrize("dim", [6, 200], ids=["narrow", "wide"])
def test_kmeans_finds_the_heaps_the_same_each_time(few, dim, monkeypatch):
    monkeypatch.setattr(k_means, "FEW", few)
    points, truth = heaps([40, 30, 20], dim)
    found = kmeans(points, 3, 0, Monitor())
    assert same(found.clusters, truth)
    assert (found.strength > 0.25).all()
    assert found.strength.max() <= 1
    again = kmeans(points, 3, 0, Monitor())
    assert again.clusters.tolist() == found.clusters.tolist()
    assert again.strength.tolist() == found.strength.tolist()


def test_kmeans_of_many_does_not_depend_on_the_number_of_threads(monkeypatch):
    import faiss

    monkeypatch.setattr(k_means, "FEW", 0)
    points = unit(3000, 150)
    before = faiss.omp_get_max_threads()
    try:
        found = []
        for threads in (1, 2):
            faiss.omp_set_num_threads(threads)
            found.append(kmeans(points, 12, 4, Monitor()).clusters.tolist())
    finally:
        faiss.omp_set_num_threads(before)
    assert found[0] == found[1]


def test_hdbscan_finds_how_many_and_leaves_out_what_lies_between():
    points, truth = heaps([40, 40], 3)
    stray = np.array([[5, 5, 5], [-5, 5, 0]], np.float32)
    found = density(np.concatenate([points, stray]), 10, Monitor())
    assert found.k == 2
    inside = found.clusters[:80] >= 0
    assert inside.mean() > 0.8
    assert same(found.clusters[:80][inside], truth[inside])
    assert found.clusters[80:].tolist() == [-1, -1]
    assert found.strength[80:].tolist() == [0, 0]


def test_hdbscan_that_finds_only_noise_says_so():
    with pytest.raises(ClusteringError, match="nothing but noise"):
        density(unit(30, 3), 25, Monitor())
    with pytest.raises(ClusteringError, match="nothing but noise"):
        density(unit(4, 3), 5, Monitor())


def test_agglomerative_finds_the_heaps_and_refuses_too_many():
    points, truth = heaps([12, 9, 5])
    assert same(agglomerative(points, 3, Monitor()).clusters, truth)
    with pytest.raises(ClusteringError, match="10,000 different pictures at most; there are 10,001"):
        agglomerative(np.zeros((MOST + 1, 2), np.float32), 3, Monitor())


def test_main_axes_keep_distances_and_are_ordered():
    points = unit(30, 8) * np.arange(1, 9, dtype=np.float32)
    places, variances = along(points, 8)
    assert (np.diff(variances) <= 0).all()
    assert np.allclose(places.var(axis=0), variances, rtol=1e-3)
    assert np.allclose(
        np.linalg.norm(places[0] - places[1]), np.linalg.norm(points[0] - points[1]), rtol=1e-4
    )
    fewer, _ = along(points[:5], 8)  # more numbers than points
    assert np.allclose(np.linalg.norm(fewer[0] - fewer[1]), np.linalg.norm(points[0] - points[1]), rtol=1e-3)


def test_whitening_in_full_makes_axes_equally_wide():
    points = unit(500, 6) * np.array([9, 5, 3, 2, 1, 1], np.float32)
    full = whitened(points, 6, power=1)
    assert np.allclose(np.linalg.norm(full, axis=1), 1, atol=1e-5)
    spread = full.var(axis=0)
    assert spread.max() / spread.min() < 1.5
    plain = whitened(points, 6, power=0).var(axis=0)
    assert plain.max() / plain.min() > 10


def test_umap_wants_enough_and_is_the_usual_choice_up_to_a_size():
    with pytest.raises(ClusteringError, match="needs 30 different pictures"):
        prepare(unit(10), "umap", 0, Monitor())
    assert [usual(n, "kmeans") for n in (10, 1000, 100_000)] == ["none", "umap", "none"]
    assert usual(100_000, "hdbscan") == "umap"


def test_silhouette_of_four_points_by_hand():
    points = np.array([0.0, 1, 10, 12])
    apart = np.abs(points[:, None] - points)
    by_hand = np.mean([1 - 1 / 11, 1 - 1 / 10, 1 - 2 / 9.5, 1 - 2 / 11.5])
    assert silhouette(apart, np.array([0, 0, 1, 1])) == pytest.approx(by_hand)
    assert silhouette(apart, np.array([0, 1, 2, 3])) == 0


@pytest.mark.parametrize("count", [2, 4])
def test_the_number_of_heaps_is_proposed_with_a_reason(count):
    points, _ = heaps([60] * count)
    proposal = propose_k(points)
    assert proposal.k == count
    assert proposal.reason.startswith(f"{count} clusters: of the numbers from 2 to ")
    chosen = next(one for one in proposal.candidates if one.k == count)
    assert chosen.silhouette > 0.7
    assert chosen.stability == pytest.approx(1)
    assert propose_k(points) == proposal


def test_too_few_to_compare_numbers():
    proposal = propose_k(unit(3))
    assert (proposal.k, proposal.candidates) == (2, ())
    assert "too few pictures" in proposal.reason


def test_a_sample_is_laid_out_and_the_others_join(monkeypatch):
    from core.clustering.algorithms import fit as fitting

    monkeypatch.setattr(fitting, "UMAP_UP_TO", 60)
    points, truth = heaps([90, 60], 40, 0.02)
    vectors = points / np.linalg.norm(points, axis=1, keepdims=True)
    found = fit(vectors, "kmeans", 2, "umap", 0, None, Monitor())
    assert same(found.partition.clusters, truth)
    assert (found.partition.strength >= 0).all()


def test_a_cancelled_monitor_stops_every_method():
    monitor = Monitor()
    monitor.cancel()
    for method in ("kmeans", "hdbscan", "agglomerative"):
        with pytest.raises(Cancelled):
            fit(unit(30), method, None if method == "hdbscan" else 3, "none", 0, None, monitor)
