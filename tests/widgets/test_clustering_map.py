import base64
import io

import numpy as np
from PIL import Image

from core.projection.export.binary import order, signature
from widgets.components.scatter_map import Categories, MapPoints, answer, read_id, read_ids, read_selection

POINTS = MapPoints(
    np.arange(100, 120),
    np.random.default_rng(0).normal(size=(20, 2)),
    np.zeros(20),
    Categories(("a",), ("#000000",)),
)
SEEN = signature(POINTS)


def sent(rows, **other):
    """What the browser sends for these rows, in the order in which it got them."""
    flags = np.zeros(20, np.uint8)
    flags[rows] = 1
    bits = base64.b64encode(np.packbits(flags, bitorder="little").tobytes()).decode()
    return {"epoch": 0, "signature": SEEN, "bits": bits} | other


def test_a_selection_comes_back_as_ids():
    assert read_selection(sent([0, 5, 19]), POINTS, SEEN, 0) == tuple(sorted(100 + order(20)[[0, 5, 19]]))
    assert read_selection(sent([]), POINTS, SEEN, 0) == ()


def test_a_selection_that_is_stale_or_no_selection_counts_as_none():
    assert read_selection(sent([1]), POINTS, SEEN, 1) == ()
    assert read_selection(sent([1], signature="another"), POINTS, SEEN, 0) == ()
    for bits in ("", "!!", "AAAA" * 9, None, 7):
        assert read_selection(sent([1], bits=bits), POINTS, SEEN, 0) == ()
    for value in (None, [], "x", 3):
        assert read_selection(value, POINTS, SEEN, 0) == ()


def test_what_the_browser_asks_for_is_checked():
    assert read_ids([3, 3, "4", None, True, 5]) == [3, 5]
    assert read_ids("345") == read_ids(None) == read_ids({"a": 1}) == []
    assert len(read_ids(list(range(1000)))) == 60
    assert (read_id({"id": 4}), read_id({"id": True}), read_id({"id": "4"}), read_id(None)) == (
        4,
        None,
        None,
        None,
    )


def test_an_answer_has_small_and_large_thumbnails_and_lines_of_text():
    out = io.BytesIO()
    Image.new("RGB", (256, 128), "green").save(out, "JPEG")
    jpeg, asked = out.getvalue(), []

    def thumbnails(ids):
        asked.append(list(ids))
        return {1: jpeg, 2: b""}

    found = answer(
        {"small": [1, 2], "large": [1, 3]}, thumbnails, lambda ids: {1: ("a\nname\u202e", "b", "c", "d", "e")}
    )
    assert asked == [[1, 2, 3]]
    with Image.open(io.BytesIO(base64.b64decode(found["small"]["1"]))) as image:
        assert image.size == (96, 48)
    assert base64.b64decode(found["large"]["1"]) == jpeg
    assert found["small"]["2"] == found["large"]["3"] == ""
    assert found["about"] == {"1": ["a name", "b", "c", "d"]}


def test_nothing_asked_is_nothing_fetched():
    def never(ids):
        raise AssertionError(ids)

    assert answer(None, never, never) == {"small": {}, "large": {}, "about": {}}
