"""The health screen in a real browser: a threshold is moved and put back, pictures are accepted."""

import re

import pytest
from PIL import ImageFilter
from playwright.sync_api import expect

from core import Workspace
from core.health.checks import run_check
from tests.browser.test_walk import settled
from tests.support.scenes import png, scene

pytestmark = pytest.mark.browser


@pytest.fixture
def checked(home):
    sample = Workspace(home).open("sample")
    sample.add_files([(f"soft{i}.png", png(scene(i).filter(ImageFilter.GaussianBlur(5)))) for i in range(3)])
    run_check(sample, "quality")
    return home


def test_a_threshold_is_moved_and_pictures_are_accepted(serve, page, checked):
    url = serve(checked)
    page.goto(f"{url}/health?collection=sample&part=quality&kind=blurry")
    expect(page.get_by_text(re.compile(r"Blurry \(\d"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text("soft0.png")).to_be_visible(timeout=30_000)
    slider = page.get_by_role("slider", name=re.compile("Flag at this value"))
    slider.press("End")
    expect(page.get_by_text("No picture is beyond this threshold.")).to_be_visible()
    page.get_by_role("button", name="Default").click()
    expect(page.get_by_text("soft0.png")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Select all on this page").click()
    page.get_by_role("button", name="These are fine").click()
    expect(page.get_by_text(re.compile("accepted: blurry"))).to_be_visible()
    expect(page.get_by_text("soft0.png")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("soft0.png")).to_be_visible()
