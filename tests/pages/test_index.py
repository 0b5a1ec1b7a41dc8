"""The index screen: nothing, one, few and many pictures; tuned, accepted, undone, tried, checked, deleted."""

import json
import shutil
import threading
from dataclasses import replace

import pytest
from PIL import Image

from core.errors import IndexingError, RemoteIndexError
from core.index.base import SearchParameters
from core.index.tuning.result import Tuning
from core.index_manager.autotune import Advice
from core.index_manager.custom import build_index
from core.index_manager.manager import IndexKeeper
from core.index_manager.search_settings import Settings
from core.index_manager.tuning import Tuned, tune
from core.search.compare_exact import exactly, question, tried
from core.search.query import Query
from core.stored import from_json, to_json
from tests.index_manager.conftest import SMALL_GRAPH, full, quick  # noqa: F401 - fixtures
from tests.support.picture_bytes import encode
from tests.support.rows import fill, unit
from tests.support.screens import said, tiles
from tests.support.tiny import TinyEncoder, register
from widgets.app_state.resources import jobs
from widgets.index import data
from widgets.index.listing import check_key
from widgets.index.progress import tuning_key
from widgets.index.server import server_key
from widgets.search.autotune_status import move_key


@pytest.fixture
def tuned(full, quick):  # noqa: F811 - fixtures
    """The shop with 2,500 pictures and an index that was proven on them, not in use yet."""
    return full, tune(full, target=0.9, text_target=0.9).record


@pytest.fixture
def screen(open_app, workspace):
    def at(**params):
        return open_app(workspace.path, "index", collection="shop", **params)

    return at


def in_use(shop):
    record = shop.indexes.in_use(shop.space().id)
    return None if record is None else record.id


def charts(app):
    return app.get("plotly_chart")


def finished(key):
    job = jobs().get(key)
    job.wait(60)
    return job


def picture(colour):
    return encode(Image.new("RGB", (24, 24), colour), "PNG")


def recall(shop, one, breadth):
    asked = question(shop, Query(like=(one,)))
    keeper = IndexKeeper(shop, "tiny")
    exact = exactly(shop, asked)
    return tried(keeper, shop, asked, exact, SearchParameters(ef_search=breadth)).recall


def test_without_pictures_the_way_to_some(open_app, tmp_path, workspace, shop):
    app = open_app(tmp_path / "home", "index")
    assert "no pictures to build an index over" in said(app)
    assert "sample catalogue" in app.page_link[0].value
    assert "no pictures to build" in said(open_app(workspace.path, "index", collection="shop"))


def test_one_picture_needs_nothing(screen, shop):
    shop.add_files([("a.png", picture("red"))])
    app = screen()
    assert "compared with **1 picture**" in said(app)
    assert "nothing to tune" in said(app)
    assert app.button(key="tune").disabled
    assert "Search is exact" in said(screen(part="try", q="red"))


def test_a_small_collection_is_told_that_exact_is_right(screen, shop):
    fill(shop, unit(40))
    app = screen()
    assert "every query is compared with **all 40 pictures**, so nothing is missed" in said(app)
    assert "None is needed" in said(app)
    assert "no noticeable time" in said(app)
    app.button(key="tune").click().run()
    assert finished(tuning_key(shop)).state == "done"
    app.run()
    assert not app.exception
    assert "every answer is right by definition" in said(app)
    assert "No index was built in this tuning" in said(app)
    assert not charts(app)
    assert [b for b in app.button if b.key == "index-use"] == []
    app.button(key="tuning-close").click().run()
    assert "None is needed" in said(app)


def test_one_that_is_outgrown_is_advised_to_tune(screen, shop, monkeypatch):
    fill(shop, unit(40))
    data._advice.clear()
    advice = Advice("tune", "Exact search takes <b>31 ms</b>.", 31.0)
    monkeypatch.setattr("core.index_manager.advice", lambda _: advice)
    app = screen()
    assert "&lt;b&gt;31 ms" in app.info[0].value
    assert "“Tune” builds several kinds of index" in said(app)
    data._advice.clear()


