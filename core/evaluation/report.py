"""An evaluation as one self-contained HTML file, for sharing.

Names, labels, captions and queries are untrusted: the template escapes everything, and the page
forbids scripts and any address but its own inline pictures.
"""

import base64
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, Template
from markupsafe import Markup
from PIL import Image

from ..collection.collection import Collection
from ..errors import LookalikeError
from ..images.thumbnails import make_thumbnail
from ..metrics.registry import metric
from ..output_file import write_file
from .compare import Comparison, compare
from .protocols.registry import protocol_from
from .results import Evaluation
from .wording import headline, meaning

_TEMPLATE = Path(__file__).with_name("report.html")
_SIDE = 112
"""Longest side of a picture on the page, in pixels: a dozen strips are about half a megabyte."""


@dataclass(frozen=True)
class Tile:
    """One picture on the page: a data URI, None where the picture cannot be shown any more."""

    image: Markup | None
    name: str
    label: str
    score: float | None = None
    relevant: bool = False


@dataclass(frozen=True)
class Strip:
    """One query with its answers: the picture that asks or the sentence, what was expected, what came."""

    title: str
    category: str
    value: float
    asks: Tile | None
    expected: tuple[Tile, ...]
    answers: tuple[Tile, ...]


@dataclass(frozen=True)
class Bar:
    """One category of the chart, in per cent of its width."""

    name: str
    queries: int
    mean: float
    low: float | None
    high: float | None


def render_report(
    collection: Collection,
    found: Evaluation,
    *,
    before: Evaluation | None = None,
    by: str = "map",
    worst: int = 12,
) -> str:
    """The report as HTML text.

    Args:
        collection: where the pictures are.
        found: the run to report.
        before: a run to compare it with, query by query, if any.
        by: the metric of the bars and of the order of the queries.
        worst: how many of the worst queries to show with their pictures.

    Raises:
        MetricError: there is no metric `by`.
        EvaluationError: it was not measured, or the two runs cannot be compared.
    """
    column = found.column(by)
    comparison: Comparison | None = None if before is None else compare(before, found)
    return _template().render(
        collection=collection.name,
        run=found,
        question=protocol_from(found.setup.protocol, found.setup.parameters).title.capitalize(),
        headline=headline(found),
        rows=[(figure, meaning(figure.metric)) for figure in found.figures],
        by=metric(by).title,
        bars=_bars(found, metric(by).name),
        strips=[_strip(collection, found, row, column) for row in found.worst(by, worst)],
        comparison=comparison,
    )


def write_report(
    path: Path, collection: Collection, found: Evaluation, *, before: Evaluation | None = None
) -> int:
    """Write the report to a file; returns its size in bytes. The errors are those of `render_report`.

    Raises:
        LookalikeError: the file cannot be written; what was there before is unchanged.
    """
    return write_file(path, render_report(collection, found, before=before))


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _bars(found: Evaluation, name: str) -> list[Bar]:
    bars = []
    for category in found.categories:
        figure = category.figures[name]
        low, high = (None, None) if figure.interval is None else (figure.interval.low, figure.interval.high)
        bars.append(Bar(category.category, category.queries, figure.mean, low, high))
    return sorted(bars, key=lambda bar: bar.mean)


def _strip(collection: Collection, found: Evaluation, row: int, column: int) -> Strip:
    query = found.queries[row]
    answers = found.answers(row)
    asks = None if query.picture_id is None else _tile(collection, query.picture_id)
    shown = {answer.picture_id for answer in answers}
    missed = [i for i in found.expected[row] if i not in shown]
    return Strip(
        query.name,
        query.category,
        float(found.values[row, column]),
        asks,
        tuple(_tile(collection, i) for i in missed[:2]),
        tuple(_tile(collection, a.picture_id, a.score, a.relevant) for a in answers[:10]),
    )


def _tile(
    collection: Collection, picture_id: int, score: float | None = None, relevant: bool = False
) -> Tile:
    try:
        picture = collection.get(picture_id)
    except LookalikeError:
        return Tile(None, f"picture {picture_id}, deleted since", "", score, relevant)
    try:
        small = Image.open(io.BytesIO(collection.thumbnail(picture_id))).convert("RGB")
        encoded = base64.b64encode(make_thumbnail(small, _SIDE)).decode()
    except LookalikeError:
        return Tile(None, picture.name, picture.label or "", score, relevant)
    # Ours and base64, so nothing in it needs escaping; escaped it would be the same.
    uri = Markup(f"data:image/jpeg;base64,{encoded}")  # noqa: S704
    return Tile(uri, picture.name, picture.label or "", score, relevant)
