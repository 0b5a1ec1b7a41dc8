"""A first visit, and looking after several collections, in a real browser."""

import pytest
from playwright.sync_api import expect

from core.collection.workspace import Workspace
from tests.support.pictures import jpeg
from tests.support.tiny import TinyEncoder, register

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Mobile Safari/537.36"
)
WIDTH = "[document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture
def two(tmp_path):
    """Two small collections, searchable without a model, and one that is damaged."""
    register(TinyEncoder())
    space = Workspace(tmp_path / "home")
    for name in ("shop", "A name that is as long as a name of a collection may be - longer"):
        space.create(name, encoder="tiny").add_files([(f"{i}.jpg", jpeg(i, (320, 240))) for i in range(5)])
    (space.path / "broken").mkdir()
    (space.path / "broken" / "catalogue.sqlite").write_bytes(b"no database" * 99)
    return space


def manage(page, name, choice):
    card = page.locator("[class*=st-key-card-]").filter(has=page.get_by_text(name, exact=True))
    card.get_by_role("button", name="Manage").click()
    page.get_by_role("menuitem", name=choice).or_(page.get_by_role("option", name=choice)).first.click()
    return page.get_by_role("dialog")


def test_a_first_visit(serve, page, tmp_path):
    page.goto(serve(tmp_path / "home"))
    expect(page.get_by_role("heading", name="Find pictures by how they look")).to_be_visible()
    page.get_by_role("button", name="Open a folder").click()
    expect(page.get_by_role("tab", name="Folder on this machine")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Try the sample catalogue").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("What each screen answers")).to_be_visible()
    page.get_by_role("button", name="Got it").click()
    expect(page.get_by_text("What each screen answers")).to_have_count(0)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Your collections")).to_be_visible()
    expect(page.get_by_role("link", name="sample")).to_be_visible()


def test_rename_copy_and_delete(serve, page, two):
    page.goto(serve(two.path))
    dialog = manage(page, "shop", "Rename")
    dialog.get_by_role("textbox", name="New name").fill("store")
    dialog.get_by_role("textbox", name="New name").press("Enter")
    dialog.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_role("link", name="store")).to_be_visible()
    dialog = manage(page, "store", "Make a copy")
    dialog.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("link", name="store copy")).to_be_visible(timeout=60_000)
    dialog = manage(page, "store", "Delete")
    expect(dialog.get_by_role("button", name="Delete", exact=True)).to_be_disabled()
    dialog.get_by_role("textbox", name="Type its name to confirm").fill("store")
    dialog.get_by_role("textbox", name="Type its name to confirm").press("Enter")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("link", name="store", exact=True)).to_have_count(0)
    page.get_by_role("link", name="store copy").click()
    expect(page.get_by_role("heading", name="store copy")).to_be_visible()
    names = [one.name for one in two.list()]
    assert "store copy" in names
    assert "store" not in names


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_card_is_wider_than_the_screen(serve, page, two, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(serve(two.path))
    expect(page.get_by_text("What to do:")).to_be_visible()
    scroll, window = page.evaluate(WIDTH)
    assert scroll <= window


@pytest.fixture
def phone(browser):
    """A window as a phone has it; Streamlit goes by its name as well as by its width."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, user_agent=PHONE
    )
    window = context.new_page()
    window.set_default_timeout(30_000)
    yield window
    context.close()


def test_on_a_phone_the_page_comes_first_and_the_navigation_when_asked(serve, phone, two):
    phone.goto(f"{serve(two.path)}/collection?collection=shop")
    expect(phone.get_by_role("heading", name="shop")).to_be_in_viewport()
    sidebar = phone.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    expect(sidebar.get_by_role("link", name="Search")).not_to_be_in_viewport()
    phone.get_by_test_id("stExpandSidebarButton").tap()
    sidebar.get_by_role("link", name="Search").tap()
    expect(phone.get_by_role("heading", name="Search")).to_be_in_viewport()
    expect(sidebar).to_have_attribute("data-collapsed", "true")