def test_tuned_accepted_and_undone(screen, full, quick):  # noqa: F811 - fixtures
    app = screen()
    app.select_slider(key="tune-image").set_value(0.9).run()
    app.select_slider(key="tune-text").set_value(0.9).run()
    assert app.button(key="tune").label == "Tune for recall ≥ 0.9"
    app.button(key="tune").click().run()
    assert finished(tuning_key(full)).state == "done"
    app.run()
    assert not app.exception
    assert "done in" in said(app)
    assert "HNSW M\\=16" in said(app)
    assert "stays so unless you accept" in said(app)
    assert charts(app)
    costs, certificate, every = (table.value for table in app.dataframe)
    assert list(costs["Index"]) == ["▸ HNSW M=16", "Exact search"]
    assert list(certificate[""]) == ["Settings", "Recall", "95 % CI", "P50", "P95", "Than exact"]
    assert "◆" in list(every[""])
    assert in_use(full) is None
    app.button(key="tuning-close").click().run()

    app.button(key="index-use").click().run()
    record = in_use(full)
    assert record is not None
    assert "answers every search now" in said(app)
    assert "Of the 10 closest pictures it finds" in said(app)
    assert [metric.label for metric in app.metric] == [
        "Recall by picture", "Recall by words", "A search by picture", "A search by words",
        "Memory", "Built in",
    ]  # fmt: skip
    assert all("95 % CI" in metric.delta for metric in app.metric[:2])
    app.button(key="index-undo").click().run()
    assert in_use(full) is None
    assert "Search is exact" in said(app)

    app.button(key="index-use").click().run()
    app.button(key="index-exact").click().run()
    assert in_use(full) is None
    assert not full.indexes.automatic, "who chooses exact search means it"
    app.button(key="index-undo").click().run()
    assert (in_use(full), full.indexes.automatic) == (record, True)
    app.button(key="index-exact").click().run()
    app.button(key="index-dismiss").click().run()
    assert "stays so." not in said(app)


def test_the_limits_are_handed_on(screen, shop, monkeypatch):
    fill(shop, unit(40))
    asked = {}

    def noted(collection, **given):
        asked.update(given)
        raise IndexingError("Too <i>few</i>.")

    monkeypatch.setattr("core.index_manager.tune", noted)
    app = screen()
    app.select_slider(key="tune-budget").set_value(180).run()
    app.selectbox(key="tune-memory").set_value(2).run()
    app.button(key="tune").click().run()
    finished(tuning_key(shop))
    app.run()
    assert (asked["target"], asked["text_target"], asked["budget_s"], asked["memory_bytes"]) == (
        0.99, 0.95, 180, 2_000_000_000,
    )  # fmt: skip
    assert "Too &lt;i&gt;few" in app.error[0].value


def test_cancelling_changes_nothing(screen, shop):
    fill(shop, unit(40))

    def work(monitor):
        while True:
            monitor.check()

    job = jobs().start(tuning_key(shop), "Tuning for recall ≥ 0.99", work)
    app = screen()
    assert app.button(key="tune").disabled
    app.button(key="job-cancel").click().run()
    job.wait(30)
    app.run()
    assert "cancelled. Search is as it was" in said(app)
    assert shop.indexes.list() == []


def test_a_move_that_nobody_asked_for_is_shown(screen, shop):
    fill(shop, unit(40))
    go = threading.Event()
    job = jobs().start(move_key(shop), "Finding a faster index", lambda _: go.wait(30))
    assert "Finding a faster index" in said(screen())
    go.set()
    job.wait(30)
    assert "Finding a faster index" not in said(screen())


