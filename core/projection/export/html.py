"""A map as one self-contained page for sharing, the same as in the app."""

import base64
import hashlib
import html
import io
import json
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from . import assets
from .binary import order, pack_colours, pack_places
from .points import MapPoints

MOST_PICTURES = 2000
MOST_BYTES = 5_000_000
_SIDE = 96
_LONGEST = 120

_GLUE = """
const told = JSON.parse(document.getElementById("data").textContent);
const host = {
  ask(small, large) {
    const answer = { small: {}, large: {}, about: {} };
    for (const id of small) answer.small[id] = told.pictures[id] || "";
    for (const id of large) {
      answer.large[id] = told.pictures[id] || "";
      answer.about[id] = [told.names[view.places.rowOf(id)] || "picture " + id];
    }
    view.pictures.take(answer);
  },
};
const view = new MapView(document.body, host);
view.showPlaces(unpack(fromBase64(told.places)));
view.showColours(unpack(fromBase64(told.colours)));
"""

_FRAME = """
:root { color-scheme: light; --st-font: system-ui, sans-serif; --st-base-radius: 10px;
  --st-primary-color: #14665A;
  --st-background-color: #FDFCFA; --st-secondary-background-color: #F2F0EB; --st-text-color: #1E1D1A;
  --st-border-color: #DEDAD1; --st-gray-text-color: #5B574E; --st-gray-background-color: #ECE9E2; }
:root[data-dark] { color-scheme: dark; --st-primary-color: #2B8674; --st-background-color: #141413;
  --st-secondary-background-color: #20201E; --st-text-color: #EFEDE8; --st-border-color: #37352F;
  --st-gray-text-color: #BDB7AB; --st-gray-background-color: #2B2A27; }
body { margin: 0; padding: 1.4rem 1.8rem; background: var(--st-background-color); color: var(--st-text-color);
  font: 15px/1.45 var(--st-font); }
h1 { font: 600 1.6rem/1.2 Georgia, serif; margin: 0 0 0.3rem; unicode-bidi: isolate; }
.said { margin: 0 0 1rem; color: var(--st-gray-text-color); }
.map { --map-height: max(360px, calc(100vh - 15rem)); }
"""


def map_html(
    points: MapPoints,
    *,
    title: str,
    quality: str = "",
    names: Mapping[int, str] | None = None,
    thumbnail: Callable[[int], bytes] | None = None,
    dark: bool = False,
) -> str:
    """One self-contained page: pan, zoom, hover, legend, lasso. Nothing is loaded, and nothing can be.

    Args:
        points: what is drawn.
        title: of the page; untrusted, like all other text here.
        quality: a sentence on how far the map can be trusted; empty for none.
        names: of the pictures, by id; shown for the one under the pointer.
        thumbnail: the JPEG of a picture, or empty bytes; asked for at most 2,000 pictures, fewer where they
            would fill more than 5 MB.
        dark: whether the colours are those for a dark background.

    Raises:
        ClusteringError: there is nothing to draw.
    """
    places = pack_places(points)
    sent = np.asarray(points.ids)[order(len(points))].tolist()
    told = {
        "places": base64.b64encode(places).decode("ascii"),
        "colours": base64.b64encode(pack_colours(points)).decode("ascii"),
        "names": [(names or {}).get(picture, "")[:_LONGEST] for picture in sent],
        "pictures": _pictures(sent, thumbnail),
    }
    data = json.dumps(told, ensure_ascii=True)
    for sign in "<>&":  # nothing in it may end the element it stands in
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    style, script = _FRAME + assets.style(), assets.script() + _GLUE
    rules = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    said = f'<p class="said">{html.escape(quality)}</p>' if quality else ""
    return (
        f'<!doctype html>\n<html lang="en"{" data-dark" if dark else ""}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(rules)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<h1>{html.escape(title)}</h1>\n{said}\n{assets.markup()}\n"
        f'<script type="application/json" id="data">{data}</script>\n'
        f'<script type="module">{script}</script>\n</body>\n</html>\n'
    )


def scaled(jpeg: bytes, side: int = _SIDE) -> bytes:
    """The picture as a JPEG of at most so many pixels a side; empty where the bytes are no picture."""
    try:
        with Image.open(io.BytesIO(jpeg)) as image:
            image.draft("RGB", (side, side))
            image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
            out = io.BytesIO()
            image.convert("RGB").save(out, "JPEG", quality=78)
            return out.getvalue()
    except (OSError, ValueError):
        return b""


def _pictures(ids: list[int], thumbnail: Callable[[int], bytes] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    room = MOST_BYTES
    for picture in ids[:MOST_PICTURES] if thumbnail is not None else ():
        assert thumbnail is not None  # noqa: S101 - see above
        text = base64.b64encode(scaled(thumbnail(picture))).decode("ascii")
        room -= len(text)
        if room < 0:
            break
        if text:
            found[str(picture)] = text
    return found


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
