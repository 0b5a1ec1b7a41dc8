"""The command line: every job that a screen can start, scriptable.

Exit codes: 0 done, 1 the work failed, 2 the arguments were wrong. With ``--json`` a command prints one
JSON object on standard output and nothing else there; progress goes to standard error.
"""

import csv
import json
import sys
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from core.collection.types import Filter, Picture
from core.collection.workspace import Workspace
from core.console import monitored, show, show_report
from core.embedding.registry import DEFAULT_ENCODER
from core.errors import LookalikeError, QueryError

app = typer.Typer(
    name="python -m core",
    help="Lookalike: search, clean and explain a collection of pictures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="COLLECTION", help="Name of the collection.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Home = Annotated[
    Path | None,
    typer.Option(
        "--workspace", metavar="DIR", help="Where collections live; else $LOOKALIKE_HOME, else ~/.lookalike."
    ),
]
EncoderName = Annotated[
    str, typer.Option("--encoder", help="Encoder of a new collection; see the verb “encoders”.")
]
LabelOption = Annotated[
    list[str] | None, typer.Option("--label", help="Only pictures of this label; may be repeated.")
]
NameOption = Annotated[str, typer.Option("--name", help="Only pictures whose name contains this.")]
FromOption = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Taken on this day or later.")
]
ToOption = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Taken on this day or earlier.")
]


@app.command()
def encoders(as_json: Json = False) -> None:
    """List the encoders: which are usable on this machine, and why the rest are not."""
    from core.embedding.registry import list_encoders

    infos = list_encoders()
    lines = [
        f"{'✓' if e.usable else '✗'} {e.name:42} {e.title}{'' if e.usable else f' — {e.reason}'}"
        for e in infos
    ]
    show({"encoders": infos}, lines, as_json)


@app.command()
def create(
    name: Name, encoder: EncoderName = DEFAULT_ENCODER, workspace: Home = None, as_json: Json = False
) -> None:
    """Make an empty collection."""
    collection = Workspace(workspace).create(name, encoder)
    show(
        {"collection": name, "path": collection.root, "encoder": encoder},
        [f"Created “{name}” in {collection.root}. Add pictures: python -m core add {name} FOLDER"],
        as_json,
    )


@app.command()
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
    encoder: EncoderName = DEFAULT_ENCODER,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Add pictures; the collection is made if it is not there. Run it again to add what is new."""
    home = Workspace(workspace)
    collection = home.open(name) if name in {c.name for c in home.list()} else home.create(name, encoder)
    given = None if labels == "none" else labels
    reports = []
    files = [(path.name, path) for path in paths if not path.is_dir() and path.suffix.lower() != ".zip"]
    with monitored(as_json) as watch:
        for path in paths:
            if path.is_dir():
                reports.append(watch(partial(collection.add_folder, path, given, keep)))
            elif path.suffix.lower() == ".zip":
                reports.append(watch(partial(collection.add_zip, path, path.name, given)))
        if files:
            csv_labels = None if given == "folder" else given
            reports.append(watch(partial(collection.add_files, files, csv_labels)))
    show_report(name, reports, as_json)


@app.command()
def sample(name: Name = "sample", workspace: Home = None, as_json: Json = False) -> None:
    """Make a collection of the generated sample catalogue."""
    home = Workspace(workspace)
    collection = home.open(name) if name in {c.name for c in home.list()} else home.create(name)
    with monitored(as_json) as watch:
        report = watch(collection.add_sample)
    show_report(name, [report], as_json)


@app.command()
def resume(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """Take up additions that a crash or a full disk cut off."""
    collection = Workspace(workspace).open(name)
    reports = []
    with monitored(as_json) as watch:
        while collection.unfinished():
            reports.append(watch(collection.resume))
    show_report(name, reports, as_json)


@app.command(name="list")
def list_(
    name: Annotated[str | None, typer.Argument(metavar="[COLLECTION]")] = None,
    label: LabelOption = None,
    name_contains: NameOption = "",
    taken_from: FromOption = None,
    taken_to: ToOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many pictures.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Leave out this many first.")] = 0,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """List the collections of the workspace, or the pictures of one collection."""
    home = Workspace(workspace)
    if name is None:
        summaries = home.list()
        lines = [
            f"{s.name:24} {s.pictures:>9,} pictures  {s.encoder}{s.problem and f'  — {s.problem}'}"
            for s in summaries
        ]
        show({"workspace": home.path, "collections": summaries}, lines or [_nothing_yet(home)], as_json)
        return
    collection = home.open(name)
    where = _filter(label, name_contains, taken_from, taken_to)
    pictures = collection.page(offset, limit, where)
    total = collection.count(where)
    lines = [_line(p) for p in pictures] + [f"{len(pictures):,} of {total:,} pictures"]
    show(
        {"collection": name, "total": total, "labels": dict(collection.labels()), "pictures": pictures},
        lines,
        as_json,
    )


@app.command()
def search(
    name: Name,
    text: Annotated[str, typer.Argument(help="What to look for, in words.")] = "",
    image: Annotated[Path | None, typer.Option(help="A picture to look for.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Part of the picture: left,top,right,bottom as fractions of its size.")
    ] = None,
    like: Annotated[
        list[str] | None, typer.Option(help="Id of a picture, or words; may be repeated.")
    ] = None,
    unlike: Annotated[
        list[str] | None, typer.Option(help="Id of a picture, or words; may be repeated.")
    ] = None,
    label: LabelOption = None,
    name_contains: NameOption = "",
    taken_from: FromOption = None,
    taken_to: ToOption = None,
    k: Annotated[int, typer.Option("-k", "--k", help="Number of results.")] = 10,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Search by words, by picture, by a part of a picture, or by “like these, unlike those”."""
    from core.search.engine import SearchEngine
    from core.search.query import Query

    query = Query(
        text=text,
        image=image,
        region=_region(region),
        like=_examples(like),
        unlike=_examples(unlike),
        where=_filter(label, name_contains, taken_from, taken_to),
    )
    result = SearchEngine(Workspace(workspace).open(name)).search(query, k)
    lines = [f"{hit.rank:>3}  {hit.score:.3f}  {_line(hit.picture)}" for hit in result]
    if result.read_as:
        lines.append("read as: " + ", ".join(concept.name for concept in result.read_as))
    lines.append(f"searched {result.searched:,} pictures in {result.timings.total_ms:.0f} ms")
    show(
        {"collection": name, "hits": result.hits, "searched": result.searched, "read_as": result.read_as,
         "timings": {**asdict(result.timings), "total_ms": result.timings.total_ms}},
        lines,
        as_json,
    )  # fmt: skip


