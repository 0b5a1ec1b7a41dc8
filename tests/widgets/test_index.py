"""The pure parts of the index screen: addresses, wording, sliders, the plot's rows, choices."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collection.storage.index_records import IndexRecord
from core.index.base import AS_BUILT, SearchParameters
from core.index.spec import FLAT, Recipe
from core.index.tuning.result import Tuning
from core.index.tuning.types import Candidate, Latency, Measured
from core.index_manager.health_check import Check, Finding
from core.index_manager.types import EXACT
from core.search.query import Query
from core.stats.interval import Interval
from core.stored import to_json
from widgets.index import choosing, pareto
from widgets.index.address import PARTS, IndexView
from widgets.index.data import Stored
from widgets.index.knobs import knobs
from widgets.index.listing import check_line, facts
from widgets.index.outcome import built, proven, tried
from widgets.index.pareto import height
from widgets.index.server import address_problem
from widgets.index.starting import BUDGETS_S, suggested_budget
from widgets.index.wording import (
    bounds,
    exact_headline,
    fine_ms,
    index_headline,
    of_hundred,
    times_faster,
    tiny,
)

GRAPH = Recipe("hnsw", "HNSW32", 80)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def point(kind, recall, ms, recipe=GRAPH, **parameters):
    interval = Interval(recall - 0.02, min(1.0, recall + 0.01), 0.95)
    return Measured(
        recipe, SearchParameters(**parameters), kind, recall, interval, 400, Latency(ms, 2 * ms, 200)
    )


POINTS = (
    point("image", 0.95, 0.1, ef_search=16),
    point("image", 0.99, 0.2, ef_search=32),
    point("image", 0.98, 0.4, ef_search=64),
    point("text", 0.6, 0.1, ef_search=16),
    point("text", 0.96, 2.0, ef_search=512),
)
TUNED = Tuning(
    recipe=GRAPH,
    certificates={"image": POINTS[1], "text": POINTS[4]},
    targets={"image": 0.97, "text": 0.94},
    k=10,
    vectors=20_000,
    dim=1296,
    exact=Latency(8.2, 9.0, 30),
    candidates=(Candidate(GRAPH, 51.0, 120_000_000, 110_000_000),),
    points=POINTS,
    notes=(),
    seconds=90.0,
)


@given(
    st.builds(
        IndexView,
        part=st.sampled_from(list(PARTS)),
        index=st.none() | st.integers(1, 10**8),
        text=words.map(str.strip),
    )
    | st.builds(IndexView, like=st.integers(1, 10**8))
)
def test_a_view_is_an_address(view):
    assert IndexView.read(view.write()) == view


def test_what_an_address_asks_for():
    assert IndexView.read({"like": ["7"], "q": ["red"]}).query == Query(like=(7,))
    assert IndexView.read({"q": [" red "]}).query == Query(text="red")
    assert IndexView.read({}).query is None
    for bad in (
        {"part": ["<b>"]},
        {"index": ["-1"]},
        {"like": ["0"]},
        {"index": ["²"]},
        {"like": ["1" * 30]},
    ):
        assert IndexView.read(bad) == IndexView()


def test_figures_as_people_read_them():
    assert [fine_ms(v) for v in (0.0004, 0.134, 2.34, 26.7, 1234)] == [
        "0.001 ms", "0.13 ms", "2.3 ms", "27 ms", "1.2 s",
    ]  # fmt: skip
    assert [times_faster(v) for v in (123.4, 1.44, 1.04)] == [
        "123 times faster", "1.4 times faster", "not faster",
    ]  # fmt: skip
    assert [of_hundred(v) for v in (1.0, 0.99996, 0.9934, 0.6)] == [
        "all", "99.9 of 100", "99.3 of 100", "60 of 100",
    ]  # fmt: skip
    assert bounds(Interval(0.98996, 0.9957, 0.95)) == "95 % CI 0.989–0.996"
    assert [tiny(v) for v in (0.0, 2.4e-6, 0.03, 4.0)] == ["0", "0.000002", "0.03", "4.0"]


def test_headlines():
    assert exact_headline(1, 0.01).startswith("Search is exact: every query is compared with **1 picture**")
    assert "**all 3,781 pictures**" in exact_headline(3781, 1.234)
    assert "about **1.2 ms** here" in exact_headline(3781, 1.234)
    said = index_headline("HNSW <M=32>", TUNED)
    assert (
        "Of the 10 closest pictures it finds **99 of 100** for a picture and **96 of 100** for words" in said
    )
    assert "**41 and 4.1 times faster** than comparing with all 20,000 pictures" in said
    assert "<M" not in said
    assert "has not been measured" in index_headline("HNSW", None)


def test_the_sliders_that_an_index_listens_to():
    (breadth,) = knobs(GRAPH, 20_000, SearchParameters(ef_search=100))
    assert breadth.name == "ef_search"
    assert breadth.values == (10, 16, 32, 64, 100, 128, 256, 512, 1024, 2048)
    assert breadth.nearest(90) == 100
    lists, finer = knobs(Recipe("ivf", "PCA64,IVF300,PQ32x4fs,Refine(SQ8)"), 700, AS_BUILT)
    assert lists.values == (1, 2, 4, 8, 16, 32, 64, 128, 256, 300)
    assert (finer.name, finer.values[0], finer.values[-1]) == ("refine", 10, 700)
    assert knobs(FLAT, 100, AS_BUILT) == []
    assert knobs(GRAPH, 5, AS_BUILT)[0].values == (10,)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_plot_keeps_the_order_of_recalls(one, other):
    low, high = sorted((one, other))
    assert height(low) <= height(high) <= height(1.0)


def test_the_rows_of_the_plot_know_the_front():
    made = pareto.rows(TUNED)
    assert [row["front"] for row in made] == [True, True, False, True, True]
    assert height(0.99) == pytest.approx(2.0)
    assert {row["asked"] for row in made} == {"By picture", "By words"}


def test_the_plot_can_be_drawn(monkeypatch):
    monkeypatch.setattr(pareto, "colours", lambda: SimpleNamespace(
        text="#000", quiet="#777", good="#070", bad="#700", main="#7a7", accent="#a70"
    ))  # fmt: skip
    drawn = str(pareto.pareto(TUNED).to_dict())
    assert "Exact search" in drawn
    assert "target 0.97 by picture" in drawn
    assert "efSearch=512" in drawn


def test_the_tables():
    assert [row["Index"] for row in built(TUNED)] == ["▸ HNSW M=32", "Exact search"]
    assert built(TUNED)[0] == {"Index": "▸ HNSW M=32", "Memory": "120 MB", "Disk": "110 MB", "Build": "51 s"}
    figures = {row[""]: (row["By picture"], row["By words"]) for row in proven(TUNED)}
    assert figures["Recall"] == ("0.990", "0.960")
    assert figures["95 % CI"] == ("0.970–1.000", "0.940–0.970")
    assert figures["P95"] == ("0.4 ms", "4.0 ms")
    assert figures["Than exact"] == ("41 times faster", "4.1 times faster")
    rows = tried(TUNED)
    assert [(row[""], row["Asked"], row["Settings"]) for row in rows] == [
        ("◆", "by picture", "efSearch=16"), ("◆", "by picture", "efSearch=32"),
        ("", "by picture", "efSearch=64"),
        ("◆", "by words", "efSearch=16"), ("◆", "by words", "efSearch=512"),
    ]  # fmt: skip


def test_an_index_in_a_line():
    record = IndexRecord(3, 1, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), to_json(GRAPH), "{}", "{}", True)
    said = facts(Stored(record, "HNSW M=32", GRAPH, TUNED))
    assert said.startswith("made 2026-01-02 03:04 UTC · by picture efSearch=32: 0.990 (95 % CI 0.970–1.000)")
    assert said.endswith("120 MB · proven on 20,000 vectors")
    assert facts(Stored(record, "HNSW M=32", GRAPH, None)).endswith("not measured")


def test_a_check_in_words():
    fallen = Finding("text", 0.62, Interval(0.55, 0.7, 0.95), 200, 0.95)
    fine = Finding("image", 0.99, Interval(0.98, 1.0, 0.95), 200, 0.99)
    free = Finding("image", 0.99, Interval(0.98, 1.0, 0.95), 200, None)
    said = check_line(Check("shop", EXACT, 10, (fine, fallen)))
    assert "is 0.620 (95 % CI 0.550–0.700) on 200 queries, significantly below the certified 0.95" in said
    assert said.endswith("as it is now.")
    assert check_line(Check("shop", EXACT, 10, (fine,))).endswith("0.99 was certified.")
    assert check_line(Check("shop", EXACT, 10, (free,))).endswith("nothing had been promised.")
    assert "right by definition" in check_line(Check("shop", EXACT, 10, ()))


def test_the_time_offered_is_one_of_the_choices():
    assert [suggested_budget(n) for n in (1, 20_001, 400_000, 10**6)] == [60, 600, 1200, 3600]
    assert {suggested_budget(n) for n in (1, 20_001, 400_000, 10**6)} <= set(BUDGETS_S)


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("http://localhost:19530", ""),
        ("https://milvus.example", ""),
        ("data/vectors.db", ""),
        ("http://me:pw@there:1", "Leave user"),
        ("https://there?token=x", "Leave user"),
        ("http://there:x", "no address"),
        ("http://", "begins with"),
        ("file:///x.db", "begins with"),
        ("there:19530", "begins with"),
        ("", "begins with"),
    ],
)
def test_the_address_of_a_server(uri, said):
    found = address_problem(uri)
    assert said in found
    assert bool(found) == bool(said)


def test_deleting_forgets_an_undo_that_would_need_it(shop, monkeypatch):
    monkeypatch.setattr(choosing.st, "session_state", {})
    shop._spaces.make("tiny", shop.encoder())
    space = shop.space().id
    one, two = (shop.indexes.add(space, to_json(GRAPH), "{}", "{}").id for _ in range(2))
    choosing.use(shop, one, "One")
    choosing.use(shop, two, "Two")
    assert choosing.st.session_state["index-chosen"].before == one
    choosing.delete(shop, one)
    assert "index-chosen" not in choosing.st.session_state
    assert shop.indexes.in_use(space).id == two
    choosing.use(shop, 99, "Gone")
    assert "no index 99" in choosing.st.session_state["index-chosen"].text
    assert shop.indexes.in_use(space).id == two
