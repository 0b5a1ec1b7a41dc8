"""Every screen of a collection that went through the report: light and dark, wide, narrower and on a phone.

No exception, no error in the console, nothing wider than the window, no empty chart. With
``LOOKALIKE_SCREENSHOTS=FOLDER`` the wide screens are saved there as NAME.png and NAME-dark.png, and the
report's page as report.png: what README shows.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.collection.workspace import Workspace
from core.report.build import build_report
from core.report.page import write_page
from core.report.types import Settings
from tests.browser.test_walk import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # the report is made first

ROOT = Path(__file__).parents[2]
SCREENS = [path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__"]
WIDTHS = {"wide": 1440, "narrow": 1024, "phone": 390}
A4 = 794
"""The width of a sheet of paper, in the pixels of a style sheet."""
MORE = {"search": "&q=a+red+dress"}
"""What an address needs besides the collection to have something to show."""

EMPTY_CHARTS = """() => [...document.querySelectorAll('.js-plotly-plot')]
    .filter(plot => {
        const filled = (plot.data || []).some(trace =>
            ['x', 'y', 'z', 'values', 'r', 'lat'].some(name => trace[name] && trace[name].length !== 0));
        return !filled || plot.getBoundingClientRect().width < 40;
    })
    .map(plot => (plot.layout && plot.layout.title && plot.layout.title.text) || plot.id)"""
TOO_WIDE = """() => {
    const main = document.querySelector('[data-testid=stMain]') || document.documentElement;
    return [document.documentElement.scrollWidth - window.innerWidth, main.scrollWidth - main.clientWidth];
}"""
LINKS = """() => [...document.querySelectorAll('[data-testid=stSidebarNavLink]')]
    .map(link => [link.innerText.trim().split('\\n').pop(), link.getAttribute('href')])"""
OWN_FOLDER = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const said = walk.currentNode.textContent.replace(/\\/\\S*\\/home(?=\\s|$)/, '~/.lookalike');
        if (said !== walk.currentNode.textContent) walk.currentNode.textContent = said;
    }
}"""
"""A picture shows the folder that a user's collections are in, not the one of this test."""
EMPTY_PAGE_CHARTS = """() => [...document.querySelectorAll('.chart')]
    .filter(chart => ![...chart.querySelectorAll('.fill, circle')]
        .some(mark => mark.getBoundingClientRect().width > 1))
    .map(chart => chart.getAttribute('aria-label'))"""


@pytest.fixture(scope="module")
def reported(sample_home, tmp_path_factory):
    """A copy of the sample workspace whose collection went through the report, and the page of it."""
    home = shutil.copytree(sample_home, tmp_path_factory.mktemp("reported") / "home")
    sample = Workspace(home).open("sample")
    # A full scan of these pictures takes longer than all screens together; the closest pairs show as much.
    report = build_report(sample, settings=Settings(queries=100, scanned=0, pairs=400))
    assert not [one for one in report.sections if one.state == "failed"]
    write_page(home.parent / "report.html", sample, report)
    return home, home.parent / "report.html"


@pytest.fixture(params=["light", "dark"])
def window(request, browser):
    """A browser window in one colour scheme; an error in its console fails the test."""
    context = browser.new_context(
        viewport={"width": WIDTHS["wide"], "height": 1000}, color_scheme=request.param
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: _note(message, trouble))
    page.scheme = request.param
    yield page
    context.close()
    assert not trouble, trouble


def _note(message, trouble):
    # On a deep link Streamlit first looks for its own files beside the page, then at the root.
    if message.type == "error" and "/_stcore/" not in (message.location or {}).get("url", ""):
        trouble.append(message.text)


def save(page, name):
    folder = os.environ.get("LOOKALIKE_SCREENSHOTS")
    if folder:
        page.evaluate(OWN_FOLDER)
        dark = "-dark" if page.scheme == "dark" else ""
        page.screenshot(path=str(Path(folder) / f"{name}{dark}.png"))


def addresses(window, url):
    """The path of every screen, by its title in lower case, as the navigation has them."""
    window.goto(f"{url}/?collection=sample")
    window.get_by_test_id("stMain").locator("h1").first.wait_for()
    settled(window)
    found = dict(window.evaluate(LINKS))
    assert len(found) == len(SCREENS), found
    return {title.lower(): urlsplit(href).path for title, href in found.items()}


def test_every_screen(serve, window, reported, tmp_path):
    home, _ = reported
    url = serve(shutil.copytree(home, tmp_path / "home"))
    wrong = []
    for screen, path in addresses(window, url).items():
        window.set_viewport_size({"width": WIDTHS["wide"], "height": 1000})
        # An address of Home that names a collection leads to its pictures.
        query = "" if screen == "home" else f"?collection=sample{MORE.get(screen, '')}"
        window.goto(f"{url}{path}{query}")
        window.get_by_test_id("stMain").locator("h1").first.wait_for()
        settled(window)
        for name, width in WIDTHS.items():
            if name != "wide":
                window.set_viewport_size({"width": width, "height": 1000})
                window.wait_for_timeout(400)  # charts are drawn again at their new width
            where = f"{screen}, {window.scheme}, {name}"
            for exception in window.get_by_test_id("stException").all_inner_texts():
                wrong.append(f"{where}: {exception[:300]}")
            if max(window.evaluate(TOO_WIDE)) > 1:
                wrong.append(f"{where}: wider than the window by {window.evaluate(TOO_WIDE)}")
            wrong += [f"{where}: empty chart {title}" for title in window.evaluate(EMPTY_CHARTS)]
            if name == "wide":
                save(window, screen)
    assert not wrong, "\n".join(wrong)


def test_the_page_of_the_report(window, reported):
    _, page = reported
    window.goto(page.as_uri())
    for name, width in WIDTHS.items():
        window.set_viewport_size({"width": width, "height": 1000})
        over = window.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{name}: {over} pixels too wide"
        assert window.evaluate(EMPTY_PAGE_CHARTS) == [], name
        if name == "wide":
            save(window, "report")
    assert window.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert window.evaluate("document.images.length") > 50
    window.emulate_media(media="print")
    window.set_viewport_size({"width": A4, "height": 1000})
    assert window.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
