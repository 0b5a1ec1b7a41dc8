import json

import numpy as np

from core.projection.export.binary import FINEST, order, pack_colours, pack_places, signature
from core.projection.export.points import Categories, MapPoints

KINDS = {"u1": np.uint8, "u2": np.dtype("<u2"), "u4": np.dtype("<u4")}


def unpack(data):
    """What packed.js does."""
    length = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + length])
    for name, (kind, start, size) in head["arrays"].items():
        assert start % np.dtype(KINDS[kind]).itemsize == 0
        head[name] = np.frombuffer(data, KINDS[kind], size, start)
    return head


def points(n=500, seed=0, names=("a", "b")):
    rng = np.random.default_rng(seed)
    scheme = Categories(tuple(names), tuple(f"#{i:06X}" for i in range(len(names))))
    xy = rng.normal(size=(n, 2)).astype(np.float32)
    return MapPoints(np.arange(n) + 70_000, xy, rng.integers(-1, len(names), n), scheme)


def test_the_browser_gets_back_every_place_id_and_colour():
    drawn = points()
    places, colours = unpack(pack_places(drawn)), unpack(pack_colours(drawn))
    rows = order(500)
    assert sorted(rows.tolist()) == list(range(500))
    assert places["n"] == 500
    assert places["ids"].tolist() == drawn.ids[rows].tolist()
    at = places["xy"].reshape(-1, 2) / FINEST
    span = np.ptp(drawn.xy, axis=0).max()
    assert np.allclose(np.ptp(at, axis=0) * span, np.ptp(drawn.xy, axis=0), atol=1e-3)
    assert np.allclose(np.diff(at, axis=0) * span, np.diff(drawn.xy[rows], axis=0), atol=2e-3)
    assert colours["colour"].tolist() == (drawn.colour[rows] + 1).tolist()
    assert colours["counts"] == np.bincount(drawn.colour + 1, minlength=3).tolist()


def test_hostile_and_foreign_names_arrive_as_they_are():
    names = ("</script><img src=x onerror=alert(1)>", "日本語 \u202eevil", "x" * 200)
    head = unpack(pack_colours(points(names=names)))
    assert head["names"] == [name[:60] for name in names]


def test_colours_are_sent_by_themselves():
    drawn = points()
    other = MapPoints(drawn.ids, drawn.xy, np.zeros(500, np.int32), drawn.scheme)
    assert pack_places(drawn) == pack_places(other)
    a, b = unpack(pack_colours(drawn)), unpack(pack_colours(other))
    assert a["signature"] == b["signature"] == unpack(pack_places(drawn))["signature"]
    assert a["mark"] != b["mark"]
    assert signature(drawn) != signature(points(seed=1))


def test_a_map_of_100_000_is_a_message_of_about_a_megabyte():
    drawn = points(100_000)
    assert len(pack_places(drawn)) < 850_000
    assert len(pack_colours(drawn)) < 250_000
