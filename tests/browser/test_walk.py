"""The main job in a real browser: sample → words → picture → more like this, and what came back."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from core import Workspace
from core.sample_catalogue import draw, sample_items
from tests.support.tiny import TinyEncoder, register

pytestmark = pytest.mark.browser


def cards(page):
    return page.locator(".card")


def labels(page, n=10):
    return page.locator(".card .chip").all_inner_texts()[:n]


def names(page):
    return page.locator(".card .name .text").all_inner_texts()


def settled(page):
    """Wait until Streamlit has finished the run that the last click began."""
    page.wait_for_timeout(250)
    page.wait_for_function(
        "document.querySelector('[data-test-script-state=running]') === null", timeout=60_000
    )
    page.wait_for_timeout(150)


def search(page, words):
    page.get_by_role("searchbox", name="Search").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.get_by_text("closest of")).to_be_visible(timeout=60_000)
    settled(page)


def test_the_main_job(serve, page, tmp_path):
    url = serve(tmp_path / "home")
    page.goto(url)
    page.get_by_role("button", name="Try the sample catalogue").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()  # progress survives a reload
    expect(page.get_by_text(f"Added {len(sample_items())} pictures")).to_be_visible(timeout=120_000)
    expect(cards(page)).to_have_count(60)

    page.get_by_role("link", name="Search").click()
    search(page, "a red dress")
    assert labels(page).count("dress") >= 7, labels(page)

    item = next(i for i in sample_items() if i.label == "teapot" and i.copy_of is None)
    drop(page, "my teapot.jpg", draw(item))
    expect(page.get_by_text("not part of its address")).to_be_visible()
    expect(cards(page).first.locator(".chip")).to_have_text("teapot")
    settled(page)
    assert names(page)[0] == item.name.rsplit("/", 1)[-1]
    assert labels(page).count("teapot") >= 7, labels(page)

    page.get_by_role("button", name="Start over").click()
    search(page, "a mug")
    before = names(page)
    cards(page).nth(2).hover()
    cards(page).nth(2).get_by_text("More like this").click()
    page.wait_for_url(re.compile("like="))
    settled(page)
    assert names(page) != before
    assert labels(page).count("mug") >= 8, labels(page)

    after, address = names(page), page.url
    page.reload()
    expect(cards(page)).to_have_count(24)
    settled(page)
    assert names(page) == after
    assert page.url == address

    page.get_by_role("link", name="Collection").click()
    expect(cards(page)).to_have_count(60)
    first = names(page)[0]
    cards(page).first.hover()
    cards(page).first.get_by_role("button", name="Select").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Removed 1 picture")).to_be_visible()
    settled(page)
    assert names(page)[0] != first
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Removed 1 picture")).to_have_count(0)
    settled(page)
    assert names(page)[0] == first


def drop(page, name, content):
    """Drop a file from the desktop onto the page."""
    transfer = page.evaluate_handle(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
            return transfer;
        }""",
        [name, list(content)],
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})


def paste(page, content):
    """Paste a picture from the clipboard."""
    page.evaluate(
        """(bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true }));
        }""",
        list(content),
    )


def png(colour, size=(96, 64)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


HOSTILE = [
    '<img src=x onerror="document.title=1">.png',
    "\"quotes' & <b>bold<b>.png",
    ":red[colour] $x^2$ **bold** `code`.png",
    "🧢 new\nline.png",
    "x" * 251 + ".png",
]


@pytest.fixture
def hostile(tmp_path):
    """A collection whose names and labels are as bad as names get, searchable without a model."""
    register(TinyEncoder())
    shop = Workspace(tmp_path / "home").create("shop", encoder="tiny")
    shop.add_files([(name, png((20 + 45 * i, 90, 200 - 30 * i))) for i, name in enumerate(HOSTILE)])
    shop.set_label([picture.id for picture in shop.page()], "<script>document.title=2</script> & co")
    return tmp_path / "home"


def test_hostile_names_are_text(serve, page, hostile):
    url = serve(hostile)
    page.goto(f"{url}/?collection=shop&sort=name&up=1")
    expect(cards(page)).to_have_count(len(HOSTILE))
    settled(page)
    shown = names(page)
    assert '<img src=x onerror="document.title=1">.png' in shown
    assert any(name.startswith("🧢 new") and "\n" not in name for name in shown)
    assert ":red[colour] $x^2$ **bold** `code`.png" in shown
    assert set(labels(page)) == {"<script>document.title=2</script> & co"}
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], "a long name must not widen the page"
    for i in range(len(HOSTILE)):
        cards(page).nth(i).locator(".tile").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Download")).to_be_visible()
        settled(page)
        heading = dialog.locator("h3").inner_text()
        assert heading.split("…")[0] in shown[i]
        assert heading.endswith(".png")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    assert page.title() not in {"1", "2"}


def test_keys_and_selection(serve, page, hostile):
    page.goto(f"{serve(hostile)}/collection?collection=shop")
    expect(cards(page)).to_have_count(len(HOSTILE))
    settled(page)
    page.locator(".tile").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 picture selected")).to_be_visible()
    cards(page).nth(3).locator(".tile").click(modifiers=["Shift"])
    expect(page.get_by_text("3 pictures selected")).to_be_visible()
    page.keyboard.press("Control+a")
    expect(page.get_by_text(f"{len(HOSTILE)} pictures selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("selected")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("region", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("?")
    page.locator(".tile").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_bookmarked_search_opens_first_thing_after_a_start(serve, page, sample_home):
    url = serve(sample_home)
    page.goto(f"{url}/search?collection=sample&q=a+teapot&k=12")
    expect(cards(page)).to_have_count(12, timeout=60_000)
    expect(page.get_by_role("link", name="Collection")).to_be_visible()
    assert labels(page).count("teapot") >= 7, labels(page)
    item = next(i for i in sample_items() if i.label == "umbrella")
    paste(page, draw(item))
    expect(page.get_by_text("not part of its address")).to_be_visible()
    expect(cards(page).first.locator(".chip")).to_have_text("umbrella")
    page.get_by_role("button", name="Search for a part of it").click()
    page.get_by_role("button", name="Use the middle").click()
    expect(page.get_by_role("button", name="Searching for a part")).to_be_visible()
