import html.parser
import re

import pytest

from core.errors import EvaluationError, MetricError
from core.evaluation.evaluate import evaluate, measure
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.text import ExpectedAnswers, TextProtocol
from core.evaluation.report import render_report, write_report
from core.evaluation.serialize import load
from core.evaluation.wording import figure_line, headline, meaning
from tests.evaluation.conftest import at_angle, fill

HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"


class Page(html.parser.HTMLParser):
    """Tags and attributes of a page, and what is left open."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "img", "line", "rect", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_report_stands_on_its_own(five, tmp_path):
    found = evaluate(five, LabelProtocol(), k=3)
    size = write_report(tmp_path / "out.html", five, found)
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert size == len(text.encode())
    page = Page(text)
    assert page.open == []
    assert "script" not in page.tags
    assert not {"link", "iframe", "object", "style src"} & set(page.tags)
    addresses = [value for name, value in page.attributes if name in ("src", "href", "srcset")]
    assert addresses
    assert all(re.fullmatch(r"data:image/jpeg;base64,[A-Za-z0-9+/=]+", address) for address in addresses)
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert headline(found) in page.text
    assert "0.567" in page.text  # mAP, 34/60
    assert "b-22.png" in page.text  # the worst query
    assert "Picture to picture" in page.text
    for part in ("Figures", "By category", "Where it fails", "Time and space", "What this depends on"):
        assert part in page.text
    assert found.setup.data_hash in page.text


def test_hostile_names_labels_and_queries_are_shown_and_not_run(workspace, tiny):
    shop = workspace.create("shop", "tiny")
    shop.add_files([(f"{HOSTILE}{i}", at_angle(20 * i)) for i in range(6)])
    shop.set_label([1, 2, 3], HOSTILE)
    shop.set_label([4, 5, 6], "b{{ 7 * 7 }}")
    for protocol in (
        LabelProtocol(),
        TextProtocol((ExpectedAnswers(HOSTILE, (HOSTILE,)), ExpectedAnswers("b", ids=(1,)))),
    ):
        text = render_report(shop, evaluate(shop, protocol))
        page = Page(text)
        assert "script" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "<script>alert('x')" in page.text
        assert "{{ 7 * 7 }}" in page.text
        assert page.open == []


def test_pictures_that_are_gone_leave_an_empty_frame(shop, tmp_path):
    folder = tmp_path / "photos" / "a"
    folder.mkdir(parents=True)
    for angle in (0, 10, 20):
        (folder / f"{angle}.png").write_bytes(at_angle(angle))
    shop.add_folder(tmp_path / "photos")
    fill(shop, {"b": ("b", 50), "b2": ("b", 70)})
    found = evaluate(shop, LabelProtocol())
    shop.remove([1])
    shop.empty_bin()
    for path in shop.root.glob("thumbnails/**/*.jpg"):
        path.unlink()
    for path in [*shop.root.rglob("*"), *folder.iterdir()]:
        if path.is_file() and "thumbnails" in path.parts:
            path.unlink()
    for path in folder.iterdir():
        path.unlink()
    page = Page(render_report(shop, load(shop, found.id)))
    assert "gone" in page.text
    assert "picture 1, deleted since" in str(page.attributes)


def test_a_report_can_say_what_was_gained(five):
    before = evaluate(five, LabelProtocol())
    after = evaluate(five, LabelProtocol(), reranker="expansion")
    text = Page(render_report(five, after, before=before)).text
    assert "Compared with labels · tiny (run 1)" in text
    assert "paired randomisation test" in text
    assert "labels · tiny + expansion" in text
    assert "rerank" in text


def test_the_metric_of_the_bars_must_have_been_measured(five):
    found = measure(five, LabelProtocol(), metrics=["map", "p@1"])
    assert "By category: P@1" in render_report(five, found, by="p@1")
    with pytest.raises(EvaluationError, match="not measured"):
        render_report(five, found, by="mrr")
    with pytest.raises(MetricError):
        render_report(five, found, by="beauty")


def test_headlines(five):
    many = measure(five, LabelProtocol(), k=2)
    assert re.fullmatch(
        r"Of the first 2 answers to 5 queries over 5 pictures, 30 % \(95 % CI \d+–\d+ %\) are right "
        r"on average\.",
        headline(many),
    )
    known = TextProtocol((ExpectedAnswers("one", ids=(1,)), ExpectedAnswers("two", ids=(2,))))
    assert headline(measure(five, known, k=4)).startswith(
        "For 2 queries over 5 pictures, the right picture comes first in"
    )
    bare = measure(five, LabelProtocol(), metrics=["mrr"])
    assert headline(bare).startswith("For 5 queries over 5 pictures, MRR is 0.6")
    assert figure_line(bare.figures[0]).startswith("MRR 0.6")
    alone = measure(five, TextProtocol((ExpectedAnswers("one", ids=(1,)),)), k=4)
    assert "1 query over 5 pictures" in headline(alone)
    assert "CI" not in headline(alone)


def test_every_default_metric_is_explained(five):
    for figure in measure(five, LabelProtocol()).figures:
        assert meaning(figure.metric)
    assert meaning("p@7") == "Share of right pictures among the first 7."
    assert meaning("ndcg_exp@3") == ""