@app.command()
def label(
    name: Name,
    text: Annotated[str, typer.Argument(metavar="LABEL", help="The label; empty takes it away.")],
    ids: Annotated[list[int], typer.Argument(metavar="ID…")],
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Label pictures by hand; no folder or CSV changes such a label."""
    Workspace(workspace).open(name).set_label(ids, text)
    show(
        {"collection": name, "labelled": len(ids), "label": text or None}, [f"Labelled {len(ids)}."], as_json
    )


@app.command()
def remove(
    name: Name,
    ids: Annotated[list[int], typer.Argument(metavar="ID…")],
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Put pictures into the bin."""
    count = Workspace(workspace).open(name).remove(ids)
    show({"collection": name, "removed": count}, [f"{count} in the bin; undo: restore {name} ID…"], as_json)


@app.command()
def restore(
    name: Name,
    ids: Annotated[list[int], typer.Argument(metavar="ID…")],
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Take pictures out of the bin."""
    count = Workspace(workspace).open(name).restore(ids)
    show({"collection": name, "restored": count}, [f"{count} restored."], as_json)


@app.command(name="empty-bin")
def empty_bin(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """Delete what is in the bin for good; files that are referenced in place are left alone."""
    count = Workspace(workspace).open(name).empty_bin()
    show({"collection": name, "deleted": count}, [f"{count} deleted for good."], as_json)


@app.command()
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Delete a collection with all that it keeps."""
    home = Workspace(workspace)
    pictures = home.open(name).count()
    if not yes:
        typer.confirm(f"Delete “{name}” with its {pictures:,} pictures for good?", abort=True, err=True)
    home.delete(name)
    show({"collection": name, "deleted": True}, [f"Deleted “{name}”."], as_json)


@app.command()
def export(
    name: Name,
    out: Annotated[
        Path, typer.Argument(help="CSV file to write: path,label,caption and what is known besides.")
    ],
    label: LabelOption = None,
    name_contains: NameOption = "",
    taken_from: FromOption = None,
    taken_to: ToOption = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Write the list of pictures as a CSV, which “add --labels” can read back."""
    collection = Workspace(workspace).open(name)
    where = _filter(label, name_contains, taken_from, taken_to)
    count = 0
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["path", "label", "caption", "id", "sha256", "width", "height", "format", "bytes", "taken_at"]
        )
        while page := collection.page(count, 1000, where):
            for p in page:
                taken = p.taken_at.isoformat() if p.taken_at else ""
                writer.writerow(
                    [p.name, p.label, p.caption, p.id, p.sha256, p.width, p.height, p.format, p.bytes, taken]
                )
            count += len(page)
    show({"collection": name, "exported": count, "path": out}, [f"Wrote {count:,} lines to {out}."], as_json)


def main() -> None:
    """Run the command line; a user's error is a sentence on standard error and exit code 1."""
    try:
        app()
    except LookalikeError as error:
        if "--json" in sys.argv:
            print(json.dumps({"error": str(error)}, ensure_ascii=False))
        print(f"{error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        sys.exit(1)


def _filter(
    labels: list[str] | None, name: str, taken_from: datetime | None, taken_to: datetime | None
) -> Filter:
    return Filter(
        tuple(labels or ()),
        name,
        taken_from.date() if taken_from else None,
        taken_to.date() if taken_to else None,
    )


def _examples(given: list[str] | None) -> tuple[int | str, ...]:
    return tuple(int(one) if one.isdecimal() else one for one in given or ())


def _region(text: str | None) -> "Any":
    from core.search.query import Region

    if text is None:
        return None
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        raise QueryError(
            "A region is four fractions: left,top,right,bottom, such as 0.1,0.1,0.5,0.9."
        ) from None
    return Region(left, top, right, bottom)


def _line(picture: Picture) -> str:
    about = f"  [{picture.label}]" if picture.label else ""
    return f"{picture.id:>7}  {picture.name}{about}"


def _nothing_yet(home: Workspace) -> str:
    return f"No collections in {home.path} yet. Begin with: python -m core sample"
