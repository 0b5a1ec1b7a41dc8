"""A fresh machine: the app explains itself, and one click brings the sample."""

import pytest

from core import Workspace
from core.sample_catalogue import sample_items
from tests.support.screens import said, tiles
from widgets.app_state.resources import jobs


def test_an_empty_workspace_says_what_to_do(open_app, tmp_path):
    app = open_app(tmp_path / "home", "home")
    assert app.title[0].value == "Find pictures by how they look"
    assert app.button(key="try-sample").label == "Try the sample catalogue"
    assert not (tmp_path / "home").exists(), "looking at the app must not write anything"


def test_the_search_screen_points_to_the_collection(open_app, tmp_path):
    app = open_app(tmp_path / "home", "search")
    assert "no pictures to search" in said(app)
    assert app.page_link[0].value == "Add some, or try the sample catalogue"


def test_one_click_brings_the_sample(open_app, tmp_path):
    home = tmp_path / "home"
    app = open_app(home, "home")
    app.button(key="try-sample").click().run()
    assert not app.exception
    jobs().get(f"add:{home / 'sample'}").wait(240)
    app.run()
    assert not app.exception
    assert f"Added {len(sample_items())} pictures" in said(app)
    assert len(tiles(app, "pictures")["items"]) == 60
    assert app.query_params["collection"] == "sample"
    app.button(key="job-close").click().run()
    assert "Added" not in said(app)


@pytest.mark.parametrize("name", ["", "../up", "a/b"])
def test_a_collection_needs_a_usable_name(open_app, tmp_path, monkeypatch, name):
    photos = tmp_path / "photos"
    photos.mkdir()
    monkeypatch.setenv("LOOKALIKE_ROOTS", str(tmp_path))
    app = open_app(tmp_path / "home", "home")
    app.button(key="add-own").click().run()
    app.text_input(key="welcome-name").set_value(name)
    app.text_input(key="welcome-folder").set_value(str(photos))
    app.button(key="welcome-add-folder").click().run()
    assert not app.exception
    assert app.error
    assert Workspace(tmp_path / "home").list() == []
