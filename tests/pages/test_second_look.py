"""The second look at search results: chosen in the address, shown on each hit; and when nothing is good."""

import pytest

from core.sample_catalogue import sample_items
from core.search.query import Query
from tests.support.screens import said, tiles
from widgets.app_state.address import SearchRequest
from widgets.app_state.resources import jobs
from widgets.search import searching
from widgets.search.rerank_panel import match_picture


@pytest.fixture
def copied(sample):
    """A picture of the sample that has a copy in it, and the copy."""
    ids = {p.name: p.id for p in sample.get_many(sample.ids())}
    pairs = [(ids[i.copy_of], ids[i.name]) for i in sample_items() if i.copy_of in ids and i.name in ids]
    return pairs[0]


def test_a_second_look_lives_in_the_address(open_app, home, sample, copied):
    app = open_app(home, "search", collection="sample", like=str(copied[0]), again="local")
    assert app.radio(key="again").value == "local"
    shown = tiles(app, "hits")["items"]
    assert shown[0]["id"] == copied[1]
    assert "points agree · overlap" in shown[0]["why"]["local"]
    assert "looking again" in app.caption[-1].value
    app.session_state["detail"] = copied[1]
    app.run()
    assert not app.exception
    assert "matching points agree on one movement" in said(app)
    app.radio(key="again").set_value("").run()
    assert "again" not in app.query_params
    assert all("moved" not in item for item in tiles(app, "hits")["items"])
    assert "looking again" not in app.caption[-1].value


def test_each_hit_says_where_it_came_from(open_app, home, sample):
    engine = searching.search_engine(sample)
    striped = [p.id for p in sample.get_many(sample.ids()) if "striped-lamp" in p.name]
    lamp = next(
        i
        for i in striped
        if any(hit.rank < hit.first_rank for hit in engine.search(Query(like=(i,)), 24, rerank="local"))
    )
    app = open_app(home, "search", collection="sample", like=str(lamp), again="local")
    shown = tiles(app, "hits")["items"]
    ups = [item for item in shown if item.get("moved", "").startswith("↑")]
    assert ups
    assert all(item["moved"].endswith(f" → {item['rank']}") for item in ups)


def test_what_does_not_apply_is_explained_and_not_taken(open_app, home):
    app = open_app(home, "search", collection="sample", q="a mug", again="local")
    assert app.radio(key="again").value == ""
    assert "needs one picture to look for" in said(app)
    assert all("moved" not in item for item in tiles(app, "hits")["items"])
    app.radio(key="again").set_value("expansion").run()
    assert app.query_params["again"] == "expansion"
    assert not app.exception


def test_the_points_that_agree_are_drawn(home, sample, copied):
    request = SearchRequest(like=(copied[0],), again="local")
    result = searching.search_engine(sample).search(request.query(), 12, rerank="local")
    hit = next(hit for hit in result if hit.id == copied[1])
    drawn = match_picture(sample, request, None, hit.picture, hit.evidence.local)
    assert drawn.startswith(b"\xff\xd8")


def test_an_honest_nothing(open_app, home, monkeypatch):
    monkeypatch.setattr(searching, "calibrated", lambda _: True)
    app = open_app(home, "search", collection="sample", q="a helicopter over the sea", k="12")
    assert "**Nothing here is a good match;** these are the 12 closest" in said(app)
    assert all(item["faint"] for item in tiles(app, "hits")["items"])
    app.text_input(key="search-text").set_value("a red dress").run()
    assert "Nothing here" not in said(app)
    assert not any(item.get("faint") for item in tiles(app, "hits")["items"])


def test_no_search_waits_for_the_calibration(shop, monkeypatch):
    monkeypatch.undo()
    shop.add_files([])
    key = f"cutoff:{shop.root}"
    assert not searching.calibrated(shop)
    jobs().get(key).wait(30)
    assert jobs().get(key).state in {"done", "failed"}
    assert searching.calibrated(shop) == (jobs().get(key).state == "done")
