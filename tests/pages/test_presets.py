"""A preset on the screens: chosen with a new collection, then where to begin, and defaults to change."""

import pytest

from core.presets import PRESETS, preset_of, set_preset
from tests.support.pictures import jpeg, write_folder
from tests.support.screens import said, tiles
from widgets.app_state.resources import jobs
from widgets.components.drop_zone import DroppedPicture
from widgets.search.query_image import OwnPicture


@pytest.mark.parametrize("preset", [one.key for one in PRESETS])
def test_a_new_collection_takes_a_preset_and_begins_with_its_screens(
    open_app, workspace, tiny, tmp_path, monkeypatch, preset
):
    monkeypatch.setenv("LOOKALIKE_ROOTS", str(tmp_path))
    monkeypatch.setattr("widgets.shared.creating.encoders", list)
    monkeypatch.setattr("core.embedding.registry.DEFAULT_ENCODER", "tiny")
    write_folder(tmp_path / "photos", 6)
    app = open_app(workspace.path, "home")
    app.button(key="add-folder").click().run()
    app.text_input(key="welcome-name").set_value("mine")
    app.get_by_key("welcome-preset").set_value(preset).run()
    one = next(one for one in PRESETS if one.key == preset)
    assert one.about.split(",")[0].split(":")[0] in said(app).replace("\\", "")
    app.text_input(key="welcome-folder").set_value(str(tmp_path / "photos"))
    app.button(key="welcome-add-folder").click().run()
    assert not app.exception
    jobs().get(f"add:{workspace.path / 'mine'}").wait(60)
    mine = workspace.open("mine")
    assert preset_of(mine).key == preset
    assert mine.count() == 6
    home = open_app(workspace.path, "home")
    shown = {link.label: link for link in home.get("page_link")}
    for start in one.starts:
        assert start.title in shown
        walked = open_app(workspace.path, start.screen, collection="mine", **dict(start.address))
        assert not walked.exception
        assert not walked.error


def test_the_re_ranker_of_a_preset_is_a_default_that_can_be_turned_off(open_app, workspace, shop):
    shop.add_files([(f"{i}.jpg", jpeg(seed=i)) for i in range(8)])
    set_preset(shop, "fashion")
    app = open_app(workspace.path, "search", collection="shop", like="1")
    assert app.radio(key="again").value == "local"
    app.radio(key="again").set_value("").run()
    assert not app.exception
    assert app.query_params["again"] == "-"
    assert app.radio(key="again").value == ""
    set_preset(shop, "")
    app = open_app(workspace.path, "search", collection="shop", like="1")
    assert app.radio(key="again").value == ""


def test_the_parts_of_a_dropped_picture(open_app, workspace, shop):
    shop.add_files([(f"{i}.jpg", jpeg(seed=i)) for i in range(8)])
    set_preset(shop, "logos")
    app = open_app(workspace.path, "search", collection="shop")
    app.session_state["search-own"] = OwnPicture("shop", DroppedPicture("scene.jpg", jpeg(seed=3)))
    app.run()
    assert not app.exception
    assert app.toggle(key="tile-search").value
    assert "by the part of your picture" in said(app)
    assert tiles(app, "hits")["items"][0]["rank"] == 1
    app.toggle(key="tile-search").set_value(False).run()
    assert "by the part of your picture" not in said(app)
