"""Verbs that make collections and add pictures to them."""

import shlex
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..collection import Collection, Workspace, additions
from ..embedding import DEFAULT_ENCODER
from ..jobs import Monitor
from .options import EncoderName, Home, Json, Name, PresetOption
from .printing.output import monitored, show, show_report

if TYPE_CHECKING:
    from ..dedup import AlreadyHere


def encoders(as_json: Json = False) -> None:
    """List the encoders: which are usable on this machine, and why the rest are not."""
    from ..embedding import list_encoders

    infos = list_encoders()
    lines = [
        f"{'✓' if e.usable else '✗'} {e.name:42} {e.title}{'' if e.usable else f' — {e.reason}'}"
        for e in infos
    ]
    show({"encoders": infos}, lines, as_json)


def create(
    name: Name,
    encoder: EncoderName = "",
    preset: PresetOption = "",
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Make an empty collection, with the defaults of a preset if one is given."""
    from ..presets import preset as find_preset
    from ..presets import set_preset

    chosen = find_preset(preset) if preset else None
    encoder = encoder or (chosen.encoder if chosen else DEFAULT_ENCODER)
    collection = Workspace(workspace).create(name, encoder)
    if chosen:
        set_preset(collection, chosen.key)
    show(
        {"collection": name, "path": collection.root, "encoder": encoder, "preset": preset or None},
        [f"Created “{name}” in {collection.root}. Add pictures: python -m core add {name} FOLDER"],
        as_json,
    )


def add(
    name: Name,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Folders, ZIP archives or picture files.")
    ],
    labels: Annotated[
        str,
        typer.Option(
            help="“folder”: a picture's folder is its label; “none”; or a CSV (path,label,caption)."
        ),
    ] = "folder",
    keep: Annotated[
        bool, typer.Option("--keep", help="Copy the pictures of folders into the collection.")
    ] = False,
    full_check: Annotated[
        bool,
        typer.Option("--full-check", help="Read files again whose size and time of change are unchanged."),
    ] = False,
    encoder: EncoderName = DEFAULT_ENCODER,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Add pictures; the collection is made if it is not there. Run it again to add what is new."""
    home = Workspace(workspace)
    works = additions(paths, None if labels == "none" else labels, keep, full_check=full_check)
    collection = home.open(name) if name in {c.name for c in home.list()} else home.create(name, encoder)
    before = set(collection.ids())
    with monitored(as_json) as watch:
        reports = [watch(partial(work, collection)) for work in works]
        new = sorted(set(collection.ids()) - before)
        alike = watch(partial(_at_the_door, collection, new)) if before and new else []
    show_report(name, reports, as_json, alike)


def _at_the_door(collection: Collection, new: list[int], monitor: Monitor) -> "list[AlreadyHere]":
    """Which of the new pictures are near-duplicates of others, if they are few enough to say so at once."""
    from ..dedup import AT_THE_DOOR, at_the_door

    return at_the_door(collection, new, monitor=monitor) if len(new) <= AT_THE_DOOR else []


def sample(name: Name = "sample", workspace: Home = None, as_json: Json = False) -> None:
    """Make a collection of the generated sample catalogue."""
    home = Workspace(workspace)
    collection = home.open(name) if name in {c.name for c in home.list()} else home.create(name)
    with monitored(as_json) as watch:
        report = watch(collection.add_sample)
    show_report(name, [report], as_json)


def resume(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """Take up additions that a crash or a full disk cut off."""
    collection = Workspace(workspace).open(name)
    reports = []
    with monitored(as_json) as watch:
        while collection.unfinished():
            reports.append(watch(collection.resume))
    show_report(name, reports, as_json)


def repair(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """Check what is stored of the pictures for searching, and make again what is damaged or missing."""
    collection = Workspace(workspace).open(name)
    with monitored(as_json) as watch:
        report = watch(collection.repair)
    lines = [f"skipped {skip.name}: {skip.reason}" for skip in report.skipped]
    lines.append(
        f"{report.damaged:,} vectors were damaged or missing; {report.repaired:,} were made again."
        if report.damaged
        else f"Every vector of “{name}” is sound; there is nothing to repair."
    )
    space = collection.space(collection.base_encoder_name)
    unknown = 0 if space is None else len(collection.norms.missing(space))
    if unknown:
        lines.append(
            f"The length of the features is not known of {unknown:,} pictures, which were added before it "
            f"was stored; let it be measured: python -m core embed {shlex.quote(name)} --norms"
        )
    show({"collection": name, **asdict(report), "norms_unknown": unknown}, lines, as_json)


def dismiss(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """Give up additions that were cut off, such as one whose folder is gone; what they had added stays."""
    collection = Workspace(workspace).open(name)
    count = len(collection.unfinished())
    collection.dismiss_unfinished()
    show({"collection": name, "dismissed": count}, [f"{count} unfinished additions dismissed."], as_json)


def embed(
    name: Name,
    encoder: Annotated[
        str | None, typer.Option("--encoder", help="The encoder; else the collection's own.")
    ] = None,
    norms: Annotated[
        bool,
        typer.Option(
            "--norms",
            help="Measure how long the features of pictures are that were added before that was "
            "stored; nothing else changes.",
        ),
    ] = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Embed all pictures with another encoder too, or anew after an encoder has changed."""
    if norms and encoder is not None:
        raise typer.BadParameter("--norms is about the collection's own encoder; leave out --encoder.")
    collection = Workspace(workspace).open(name)
    chosen = encoder or collection.encoder_name
    work = collection.measure_norms if norms else partial(collection.add_space, chosen)
    with monitored(as_json) as watch:
        report = watch(work)
    if norms:
        lines = [f"skipped {skip.name}: {skip.reason}" for skip in report.skipped]
        lines.append(
            f"The length of the features of {report.added:,} pictures was measured in {report.seconds:.1f} s."
        )
        show({"collection": name, **asdict(report)}, lines, as_json)
        return
    show_report(name, [report], as_json)
