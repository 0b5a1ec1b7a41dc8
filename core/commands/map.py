"""The verb map: the collection as a picture of itself, drawn, completed, and said how far to trust it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from ..collection import Workspace
from ..errors import LookalikeError
from ..jobs import Monitor
from ..output_file import write_file
from .options import Home, Json, Name
from .printing.output import monitored, show

if TYPE_CHECKING:
    from ..collection import Collection
    from ..projection import PictureMap

_STOPPED = "Stopped; the map that there was is still there."
_METHODS = {"umap": "UMAP", "pca": "the two main axes"}


def map_(
    name: Name,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw the map with this seed; else the map that there is, or 0.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Draw it anew even if there is one.")] = False,
    html: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write it as a page to zoom and hover, coloured by label."),
    ] = None,
    png: Annotated[Path | None, typer.Option(metavar="OUT", help="Write it as a picture.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="OUT", help="Write where each picture lies.")] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Draw the map of a collection, or put new pictures on the one there is; say how far to trust it."""
    collection = Workspace(workspace).open(name)
    with monitored(as_json, _STOPPED) as watch:
        found, drawn, added = watch(lambda monitor: _current(collection, seed, again, monitor))
    payload: dict[str, Any] = {
        "collection": name,
        "id": found.id,
        "at": found.at,
        "setup": found.setup,
        "measured": found.measured,
        "pictures": len(found),
        "placed_later": int(found.placed.sum()),
        "placed_now": added,
        "placed_kept": found.placed_kept,
        "outgrown": found.outgrown,
        "drawn": drawn,
    }
    lines = _lines(name, found, drawn, added)
    written = _write(collection, found, html, png, csv)
    payload["written"] = written
    show(payload, [*lines, *(f"Written to {path}." for path in written)], as_json)


def _current(
    collection: "Collection", seed: int | None, again: bool, monitor: Monitor
) -> "tuple[PictureMap, bool, int]":
    """The map, whether it was drawn for this, and how many pictures were put on it."""
    from ..dedup import known_copies
    from ..projection import compute

    before = None if again else compute.load_map(collection)
    if before is None or seed not in (None, before.setup.seed):
        copies = known_copies(collection)
        return compute.make_map(collection, seed or 0, copies=copies, monitor=monitor), True, 0
    new = len(compute.unplaced(collection, before))
    return (compute.place_new(collection, before, monitor), False, new) if new else (before, False, 0)


def _write(
    collection: "Collection", found: "PictureMap", html: Path | None, png: Path | None, csv: Path | None
) -> list[Path]:
    """Write what was asked for, and say where."""
    if html is None and png is None and csv is None:
        return []
    from ..clustering.palette import colours
    from ..projection import Categories, MapPoints, MapRow, map_csv, map_html, map_png

    pictures = collection.get_many(found.ids.tolist())
    labels = sorted({one.label for one in pictures if one.label})
    number = {label: i for i, label in enumerate(labels)}
    scheme = Categories(tuple(labels), colours(len(labels)), rest="No label")
    points = MapPoints(
        found.ids, found.xy, np.array([number.get(one.label or "", -1) for one in pictures]), scheme
    )
    said = _trust(found)
    if html is not None:
        page = map_html(
            points,
            title=collection.name,
            quality=said,
            names={one.id: one.name for one in pictures},
            thumbnail=lambda picture: _thumbnail(collection, picture),
        )
        write_file(html, page)
    if png is not None:
        write_file(png, map_png(points, title=collection.name, quality=said))
    if csv is not None:
        rows = (
            MapRow(one.id, one.name, x, y, label=one.label)
            for one, (x, y) in zip(pictures, found.xy.tolist(), strict=True)
        )
        write_file(csv, map_csv(rows))
    return [path for path in (html, png, csv) if path is not None]


def _thumbnail(collection: "Collection", picture: int) -> bytes:
    """Empty where the picture cannot be read any more: the map shows a dot there."""
    try:
        return collection.thumbnail(picture)
    except LookalikeError:
        return b""


def _trust(found: "PictureMap") -> str:
    """A sentence on how far the map can be trusted."""
    measured = found.measured
    if measured.trustworthiness is None or measured.knn_preservation is None:
        return "Too few pictures to say how far the map can be trusted."
    return (
        f"Trustworthiness {measured.trustworthiness:.3f} at k = {measured.k} "
        f"({measured.sample:,} pictures ranked); of each picture's {measured.k} nearest "
        f"{measured.knn_preservation:.0%} are among its {measured.k} nearest on the map."
    )


def _lines(name: str, found: "PictureMap", drawn: bool, added: int) -> list[str]:
    setup, measured = found.setup, found.measured
    method = _METHODS.get(setup.method, setup.method)
    lines = [
        f"Map of “{name}”: {len(found):,} pictures by {method}, seed {setup.seed}, "
        f"drawn {found.at:%Y-%m-%d %H:%M} UTC."
    ]
    if setup.distinct < setup.pictures:
        lines.append(
            f"{setup.pictures - setup.distinct:,} of them are copies and lie beside their originals."
        )
    lines.append(_trust(found))
    later = int(found.placed.sum())
    if later:
        share = found.placed_kept
        about = "" if share is None else f"; of their nearest {share:.0%} are nearest on the map"
        lines.append(f"{later:,} came later and were put among the others, {added:,} of them now{about}.")
    if found.outgrown:
        lines.append("That is more than a fifth of all: it is worth drawing anew with --again.")
    if drawn:
        took = ", ".join(f"{stage.lower()} {seconds:.1f} s" for stage, seconds in measured.seconds.items())
        lines.append(f"Took: {took}.")
    return lines
