"""The pure parts of the evaluation screen and of the second look: addresses, wording, events, handlers."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.answer_review import mark, review
from core.evaluation.store import MarkStore
from core.jobs import Progress
from core.search.engine import SearchEngine
from core.search.rerankers import RerankerInfo
from core.search.results import LocalEvidence
from core.stats.interval import Interval
from tests.support.picture_bytes import encode, halves
from widgets.app_state.address import SearchRequest
from widgets.components.image_rows import StripAct, read_strip_act
from widgets.evaluation import reviewing
from widgets.evaluation.address import PARTS, EvaluationView
from widgets.evaluation.charts import _labels
from widgets.evaluation.encoders.panel import why_not as why_no_comparison
from widgets.evaluation.encoders.trade_off import placed
from widgets.evaluation.measuring import declared, why_not
from widgets.evaluation.wording import interval, number, out_of, reranker_title, signed
from widgets.search.rerank_panel import agreement, changed_line, in_words, moved, offers, settled
from widgets.shared.job_panel import progress_line

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
views = st.builds(
    EvaluationView,
    part=st.sampled_from(list(PARTS)),
    run=st.none() | st.integers(1, 10**8),
    other=st.none() | st.integers(1, 10**8),
    metric=st.sampled_from(("", "map", "ndcg@10")),
    category=words,
    at=st.integers(1, 999),
)


@given(views)
def test_a_view_is_an_address(view):
    assert EvaluationView.read(view.write()) == view


@pytest.mark.parametrize(
    "params",
    [{"part": ["<b>"]}, {"run": ["-1"]}, {"run": ["0"]}, {"run": ["1" * 40]}, {"at": ["x"]}, {"with": ["²"]}],
)
def test_nonsense_in_an_address_is_left_out(params):
    assert EvaluationView.read(params) == EvaluationView()


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "all"), (0.0, "none of the"), (0.81, "8 of 10"), (0.97, "97 of 100"), (0.999, "99 of 100"),
     (0.02, "2 of 100"), (0.001, "1 of 100"), (0.06, "1 of 10"), (0.5, "5 of 10")],
)  # fmt: skip
def test_a_share_as_people_say_it(share, said):
    assert out_of(share) == said


def test_a_figure_is_called_perfect_only_where_it_is():
    assert [number(v) for v in (1.0, 0.998, 0.9951, 0.994, 0.0, 0.003)] == [
        "1.00", "0.998", "0.995", "0.99", "0.00", "0.003",
    ]  # fmt: skip
    assert interval(Interval(0.76, 0.801, 0.95)) == "95 % CI 0.76–0.80"
    assert interval(None) == ""
    assert [signed(v) for v in (0.0212, -0.004, 0.0001)] == ["+0.021", "−0.004", "0"]
    assert reranker_title("encoder:x/y") == "Second opinion of x/y"


def test_progress_says_how_far_and_how_long():
    line = progress_line(Progress(120, 331, "Asking 301 queries", 4.0, 30.0), "step")
    assert line == "120 of 331 steps · 30 a second · 7 s left · Asking 301 queries"
    assert progress_line(Progress(0, None, "", 0.0, 0.0)) == "Getting ready…"


def test_an_event_of_a_strip():
    assert read_strip_act({"kind": "right", "row": "a mug", "id": 3}) == StripAct("right", "a mug", 3)
    for bad in (None, {"kind": "x", "row": "a", "id": 1}, {"kind": "open", "row": 1, "id": 1},
                {"kind": "open", "row": "a", "id": True}, {"kind": "open", "row": "a"}):  # fmt: skip
        assert read_strip_act(bad) is None


def test_labels_that_look_alike_keep_bars_of_their_own():
    made = _labels(["x" * 60, "x" * 61, "two\nlines", "two lines"])
    assert len(set(made)) == 4
    assert [label.strip("\u200b") for label in made][2:] == ["two lines", "two lines"]


def test_what_cannot_be_measured_is_explained(tiny):
    assert why_not("labels", "tiny", False) == ""
    assert "Choose a CSV" in why_not("csv", "tiny", False)
    assert why_not("csv", "tiny", True) == ""
    assert "has no words" in why_not("words", "facebook/dinov2-small", False)
    assert "at least two" in why_no_comparison(["tiny"], "labels")
    assert "has no words" in why_no_comparison(["tiny", "facebook/dinov2-small"], "captions")


def test_sentences_from_a_file():
    asked = declared("csv", b"query,labels\na mug,mug;cup\n")
    assert [(q.text, q.labels) for q in asked.queries] == [("a mug", ("mug", "cup"))]
    assert declared("words", None).name == "words"


def test_a_mark_is_saved_at_once_and_taken_back(shop, monkeypatch):
    monkeypatch.setattr(reviewing.st, "session_state", {})
    shop.add_files([("<b>.png", encode(halves(), "PNG"))])
    (picture,) = shop.page()
    for event, stands in (("right", [True]), ("wrong", [False]), ("wrong", [])):
        found = review(SearchEngine(shop), ["red"])
        reviewing.act(shop, found, StripAct(event, "red", picture.id))
        assert [one.relevant for one in MarkStore(shop.catalogue).latest("red")] == stands
    last = reviewing.st.session_state["review-last"]
    assert (last.before, last.now) == (False, None)
    assert "&lt;b&gt;" in reviewing.said_of(last)
    reviewing.act(shop, found, StripAct("right", "blue", picture.id))
    reviewing.act(shop, found, StripAct("right", "red", 999))
    assert MarkStore(shop.catalogue).latest() == [], "only what is on the page can be marked"
    mark(shop, "red", picture.id, True)
    assert reviewing.strip(review(SearchEngine(shop), ["red"])[0]).note == "1 of 1 marked right"


KNOWN = [
    RerankerInfo("local", "Matching details", "first the same thing", one_picture=True),
    RerankerInfo("expansion", "What the first answers share", "nothing"),
    RerankerInfo("encoder:facebook/dinov2-small", "Second opinion", "a query"),
]


@pytest.mark.parametrize(
    ("request_", "own", "usable"),
    [
        (SearchRequest(text="a mug"), False, ["expansion"]),
        (SearchRequest(like=(1,)), False, ["local", "expansion", "encoder:facebook/dinov2-small"]),
        (SearchRequest(), True, ["local", "expansion", "encoder:facebook/dinov2-small"]),
        (SearchRequest(like=(1,)), True, ["expansion", "encoder:facebook/dinov2-small"]),
        (SearchRequest(like=(1,), unlike=(2,)), False, ["expansion", "encoder:facebook/dinov2-small"]),
    ],
)
def test_only_the_second_looks_that_apply(request_, own, usable):
    offered = offers(KNOWN, request_, own)
    assert [one.name for one in offered if not one.why_not] == usable
    assert all(one.why_not for one in offered if one.name not in usable)


def test_a_second_look_that_does_not_apply_is_not_taken():
    asked = SearchRequest(text="a mug", again="local")
    assert settled(asked, offers(KNOWN, asked, False)) == ""
    asked = SearchRequest(text="a mug", again="expansion")
    assert settled(asked, offers(KNOWN, asked, False)) == "expansion"
    asked = SearchRequest(like=(1,), again="<script>")
    assert settled(asked, offers(KNOWN, asked, False)) == ""


def local(**parts):
    line = (0.1, 0.1, 0.2, 0.2)
    given = {"inliers": 43, "matches": 90, "lines": (line,) * 43, "overlap_query": 0.62, "overlap_hit": 0.3,
             "mirrored": False, "decisive": True}  # fmt: skip
    return LocalEvidence(**(given | parts))


def test_local_evidence_in_words():
    assert agreement(local()) == "43 points agree · overlap 62 %"
    assert agreement(local(mirrored=True)).endswith("mirrored")
    assert agreement(local(inliers=0, lines=())) == "no points agree"
    assert "43 of 90" in in_words(local())
    assert "too little" in in_words(local(inliers=6, decisive=False))
    assert "No points" in in_words(local(inliers=0))


def test_where_a_hit_moved():
    assert moved(SimpleNamespace(rank=1, first_rank=7)) == "↑ 7 → 1"
    assert moved(SimpleNamespace(rank=3, first_rank=1)) == "↓ 1 → 3"
    assert moved(SimpleNamespace(rank=3, first_rank=3)) == ""
    assert moved(SimpleNamespace(rank=3, first_rank=None)) == ""


def test_a_second_look_that_changes_nothing_says_so():
    stays, moves = SimpleNamespace(rank=1, first_rank=1), SimpleNamespace(rank=2, first_rank=3)

    class Result(list):
        note, reranked = "", "local"

    assert "changed nothing" in changed_line(Result([stays]))
    assert changed_line(Result([stays, moves])) == ""
    noted = Result([stays])
    noted.note = "No details."
    assert changed_line(noted) == "No details."
    off = Result([stays])
    off.reranked = ""
    assert changed_line(off) == ""


def test_names_in_the_plot_stand_apart():
    def at(name, mean, ms):
        return {"name": name, "mean": mean, "ms": ms, "optimal": False, "low": None, "high": None}

    made = {p["name"]: p for p in placed([at("a", 0.62, 64), at("b", 0.63, 65), at("c", 0.62, 176)])}
    assert (made["a"]["below"], made["b"]["below"], made["c"]["below"]) == (True, False, False)
    assert (made["a"]["side"], made["c"]["side"]) == ("left", "right")
