import numpy as np
import pytest

from core.clustering.runs import cluster, extend, load, newcomers, runs, store
from core.clustering.trust.agreement import agreement, purity, with_labels
from core.errors import ClusteringError
from core.jobs import Cancelled, Monitor
from tests.support.rows import fill, unit


def heaps(*sizes, dim=48, seed=0):
    """Unit vectors around one axis each."""
    rng = np.random.default_rng(seed)
    rows = [np.eye(dim)[i] + 0.03 * rng.standard_normal((size, dim)) for i, size in enumerate(sizes)]
    made = np.concatenate(rows).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def three(shop):
    """Heaps of 9, 6 and 5 pictures; the second kind comes first."""
    fill(shop, heaps(6, 9, 5))
    return shop


def test_a_run_is_stored_loaded_and_listed(three):
    made = cluster(three, k=3)
    assert made.sizes.tolist() == [9, 6, 5]
    assert made.name == "3 clusters (k-means)"
    assert made.clusters.tolist() == [1] * 6 + [0] * 9 + [2] * 5
    assert (made.setup.preparation, made.setup.pictures, made.setup.k) == ("none", 20, 3)
    assert made.measured.silhouette > 0.8
    for key in (made.id, made.name, str(made.id)):
        found = load(three, key)
        assert (found.id, found.setup, found.measured, found.at) == (
            made.id,
            made.setup,
            made.measured,
            made.at,
        )
        assert found.clusters.tolist() == made.clusters.tolist()
        assert np.allclose(found.strength, made.strength)
    assert cluster(three, k=3).name == "3 clusters (k-means) (2)"
    assert [(one.name, one.k) for one in runs(three)] == [(made.name, 3), ("3 clusters (k-means) (2)", 3)]


def test_the_same_seed_gives_the_same_clusters(shop):
    fill(shop, unit(60))
    first, again = (cluster(shop, k=5, seed=7, preparation="none") for _ in range(2))
    assert first.clusters.tolist() == again.clusters.tolist()
    assert first.strength.tolist() == again.strength.tolist()


def test_a_hundred_copies_do_not_make_a_cluster(shop):
    vectors = heaps(4, 4)
    ids = fill(shop, np.concatenate([vectors, np.repeat(vectors[:1], 100, axis=0)]))
    made = cluster(shop, k=2)
    assert made.setup.distinct == 8
    assert made.sizes.tolist() == [104, 4]
    near = cluster(shop, k=2, copies=[[ids[0], ids[1], ids[2]]])
    assert near.setup.distinct == 6
    assert len({int(c) for c in near.clusters[:3]}) == 1


def test_the_number_is_proposed_where_nobody_says_it(shop):
    fill(shop, heaps(25, 25, 25, 25))
    made = cluster(shop, preparation="none")
    assert made.k == 4
    assert made.setup.k is None
    assert made.measured.reason.startswith("4 clusters")
    assert made.measured.stability == pytest.approx(1)


def test_hdbscan_says_what_it_found(shop):
    fill(shop, heaps(20, 20))
    made = cluster(shop, "hdbscan", preparation="none", min_size=8)
    assert made.k == 2
    assert "HDBSCAN found 2 dense places of 8 pictures or more" in made.measured.reason
    assert made.setup.min_size == 8


def test_what_is_removed_is_left_out_and_comes_back(three):
    made = cluster(three, k=3)
    gone = made.ids[:2].tolist()
    three.remove(gone)
    assert load(three, made.id).sizes.tolist() == [9, 4, 5]
    three.restore(gone)
    assert load(three, made.id).sizes.tolist() == [9, 6, 5]


def test_newcomers_join_their_neighbours_and_nothing_else_moves(three):
    made = cluster(three, k=3)
    assert len(newcomers(three, made)) == 0
    gone = made.ids[:1].tolist()
    three.remove(gone)
    shown = load(three, made.id)
    ids = fill(three, heaps(1, 2, 1, seed=9))
    assert newcomers(three, shown).tolist() == ids
    more = extend(three, shown)
    assert [int(more.clusters[more.ids == i][0]) for i in ids] == [1, 0, 0, 2]
    assert more.measured.joined == 4
    three.restore(gone)
    whole = load(three, made.id)
    assert len(whole.ids) == 24
    assert whole.clusters[np.isin(whole.ids, made.ids)].tolist() == made.clusters.tolist()
    assert ((whole.strength >= 0) & (whole.strength <= 1)).all()
    assert extend(three, whole).measured.joined == 4


