"""Near-duplicates in a real browser: found, a threshold moved, pairs judged by key, a group decided."""

import re

import pytest
from playwright.sync_api import expect

from core import Workspace
from tests.browser.test_walk import settled
from tests.support.picture_bytes import encode
from tests.support.scenes import scene

pytestmark = pytest.mark.browser


@pytest.fixture
def copies(tmp_path):
    """Ten scenes and copies of eight of them, in a collection of the encoder that comes with the app."""
    shop = Workspace(tmp_path / "home").create("shop")
    files = [(f"scene {seed}.png", encode(scene(seed), "PNG")) for seed in range(10)]
    files += [(f"copy {seed}.jpg", encode(scene(seed), "JPEG", quality=40)) for seed in range(8)]
    files += [("cut 0.png", encode(scene(0).crop((60, 40, 400, 300)), "PNG"))]
    shop.add_files(files)
    return tmp_path / "home"


def question(page):
    """The pair that is asked, by the names of its pictures."""
    return page.locator(".side .name").all_inner_texts()


def test_find_judge_decide(serve, page, copies):
    page.goto(f"{serve(copies)}/duplicates?collection=shop")
    page.get_by_role("button", name="Look for duplicates").click()
    expect(page.get_by_text(re.compile("Looked at 19 new pictures"))).to_be_visible(timeout=60_000)
    sets = page.locator(".sets .row")
    expect(sets).to_have_count(8)
    settled(page)

    slider = page.get_by_role("slider", name="Threshold")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("t=0.87"))
    settled(page)

    page.get_by_role("radio", name="Label").click()
    expect(page.locator(".side img").first).to_be_visible()
    settled(page)
    first = question(page)
    page.keyboard.press("d")
    expect(page.get_by_text("1 label:")).to_be_visible()
    expect(page.locator(".side .last")).to_contain_text("duplicates. U takes it back")
    settled(page)
    second = question(page)
    assert second != first
    page.keyboard.press("f")
    expect(page.get_by_text("2 labels:")).to_be_visible()
    settled(page)
    page.keyboard.press("u")
    expect(page.get_by_text("1 label:")).to_be_visible()
    settled(page)
    assert question(page) == second, "what was taken back is asked again"
    left = page.locator(".side .left img")
    before = left.get_attribute("src")
    page.keyboard.down("Space")
    assert left.get_attribute("src") != before, "the right one in the place of the left"
    page.keyboard.up("Space")
    assert left.get_attribute("src") == before
    page.keyboard.press("s")
    expect(page.get_by_text("1 not sure")).to_be_visible()

    page.get_by_role("radio", name="Review").click()
    settled(page)
    group = sets.first
    group.get_by_role("button", name="Why?: 3 pictures").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("What differs:")).to_be_visible()
    settled(page)
    assert "pair=" in page.url
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    settled(page)
    assert "pair=" not in page.url
    group.get_by_role("button", name="Keep the best, bin 2: 3 pictures").click()
    expect(page.get_by_text("2 pictures moved to the bin")).to_be_visible()
    expect(sets).to_have_count(7)
    settled(page)
    page.get_by_role("button", name="Undo").click()
    expect(sets).to_have_count(8)
    settled(page)
    sets.nth(1).get_by_role("button", name=re.compile("Not duplicates")).click()
    expect(sets).to_have_count(7)
    page.reload()
    expect(sets).to_have_count(7)
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
