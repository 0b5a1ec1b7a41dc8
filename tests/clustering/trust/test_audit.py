import pytest

from core.clustering.trust.audit import coherence, mark, sample_review
from core.clustering.types import NOISE
from core.errors import ClusteringError
from tests.support.clusterings import made
from tests.support.rows import fill, unit


@pytest.fixture
def run(shop):
    """Thirty pictures in clusters of 20, 6 and 3, and one that belongs nowhere."""
    fill(shop, unit(30))
    return made(shop, [0] * 20 + [1] * 6 + [2] * 3 + [NOISE], "three")


def test_the_seed_decides(shop, run):
    cards = sample_review(shop, run, seed=4, clusters=2, pictures=5)
    assert cards == sample_review(shop, run, seed=4, clusters=2, pictures=5)
    assert len(cards) == 2
    assert len({sample_review(shop, run, seed=seed, clusters=2, pictures=5) for seed in range(6)}) > 1
    for card in cards:
        assert set(card.ids) <= set(run.members(card.cluster).tolist())
        assert len(card.ids) == min(5, run.sizes[card.cluster])


def test_no_picture_is_asked_twice_unless_asked_for(shop, run):
    seen = []
    for seed in range(20):
        cards = sample_review(shop, run, seed=seed, clusters=1, pictures=4)
        if not cards:
            break
        mark(shop, run, cards[0].cluster, cards[0].ids, ())
        seen += cards[0].ids
    assert sorted(seen) == shop.ids()[:29]
    assert sample_review(shop, run) == ()
    assert len(sample_review(shop, run, again=True)) == 3


def test_coherence_weighs_clusters_by_their_size(shop, run):
    for cluster, odd in ((0, 2), (1, 3), (2, 0)):
        shown = sorted(run.members(cluster).tolist())
        mark(shop, run, cluster, shown, shown[:odd])
    found = coherence(shop, run)
    assert (found.judged, found.odd, found.pictures, found.of) == (29, 5, 29, 3)
    assert found.clusters[1].share == 0.5
    # Every picture was judged, so nothing is left to estimate.
    assert found.share == found.interval.low == found.interval.high == pytest.approx(24 / 29)


def test_a_part_of_the_pictures_leaves_an_interval(shop, run):
    for cluster in range(3):
        mark(shop, run, cluster, run.members(cluster)[:3].tolist(), run.members(cluster)[:1].tolist())
    found = coherence(shop, run)
    assert found.share == pytest.approx(2 / 3)
    assert found.interval.low < 2 / 3 < found.interval.high
    assert found.clusters[2].interval.width == 0


def test_one_cluster_of_several_says_nothing_of_the_others(shop, run):
    mark(shop, run, 1, run.members(1).tolist(), [])
    found = coherence(shop, run)
    assert (found.interval.low, found.interval.high) == (0, 1)
    assert found.clusters[1].share == 1


def test_nothing_judged(shop, run):
    found = coherence(shop, run)
    assert (found.judged, found.share, found.clusters) == (0, 0, {})


def test_marks_are_kept_with_the_picture_and_the_last_counts(shop, run):
    first = run.members(0)[:2].tolist()
    mark(shop, run, 0, first, first)
    mark(shop, run, 0, first[:1], [])
    assert coherence(shop, run).odd == 1
    shop.remove(first[1:])
    assert (coherence(shop, run).judged, coherence(shop, run).odd) == (1, 0)


def test_what_cannot_be_marked(shop, run):
    with pytest.raises(ClusteringError, match="no cluster 8"):
        mark(shop, run, 7, [], [])
    with pytest.raises(ClusteringError, match="Only pictures that were shown"):
        mark(shop, run, 0, [1], [2])
    tried = made(shop, [0] * 30)
    assert len(sample_review(shop, tried)) == 1
    for asked in (lambda: mark(shop, tried, 0, [1], []), lambda: coherence(shop, tried)):
        with pytest.raises(ClusteringError, match="not stored yet"):
            asked()


def test_all_pictures_gone(shop, run):
    shop.remove(shop.ids())
    with pytest.raises(ClusteringError, match="None of the pictures"):
        sample_review(shop, run)
    assert coherence(shop, run).judged == 0
