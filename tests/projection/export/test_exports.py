import base64
import csv
import hashlib
import html
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from core.errors import ClusteringError
from core.projection.export.csv import MapRow, map_csv
from core.projection.export.html import map_html, scaled
from core.projection.export.png import WIDTH, map_png
from core.projection.export.points import Categories, MapPoints, Scale

HOSTILE = '</script><img src=x onerror="alert(1)">'


def jpeg(size=(300, 200), colour="red"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def points(n=40, names=("mugs", HOSTILE)):
    rng = np.random.default_rng(0)
    scheme = Categories(tuple(names), ("#FF0000", "#0000FF")[: len(names)])
    return MapPoints(
        np.arange(1, n + 1), rng.normal(size=(n, 2)).astype(np.float32), np.arange(n) % len(names), scheme
    )


# ---- CSV


def test_a_table_has_a_line_a_picture():
    text = map_csv([MapRow(3, "a.jpg", 0.5, -0.25, 1, "mugs", "mug"), MapRow(4, "b.jpg", cluster=-1)])
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["id", "name", "x", "y", "cluster", "cluster_name", "label"]
    assert rows[1:] == [
        ["3", "a.jpg", "0.50000", "-0.25000", "1", "mugs", "mug"],
        ["4", "b.jpg", "", "", "", "", ""],
    ]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_in_a_table_is_a_formula(begin):
    bad = f"{begin}1+1"
    row = next(csv.DictReader(io.StringIO(map_csv([MapRow(1, bad, 0, 0, 0, bad, bad)]), newline="")))
    assert {row["name"], row["cluster_name"], row["label"]} == {f"'{bad}"}


# ---- HTML


def test_a_page_loads_nothing_and_runs_only_its_own_script():
    page = map_html(points(), title="Shop", quality="Trust it.", names={1: HOSTILE})
    rules = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert rules.startswith("default-src 'none'; img-src data:;")
    script = re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    for kind, text in (("script", script), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in rules
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert page.count("</script>") == 2


def test_hostile_text_on_a_page_is_text():
    page = map_html(points(), title=HOSTILE, quality=HOSTILE, names=dict.fromkeys(range(1, 41), HOSTILE))
    assert "<img src=x" not in page
    told = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert told["names"] == [HOSTILE] * 40


def test_a_page_holds_small_pictures_up_to_a_bound(monkeypatch):
    asked = []

    def thumbnail(picture):
        asked.append(picture)
        return b"no picture" if picture == 7 else jpeg()

    page = map_html(points(), title="Shop", thumbnail=thumbnail)
    told = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert sorted(asked) == list(range(1, 41))
    assert sorted(map(int, told["pictures"])) == [i for i in range(1, 41) if i != 7]
    with Image.open(io.BytesIO(base64.b64decode(told["pictures"]["1"]))) as image:
        assert image.size == (96, 64)
    monkeypatch.setattr("core.projection.export.html.MOST_BYTES", 3 * len(told["pictures"]["1"]))
    told = json.loads(
        re.search(r'id="data">(.*?)</script>', map_html(points(), title="", thumbnail=thumbnail), re.DOTALL)[
            1
        ]
    )
    assert len(told["pictures"]) in {3, 4}


def test_what_is_no_picture_is_left_out():
    assert scaled(b"") == scaled(b"GIF89a") == scaled(jpeg()[:40]) == b""


# ---- PNG


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_shows_the_dots_in_their_colours(dark):
    data = map_png(points(), title="Shop " + HOSTILE, quality="of 100 neighbours 4 are none", dark=dark)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        assert image.width == WIDTH
        field = image.convert("RGB").crop((60, 132, WIDTH - 60, 1060))
        seen = {colour for _, colour in field.getcolors(1 << 20)}
    assert {(255, 0, 0), (0, 0, 255)} <= seen
    assert sum(field.getpixel((1, 1))) < 384 if dark else sum(field.getpixel((1, 1))) > 384


def test_a_picture_of_a_scale_and_of_one_picture():
    one = MapPoints(
        np.array([9]),
        np.zeros((1, 2), np.float32),
        np.array([np.nan]),
        Scale("s", "a", "b", ("#000000", "#FFFFFF")),
    )
    assert map_png(one, title="").startswith(b"\x89PNG")


def test_a_picture_with_very_many_long_names_keeps_to_its_width():
    n = 300
    names = tuple("a very long name of a cluster of pictures " + str(i) for i in range(n))
    many = MapPoints(
        np.arange(n),
        np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32),
        np.arange(n),
        Categories(names, ("#14665A",) * n),
    )
    with Image.open(io.BytesIO(map_png(many, title="x" * 500))) as image:
        assert image.width == WIDTH
        assert image.height < 1700


def test_nothing_to_draw_is_said():
    none = MapPoints(
        np.zeros(0, np.int64), np.zeros((0, 2), np.float32), np.zeros(0, np.int32), Categories((), ())
    )
    for draw in (map_png, map_html):
        with pytest.raises(ClusteringError, match="no pictures"):
            draw(none, title="Shop")
