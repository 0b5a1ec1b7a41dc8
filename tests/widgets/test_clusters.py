"""The clusters screen's pure parts: its address, colours, words, cards, and what a walk writes down."""

import unicodedata
from datetime import UTC, datetime

import numpy as np
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from core.clustering.palette import NOWHERE, colour, colours
from core.clustering.runs import store
from core.clustering.store import ClusteringStore
from core.clustering.trust.agreement import Agreement, LabelAgreement
from core.clustering.trust.audit import coherence
from core.clustering.trust.audit_interval import coherence_of, share_of_cluster
from core.clustering.trust.label_errors import Suspect
from core.clustering.types import Clustering, Measured, Setup
from core.jobs import Cancelled, Monitor
from core.projection.export.points import Categories, Scale
from core.projection.types import MapQuality, MapSetup, PictureMap
from tests.support.rows import fill, unit
from widgets.clusters import audit, outliers
from widgets.clusters.address import COLOURS, KINDS, MOST_K, PARTS, SORTS, ClustersView
from widgets.clusters.choose_k import most
from widgets.clusters.cluster_list import ordered
from widgets.clusters.cluster_panel import some_of
from widgets.clusters.data import Counted
from widgets.clusters.jobs import estimate, stage
from widgets.clusters.map import coloring
from widgets.clusters.naming import call, refused
from widgets.clusters.wording import (
    compared_line,
    counted_line,
    facts_line,
    found_line,
    label_shares,
    named,
    percent,
    quality_brief,
    quality_line,
)
from widgets.components.card_list import CardAct, read_card_act
from widgets.components.odd_one_out import WalkAct, read_walk_act
from widgets.shared import undo

IDS = np.arange(1, 13, dtype=np.int64)


def clustering(clusters, run=None, reason="", fingerprint="f", encoder="tiny"):
    clusters = np.array(clusters, np.int32)
    n = len(clusters)
    setup = Setup("kmeans", None, "none", 0, encoder, fingerprint, n, n)
    strength = np.linspace(1, 0.1, n).astype(np.float32) * (clusters >= 0)
    at = datetime(2026, 1, 2, tzinfo=UTC) if run else None
    return Clustering("runs", setup, Measured(1.0, 0.21, 0.9, reason), IDS[:n], clusters, strength, run, at)


# ---- the address


@given(
    st.builds(
        ClustersView,
        part=st.sampled_from(list(PARTS)),
        run=st.none() | st.integers(1, 10**8),
        k=st.none() | st.integers(1, MOST_K),
        cluster=st.none() | st.integers(0, 10**8),
        colour=st.sampled_from(list(COLOURS)),
        sort=st.sampled_from(list(SORTS)),
        kind=st.sampled_from(list(KINDS)),
        other=st.none() | st.integers(1, 10**8),
        at=st.integers(1, 10**8),
    )
)
def test_an_address_is_read_as_it_was_written(view):
    assert ClustersView.read(view.write()) == view


KEYS = ("part", "run", "k", "cluster", "colour", "sort", "kind", "with", "at")


@given(st.dictionaries(st.sampled_from(KEYS), st.lists(st.text(max_size=12), max_size=2)))
def test_any_address_makes_some_view(params):
    view = ClustersView.read(params)
    assert ClustersView.read(view.write()) == view


def test_too_many_clusters_in_an_address_are_left_out():
    assert ClustersView.read({"k": [str(MOST_K + 1)]}).k is None
    assert ClustersView.read({"k": ["0"], "run": ["0"], "cluster": ["0"]}) == ClustersView(cluster=0)


# ---- colours


def test_neighbours_in_number_have_colours_of_their_own():
    for dark in (False, True):
        hundred = colours(100, dark)
        assert len(set(hundred)) == 100
        assert all(len(c) == 7 and int(c[1:], 16) >= 0 for c in hundred)
        assert colour(-1, dark) == NOWHERE[dark]


@pytest.fixture
def light(monkeypatch):
    monkeypatch.setattr(coloring, "dark", lambda: False)


