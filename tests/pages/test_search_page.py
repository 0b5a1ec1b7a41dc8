"""The search screen on the sample: words, pictures, examples, and the address that holds them."""

import io

import pytest
from PIL import Image

from core.sample_catalogue import draw, sample_items
from tests.support.screens import said, select, tiles
from tests.support.tiny import TinyEncoder, register
from widgets.components.drop_zone import DroppedPicture
from widgets.search.query_image import OwnPicture


def hits(app):
    return tiles(app, "hits")["items"]


def labels(app, n=10):
    return [item["label"] for item in hits(app)[:n]]


def test_nothing_asked_yet(open_app, home):
    app = open_app(home, "search", collection="sample")
    assert "Try one of these" in said(app)
    assert len(tiles(app, "assortment")["items"]) == 12
    app.button(key="example-a red dress").click().run()
    assert not app.exception
    assert app.query_params["q"] == "a red dress"
    assert labels(app).count("dress") >= 7


def test_words(open_app, home, sample):
    app = open_app(home, "search", collection="sample")
    app.text_input(key="search-text").set_value("  a teapot ").run()
    assert app.query_params["q"] == "a teapot"
    assert labels(app).count("teapot") >= 7
    assert f"**The 24 closest of {sample.count()} pictures**" in said(app)
    assert [item["rank"] for item in hits(app)] == list(range(1, 25))
    app.text_input(key="search-text").set_value("").run()
    assert "q" not in app.query_params
    assert "Try one of these" in said(app)


def test_an_address_repeats_the_search(open_app, home):
    address = {"collection": "sample", "q": "a dress", "unlike": "5", "label": ["dress", "hat"], "k": "12"}
    app = open_app(home, "search", **address)
    first = [item["id"] for item in hits(app)]
    assert len(first) == 12
    assert set(labels(app, 12)) <= {"dress", "hat"}
    assert app.text_input(key="search-text").value == "a dress"
    again = open_app(home, "search", **dict(app.query_params))
    assert [item["id"] for item in hits(again)] == first


def test_examples_to_be_like_and_unlike(open_app, home, sample):
    mugs = [p.id for p in sample.page(0, 300) if p.label == "mug"][:2]
    app = open_app(home, "search", collection="sample", like=str(mugs[0]))
    assert labels(app).count("mug") >= 7
    assert mugs[0] not in [item["id"] for item in hits(app)]
    groups = tiles(app, "search-tray")["groups"]
    assert [(g["title"], [p["key"] for p in g["pieces"]]) for g in groups] == [("Like", [f"like:{mugs[0]}"])]
    select(app, "hits", mugs[1])
    app.button(key="hits-like").click().run()
    assert app.query_params["like"] == f"{mugs[0]},{mugs[1]}"


def test_why(open_app, home):
    app = open_app(home, "search", collection="sample", q="a mug", like="3")
    app.toggle(key="explain").set_value(True).run()
    first = hits(app)[0]["why"]
    assert first["parts"][0]["name"] == "“a mug”"
    assert len(first["parts"]) == 2
    assert tiles(app, "hits")["explain"]


def test_a_picture_of_ones_own(open_app, home):
    item = next(i for i in sample_items() if i.label == "teapot")
    app = open_app(home, "search", collection="sample")
    app.session_state["search-own"] = OwnPicture("sample", DroppedPicture("<i>mine</i>.jpg", draw(item)))
    app.run()
    assert not app.exception
    assert labels(app).count("teapot") >= 7
    assert hits(app)[0]["full"] == item.name
    assert "not part of its address" in said(app)
    assert tiles(app, "search-tray")["groups"][0]["pieces"][0]["text"] == "<i>mine</i>.jpg"


def test_a_file_that_is_no_picture_is_a_sentence(open_app, home):
    app = open_app(home, "search", collection="sample")
    app.session_state["search-own"] = OwnPicture("sample", DroppedPicture("x.jpg", b"no picture at all"))
    app.run()
    assert not app.exception
    assert app.error


def test_part_of_a_picture(open_app, home):
    app = open_app(home, "search", collection="sample", like="3", region="0.2,0.2,0.8,0.8")
    assert not app.error
    assert hits(app)


@pytest.mark.parametrize(
    "bad", [{"like": "999999"}, {"q": "x", "like": "abc"}, {"region": "1,1,0,0"}, {"k": "7"}]
)
def test_no_address_breaks_the_screen(open_app, home, bad):
    app = open_app(home, "search", collection="sample", **bad)
    assert not app.exception


def test_filters_that_nothing_passes(open_app, home):
    app = open_app(home, "search", collection="sample", q="a mug", name="no such thing")
    assert "no picture passes the filters" in said(app)


def test_an_encoder_without_words(open_app, workspace):
    register(TinyEncoder("wordless", has_text=False))
    shop = workspace.create("shop", encoder="wordless")
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "PNG")
    shop.add_files([("a.png", out.getvalue())])
    app = open_app(workspace.path, "search", collection="shop", q="a red dress")
    assert "no words" in app.error[0].value


def test_start_over(open_app, home):
    app = open_app(home, "search", collection="sample", q="a mug", label="mug", k="12")
    app.button(key="start-over").click().run()
    assert dict(app.query_params) == {"collection": "sample"}


def test_removing_a_result_can_be_undone(open_app, home, sample):
    everything = sample.count()
    app = open_app(home, "search", collection="sample", q="a mug")
    first = hits(app)[0]["id"]
    select(app, "hits", first)
    app.button(key="hits-remove").click().run()
    assert first not in [item["id"] for item in hits(app)]
    assert f"{everything - 1} pictures" in said(app)
    app.button(key="undo-button").click().run()
    assert hits(app)[0]["id"] == first
