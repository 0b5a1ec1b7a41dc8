"""What browsers send: every handler takes the good and turns away the rest."""

import base64

import pytest

from core.search.query import Region
from widgets.components.chips import read_removed
from widgets.components.drop_zone import read_picture
from widgets.components.image_grid import Act, Tile, read_act, read_selection
from widgets.components.region_picker import read_region

NONSENSE = [
    None,
    "text",
    7,
    [],
    {},
    {"kind": "delete", "id": 1},
    {"kind": "open", "id": "1"},
    {"kind": "open", "id": True},
]


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_is_no_act(value):
    assert read_act(value) is None


def test_an_act():
    assert read_act({"kind": "like", "id": 12, "at": 99}) == Act("like", 12)


def test_a_selection_is_ids_in_order_once():
    assert read_selection({"epoch": 2, "ids": [5, 3, 5, "x", True, None]}, 2) == (5, 3)


@pytest.mark.parametrize(
    "value", [None, {"epoch": 1, "ids": [5]}, {"epoch": 2}, {"epoch": 2, "ids": "123"}, [1, 2]]
)
def test_a_stale_or_broken_selection_is_none(value):
    assert read_selection(value, 2) == ()


def test_a_tile_sends_only_what_it_has():
    tile = Tile(3, b"jpeg", "a.jpg").to_json()
    assert tile == {"id": 3, "src": "data:image/jpeg;base64,anBlZw==", "name": "a.jpg", "w": 0, "h": 0}
    assert Tile(3, b"", "a.jpg").to_json()["src"] == ""


def test_a_dropped_picture():
    data = base64.b64encode(b"bytes").decode()
    picture = read_picture({"name": "C:\\pictures\\mug.jpg", "data": data})
    assert picture is not None
    assert (picture.name, picture.content) == ("mug.jpg", b"bytes")


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"name": "a", "data": "%%%"},
        {"name": "a", "data": ""},
        {"name": 1, "data": "YQ=="},
        {"data": "YQ=="},
    ],
)
def test_no_dropped_picture(value):
    assert read_picture(value) is None


def test_a_region_is_cut_to_the_picture():
    assert read_region({"left": -1, "top": 0.25, "right": 2, "bottom": 0.5}) == Region(0, 0.25, 1, 0.5)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"left": 0.5, "top": 0, "right": 0.5, "bottom": 1},
        {"left": float("nan"), "top": 0, "right": 1, "bottom": 1},
        {"left": "0", "top": 0, "right": 1, "bottom": 1},
    ],
)
def test_no_region(value):
    assert read_region(value) is None


def test_a_removed_piece():
    assert read_removed({"piece": "like:3"}) == "like:3"
    assert read_removed({"piece": 3}) is None
    assert read_removed("like:3") is None