def test_pictures_that_came_after_a_run_have_no_colour(light):
    found = clustering([0, 1, 0, -1])
    codes, scheme = coloring.by_cluster(np.array([1, 2, 4, 99]), found, {0: "mugs", 1: "a\nb"})
    assert codes.tolist() == [0, 1, -1, -1]
    assert isinstance(scheme, Categories)
    assert scheme.names == ("mugs", "a b")


def test_rare_labels_share_a_colour(light):
    known = {i: f"label {i:02d}" for i in range(30)} | {100: "label 00"}
    codes, scheme = coloring.by_label(np.array([100, 0, 5, 29, 500]), known)
    assert scheme.names == ("label 00", "label 05", "label 29"), "only labels that are on the map count"
    assert codes.tolist() == [0, 0, 1, 2, -1]
    many, scheme = coloring.by_label(np.arange(30), known)
    assert scheme.names[-1] == "Other labels"
    assert many.max() == coloring.MOST_NAMED


def test_groups_of_copies_and_pictures_without(light):
    codes, scheme = coloring.by_group(np.array([1, 2, 3]), ((1, 3),))
    assert codes.tolist() == [0, -1, 0]
    assert scheme.names == ("Group 1",)
    many, scheme = coloring.by_group(np.arange(100), tuple((2 * g, 2 * g + 1) for g in range(50)))
    assert many.max() == len(scheme.names) - 1 == coloring.MOST_NAMED - 1


def test_times_by_rank_and_pictures_without_a_time(light):
    times = np.array(["2001-01-01", "2020-05-01", "2020-05-02"], "datetime64[s]")
    values, scheme = coloring.by_time(np.array([7, 8, 9, 10]), np.array([9, 7, 8]), times)
    assert values[:3].tolist() == [0.5, 1.0, 0.0]
    assert np.isnan(values[3])
    assert isinstance(scheme, Scale)
    assert (scheme.low, scheme.high) == ("2001-01-01", "2020-05-02")
    none, scheme = coloring.by_time(np.array([7]), np.empty(0, np.int64), np.empty(0, "datetime64[s]"))
    assert np.isnan(none).all()


def test_outlier_scores_are_between_near_and_far(light):
    values, _ = coloring.by_outlier(
        np.array([1, 2, 3]), np.array([1, 2, 3]), np.array([-2, 2, 40], np.float32)
    )
    assert values.tolist() == [0, 0.5, 1]


# ---- words


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.5, "50 %"), (0.999, "over 99 %"), (1, "100 %")],
)
def test_shares_are_never_called_all_or_nothing_where_they_are_not(share, said):
    assert percent(share) == said


def test_what_was_found_and_measured():
    found = clustering([0, 0, 1, -1])
    assert found_line(found) == "**2 clusters** in 4 pictures; 1 picture belongs to none. By k-means."
    said = facts_line(found, LabelAgreement(0.75, 0.5, 0.4, 4, 2))
    assert said == "silhouette 0.21 · stability 0.90 · against 2 labels: purity 75 %, NMI 0.50, ARI 0.40"
    assert named({0: "mugs"}, -1) == "Belongs nowhere"


def drawn(trust, kept, placed=0):
    ids = IDS[:4]
    later = np.arange(4) < placed
    return PictureMap(
        1, datetime(2026, 1, 1, tzinfo=UTC), MapSetup("umap", 0, "tiny", "f", 4, 4),
        MapQuality(trust, kept, 15, 4), ids, np.zeros((4, 2), np.float32), later,
        np.full(4, 0.5, np.float32),
    )  # fmt: skip


def test_how_far_a_map_can_be_trusted():
    said = quality_line(drawn(0.96, 0.41, placed=2))
    assert "96 % trustworthy" in said
    assert "41 % of each picture’s 15 nearest" in said
    assert "2 pictures came later and were placed among the others, with 50 %" in said
    assert "nothing can be said" in quality_line(drawn(None, None))
    assert quality_brief(drawn(0.96, 0.41)).startswith("a map lies: 96 % trustworthy, 41 %")
    assert "too few" in quality_brief(drawn(None, None))


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (Counted((), 9, False), "Nobody has looked for near-duplicates"),
        (Counted(((1, 2, 3), (4, 5)), 0, True), "3 near-duplicates in 2 groups counted once"),
        (Counted((), 0, True), "No near-duplicates were found"),
        (Counted((), 7, True), "7 pictures not compared"),
    ],
)
def test_whether_copies_counted_once(counted, said):
    assert said in counted_line(counted)


