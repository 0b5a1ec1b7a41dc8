"""A report as one self-contained HTML page: no script, no address but its own inline pictures.

Names, labels and captions are untrusted: the template escapes all of them, and the page's content
security policy forbids everything but inline styles and inline pictures.
"""

import base64
import io
from functools import cache
from pathlib import Path

from jinja2 import Environment, Template
from markupsafe import Markup
from PIL import Image

from ..collection.collection import Collection
from ..errors import LookalikeError
from ..images.thumbnails import make_thumbnail
from ..output_file import write_file
from . import text
from .charts import draw
from .types import Figure, Report

_TEMPLATE = Path(__file__).with_name("page.html")
_SIDE = 120
"""Longest side of a picture on the page, in pixels: two hundred of them are about a megabyte."""
_AT_A_GLANCE = (
    ("index", "exact_p50_ms", "exact_p95_ms", "Exact search, the index alone"),
    ("index", "image_p50_ms", "image_p95_ms", "The tuned index, by picture"),
    ("index", "text_p50_ms", "text_p95_ms", "The tuned index, in words"),
    ("retrieval", "query_p50_ms", "query_p95_ms", "A whole query by picture"),
    ("retrieval", "words_p50_ms", "words_p95_ms", "A whole query in words"),
    ("index", "hnsw_build_p50_s", "hnsw_build_p95_s", "Building a graph (HNSW)"),
    ("index", "ivf_build_p50_s", "ivf_build_p95_s", "Building an inverted file (IVF)"),
)
_SIZES = (
    ("pictures", "vector_bytes", "Embeddings on disk"),
    ("index", "hnsw_disk_bytes", "A graph (HNSW) on disk"),
    ("index", "ivf_disk_bytes", "An inverted file (IVF) on disk"),
    ("index", "memory_bytes", "In memory while it serves"),
)


def render_page(collection: Collection, report: Report) -> str:
    """The page as HTML text; pictures that cannot be shown any more are marked as gone."""
    ids = {tile.picture for one in report.sections for strip in one.strips for tile in strip.tiles}
    figures = {(one.name, figure.key): figure for one in report.sections for figure in one.figures}
    return _template().render(
        report=report,
        pictures={picture_id: _picture(collection, picture_id) for picture_id in sorted(ids)},
        names={picture.id: picture.name for picture in collection.get_many(sorted(ids))},
        draw=draw,
        text=text,
        glance=_times(figures),
        sizes=[(title, figures[name, key].text) for name, key, title in _SIZES if (name, key) in figures],
    )


def write_page(path: Path, collection: Collection, report: Report) -> int:
    """Write the page to a file, whole or not at all; returns its size in bytes.

    Raises:
        LookalikeError: the file cannot be written; what was there before is unchanged.
    """
    return write_file(path, render_page(collection, report))


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _times(figures: dict[tuple[str, str], Figure]) -> list[tuple[str, str, str]]:
    return [
        (title, figures[name, p50].text, figures[name, p95].text)
        for name, p50, p95, title in _AT_A_GLANCE
        if (name, p50) in figures and (name, p95) in figures
    ]


def _picture(collection: Collection, picture_id: int) -> Markup | None:
    try:
        small = Image.open(io.BytesIO(collection.thumbnail(picture_id))).convert("RGB")
    except (LookalikeError, OSError):
        return None
    encoded = base64.b64encode(make_thumbnail(small, _SIDE)).decode()
    # Ours and base64, so nothing in it needs escaping; escaped it would be the same.
    return Markup(f"data:image/jpeg;base64,{encoded}")  # noqa: S704
