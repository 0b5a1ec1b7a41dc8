"""The learn screen: drills ticked by records, mistakes shown on the user's own pictures."""

import pytest

from core.drills.mistakes.catalogue import MISTAKES
from tests.support.pictures import jpeg
from tests.support.rows import fill, unit
from tests.support.screens import said, tiles
from widgets.app_state.resources import jobs


@pytest.fixture
def screen(open_app, workspace, shop):
    """Opens the learn screen of “shop”."""

    def show(**params):
        return open_app(workspace.path, "learn", collection="shop", **params)

    return show


def test_without_pictures_the_way_to_some(screen):
    assert "no pictures to learn on" in said(screen())


def test_a_drill_is_ticked_by_what_is_stored_not_by_a_click(screen, shop):
    shop.add_files([(f"{i}.jpg", jpeg(seed=i)) for i in range(6)])
    app = screen()
    assert "**0 of 10 done**" in said(app)
    app.button(key="run-norms").click().run()
    assert "fewer than 20" in said(app), "a drill that cannot be run says why"
    assert "**0 of 10 done**" in said(app)
    app.button(key="run-order").click().run()
    app.button(key="run-flat").click().run()
    assert not app.exception
    assert "**2 of 10 done**" in said(app)
    assert "5 pictures were ranked both ways, in the same order" in said(app).replace("\\", "")
    assert "**2 of 10 done**" in said(screen()), "it is stored"


@pytest.mark.parametrize("mistake", [one.key for one in MISTAKES])
def test_a_mistake_that_cannot_be_shown_says_what_is_missing(screen, shop, mistake):
    shop.add_files([("a.jpg", jpeg(seed=1))])
    app = screen(part="mistakes", mistake=mistake)
    app.button(key=f"show-{mistake}").click().run()
    jobs().get(f"learn:{shop.root}").wait(60)
    app.run()
    assert not app.exception
    assert app.error
    assert app.button(key=f"show-{mistake}")


def test_a_mistake_is_shown_with_its_cost_and_stays(screen, shop):
    fill(shop, unit(150))
    app = screen(part="mistakes", mistake="probes")
    assert not app.metric
    app.button(key="show-probes").click().run()
    jobs().get(f"learn:{shop.root}").wait(60)
    app.run()
    assert not app.exception
    assert [metric.label for metric in app.metric] == ["Recall@10, with the mistake", "Recall@10, without it"]
    assert float(app.metric[0].value) < float(app.metric[1].value)
    assert app.get("plotly_chart")
    assert screen(part="mistakes", mistake="probes").metric, "it is stored"


def test_two_ways_one_answer(screen, shop):
    ids = fill(shop, unit(60))
    app = screen(part="comparisons")
    assert "in the same order throughout" in said(app)
    assert "all 9 queries" in said(app)
    rows = tiles(app, "lesson-strips")["rows"]
    assert [row["title"] for row in rows] == ["By cosine", "By Euclidean distance"]
    assert [c["id"] for c in rows[0]["items"]] == [c["id"] for c in rows[1]["items"]]
    assert len(ids) == 60


@pytest.mark.parametrize("bad", [{"part": "<"}, {"part": "mistakes", "mistake": "x"}, {"mistake": "\0"}])
def test_no_address_breaks_the_screen(screen, shop, bad):
    fill(shop, unit(5))
    assert not screen(**bad).exception


def test_the_old_address_of_the_lessons_leads_here(open_app, workspace, shop):
    fill(shop, unit(5))
    app = open_app(workspace.path, "index", collection="shop", part="lessons")
    assert app.title[0].value == "Learn"
