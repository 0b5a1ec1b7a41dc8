"""What is small in a picture is found by its parts."""

import numpy as np
import pytest
from PIL import Image

from core import Query, SearchEngine
from core.errors import QueryError
from core.search.tiles import search_tiles, tiles
from tests.support.picture_bytes import encode


@pytest.fixture
def register(shop):
    """Three “logos” of one colour each; the tiny encoder sees little else."""
    colours = {"red": (230, 20, 20), "green": (20, 200, 30), "blue": (20, 30, 230)}
    shop.add_files(
        [(f"{name}.png", encode(Image.new("RGB", (40, 40), c), "PNG")) for name, c in colours.items()]
    )
    return shop


def scene(*parts):
    """A grey picture with squares of colours at some places: its bytes."""
    pixels = np.full((300, 300, 3), 128, np.uint8)
    for left, top, side, colour in parts:
        pixels[top : top + side, left : left + side] = colour
    return encode(Image.fromarray(pixels), "PNG")


def test_tiles_cover_the_picture_and_overlap():
    found = tiles()
    assert found[0].left == found[0].top == 0
    assert found[0].right == found[0].bottom == 1
    assert len(found) == 1 + 9 + 25 + 81
    assert all(0 <= r.left < r.right <= 1 + 1e-9 and 0 <= r.top < r.bottom <= 1 + 1e-9 for r in found)


def test_a_small_logo_is_found_where_it_is(register):
    picture = scene((200, 200, 60, (20, 30, 230)))
    hits = search_tiles(SearchEngine(register), picture, 3)
    assert register.get(hits[0].id).name == "blue.png"
    assert hits[0].region.left >= 0.5
    assert hits[0].region.top >= 0.5
    whole = SearchEngine(register).search(Query(image=picture), 1)
    assert hits[0].score > whole.hits[0].score
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_what_is_in_the_bin_is_not_found(register):
    picture = scene((200, 200, 60, (20, 30, 230)))
    blue = search_tiles(SearchEngine(register), picture, 1)[0].id
    register.remove([blue])
    assert blue not in {hit.id for hit in search_tiles(SearchEngine(register), picture, 3)}
    with pytest.raises(QueryError):
        search_tiles(SearchEngine(register), picture, 0)


def test_a_tiny_picture_and_an_empty_collection(register, workspace):
    assert search_tiles(SearchEngine(register), encode(Image.new("RGB", (5, 5), (230, 20, 20)), "PNG"), 1)
    empty = workspace.create("empty", encoder="tiny")
    assert search_tiles(SearchEngine(empty), scene(), 3) == ()


def test_by_command(run, answer, tmp_path, register):
    (tmp_path / "photo.png").write_bytes(scene((200, 200, 60, (20, 30, 230))))
    found = answer(
        "search", "shop", "--image", tmp_path / "photo.png", "--tiles", "--workspace", register.root.parent
    )
    assert found["hits"][0]["region"]["left"] >= 0.5
    assert run("search", "shop", "--tiles", "--workspace", register.root.parent).exit_code == 1
