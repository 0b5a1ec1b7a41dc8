"""The clusters screen: nothing to group, nothing grouped, map, clusters, walk, outliers, runs, newcomers."""

import json
import shutil

import numpy as np
import pytest

from core import Workspace
from core.clustering.naming.names import propose_names
from core.clustering.runs import cluster, load, runs
from core.clustering.store import ClusteringStore
from core.projection.compute import load_map, make_map
from tests.support.picture_bytes import encode
from tests.support.rows import fill, unit
from tests.support.scenes import scene
from tests.support.screens import said, select
from tests.support.tiny import TinyEncoder, register
from widgets.app_state.resources import jobs
from widgets.clusters.jobs import making_key

HOSTILE = "<b>mugs :red[x] $y$"
COLOURS = ("label", "time", "copies", "outlier", "trust")


@pytest.fixture(scope="module")
def grouped_home(sample_home, tmp_path_factory):
    """The sample collection with a map and six clusters. Not to be changed."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("clusters") / "home")
    sample = Workspace(home).open("sample")
    make_map(sample)
    propose_names(sample, cluster(sample, k=6, preparation="none", name="six"))
    return home


@pytest.fixture
def grouped(grouped_home, tmp_path):
    """The same, to be changed: the place, and the collection."""
    # SQLite drops its index of the log when the last reader goes, be it in the middle of copying.
    home = shutil.copytree(grouped_home, tmp_path / "home", ignore=shutil.ignore_patterns("*-shm"))
    return home, Workspace(home).open("sample")


@pytest.fixture
def handful(workspace, shop):
    """Eight pictures of a collection that has neither map nor clusters: too few for UMAP."""
    shop.add_files([(f"{seed}.png", encode(scene(seed), "PNG")) for seed in range(8)])
    return workspace.path, shop


def component(app, key):
    """What the component of that key was given to show."""
    found = [node for node in app.get("bidi_component") if node.proto.id.endswith(f"-{key}")]
    assert found, f"no component {key}"
    return json.loads(found[0].proto.json)


def wait(collection):
    jobs().get(making_key(collection)).wait(120)


def first(value):
    return value[0] if isinstance(value, list) else value


# ---- nothing to show


def test_without_pictures_the_way_to_some(open_app, tmp_path):
    app = open_app(tmp_path / "home", "clusters")
    assert "no pictures to group" in said(app)
    assert "sample catalogue" in app.page_link[0].value


def test_one_picture_is_no_group(open_app, workspace, shop):
    shop.add_files([("one.png", encode(scene(1), "PNG"))])
    app = open_app(workspace.path, "clusters", collection="shop")
    assert "one picture only" in said(app)


def test_pictures_that_all_show_the_same(open_app, workspace, shop):
    fill(shop, np.repeat(unit(1), 5, axis=0))
    app = open_app(workspace.path, "clusters", collection="shop")
    app.button(key="make-all").click().run()
    wait(shop)
    app.run()
    assert not app.exception
    assert "show the same" in app.error[0].value


def test_one_click_draws_the_map_and_finds_clusters(open_app, handful):
    home, shop = handful
    app = open_app(home, "clusters", collection="shop")
    assert "See the whole collection at once" in said(app)
    assert "Nobody has looked for near-duplicates" in said(app)
    app.button(key="make-all").click().run()
    wait(shop)
    app.run()
    assert not app.exception
    assert load_map(shop) is not None
    assert len(runs(shop)) == 1
    assert "is found and named" in said(app)
    assert "A map lies" in said(app)
    app.button(key="making-close").click().run()
    assert "is found and named" not in said(app)


def test_what_is_finished_stays_when_the_rest_is_cancelled(open_app, handful, monkeypatch):
    home, shop = handful
    app = open_app(home, "clusters", collection="shop")

    def stopped(*_, monitor, **__):
        monitor.cancel()
        monitor.check()

    monkeypatch.setattr("core.clustering.cluster", stopped)
    app.button(key="make-all").click().run()
    wait(shop)
    app.run()
    assert "What was finished by then stays" in said(app)
    assert load_map(shop) is not None
    assert "No clusters yet" in said(app), "the map is shown, with the way to clusters"


# ---- the map


def test_the_map_with_its_legend_and_how_far_it_can_be_trusted(open_app, grouped):
    home, _ = grouped
    app = open_app(home, "clusters", collection="sample")
    assert "**6 clusters**" in said(app)
    assert "purity" in said(app)
    assert "A map lies" in said(app)
    assert "Nothing is selected" in said(app)
    listed = component(app, "clusters-legend")["cards"]
    assert len(listed) == 6
    assert all(card["colour"].startswith("#") and len(card["pictures"]) == 5 for card in listed)
    assert len({card["title"] for card in listed}) == 6
    assert component(app, "clusters-map")["chosen"] is None


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour(open_app, grouped, colour):
    home, _ = grouped
    app = open_app(home, "clusters", collection="sample", colour=colour)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="clusters-colour").value == colour
    app.selectbox(key="clusters-colour").set_value("cluster").run()
    assert "colour" not in app.query_params


def test_a_chosen_cluster_is_renamed_and_the_name_taken_back(open_app, grouped):
    home, sample = grouped
    run = runs(sample)[0].id
    app = open_app(home, "clusters", collection="sample", cluster="0")
    assert component(app, "clusters-map")["chosen"] == 0
    assert component(app, "cluster-typical")["cards"][0]["title"] == "Typical"
    before = app.text_input(key=f"cluster-name-{run}-0").value
    app.text_input(key=f"cluster-name-{run}-0").set_value(HOSTILE).run()
    assert not app.exception
    assert ClusteringStore(sample.catalogue).names(run) == {0: HOSTILE}
    assert "\\[x\\]" in said(app), "shown letter by letter"
    app.button(key="undo-button").click().run()
    assert app.text_input(key=f"cluster-name-{run}-0").value == before
    app.button(key="proposed-0-1").click().run()
    assert (
        ClusteringStore(sample.catalogue).names(run)[0] == app.text_input(key=f"cluster-name-{run}-0").value
    )
    app.button(key="cluster-close").click().run()
    assert "cluster" not in app.query_params


def test_a_name_that_another_cluster_has(open_app, grouped):
    home, sample = grouped
    run = runs(sample)[0].id
    ClusteringStore(sample.catalogue).set_name(run, 1, "mine")
    app = open_app(home, "clusters", collection="sample", cluster="0")
    app.text_input(key=f"cluster-name-{run}-0").set_value("mine").run()
    assert "already" in app.error[0].value


def test_a_selection_is_a_gallery_that_can_be_labelled(open_app, grouped, monkeypatch):
    home, sample = grouped
    chosen = tuple(load(sample, "six").members(0)[:4].tolist())
    monkeypatch.setattr("widgets.clusters.map.panel.picture_map_view", lambda *_, **__: chosen)
    app = open_app(home, "clusters", collection="sample")
    assert "**4 pictures selected on the map**" in said(app)
    assert len(component(app, "map-selection")["items"]) == 4
    before = [picture.label for picture in sample.get_many(chosen)]
    other = next(label for label, _ in sample.labels() if label not in before)
    app.selectbox(key="map-selection-label-text").set_value(other).run()
    app.button(key="map-selection-label-apply").click().run()
    assert {picture.label for picture in sample.get_many(chosen)} == {other}
    app.button(key="undo-button").click().run()
    assert [picture.label for picture in sample.get_many(chosen)] == before
    select(app, "map-selection", chosen[0], epoch=1)
    app.button(key="map-selection-remove").click().run()
    assert sample.removed_ids() == [chosen[0]], "one that is chosen by itself goes alone"


def test_k_is_moved_watched_and_kept(open_app, grouped):
    home, sample = grouped
    app = open_app(home, "clusters", collection="sample")
    app.slider(key="clusters-k").set_value(4).run()
    assert first(app.query_params["k"]) == "4"
    wait(sample)  # the vectors are made ready once
    app.run()
    assert not app.exception
    assert "**4 clusters**" in said(app)
    assert "Nothing is kept before you say so" in said(app)
    assert len(runs(sample)) == 1
    app.slider(key="clusters-k").set_value(5).run()
    assert "**5 clusters**" in said(app)
    app.text_input(key="keep-name-5").set_value("five").run()
    app.button(key="keep-run-yes").click().run()
    wait(sample)
    app.run()
    assert [run.name for run in runs(sample)] == ["six", "five"]
    assert "k" not in app.query_params
    assert app.selectbox(key="clusters-run").value == runs(sample)[1].id
    app.button(key="clusters-propose-k").click().run()
    wait(sample)
    app.run()
    assert not app.exception
    assert int(first(app.query_params["k"])) >= 2
    app.session_state["clusters-why"] = True
    app.run()
    assert app.get("plotly_chart")
    app.button(key="keep-run-no").click().run()
    assert "k" not in app.query_params


@pytest.mark.parametrize(("k", "message"), [("1", "2 or more"), ("200", "fewer than 200 clusters")])
def test_numbers_that_make_no_clusters(open_app, handful, k, message):
    home, shop = handful
    cluster(shop, k=2, preparation="none")
    app = open_app(home, "clusters", collection="shop", k=k)
    assert not app.exception
    assert message in app.error[0].value


# ---- the other parts


def test_clusters_as_cards_in_any_order(open_app, grouped):
    home, _ = grouped
    app = open_app(home, "clusters", collection="sample", part="clusters")
    shown = component(app, "cluster-cards")["cards"]
    assert len(shown) == 6
    assert all(len(card["pictures"]) == 5 and card["lines"] for card in shown)
    app.selectbox(key="clusters-sort").set_value("name").run()
    titles = [card["title"].casefold() for card in component(app, "cluster-cards")["cards"]]
    assert titles == sorted(titles)
    app.query_params["cluster"] = "2"
    app.run()
    assert "those most at home first" in said(app)
    assert component(app, "cluster-wall")["items"]


def test_a_walk_from_the_first_cluster_to_the_result(open_app, grouped):
    from core.clustering.trust.audit import coherence, mark

    home, sample = grouped
    app = open_app(home, "clusters", collection="sample", part="walk")
    assert "Ten random clusters" in said(app)
    app.button(key="walk-begin").click().run()
    assert "Cluster 1 of 6" in said(app)
    shown = component(app, "walk")
    assert len(shown["items"]) == 10
    assert not shown["undo"]
    found = load(sample, "six")
    for one in range(6):
        ids = found.members(one)[:10].tolist()
        mark(sample, found, one, ids, ids[:1])
    app.run()
    whole = coherence(sample, found)
    assert f"{100 * whole.share:.0f} % ({100 * whole.interval.low:.0f}–" in said(app)
    app.query_params["part"] = "clusters"
    app.query_params["sort"] = "coherence"
    app.run()
    assert "belong, 10 judged" in component(app, "cluster-cards")["cards"][0]["bar"]["text"]


def test_what_belongs_nowhere(open_app, grouped):
    home, _ = grouped
    app = open_app(home, "clusters", collection="sample", part="outliers")
    assert not app.exception
    assert "far from everything" in said(app)
    scores = [float(item["score"]) for item in component(app, "outliers-far")["items"]]
    assert scores == sorted(scores, reverse=True)


def test_labels_in_doubt(open_app, grouped):
    home, sample = grouped
    wrong = next(p for p in sample.get_many(sample.ids()) if p.label == "mug")
    sample.set_label([wrong.id], "dress")
    app = open_app(home, "clusters", collection="sample", part="outliers", kind="labels")
    assert not app.exception
    shown = {int(card["key"]): card for card in component(app, "suspects")["cards"]}
    assert "Label says “dress”, neighbours say “mug”" in shown[wrong.id]["lines"][0]
    assert [act["kind"] for act in shown[wrong.id]["acts"]] == ["accept", "dismiss"]


def test_without_labels_none_can_be_wrong(open_app, handful):
    home, _ = handful
    app = open_app(home, "clusters", collection="shop", part="outliers", kind="labels")
    assert "No picture here has a label" in app.info[0].value


def test_events_are_a_part_of_the_screen(open_app, grouped):
    home, _ = grouped
    app = open_app(home, "clusters", collection="sample", part="events")
    assert not app.exception
    assert "when" in said(app)


def test_runs_are_compared_renamed_and_deleted(open_app, grouped):
    home, sample = grouped
    other = cluster(sample, k=3, preparation="none", name="three")
    run = runs(sample)[0].id
    app = open_app(home, "clusters", collection="sample", part="runs", run=str(run))
    table = app.dataframe[0].value
    assert list(table["Run"]) == ["three", "six"]
    assert table["Purity"].between(0, 1).all()
    app.selectbox(key="compare-with").set_value(other.id).run()
    assert "adjusted Rand index" in said(app)
    app.text_input(key=f"run-name-{run}").set_value("half a dozen").run()
    assert [one.name for one in runs(sample)] == ["half a dozen", "three"]
    app.button(key="undo-button").click().run()
    assert [one.name for one in runs(sample)] == ["six", "three"]
    app.text_input(key=f"run-name-{run}").set_value("three").run()
    assert "already" in app.error[0].value
    app.button(key="delete-run").click().run()
    assert "goes for good" in said(app)
    app.button(key="delete-run-yes").click().run()
    assert not app.exception
    assert [one.name for one in runs(sample)] == ["three"]


def test_another_run_is_made_in_the_background(open_app, handful):
    home, shop = handful
    cluster(shop, k=2, preparation="none", name="two")
    app = open_app(home, "clusters", collection="shop", part="runs")
    app.number_input(key="new-k").set_value(3).run()
    app.text_input(key="new-name").set_value("three").run()
    app.button(key="new-run-yes").click().run()
    wait(shop)
    app.run()
    assert not app.exception
    assert [run.name for run in runs(shop)] == ["two", "three"]
    assert first(app.query_params["run"]) == str(runs(shop)[1].id)


def test_pictures_that_came_after_are_placed(open_app, handful):
    home, shop = handful
    make_map(shop)
    made = cluster(shop, k=2, preparation="none")
    shop.add_files([("late.png", encode(scene(40), "PNG"))])
    app = open_app(home, "clusters", collection="shop")
    assert "1 picture came after and has no place yet" in said(app)
    app.button(key="place-new").click().run()
    wait(shop)
    app.run()
    assert not app.exception
    assert "came after" not in said(app)
    assert len(load(shop, made.id).ids) == len(load_map(shop).ids) == 9


def test_what_can_be_taken_away(open_app, grouped):
    from widgets.clusters.map import exporting

    home, sample = grouped
    app = open_app(home, "clusters", collection="sample")
    app.session_state["clusters-export"] = True
    app.run()
    assert [b.proto.label for b in app.get("download_button")] == [
        "Table (CSV)",
        "Page (HTML)",
        "Picture (PNG)",
    ]
    found = load(sample, "six")
    ClusteringStore(sample.catalogue).set_name(found.id, 0, "=cmd")
    lines = exporting.table(sample, load_map(sample), found, {0: "=cmd"}).decode("utf-8-sig").splitlines()
    assert len(lines) == sample.count() + 1
    assert any("'=cmd" in line for line in lines)


def test_nonsense_in_the_address(open_app, grouped):
    home, _ = grouped
    app = open_app(
        home,
        "clusters",
        collection="sample",
        part="<b>",
        run="99999",
        cluster="999",
        k="x",
        colour="?",
        at="0",
    )
    assert not app.exception
    assert "no run 99999 here" in app.warning[0].value
    assert "**6 clusters**" in said(app)


def test_copies_that_were_found_count_once(open_app, workspace):
    from core.dedup.scan import scan

    register(TinyEncoder())
    shop = workspace.create("copies", encoder="tiny")
    shop.add_files([(f"{seed}.png", encode(scene(seed), "PNG")) for seed in range(6)])
    shop.add_files([("copy.jpg", encode(scene(0), "JPEG", quality=60))])
    scan(shop)
    app = open_app(workspace.path, "clusters", collection="copies")
    assert "counted once" in said(app)
    app.button(key="make-all").click().run()
    wait(shop)
    assert load_map(shop).setup.distinct == 6
    assert runs(shop)[0].setup.distinct == 6
