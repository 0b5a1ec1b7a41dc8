"""The four presets in a real browser, each through the screens that it puts first, to its point.

With ``LOOKALIKE_SCREENSHOTS=FOLDER`` the points are saved there as preset-NAME.png: what README shows.
"""

import io
import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from benchmarks.logo_pictures import logo, png, scene
from core import Workspace
from core.collection.types import Filter
from core.presets import preset, set_preset
from core.sample_catalogue import draw, sample_items
from tests.browser.test_walk import cards, drop, names, settled

pytestmark = pytest.mark.browser

WORN = ("dress", "t-shirt", "handbag")
PRINTS = re.compile("striped|dotted|floral|chequered|checked|zigzag")
OUTINGS = {
    "umbrella": datetime(2025, 3, 8, 11),
    "sofa": datetime(2025, 4, 19, 15),
    "guitar": datetime(2025, 6, 14, 20),
}


def products(labels, each):
    """Some products of the sample catalogue, by label, with those of their copies that are among them."""
    for label in labels:
        yield from [item for item in sample_items() if item.label == label][:each]


def taken(content, when):
    """The picture as a camera writes it, with the time in its EXIF block."""
    image, out = Image.open(io.BytesIO(content)).convert("RGB"), io.BytesIO()
    exif = image.getexif()
    exif.get_ifd(0x8769)[0x9003] = when.strftime("%Y:%m:%d %H:%M:%S")
    image.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def detail_of(content):
    """What a photo of the print alone would show: a part of the garment, near and turned a little."""
    image, out = Image.open(io.BytesIO(content)).convert("RGB"), io.BytesIO()
    w, h = image.size
    image = image.rotate(8, Image.Resampling.BICUBIC).crop((w // 4, h // 4, w - w // 4, h - h // 4))
    image.resize((w, h), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()


def made(home, key, files, labels=()):
    collection = Workspace(home).create(key, preset(key).encoder)
    set_preset(collection, key)
    collection.add_files(files)
    for label in labels:
        collection.set_label(collection.ids(Filter(name=f"{label}/")), label)
    return home


def begin(page, url, title):
    """Open Home, and follow the link to the screen that the preset puts first."""
    page.goto(url)
    page.get_by_role("link", name=title, exact=True).click()
    settled(page)


def save(page, name):
    folder = os.environ.get("LOOKALIKE_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(600)
        page.screenshot(path=str(Path(folder) / f"preset-{name}.png"))


def test_catalogue_the_whole_project(serve, page, tmp_path):
    labels = ("mug", "lamp", "backpack")
    files = [(f"{item.label}/{item.name.rsplit('/', 1)[-1]}", draw(item)) for item in products(labels, 12)]
    url = serve(made(tmp_path / "home", "catalogue", files, labels))
    begin(page, url, "Health")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_text("The report is made")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("button", name=re.compile("Download the page"))).to_be_visible()
    save(page, "catalogue")
    begin(page, url, "Evaluation")
    expect(page.get_by_text(re.compile("Precision@5|P@5")).first).to_be_visible()
    begin(page, url, "Duplicates")
    expect(page.get_by_test_id("stMetric").filter(has_text="Groups")).not_to_contain_text(
        re.compile("^Groups0$")
    )


def test_photos_events_and_favourites(serve, page, tmp_path):
    files = [
        (f"{label} {at}.jpg", taken(draw(item), day + timedelta(minutes=7 * at)))
        for label, day in OUTINGS.items()
        for at, item in enumerate(products([label], 8))
    ]
    url = serve(made(tmp_path / "home", "photos", files))
    begin(page, url, "Events")
    page.get_by_role("button", name="Find events").click()
    expect(page.get_by_text(re.compile("3 events"))).not_to_have_count(0, timeout=60_000)
    settled(page)
    save(page, "photos-events")
    bar = page.locator(".js-plotly-plot .bars .point path").first.bounding_box()
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    expect(page.get_by_role("button", name="All events")).to_be_visible()
    expect(cards(page)).to_have_count(8)

    begin(page, url, "Favourites")
    expect(page.get_by_text("press ★ or F")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(cards(page)).to_have_count(24)
    settled(page)
    starred = names(page)[1]
    cards(page).nth(1).hover()
    cards(page).nth(1).get_by_role("button", name="Favourite").click()
    expect(page.get_by_text("Added 1 picture to the favourites")).to_be_visible()
    settled(page)
    cards(page).nth(3).locator(".tile").click()
    star = page.get_by_role("dialog").get_by_role("button", name="☆ Favourite")
    expect(star).to_be_visible()
    settled(page)
    page.keyboard.press("f")
    expect(page.get_by_role("dialog").get_by_role("button", name="★ Favourite")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    begin(page, url, "Favourites")
    expect(cards(page)).to_have_count(2)
    assert starred in names(page)
    save(page, "photos-favourites")
    page.locator(".tile").first.focus()
    page.keyboard.press("f")
    expect(cards(page)).to_have_count(1)


def test_logos_inside_larger_pictures(serve, page, tmp_path):
    files = [(f"logo {number:02d}.png", png(logo(number))) for number in range(24)]
    url = serve(made(tmp_path / "home", "logos", files))
    begin(page, url, "Search by parts")
    for number in (9, 14):
        drop(page, "street.jpg", scene(number, logo(number), 0.33))
        expect(page.get_by_text("by the part of your picture")).to_be_visible(timeout=60_000)
        settled(page)
        assert f"logo {number:02d}.png" in names(page)[:5], names(page)
    save(page, "logos")


def test_fashion_more_like_this_by_details(serve, page, tmp_path):
    printed = [item for item in sample_items() if item.label in WORN and PRINTS.search(item.caption)]
    files = [(item.name.rsplit("/", 1)[-1], draw(item)) for item in printed if item.copy_of is None]
    files += [(name.replace(".", ", the print."), detail_of(content)) for name, content in files[::2]]
    url = serve(made(tmp_path / "home", "fashion", files))
    begin(page, url, "More like this")
    shown = [name for name, _ in files if name.replace(".", ", the print.") in dict(files)]
    chosen = next(at for at, name in enumerate(names(page)) if name in shown)
    mate = names(page)[chosen].replace(".", ", the print.")
    cards(page).nth(chosen).locator(".tile").click()
    page.wait_for_url(re.compile("like="))
    expect(page.get_by_role("button", name=re.compile("Look again: "))).to_be_visible(timeout=60_000)
    expect(page.get_by_text("closest of")).to_be_visible()
    settled(page)
    page.get_by_text("Show why").click()
    expect(page.locator(".local", has_text=re.compile(r"^\d")).first).to_be_visible()
    settled(page)
    assert mate in names(page)[:2], names(page)[:5]
    page.mouse.move(0, 0)
    save(page, "fashion")