def test_a_query_side_by_side_while_the_slider_moves(screen, tuned):
    shop, record = tuned
    exact = tiles(screen(part="try", q="red"), "try-strips")["rows"]
    assert [row["title"] for row in exact] == ["Exact search"]
    shop.indexes.use(record.id)
    settings = Settings(SearchParameters(ef_search=512), SearchParameters(ef_search=100))
    shop.indexes.set_settings(record.id, to_json(settings))
    first = next(one for one in shop.ids() if recall(shop, one, 10) < 1)
    app = screen(part="try", like=str(first))
    (slider,) = [one for one in app.select_slider if one.key.startswith("knob-")]
    assert (slider.label, slider.value) == ("efSearch", 512)
    above, below = tiles(app, "try-strips")["rows"]
    assert above["query"]["id"] == first
    assert [cell["rank"] for cell in above["items"]] == list(range(1, 11))
    assert first not in [cell["id"] for cell in below["items"]]
    assert len(charts(app)) == 1
    slider.set_value(10).run()
    assert not app.exception
    above, below = tiles(app, "try-strips")["rows"]
    missed = [cell["id"] for cell in above["items"] if cell["missed"]]
    wrong = [cell["id"] for cell in below["items"] if cell["right"] is False]
    assert missed
    assert len(missed) == len(wrong)
    assert f"{10 - len(missed)} of 10 found" in said(app)
    assert "efSearch=10" in below["title"]
    app.button(key="knobs-back").click().run()
    assert [one.value for one in app.select_slider if one.key.startswith("knob-")] == [512]
    app.session_state["detail"] = above["items"][0]["id"]
    app.run()
    assert app.button(key="detail-like")


def test_words_have_settings_of_their_own(screen, tuned):
    shop, record = tuned
    settings = Settings(SearchParameters(ef_search=16), SearchParameters(ef_search=100))
    shop.indexes.set_settings(record.id, to_json(settings))
    shop.indexes.use(record.id)
    app = screen(part="try")
    app.text_input(key="try-text").set_value(" a red thing ").run()
    assert app.query_params["q"] == "a red thing"
    assert [one.value for one in app.select_slider if one.key.startswith("knob-")] == [100]
    app.button(key="try-over").click().run()
    assert "q" not in app.query_params
    assert app.button(key="try-a red dress")


def test_words_are_not_asked_of_an_encoder_without(screen, workspace):
    register(TinyEncoder("facebook/dinov2-small", has_text=False))
    mute = workspace.create("shop", encoder="facebook/dinov2-small")
    fill(mute, unit(20))
    app = screen(part="try")
    assert app.text_input(key="try-text").disabled
    assert [one for one in app.select_slider if one.key == "tune-text"] == []
    assert "has no words" in screen(part="try", q="red").error[0].value


def test_the_list_uses_checks_and_deletes(screen, tuned):
    shop, record = tuned
    other = build_index(shop, SMALL_GRAPH)
    app = screen(part="all")
    assert "not measured" in said(app)
    app.button(key=f"use-{record.id}").click().run()
    assert in_use(shop) == record.id
    app.button(key=f"check-{record.id}").click().run()
    assert finished(check_key(shop)).state == "done"
    app.run()
    assert "Recall@10 by picture is" in said(app).replace("\\", "")
    assert "0.9 was certified" in said(app).replace("\\", "")
    app.button(key="check-close").click().run()

    app.button(key=f"delete-{other.id}").click().run()
    assert "No picture is touched" in said(app)
    app.button(key="index-delete-no").click().run()
    assert len(shop.indexes.list()) == 2
    app.button(key=f"delete-{record.id}").click().run()
    assert "search will be exact" in said(app)
    app.button(key="index-delete-yes").click().run()
    assert [one.id for one in shop.indexes.list()] == [other.id]
    assert in_use(shop) is None
    app.toggle(key="index-automatic").set_value(False).run()
    assert not shop.indexes.automatic


def test_what_was_not_measured_says_so(screen, full, quick):  # noqa: F811 - fixtures
    record = build_index(full, SMALL_GRAPH)
    app = screen()
    assert "Nothing was measured" in said(app)
    app.button(key="index-use").click().run()
    assert in_use(full) == record.id
    assert "has not been measured" in said(app)
    assert not app.metric


