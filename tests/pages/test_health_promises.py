"""The Health screen's promises, and its button for the report."""

import pytest

from core import Workspace
from tests.report.conftest import draw_shop
from tests.support.screens import said
from widgets.app_state.resources import jobs
from widgets.health.actions import action_key
from widgets.health.report import report_key


@pytest.fixture
def shop(tmp_path, tiny):
    found = Workspace(tmp_path / "home").create("shop", "tiny")
    found.add_folder(draw_shop(tmp_path / "photos", each=2))
    yield found
    for key in (report_key(found), action_key(found)):
        jobs().forget(key)


def finish(app, key):
    job = jobs().get(key)
    job.wait(200)
    assert job.state == "done", job.error
    app.run()
    assert not app.exception, app.exception


def test_promises_are_a_part_of_the_screen(open_app, shop, tmp_path):
    app = open_app(tmp_path / "home", "health", collection="shop", part="promises")
    assert "Nothing was checked yet" in said(app)
    app.button(key="promises-check").click()
    app.run()
    finish(app, action_key(shop))
    assert "no random pair is labelled" in said(app)


def test_the_report_is_made_from_the_screen(open_app, shop, tmp_path):
    app = open_app(tmp_path / "home", "health", collection="shop")
    app.button(key="report-start").click()
    app.run()
    finish(app, report_key(shop))
    assert "The report is made" in said(app)
    (download,) = [one for one in app.get("download_button") if "page" in one.proto.label]
    assert download.proto.label.startswith("Download the page")
