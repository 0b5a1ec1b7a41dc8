"""The index screen in a real browser: an index accepted, a query with a slider, a lesson, a deletion."""

import re

import pytest
from playwright.sync_api import expect

from core import Workspace
from core.index.spec import Recipe
from core.index_manager.custom import build_index
from tests.browser.test_walk import settled

pytestmark = pytest.mark.browser


def test_accept_try_and_delete(serve, page, home):
    sample = Workspace(home).open("sample")
    build_index(sample, Recipe("hnsw", "HNSW4", 8))
    url = serve(home)
    page.goto(f"{url}/index?collection=sample")
    expect(page.get_by_text(re.compile("so nothing is missed"))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("HNSW M=4 answers every search now.")).to_be_visible()
    settled(page)

    page.get_by_role("radio", name="Try a query").click()
    page.get_by_role("searchbox", name="Query").fill("a red dress")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=a"))
    rows = page.locator(".strips .row")
    expect(rows).to_have_count(2, timeout=60_000)
    settled(page)
    slider = page.get_by_role("slider", name=re.compile("efSearch"))
    slider.press("Home")
    expect(rows.nth(1).locator(".title")).to_have_text(re.compile("efSearch=10$"))
    settled(page)
    found = rows.nth(1).locator(".badge.yes").count()
    expect(page.get_by_text("all 10 found" if found == 10 else f"{found} of 10 found").first).to_be_visible()
    assert rows.nth(0).locator("[data-missed]").count() == 10 - found
    rows.first.locator(".open").first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="More like this")).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("radio", name="All indexes").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No index has been built yet.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text(re.compile("so nothing is missed"))).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