def test_undo_of_what_was_deleted_meanwhile_is_a_sentence(screen, tuned):
    shop, record = tuned
    shop.indexes.use(record.id)
    app = screen(part="all")
    app.button(key="use-exact").click().run()
    shop.indexes.delete(record.id)
    app.button(key="index-undo").click().run()
    assert not app.exception
    assert f"There is no index {record.id}" in said(app)


def test_lost_files_are_said_and_search_goes_on(screen, tuned, monkeypatch):
    shop, record = tuned
    shop.indexes.use(record.id)
    shutil.rmtree(shop.indexes.folder(record.id))
    monkeypatch.setattr("core.index_manager.manager.make", lambda *_: threading.Event().wait(5))
    app = screen(part="try", like=str(shop.ids()[0]))
    assert "being rebuilt" in app.warning[0].value
    assert "all 10 found" in said(app)


def test_several_indexes_and_one_in_view(screen, tuned):
    shop, first = tuned
    again = replace(from_json(Tuning, first.measured), notes=("A <b>note</b>.",))
    second = shop.indexes.add(first.space_id, first.recipe, first.settings, again.to_json())
    app = screen(index=str(first.id))
    assert app.selectbox(key="index-pick").value == first.id
    app.selectbox(key="index-pick").set_value(second.id).run()
    assert app.query_params["index"] == str(second.id)
    assert "A &lt;b&gt;note" in said(app)
    jobs().start(tuning_key(shop), "Tuning", lambda _: Tuned(again, first))
    finished(tuning_key(shop))
    app = screen()
    assert app.selectbox(key="index-pick").value == first.id, "what was found last comes first"
    jobs().forget(tuning_key(shop))


def test_one_on_a_server_that_is_away(screen, tuned, monkeypatch):
    shop, record = tuned
    place = json.dumps({"uri": "http://<b>:1", "collection": "x", "family": "milvus"})
    server = shop.indexes.add(record.space_id, place, to_json(Settings()), "{}")

    def away(*_):
        raise RemoteIndexError("Milvus at <b> does not answer.")

    monkeypatch.setattr("core.index_manager.drop", away)
    app = screen(part="all")
    assert "Milvus at http" in said(app)
    assert "<b>" not in said(app)
    app.button(key=f"delete-{server.id}").click().run()
    app.button(key="index-delete-yes").click().run()
    assert "does not answer" in said(app)
    assert shop.indexes.get(server.id) == server, "nothing is forgotten that lies on the server"
    assert [one for one in app.button if one.key == "index-undo"] == []


def test_moving_to_a_server_and_back(screen, shop, tmp_path):
    fill(shop, unit(300))
    app = screen(part="all")
    assert app.button(key="server-move").disabled
    app.text_input(key="server-uri").set_value("http://me:secret@there:19530").run()
    assert app.button(key="server-move").disabled
    assert "Leave user" in said(app)
    app.text_input(key="server-uri").set_value(str(tmp_path / "vectors.db")).run()
    app.button(key="server-move").click().run()
    job = finished(server_key(shop))
    assert job.state == "done", job.error
    app.run()
    assert "Sent 300 vectors" in said(app)
    record = shop.indexes.get(in_use(shop))
    assert "vectors.db" in record.recipe
    app.button(key="server-close").click().run()
    asked = screen(part="try", q="red")
    assert "lies on a server" in asked.info[0].value
    assert len(tiles(asked, "try-strips")["rows"]) == 1
    app.button(key=f"delete-{record.id}").click().run()
    app.button(key="index-delete-yes").click().run()
    assert not app.exception
    assert shop.indexes.list() == []


@pytest.mark.parametrize(
    "bad", [{"index": "99"}, {"index": "x"}, {"part": "<"}, {"like": "999999"}, {"like": "0"}, {"q": "\0"}]
)
def test_no_address_breaks_the_screen(screen, shop, bad):
    fill(shop, unit(20))
    for part in ("measured", "try", "all"):
        app = screen(**({"part": part} | bad))
        assert not app.exception
        if bad == {"index": "99"}:
            assert "There is no index 99" in app.warning[0].value
