import re
from dataclasses import replace

import pytest

from core.report.page import render_page, write_page
from core.report.types import Bar, BarChart, Figure, Point, ScatterChart, Section, Step, Strip, Table, Tile
from tests.evaluation.test_report import HOSTILE, Page

DATA = re.compile(r"data:image/jpeg;base64,[A-Za-z0-9+/=]+|#\w+")


class Checked(Page):
    """A page whose empty elements are known."""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)


def test_the_page_stands_on_its_own(reported, tmp_path):
    shop, report = reported
    size = write_page(tmp_path / "out.html", shop, report)
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert size == len(text.encode())
    page = Checked(text)
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    addresses = [value for name, value in page.attributes if name in ("src", "href", "srcset")]
    assert page.tags.count("img") > 20
    assert all(DATA.fullmatch(address) for address in addresses)
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "://" not in text
    ids = {value for name, value in page.attributes if name == "id"}
    assert {address[1:] for address in addresses if address.startswith("#")} <= ids
    for one in report.sections:
        assert one.finding in page.text


def test_names_from_strangers_are_text(reported):
    shop, report = reported
    section = Section(
        "hostile",
        HOSTILE,
        HOSTILE,
        figures=(Figure("key", HOSTILE, 1, HOSTILE, HOSTILE),),
        bars=(BarChart(HOSTILE, HOSTILE, (Bar(HOSTILE, 0.5, HOSTILE, 0.4, 0.6),), 1.0),),
        scatters=(ScatterChart(HOSTILE, HOSTILE, "x", "y", (HOSTILE,), (Point(1, 0.9, HOSTILE, 0, True),)),),
        strips=(Strip(HOSTILE, (Tile(shop.ids()[0], HOSTILE),), HOSTILE),),
        tables=(Table(HOSTILE, (HOSTILE,), ((HOSTILE,),)),),
        notes=(HOSTILE,),
        steps=(Step(HOSTILE, HOSTILE),),
    )
    page = Checked(render_page(shop, replace(report, sections=(section,))))
    assert page.open == []
    assert "script" not in page.tags
    assert [value for name, value in page.attributes if name == "src"] != ["x"]
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_a_picture_that_is_gone_is_marked(reported):
    shop, report = reported
    section = Section("gone", "Gone", "Nothing there.", strips=(Strip("One", (Tile(987654),)),))
    assert "gone" in Checked(render_page(shop, replace(report, sections=(section,)))).text


@pytest.mark.parametrize("state", ["missing", "failed"])
def test_what_was_not_done_says_so(reported, state):
    shop, report = reported
    section = Section("one", "One", "There is no tea.", state)
    text = Checked(render_page(shop, replace(report, sections=(section,)))).text
    assert {"missing": "Not measured", "failed": "could not be done"}[state] in text
