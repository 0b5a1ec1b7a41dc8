"""Clusters in a real browser: the map drawn, a cluster renamed, dots selected, a walk judged by key."""

import re

import pytest
from playwright.sync_api import expect

from core import Workspace
from tests.browser.test_walk import settled
from tests.support.picture_bytes import encode
from tests.support.scenes import scene

pytestmark = pytest.mark.browser


@pytest.fixture
def scenes(tmp_path):
    """Nine scenes in a collection of the encoder that comes with the app: too few for UMAP, which is slow."""
    shop = Workspace(tmp_path / "home").create("shop")
    shop.add_files([(f"scene {seed}.png", encode(scene(seed), "PNG")) for seed in range(9)])
    return tmp_path / "home"


def test_draw_choose_select_walk(serve, page, scenes):
    page.goto(f"{serve(scenes)}/clusters?collection=shop")
    page.get_by_role("button", name="Draw the map and find clusters").click()
    expect(page.get_by_text(re.compile("is found and named"))).to_be_visible(timeout=120_000)
    settled(page)
    expect(page.locator(".map canvas").first).to_be_visible()
    expect(page.get_by_text("A map lies.")).to_be_visible()

    page.locator(".cards.list .title").first.click()
    page.wait_for_url(re.compile("cluster=0"))
    settled(page)
    page.get_by_role("textbox", name="Name").fill("red & <b>round</b>")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The cluster is called “red & <b>round</b>” now.")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="All clusters").click()
    expect(page.locator(".cards.list .title").first).to_have_text("red & <b>round</b>")
    settled(page)

    page.locator('.tool[data-tool="box"]').click()
    page.locator(".map .stage").scroll_into_view_if_needed()
    stage = page.locator(".map .stage").bounding_box()
    page.mouse.move(stage["x"] + 70, stage["y"] + stage["height"] - 40)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] - 6, stage["y"] + 6, steps=4)
    page.mouse.up()
    expect(page.get_by_text("9 pictures selected on the map")).to_be_visible()
    expect(page.locator(".card .tile")).to_have_count(9)
    settled(page)
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.get_by_text("Nothing is selected.")).to_be_visible()
    settled(page)

    page.get_by_role("radio", name="Walk").click()
    settled(page)
    page.get_by_role("button", name="Begin the walk").click()
    expect(page.locator(".walk .one").first).to_be_visible()
    settled(page)
    page.keyboard.press("1")
    expect(page.locator(".walk .one").first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".walk .last")).to_contain_text("1 odd. U takes it back")
    settled(page)
    page.keyboard.press("u")
    expect(page.locator(".walk .one").first).to_have_attribute("aria-pressed", "true")
    settled(page)
    for _ in range(10):
        if page.locator(".walk .one").count() == 0:
            break
        page.keyboard.press("Enter")
        settled(page)
    expect(page.get_by_text(re.compile("of pictures belong to their cluster"))).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
