"""The verb events: the occasions of a photo library.

The engine's modules are imported inside: `python -m core --help` need not wait for them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..collection import Workspace
from ..csv_export import csv_text
from ..output_file import write_file
from .options import Home, Json, Name
from .printing.output import monitored, show

if TYPE_CHECKING:
    from ..collection import Collection
    from ..events import Event, Events

_STOPPED = "Stopped; the events that were found before are kept."


def events(
    name: Name,
    gap: Annotated[
        float | None,
        typer.Option(
            metavar="HOURS", help="End an event after so many hours without a picture, and by nothing else."
        ),
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="List what was found the last time; find nothing anew.")
    ] = False,
    csv: Annotated[Path | None, typer.Option(metavar="OUT", help="Write every picture as CSV.")] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Find the events of a photo library by the time, the sight and the place of its pictures."""
    from ..errors import ClusteringError
    from ..events import Gap, find_events, load_events

    if stored and gap is not None:
        raise typer.BadParameter("Give --gap or --stored, not both.")
    collection = Workspace(workspace).open(name)
    if stored:
        found = load_events(collection)
        if found is None:
            raise ClusteringError(f"Nobody has looked for events in “{name}” yet; leave out --stored.")
    else:
        with monitored(as_json, _STOPPED) as watch:
            hours: Gap = "auto" if gap is None else gap
            found = watch(lambda monitor: find_events(collection, hours, monitor=monitor))
    payload: dict[str, Any] = {
        "collection": name,
        "events": [_object(event) for event in found.events],
        "undated": len(found.undated),
        "set_aside": len(found.set_aside),
        "newcomers": len(found.newcomers),
        "reason": found.clustering.measured.reason,
        "remarks": found.remarks,
    }
    lines = [_line(event) for event in found.events]
    lines += [*found.remarks, found.clustering.measured.reason]
    count = len(found.events)
    lines.append(f"{count:,} {'event' if count == 1 else 'events'} in “{name}”.")
    if csv is not None:
        write_file(csv, _table(collection, found))
        payload["csv"] = csv
        lines.append(f"Written to {csv}.")
    show(payload, lines, as_json)


def _object(event: "Event") -> dict[str, Any]:
    return {
        "event": event.cluster,
        "title": event.title,
        "start": event.start,
        "end": event.end,
        "pictures": len(event.ids),
        "cover": event.cover,
        "place": event.place,
        "latitude": event.latitude,
        "longitude": event.longitude,
    }


def _line(event: "Event") -> str:
    return f"{event.start:%Y-%m-%d %H:%M} – {event.end:%Y-%m-%d %H:%M}  {len(event.ids):>6,}  {event.title}"


def _table(collection: "Collection", found: "Events") -> str:
    """Every picture of every event, oldest first; then those that are in none, with an empty title."""
    rows: list[list[object]] = []
    for event in found.events:
        where = (
            ["", ""]
            if event.latitude is None or event.longitude is None
            else [f"{event.latitude:.5f}", f"{event.longitude:.5f}"]
        )
        for picture in collection.get_many(event.ids.tolist()):
            rows.append(
                [event.cluster, event.title, event.start.isoformat(), event.end.isoformat(),
                 event.place, *where, picture.name,
                 picture.taken_at.isoformat() if picture.taken_at else ""]
            )  # fmt: skip
    for picture in collection.get_many([*found.set_aside.tolist(), *found.undated.tolist()]):
        taken = picture.taken_at.isoformat() if picture.taken_at else ""
        rows.append(["", "", "", "", "", "", "", picture.name, taken])
    return csv_text(
        ["event", "title", "start", "end", "place", "latitude", "longitude", "name", "taken_at"], rows
    )
