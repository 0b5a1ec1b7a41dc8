"""The part of the clusters screen about events: nothing to find, found, opened, named, taken back."""

from datetime import datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.events.detect import find_events, load_events
from core.jobs import Monitor
from tests.support.photos import BERLIN, LISBON, photo
from tests.support.screens import said, select, tiles
from widgets.app_state.resources import jobs
from widgets.clusters.events.find import finding_key
from widgets.clusters.events.panel import span, where
from widgets.clusters.events.timeline import read_pick

HOSTILE = "<b>party :red[x] $y$"
START = datetime(2025, 6, 14, 10)


def screen():
    from dataclasses import replace

    import streamlit as st

    from core import Workspace
    from widgets.app_state import url
    from widgets.clusters.address import ClustersView
    from widgets.clusters.events.panel import events_part
    from widgets.shared.undo import undo_line

    def go(**parts):
        url.go(replace(ClustersView.read(url.params()), **parts).write())

    collection = Workspace().open(st.query_params["collection"])
    undo_line(collection)
    events_part(collection, ClustersView.read(url.params()), go)


@pytest.fixture
def open_events(monkeypatch, workspace):
    def open_at(**params):
        monkeypatch.setenv("LOOKALIKE_HOME", str(workspace.path))
        app = AppTest.from_function(screen, default_timeout=60)
        for key, value in {"collection": "shop", "part": "events", **params}.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception, app.exception
        return app

    return open_at


@pytest.fixture
def party(shop):
    """Four pictures in Lisbon, three in Berlin two months later, one of an unset clock."""
    files = [(f"{HOSTILE} {i}.jpg", photo(i, START + timedelta(minutes=i), LISBON)) for i in range(4)]
    files += [(f"b{i}.jpg", photo(20 + i, START + timedelta(days=61, minutes=i), BERLIN)) for i in range(3)]
    shop.add_files([*files, ("unset.jpg", photo(50, datetime(2000, 1, 1)))])
    return shop


def cards(app):
    return [card["title"].split(":")[0] for card in tiles(app, "event-cards")["cards"]]


def test_no_picture_has_a_date(open_events, shop):
    shop.add_files([("a.jpg", photo(1)), ("b.jpg", photo(2))])
    app = open_events()
    assert "None of the 2 pictures here says when it was taken" in said(app)
    assert "add their original files" in said(app)
    assert not app.button


def test_one_click_finds_them(open_events, party):
    app = open_events()
    assert "8 of 8 pictures say when they were taken" in said(app)
    app.button(key="events-find").click().run()
    jobs().get(finding_key(party)).wait(60)
    app.run()
    assert not app.exception
    assert "Found 2 events" in said(app)
    assert cards(app) == ["Thu 14 August 2025, Berlin", "Sat 14 June 2025, Lisbon"]
    assert "1 picture is put aside" in said(app)
    assert app.get("plotly_chart")
    app.button(key="events-close").click().run()
    assert "Found 2 events" not in said(app)


def test_why_there_are_none_is_said(open_events, shop):
    shop.add_files([("a.jpg", photo(1, START)), ("b.jpg", photo(2, START))])
    app = open_events()
    app.button(key="events-find").click().run()
    jobs().get(finding_key(shop)).wait(60)
    app.run()
    assert "carry the same second" in app.error[0].value
    jobs().forget(finding_key(shop))


def test_a_cancelled_search_says_so(open_events, party):
    def work(monitor: Monitor):
        monitor.cancel()
        find_events(party, monitor=monitor)

    jobs().start(finding_key(party), "Finding events", work).wait(60)
    assert "cancelled" in said(open_events())
    jobs().forget(finding_key(party))


def test_an_event_with_its_pictures(open_events, party):
    find_events(party)
    app = open_events(cluster="0")
    shown = tiles(app, "event-pictures")
    assert [tile["name"] for tile in shown["items"]] == [f"{HOSTILE} {i}.jpg" for i in range(4)]
    assert "10&#58;00 – 10&#58;03" in said(app)
    assert "Lisbon" in said(app)
    assert app.button(key="event-earlier").disabled
    select(app, "event-pictures", shown["items"][0]["id"])
    app.button(key="event-pictures-remove").click().run()
    assert "Removed 1 picture" in said(app)
    assert len(tiles(app, "event-pictures")["items"]) == 3
    app.button(key="event-later").click().run()
    assert [tile["name"] for tile in tiles(app, "event-pictures")["items"]] == ["b0.jpg", "b1.jpg", "b2.jpg"]
    app.button(key="event-close").click().run()
    assert len(cards(app)) == 2


def test_a_title_given_and_taken_back(open_events, party):
    proposed = find_events(party).events[0].title
    app = open_events(cluster="0")
    app.text_input[0].set_value(HOSTILE).run()
    assert not app.exception
    assert load_events(party).events[0].title == HOSTILE
    assert "<b>" not in said(app)
    app.button(key="undo-button").click().run()
    assert app.text_input[0].value == load_events(party).events[0].title == proposed
    app.text_input[0].set_value("Once").run()
    app.text_input[0].set_value("").run()
    assert load_events(party).events[0].title == proposed


def test_an_event_that_is_not_there_shows_all(open_events, party):
    find_events(party)
    assert len(cards(open_events(cluster="99"))) == 2


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ({"selection": {"points": [{"customdata": [3, "a"]}]}}, 3),
        ({"selection": {"points": []}}, None),
        ({"selection": {"points": [{"customdata": [True]}]}}, None),
        ({"selection": {"points": [{"customdata": ["3"]}]}}, None),
        ({"selection": {"points": [3]}}, None),
        ({"selection": {}}, None),
        (None, None),
    ],
)
def test_what_was_clicked_on_the_time_line(state, event):
    assert read_pick(state) == event


def test_in_words(party):
    day = datetime(2025, 6, 14, 9, 20)
    assert span(day, day) == "Sat 14 June 2025, 09:20"
    assert span(day, day + timedelta(hours=1)) == "Sat 14 June 2025, 09:20 – 10:20"
    assert span(day, day + timedelta(days=1)) == "Sat 14 June 2025, 09:20 – Sun 15 June 2025, 09:20"
    lisbon, berlin = find_events(party).events
    assert where(lisbon) == "Lisbon (38.720° N, 9.140° W)"
    assert where(berlin) == "Berlin (52.520° N, 13.405° E)"