def test_cancelling_leaves_nothing(three):
    class Impatient(Monitor):
        def say(self, note):
            super().say(note)
            if note.startswith("Measuring"):
                self.cancel()

    with pytest.raises(Cancelled):
        cluster(three, k=3, monitor=Impatient())
    assert runs(three) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"k": 21}, "holds 20 pictures, fewer than 21 clusters; ask for 20 at most"),
        ({"k": 1}, "One cluster is the whole collection"),
        ({"k": 0}, "0 clusters are impossible"),
        ({"k": -3}, "-3 clusters are impossible"),
        ({"method": "magic"}, "no method “magic”"),
        ({"method": "hdbscan", "k": 4}, "finds the number of clusters itself"),
        ({"method": "hdbscan", "min_size": 1}, "2 pictures or more"),
        ({"min_size": 4}, "k-means takes no minimum size"),
        ({"method": "hdbscan", "min_size": 19, "preparation": "none"}, "nothing but noise"),
        ({"preparation": "umap", "k": 3}, "UMAP needs 30"),
        ({"name": "  \n "}, "cannot be empty"),
        ({"name": "x" * 81}, "80 characters, this one has 81"),
    ],
)
def test_what_cannot_be_had_is_said_plainly(three, settings, message):
    with pytest.raises(ClusteringError, match=message):
        cluster(three, **settings)
    assert runs(three) == []


def test_one_picture_and_equal_pictures(shop):
    with pytest.raises(ClusteringError, match="holds no pictures"):
        cluster(shop)
    one = unit(1)
    fill(shop, one)
    with pytest.raises(ClusteringError, match="holds one picture"):
        cluster(shop)
    fill(shop, np.repeat(one, 4, axis=0))
    with pytest.raises(ClusteringError, match="All 5 pictures of “shop” show the same"):
        cluster(shop, k=2)
    fill(shop, unit(1, seed=5))
    with pytest.raises(ClusteringError, match="holds 2 different pictures, fewer than 3 clusters"):
        cluster(shop, k=3)
    assert cluster(shop).sizes.tolist() == [5, 1]


def test_names_that_are_taken_and_runs_that_are_not_there(three):
    made = cluster(three, k=3, name="  kinds of\nthings ")
    assert made.name == "kinds of things"
    with pytest.raises(ClusteringError, match="called “kinds of things” already"):
        cluster(three, k=2, name="kinds of things")
    with pytest.raises(ClusteringError, match="called “kinds of things” already"):
        store(three, made, "kinds of things")
    with pytest.raises(ClusteringError, match=r"no run “other”; there are: “kinds of things” \(1\)"):
        load(three, "other")


def test_a_damaged_run_says_so(three):
    made = cluster(three, k=3)
    three._catalogue.execute("UPDATE clustering SET members = x'00'")
    with pytest.raises(ClusteringError, match="damaged"):
        load(three, made.id)
    three._catalogue.execute("UPDATE clustering SET setup = '{'")
    whole = cluster(three, k=2)
    assert [run.id for run in runs(three)] == [whole.id]
    with pytest.raises(ClusteringError, match="damaged"):
        load(three, made.id)


def test_runs_are_compared_over_what_both_hold(three):
    a, b = cluster(three, k=3), cluster(three, k=2)
    assert (agreement(a, a).ari, agreement(a, a).nmi) == (1, pytest.approx(1))
    assert agreement(a, b).ari < 1
    three.remove(a.ids[:4].tolist())
    found = agreement(load(three, a.id), b)
    assert (found.pictures, found.only_a, found.only_b) == (16, 0, 4)


def test_labels_where_there_are_any(three):
    made = cluster(three, k=3)
    assert with_labels(three, made) is None
    three.set_label(made.ids[:6].tolist(), "cup")
    three.set_label(made.ids[6:10].tolist(), "hat")
    found = with_labels(three, made)
    assert (found.purity, found.nmi, found.ari) == (1, pytest.approx(1), 1)
    assert (found.pictures, found.labels) == (10, 2)


def test_purity_by_hand():
    assert purity(np.array([0, 0, 0, 1, 1, -1]), np.array([0, 0, 1, 1, 1, 1])) == pytest.approx(4 / 6)
    assert purity(np.array([-1, -1]), np.array([0, 1])) == 0
