"""The training screen in a real browser: what fools the search, a version used, compared, rolled back."""

import re

import pytest
from playwright.sync_api import expect

from core import Workspace
from core.training import store
from tests.browser.test_walk import settled
from tests.support.adapters import adapter_for, run_with

pytestmark = pytest.mark.browser


def test_use_compare_and_roll_back(serve, page, home):
    sample = Workspace(home).open("sample")
    store.keep(sample, run_with(adapter_for(sample.encoder(), size=0.2)))
    url = serve(home)
    page.goto(f"{url}/training?collection=sample")
    expect(page.get_by_text(re.compile("the encoder alone"))).to_be_visible(timeout=120_000)
    expect(page.locator(".strips .row").first).to_be_visible(timeout=120_000)
    settled(page)

    page.get_by_role("radio", name="What came of it").click()
    expect(page.get_by_role("heading", name=re.compile("held-out queries"))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text(re.compile("In use: every search goes through it"))).to_be_visible(
        timeout=120_000
    )
    settled(page)
    assert sample.encoder_name == "efficientnet-lite0+adapter-1"

    page.get_by_role("radio", name="Before and after").click()
    page.get_by_role("searchbox", name="Query").fill("a red dress")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("nothing was rebuilt"))).to_be_visible(timeout=120_000)
    expect(page.locator(".strips .row")).to_have_count(2)

    page.get_by_role("button", name="Roll back").first.click()
    expect(page.get_by_text(re.compile("is searched again"))).to_be_visible(timeout=60_000)
    assert sample.encoder_name == "efficientnet-lite0"
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