def test_two_runs_compared_with_hostile_names():
    said = compared_line("<b>a", "b*", Agreement(0.95, 0.9, 10, 0, 0))
    assert "almost the same" in said
    assert "&lt;b" in said
    assert "quite different" in compared_line("a", "b", Agreement(0.1, 0.2, 10, 0, 0))


def test_shares_of_labels():
    shares = [("a", 6), ("b", 2), ("c", 1), ("d", 1)]
    assert label_shares(shares) == "a 60 %, b 20 %, c 10 %, 1 more label"
    assert label_shares([(None, 4)]) == ""


# ---- cards and walks as the browser tells of them


@pytest.mark.parametrize(
    "value",
    [None, 3, {}, {"kind": "eval", "card": "1", "id": 1}, {"kind": "open", "card": 1, "id": 1},
     {"kind": "open", "card": "1", "id": True}],
)  # fmt: skip
def test_events_of_cards_that_are_none_of_ours(value):
    assert read_card_act(value) is None


def test_events_of_cards_and_of_walks():
    assert read_card_act({"kind": "choose", "card": "3", "id": 0}) == CardAct("choose", "3", 0)
    assert read_walk_act({"kind": "next", "key": "3-0", "odd": [4, 4, True, "x", 5]}) == WalkAct(
        "next", "3-0", (4, 5)
    )
    assert read_walk_act({"kind": "next", "key": 3, "odd": []}) is None
    assert read_walk_act({"kind": "drop", "key": "3", "odd": []}) is None
    assert read_walk_act({"kind": "next", "key": "3", "odd": "12"}) is None


# ---- clusters


def test_clusters_in_the_order_asked_for():
    found = clustering([0, 0, 0, 1, 1, 2])
    names = {0: "b", 1: "C", 2: "a"}
    judged = coherence_of({0: share_of_cluster(2, 1, 3), 2: share_of_cluster(1, 0, 1)}, 3)
    assert ordered(found, names, None, "size") == [0, 1, 2]
    assert ordered(found, names, None, "name") == [2, 0, 1]
    assert ordered(found, names, judged, "coherence") == [2, 0, 1], "those that nobody has judged come last"


@given(st.lists(st.integers(-1, 2), min_size=1, max_size=12))
def test_a_few_pictures_of_each_cluster(clusters):
    found = clustering(clusters)
    for cluster in range(found.k):
        some = some_of(found, cluster)
        assert set(some) <= set(found.members(cluster).tolist())
        assert len(some) == len(set(some)) == min(5, len(found.members(cluster)))


def test_the_slider_never_asks_for_more_clusters_than_pictures():
    assert most(clustering([0, 0, 1])) == 3
    assert most(clustering([0])) == 2


# ---- progress


def test_a_stage_fills_its_part_of_the_whole():
    whole = Monitor()
    part = stage(whole, (60, 85))
    part.say("Finding")
    part.expect(4)
    seen = []
    for _ in range(4):
        part.advance()
        seen.append(whole.snapshot().done)
    assert seen == [66, 72, 78, 85]
    assert whole.snapshot().total == 100
    assert whole.snapshot().note == "Finding"
    after = stage(whole, (85, 100))
    after.advance()  # one that never said how much there is
    assert whole.snapshot().done == 85
    whole.cancel()
    with pytest.raises(Cancelled):
        after.check()


def test_the_estimate_grows_with_the_collection():
    assert estimate(100) < estimate(10_000) < estimate(100_000)


# ---- names, walks and doubts, with their undoing


@pytest.fixture
def state(monkeypatch):
    held = {}
    monkeypatch.setattr(streamlit, "session_state", held)
    return held


@pytest.fixture
def run(shop, state):
    """Twelve pictures in two clusters, stored."""
    fill(shop, unit(12))
    made = clustering([0] * 7 + [1] * 5, fingerprint=shop.space().fingerprint)
    return shop, store(shop, made, "two")


def undo_now(shop, state):
    undo._undo(shop)
    assert "undo" not in state


