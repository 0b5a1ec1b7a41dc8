"""Measuring the sample in a real browser: figures, a second look, the worst query, a mark and its undo."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_walk import settled

pytestmark = pytest.mark.browser


def test_measure_compare_and_review(serve, page, home):
    url = serve(home)
    page.goto(f"{url}/evaluation?collection=sample")
    page.get_by_role("button", name="Measure by picture").click()
    lead = page.get_by_text(re.compile("searches by picture.*the first result has the right label"))
    expect(lead.first).to_be_visible(timeout=60_000)
    settled(page)
    expect(page.get_by_test_id("stMetric")).to_have_count(6)
    expect(page.get_by_text("P@5 by label")).to_be_visible()

    page.get_by_role("button", name="Measure", exact=True).click()
    page.get_by_role("combobox", name=re.compile("Second look")).click()
    page.get_by_role("option", name="What the first answers share").click()
    settled(page)
    page.get_by_role("button", name="Start measuring").click()
    expect(page.get_by_role("combobox", name=re.compile("Run")).first).to_have_value(
        re.compile("^2: "), timeout=60_000
    )
    settled(page)
    page.get_by_role("radio", name="Compare").click()
    expect(page.get_by_text(re.compile("queries are better"))).to_be_visible(timeout=30_000)
    assert "part=compare" in page.url
    expect(page.get_by_text("What changes by label")).to_be_visible()

    page.get_by_role("radio", name="Queries").click()
    strips = page.locator(".strips .row")
    expect(strips).to_have_count(8)
    settled(page)
    assert page.locator(".strips .badge.yes").count() > 20
    strips.first.locator(".asked .open").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="More like this")).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("radio", name="Review").click()
    expect(strips).to_have_count(5, timeout=60_000)
    settled(page)
    wrong = strips.first.get_by_role("button", name="Result 2 is wrong")
    wrong.click()
    expect(page.get_by_text("1 of 200 answers marked")).to_be_visible()
    expect(wrong).to_have_attribute("aria-pressed", "true")
    settled(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("0 of 200 answers marked")).to_be_visible()

    address = page.url
    page.reload()
    expect(strips).to_have_count(5, timeout=60_000)
    assert page.url == address
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
