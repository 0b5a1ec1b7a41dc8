"""The home screen: a card per collection, renaming, copying and deleting, and the tour."""

import pytest

from core.errors import DiskFullError
from core.presets import preset_of
from tests.support.pictures import jpeg
from tests.support.screens import said
from widgets.app_state.resources import jobs
from widgets.home.cards import slug
from widgets.home.data import MEASURING


@pytest.fixture
def two(workspace, shop):
    """“shop” with four pictures, and an empty “other”."""
    shop.add_files([(f"{i}.jpg", jpeg(seed=i)) for i in range(4)])
    workspace.create("other", encoder="tiny")
    return workspace


def settled(app):
    """Wait until everything is counted, and draw again."""
    job = jobs().get(MEASURING)
    if job is not None:
        job.wait(60)
    app.run()
    assert not app.exception
    return app


def manage(app, name, choice):
    """Choose an entry of the menu of a collection's card."""
    app.menu_button(key=f"manage-{slug(name)}").click(choice).run()
    assert not app.exception


def links(app):
    return [link.label for link in app.get("page_link")]


def test_a_card_per_collection_with_what_waits(open_app, two):
    (two.path / "bad").mkdir()
    (two.path / "bad" / "catalogue.sqlite").write_bytes(b"no database" * 99)
    app = settled(open_app(two.path, "home"))
    assert app.title[0].value == "Your collections"
    words = said(app)
    assert "3 collections · 4 pictures" in words
    assert "4 pictures · changed just now" in words
    assert "cannot be read" in words
    assert "**What to do:**" in words
    shown = links(app)
    assert "Not evaluated yet" in shown
    assert "Not searched for near-duplicates yet" in shown
    assert "Health not checked yet" in shown
    assert "Add pictures" in shown


def test_renaming(open_app, two):
    app = open_app(two.path, "home")
    manage(app, "shop", "Rename")
    assert app.button(key="rename-yes").disabled, "the name that it has already"
    app.text_input(key="rename-name").set_value("../up").run()
    app.button(key="rename-yes").click().run()
    assert "cannot be a collection's name" in said(app).replace("\\", "")
    app.text_input(key="rename-name").set_value("Été").run()
    app.button(key="rename-yes").click().run()
    assert not app.exception
    assert sorted(one.name for one in two.list()) == ["other", "Été"]
    assert "Été" in links(app)


def test_no_renaming_while_work_goes_on(open_app, two):
    app = open_app(two.path, "home")
    manage(app, "shop", "Rename")
    app.text_input(key="rename-name").set_value("mugs").run()
    job = jobs().start(f"evaluate:{two.path / 'shop'}", "Measuring", lambda m: m._cancel.wait(60))
    app.button(key="rename-yes").click().run()
    job.cancel()
    assert "“Measuring” is running" in said(app)
    assert [one.name for one in two.list()] == ["other", "shop"]


def test_copying(open_app, two):
    app = open_app(two.path, "home")
    manage(app, "shop", "Make a copy")
    assert app.text_input(key="copy-name").value == "shop copy"
    app.text_input(key="copy-name").set_value("other").run()
    app.button(key="copy-yes").click().run()
    assert "already" in said(app)
    app.text_input(key="copy-name").set_value("twin").run()
    app.button(key="copy-yes").click().run()
    jobs().get(f"copy:{two.path / 'shop'}").wait(60)
    app = settled(app)
    assert "twin" in links(app)
    assert two.open("twin").count() == 4


def test_a_copy_that_fails_says_why(open_app, two, monkeypatch):
    def full(*_):
        raise DiskFullError("The disk is full: nothing was copied.")

    monkeypatch.setattr("core.collection.collection.copy_collection", full)
    app = open_app(two.path, "home")
    manage(app, "shop", "Make a copy")
    app.button(key="copy-yes").click().run()
    jobs().get(f"copy:{two.path / 'shop'}").wait(60)
    app.run()
    assert "The disk is full" in said(app)
    assert [one.name for one in two.list()] == ["other", "shop"]


def test_a_preset_for_a_collection_that_is_there(open_app, two):
    app = open_app(two.path, "home")
    manage(app, "shop", "Preset")
    assert app.button(key="preset-yes").disabled
    app.radio(key="preset-choice").set_value("fashion").run()
    app.button(key="preset-yes").click().run()
    assert not app.exception
    assert preset_of(two.open("shop")).key == "fashion"
    assert "More like this" in links(app)
    manage(app, "shop", "Preset")
    app.radio(key="preset-choice").set_value("").run()
    app.button(key="preset-yes").click().run()
    assert preset_of(two.open("shop")) is None


def test_deleting_asks_for_the_name(open_app, two):
    app = open_app(two.path, "home")
    manage(app, "shop", "Delete")
    assert "its 4 pictures" in said(app)
    assert app.button(key="delete-yes").disabled
    app.text_input(key="delete-name").set_value("other").run()
    assert app.button(key="delete-yes").disabled
    app.text_input(key="delete-name").set_value("shop").run()
    app.button(key="delete-yes").click().run()
    assert not app.exception
    assert [one.name for one in two.list()] == ["other"]


def test_the_tour_stays_away_once_it_was_put_away(open_app, two):
    app = open_app(two.path, "home")
    assert "What each screen answers" in said(app)
    app.button(key="tour-away").click().run()
    assert "What each screen answers" not in said(app)
    again = open_app(two.path, "home")
    assert "What each screen answers" not in said(again)
    again.button(key="tour-show").click().run()
    assert "What each screen answers" in said(again)


def test_work_that_is_running_is_on_the_card(open_app, two):
    job = jobs().start(f"evaluate:{two.path / 'shop'}", "Measuring", lambda m: m._cancel.wait(60))
    app = open_app(two.path, "home")
    bars = [bar.text for bar in app.get("progress")] if app.get("progress") else []
    job.cancel()
    job.wait(10)
    assert any("Measuring" in text for text in bars)


def test_an_old_address_leads_to_the_pictures(open_app, two):
    app = open_app(two.path, "home", collection="shop", sort="name")
    assert app.title[0].value == "shop"
    assert app.query_params["sort"] == "name"