def test_an_undo_that_has_become_impossible_says_so(run, state):
    shop, found = run
    call(shop, found, 0, "mugs", "Cluster 1")
    ClusteringStore(shop.catalogue).delete(found.id)
    undo_now(shop, state)
    undo.remember(undo.Done(shop.name, "Renamed.", back=lambda: shop.get(999)))
    undo_now(shop, state)
    assert "999" in state["undo-failed"]


def test_the_undo_of_a_removal_leaves_what_was_in_the_bin_before(run, state):
    shop, _ = run
    shop.remove([1])
    undo.remove(shop, [1, 2])
    undo_now(shop, state)
    assert [p.id for p in shop.bin()] == [1]


def test_the_undo_of_a_label_gives_back_who_gave_it(run, state):
    shop, _ = run
    before = shop.label_states([1, 2])
    undo.label(shop, [1, 2], "mine")
    assert shop.label_states([1, 2]) != before
    undo_now(shop, state)
    assert shop.label_states([1, 2]) == before


def test_a_name_is_given_refused_and_taken_back(run, state):
    shop, found = run
    call(shop, found, 0, "mugs", "Cluster 1")
    assert ClusteringStore(shop.catalogue).names(found.id) == {0: "mugs"}
    undo_now(shop, state)
    assert ClusteringStore(shop.catalogue).names(found.id) == {}
    call(shop, found, 0, "mugs", "Cluster 1")
    call(shop, found, 1, "Mugs", "Cluster 2")
    assert "already" in refused()
    call(shop, found, 0, "Café", "mugs")
    call(shop, found, 1, unicodedata.normalize("NFD", "CAFÉ"), "Cluster 2")
    assert "already" in refused()
    undo_now(shop, state)
    assert refused() == "", "it is said once"
    call(shop, found, 0, None, "mugs")
    assert ClusteringStore(shop.catalogue).names(found.id) == {}
    undo_now(shop, state)
    assert ClusteringStore(shop.catalogue).names(found.id) == {0: "mugs"}


def test_a_walk_is_written_down_and_taken_back(run, state):
    shop, found = run
    audit.begin(shop, found)
    mine = audit.desk(shop, found)
    assert {card.cluster for card in mine.cards} == {0, 1}
    first = mine.card
    key = f"{first.cluster}-0"
    audit.answer(shop, found, WalkAct("next", "9-9", first.ids[:1]))
    assert mine.card is first, "an answer to a card that is no longer asked"
    audit.answer(shop, found, WalkAct("next", key, (*first.ids[:1], 10**6)))
    whole = coherence(shop, found)
    assert (whole.judged, whole.odd) == (len(first.ids), 1)
    assert "1 odd. U takes it back" in audit._last(mine, {})
    audit.answer(shop, found, WalkAct("undo", "", ()))
    assert mine.card is first
    assert mine.again == first.ids[:1], "what was marked is marked again"
    assert coherence(shop, found).judged == 0
    audit.answer(shop, found, WalkAct("undo", "", ()))
    for at in range(2):
        audit.answer(shop, found, WalkAct("next", f"{mine.card.cluster}-{at}", ()))
    assert mine.card is None
    assert audit.result_line(coherence(shop, found)) == (
        "100 % (100–100) of pictures belong to their cluster"
    )
    audit.begin(shop, found)
    assert mine.card is None, "no picture is asked twice"


def test_another_run_is_another_walk(run, state):
    shop, found = run
    audit.begin(shop, found)
    other = store(shop, clustering([0] * 12, fingerprint=shop.space().fingerprint), "one")
    assert audit.desk(shop, other).cards == ()


def test_a_doubted_label_is_changed_or_kept(run, state):
    shop, _ = run
    shop.set_label([1], "hat")
    doubt = Suspect(1, "hat", "mug", 0.9)
    outliers.decide(shop, doubt, accept=True)
    assert shop.get(1).label == "mug"
    undo_now(shop, state)
    assert shop.get(1).label == "hat"
    outliers.decide(shop, doubt, accept=False)
    assert (1, "hat", "mug") in outliers._dismissed(shop)
    undo_now(shop, state)
    assert outliers._dismissed(shop) == set()
