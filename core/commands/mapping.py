"""The verb map: the collection as a picture of itself, drawn, completed, and said how far to trust it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.collection.workspace import Workspace
from core.commands.options import Home, Json, Name
from core.commands.output import monitored, show
from core.jobs import Monitor

if TYPE_CHECKING:
    from core.clustering.projection.types import PictureMap
    from core.collection.collection import Collection

_STOPPED = "Stopped; the map that there was is still there."
_METHODS = {"umap": "UMAP", "pca": "the two main axes"}


def map_(
    name: Name,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw the map with this seed; else the map that there is, or 0.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Draw it anew even if there is one.")] = False,
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
        "drawn": drawn,
    }
    show(payload, _lines(name, found, drawn, added), as_json)


def _current(
    collection: "Collection", seed: int | None, again: bool, monitor: Monitor
) -> "tuple[PictureMap, bool, int]":
    """The map, whether it was drawn for this, and how many pictures were put on it."""
    from core.clustering.projection import maps

    before = None if again else maps.load_map(collection)
    if before is None or seed not in (None, before.setup.seed):
        copies = _copies(collection)
        return maps.make_map(collection, seed or 0, copies=copies, monitor=monitor), True, 0
    new = len(maps.unplaced(collection, before))
    return (maps.place_new(collection, before, monitor), False, new) if new else (before, False, 0)


def _copies(collection: "Collection") -> list[tuple[int, ...]]:
    """Groups of pictures that are known to show the same, by the pairs compared so far."""
    from core.dedup.door import LIKELY
    from core.dedup.groups import group
    from core.dedup.judged import judged_pairs
    from core.dedup.scan import pairs

    return [one.ids for one in group(judged_pairs(collection, pairs(collection)), LIKELY).groups]


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
    if measured.trustworthiness is None or measured.knn_preservation is None:
        lines.append("Too few pictures to say how far it can be trusted.")
    else:
        lines.append(
            f"Trustworthiness {measured.trustworthiness:.3f} at k = {measured.k} "
            f"({measured.sample:,} pictures ranked); of each picture's {measured.k} nearest "
            f"{measured.knn_preservation:.0%} are among its {measured.k} nearest on the map."
        )
    later = int(found.placed.sum())
    if later:
        share = found.placed_kept
        about = "" if share is None else f"; of their nearest {share:.0%} are nearest on the map"
        lines.append(f"{later:,} came later and were put among the others, {added:,} of them now{about}.")
    if drawn:
        took = ", ".join(f"{stage.lower()} {seconds:.1f} s" for stage, seconds in measured.seconds.items())
        lines.append(f"Took: {took}.")
    return lines
