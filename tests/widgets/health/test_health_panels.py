"""The report and the promises on a screen of their own: made, downloaded, checked, restored."""

import pytest
from streamlit.testing.v1 import AppTest

from core.health.actions import Promise, PromisesReport
from core.health.remedies import Remedy
from core.health.store import HealthStore
from tests.report.conftest import draw_shop
from tests.support.screens import said
from widgets.app_state.resources import jobs
from widgets.health.actions import action_key
from widgets.health.report import report_key


def draw():
    from widgets.app_state.resources import open_collection
    from widgets.health.actions import actions_panel
    from widgets.health.report import report_button, report_panel

    shop = open_collection("shop")
    report_button(shop)
    report_panel(shop)
    actions_panel(shop)


@pytest.fixture
def screen(workspace, shop, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_HOME", str(workspace.path))
    yield AppTest.from_function(draw, default_timeout=60)
    for key in (report_key(shop), action_key(shop)):
        jobs().forget(key)


def finish(app, key, state="done"):
    job = jobs().get(key)
    job.wait(200)
    assert job.state == state, job.error
    app.run()
    assert not app.exception, app.exception
    return job


def button(app, key):
    return next(one for one in app.button if one.key == key)


def test_an_empty_collection_has_nothing_to_report_or_check(screen):
    app = screen.run()
    assert not app.exception
    assert button(app, "report-start").disabled
    assert button(app, "promises-check").disabled
    assert "Nothing was checked yet" in said(app)


def test_the_report_is_made_and_can_be_taken_away(screen, shop, tmp_path):
    shop.add_folder(draw_shop(tmp_path / "photos", each=2))
    app = screen.run()
    button(app, "report-start").click()
    app.run()
    job = finish(app, report_key(shop))
    assert b"<title>shop: a report</title>" in job.result.page
    assert "The report is made" in said(app)
    assert "What it consists of" in said(app)
    (download,) = app.get("download_button")
    assert "Download the page" in download.proto.label
    button(app, "report-close").click()
    app.run()
    assert "The report is made" not in said(app)


def test_a_report_that_fails_says_why(screen, shop):
    from core.errors import CollectionError

    def fails(monitor):
        raise CollectionError("The disk is full of tea.")

    jobs().start(report_key(shop), "Making the report", fails)
    finish(screen, report_key(shop), "failed")
    assert "The disk is full of tea" in said(screen)


def test_promises_are_checked_and_stay_on_the_screen(screen, shop, tmp_path):
    shop.add_folder(draw_shop(tmp_path / "photos", each=2))
    app = screen.run()
    button(app, "promises-check").click()
    app.run()
    finish(app, action_key(shop))
    assert "Search is exact" in said(app)
    assert "no random pair is labelled" in said(app)
    assert HealthStore(shop.catalogue).latest("promises") is not None


def test_each_remedy_has_its_button_and_its_command(screen, shop, tmp_path):
    shop.add_folder(draw_shop(tmp_path / "photos", each=2))
    report = PromisesReport(
        (Promise("recall", "broken", "Recall has fallen."), Promise("duplicates", "open", "Label 20 more.")),
        (
            Remedy("index", "recall", "Build again", "Quicker.", "python -m core index build shop --use"),
            Remedy(
                "label", "duplicates", "Label pairs", "Some more.", "python -m core pairs next shop --random"
            ),
        ),
        10,
        0,
        None,
    )
    HealthStore(shop.catalogue).add("promises", report.settings(), report.to_json())
    app = screen.run()
    assert "Recall has fallen" in said(app)
    assert "python -m core pairs next shop --random" in [block.value for block in app.code]
    button(app, "remedy-index-start").click()
    app.run()
    finish(app, action_key(shop))
    assert shop.indexes.in_use(shop.space().id) is not None
    assert "Recall has fallen" not in said(app)  # checked again over the new index


def test_a_damaged_check_counts_as_none(screen, shop):
    HealthStore(shop.catalogue).add("promises", {}, {"promises": 3})
    assert "Nothing was checked yet" in said(screen.run())
