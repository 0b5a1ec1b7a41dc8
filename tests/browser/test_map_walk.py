"""The map in a real browser: hover, lasso, box, legend, thumbnails when zoomed in, hostile names."""

import json
import os
import re
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from playwright.sync_api import expect

from core import Workspace
from core.clustering.palette import colours
from core.projection.export.html import map_html
from core.projection.export.points import Categories, MapPoints, placed
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=1">'
NAMES = ("mugs", HOSTILE, "hats")


def drawn(ids):
    """Three clusters of pictures side by side, places that a person could point at."""
    cluster = np.arange(len(ids)) % 3
    place = np.arange(len(ids)) // 3
    xy = np.stack([cluster * 10 + (place % 8) * 0.5, (place // 8) * 0.5], axis=1).astype(np.float32)
    return MapPoints(np.array(ids), xy, cluster.astype(np.int32), Categories(NAMES, colours(3)))


@pytest.fixture
def map_url(home, tmp_path):
    """The page with nothing but a map, over the sample catalogue."""
    points = drawn(Workspace(home).open("sample").ids())
    np.savez(tmp_path / "points.npz", ids=points.ids, xy=points.xy, colour=points.colour)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {
        "LOOKALIKE_HOME": str(home),
        "MAP_COLLECTION": "sample",
        "MAP_POINTS": str(tmp_path / "points.npz"),
        "MAP_NAMES": json.dumps(NAMES),
    }
    command = [sys.executable, "-m", "streamlit", "run", "tests/support/map_page.py", f"--server.port={port}"]
    with (tmp_path / "page.log").open("wb") as log:
        running = subprocess.Popen(
            [*command, "--server.headless=true"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
        )
    for _ in range(240):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.25)
    yield points, f"http://127.0.0.1:{port}"
    running.terminate()
    running.wait(20)


class Screen:
    """Where the dots of a map at full view are on the screen: what camera.js computes."""

    def __init__(self, page, points):
        self.ids = points.ids
        self.box = page.locator(".stage").bounding_box()
        # The stage has a border of one pixel, and the map a margin.
        wide, tall = self.box["width"] - 2, self.box["height"] - 2
        at = placed(points)
        low, high = at.min(axis=0), at.max(axis=0)
        across, up = np.maximum(high - low, 0.02)
        k = min((wide - 2 * min(44, wide * 0.08)) / across, (tall - 2 * min(44, tall * 0.08)) / up)
        middle = (low + high) / 2
        left, top = self.box["x"] + 1, self.box["y"] + 1
        self.at = np.stack(
            [left + wide / 2 + (at[:, 0] - middle[0]) * k, top + tall / 2 - (at[:, 1] - middle[1]) * k],
            axis=1,
        )

    def of(self, picture):
        return self.at[int(np.flatnonzero(self.ids == picture)[0])]


def drag(page, line, shift=False):
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(*line[0])
    page.mouse.down()
    for at in line[1:]:
        page.mouse.move(*at, steps=4)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


def expect_selected(page, ids):
    text = "selected " + json.dumps(sorted(int(i) for i in ids))
    expect(page.get_by_text(text, exact=True)).to_be_visible()


def test_hover_select_choose_and_open(map_url, page):
    points, url = map_url
    page.goto(url)
    page.locator(".map[data-drawn]").wait_for(timeout=60_000)
    expect(page.locator(".status")).to_have_text(f"{len(points):,} pictures")
    screen = Screen(page, points)
    sample = points.ids[[5, 100, len(points) - 1]].tolist()

    # The picture under the pointer, with its name and its cluster, all as text.
    for picture in sample:
        page.mouse.move(*screen.of(picture))
        card = page.locator(f'.card[data-shown="{picture}"]')
        expect(card.locator("img")).to_have_attribute("src", re.compile("^data:image/jpeg;base64,"))
        expect(card.get_by_text(f"picture {picture}", exact=True)).to_be_visible()
        expect(card.locator(".of")).to_have_text(NAMES[int(points.colour[points.ids == picture][0])])
    page.mouse.click(*screen.of(sample[0]))
    expect(page.get_by_text(f"opened {sample[0]}", exact=True)).to_be_visible()

    # A lasso round the second cluster, and a box that adds a part of the third.
    second, third = screen.at[points.colour == 1], screen.at[points.colour == 2]
    (left, top), (right, bottom) = second.min(axis=0) - 12, second.max(axis=0) + 12
    page.get_by_role("button", name="Lasso").click()
    drag(page, [(left, top), (right, top), (right, bottom), (left, bottom)])
    expect_selected(page, points.ids[points.colour == 1])
    page.keyboard.press("b")
    (left, top), (right, bottom) = third.min(axis=0) - 8, np.median(third, axis=0) + 5
    drag(page, [(left, top), (right, bottom)], shift=True)
    inside = (screen.at > (left, top)).all(axis=1) & (screen.at < (right, bottom)).all(axis=1)
    expect_selected(page, points.ids[(points.colour == 1) | inside])
    page.get_by_role("button", name="Clear from Python").click()
    expect_selected(page, [])
    expect(page.locator(".map")).to_have_attribute("data-selected", "0")
    # A triangle takes what is inside it and not all of its bounding box.
    first = screen.at[points.colour == 0]
    (left, top), (right, bottom) = first.min(axis=0) - 10, first.max(axis=0) + 10
    page.keyboard.press("l")
    page.locator(".stage").focus()
    page.keyboard.press("l")
    drag(page, [(left, bottom), (left, top), (right, bottom)])
    x, y = screen.at[:, 0], screen.at[:, 1]
    inside = (x > left) & (y < bottom) & (y - top > (x - left) * (bottom - top) / (right - left))
    assert 0 < inside.sum() < (points.colour == 0).sum()
    expect_selected(page, points.ids[inside])
    page.keyboard.press("Escape")
    expect_selected(page, [])
    page.keyboard.press("m")

    # The legend: names are text, a click tells Python, and what Python has chosen is pressed.
    keys = page.locator(".legend .key")
    expect(keys.locator(".text")).to_have_text(list(NAMES))
    keys.nth(1).click()
    expect(page.get_by_text("legend 1", exact=True)).to_be_visible()
    expect(keys.nth(1)).to_have_attribute("aria-pressed", "true")
    keys.nth(1).click()
    expect(page.get_by_text("legend None", exact=True)).to_be_visible()
    page.get_by_role("spinbutton", name="Chosen").fill("2")
    page.keyboard.press("Enter")
    expect(keys.nth(2)).to_have_attribute("aria-pressed", "true")
    assert page.title() != "1"


def test_zoom_shows_pictures_and_stays_after_a_rerun(map_url, page):
    points, url = map_url
    page.goto(url)
    page.locator(".map[data-drawn]").wait_for(timeout=60_000)
    stage, seen = page.locator(".stage"), page.locator(".map")
    screen = Screen(page, points)
    expect(seen).to_have_attribute("data-names", "3")
    page.mouse.move(*screen.of(int(points.ids[0])))
    for _ in range(6):
        page.mouse.wheel(0, -240)
        page.wait_for_timeout(50)
    # Thumbnails of some pictures in the place of dots, and the one that was pointed at still there.
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some("
        "(n) => Number(n.shadowRoot?.querySelector('.map')?.dataset.wall) >= 2)"
    )
    page.mouse.move(*(screen.of(int(points.ids[0])) + 2))
    expect(seen).to_have_attribute("data-hovered", str(points.ids[0]))
    # A rerun for another colouring keeps the view; its legend is a bar with words.
    page.get_by_role("radio", name="score").click()
    expect(page.locator(".legend .measure")).to_have_text("Outlier score")
    expect(page.locator(".legend .ends")).to_have_text("near to othersfar from all")
    page.mouse.move(*screen.of(int(points.ids[0])))
    expect(seen).to_have_attribute("data-hovered", str(points.ids[0]))
    # The keyboard: nought shows all, arrows and minus move and zoom.
    stage.focus()
    page.keyboard.press("0")
    page.mouse.move(*screen.of(int(points.ids[-1])))
    expect(seen).to_have_attribute("data-hovered", str(points.ids[-1]))
    page.keyboard.press("ArrowRight")
    there = screen.of(int(points.ids[-1]))
    page.mouse.move(there[0] - 70, there[1] + 1)
    expect(seen).to_have_attribute("data-hovered", str(points.ids[-1]))


def test_an_exported_page_works_from_a_file(home, page, tmp_path):
    collection = Workspace(home).open("sample")
    points = drawn(collection.ids())
    names = {picture.id: HOSTILE + picture.name for picture in collection.get_many(collection.ids())}
    text = map_html(points, title=HOSTILE, names=names, thumbnail=collection.thumbnail)
    (tmp_path / "map.html").write_text(text, encoding="utf-8")
    page.goto((tmp_path / "map.html").as_uri())
    page.locator(".map[data-drawn]").wait_for()
    assert page.title() == HOSTILE
    expect(page.locator("h1")).to_have_text(HOSTILE)
    picture = int(points.ids[50])
    page.mouse.move(*Screen(page, points).of(picture))
    card = page.locator(f'.card[data-shown="{picture}"]')
    expect(card.locator("img")).to_have_attribute("src", re.compile("^data:image/jpeg;base64,"))
    expect(card.locator(".lines div").first).to_have_text(names[picture])
    page.locator(".legend .key").nth(1).click()
    expect(page.locator(".legend .key").nth(1)).to_have_attribute("aria-pressed", "true")
