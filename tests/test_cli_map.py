"""The verb map, run in this process. Few pictures: so few need no UMAP, which would have to be compiled."""

import csv

import pytest
from PIL import Image

from core.collection.workspace import Workspace
from tests.support.rows import fill, unit


@pytest.fixture
def shop(run, tmp_path):
    shop = Workspace(tmp_path / "home").create("shop", encoder="tiny")
    ids = fill(shop, unit(5))
    shop.set_label(ids[:3], "=mug & <b>")
    return shop


def test_it_draws_then_loads_then_places(answer, run, shop):
    first = answer("map", "shop")
    assert first["drawn"]
    assert first["pictures"] == 5
    assert first["measured"]["trustworthiness"] <= 1
    again = answer("map", "shop")
    assert (again["drawn"], again["id"], again["placed_now"]) == (False, first["id"], 0)
    fill(shop, unit(2, seed=1))
    more = answer("map", "shop")
    assert (more["drawn"], more["pictures"], more["placed_now"], more["placed_later"]) == (False, 7, 2, 2)
    text = run("map", "shop").output
    assert "Trustworthiness" in text
    assert "2 came later" in text
    assert "worth drawing anew" in text
    fresh = answer("map", "shop", "--again")
    assert (fresh["placed_later"], fresh["outgrown"]) == (0, False)


def test_another_seed_draws_it_anew(answer, shop):
    assert answer("map", "shop")["setup"]["seed"] == 0
    assert not answer("map", "shop", "--seed", 0)["drawn"]
    assert answer("map", "shop", "--seed", 4)["drawn"]
    assert answer("map", "shop")["setup"]["seed"] == 4


def test_it_is_written_as_page_picture_and_table(answer, shop, tmp_path):
    page, picture, table = (tmp_path / f"map.{ending}" for ending in ("html", "png", "csv"))
    said = answer("map", "shop", "--html", page, "--png", picture, "--csv", table)
    assert said["written"] == [str(page), str(picture), str(table)]
    assert "<b>" not in page.read_text(encoding="utf-8").split("application/json")[1].split("</script>")[0]
    assert Image.open(picture).width > 1000
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    assert rows[0]["label"] == "'=mug & <b>"
    assert abs(float(rows[0]["x"])) <= 1


def test_too_few_pictures_are_a_sentence(run, tmp_path):
    fill(Workspace(tmp_path / "home").create("one", encoder="tiny"), unit(1))
    result = run("map", "one")
    assert result.exit_code == 1
    assert "holds a single picture" in str(result.exception)
