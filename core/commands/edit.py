"""Verbs that decide about pictures (label, star, remove, restore) and collections (rename, copy, delete)."""

import shlex
from functools import partial
from typing import Annotated

import typer

from ..collection import Workspace
from .options import Home, Json, Name, NewName
from .printing.output import line, monitored, show


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


def favourite(
    name: Name,
    ids: Annotated[list[int], typer.Argument(metavar="ID…")],
    off: Annotated[bool, typer.Option("--off", help="Take the star away again.")] = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Star pictures as favourites; `list --favourites` shows them."""
    changed = Workspace(workspace).open(name).set_favourite(ids, not off)
    show(
        {"collection": name, "favourite": not off, "changed": changed},
        [f"{'Took the star from' if off else 'Starred'} {len(changed)}."],
        as_json,
    )


def remove(
    name: Name,
    ids: Annotated[list[int], typer.Argument(metavar="ID…")],
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Put pictures into the bin."""
    count = Workspace(workspace).open(name).remove(ids)
    show({"collection": name, "removed": count}, [f"{count} in the bin; undo: restore {name} ID…"], as_json)


def restore(
    name: Name,
    ids: Annotated[list[int], typer.Argument(metavar="ID…")],
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Take pictures out of the bin."""
    count = Workspace(workspace).open(name).restore(ids)
    show({"collection": name, "restored": count}, [f"{count} restored."], as_json)


def lost(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """List the pictures whose files are gone; they come back when their files are added again."""
    found = Workspace(workspace).open(name).lost()
    lines = [f"{line(one.picture)}  {one.reason}: {one.path}" for one in found]
    lines.append(
        f"{len(found):,} out of sight because their files are gone. Add the folder that holds them now, "
        f"or put them into the bin: python -m core remove {shlex.quote(name)} ID…"
        if found
        else "No picture has lost its file."
    )
    show({"collection": name, "lost": found}, lines, as_json)


def empty_bin(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """Delete what is in the bin for good; files that are referenced in place are left alone."""
    count = Workspace(workspace).open(name).empty_bin()
    show({"collection": name, "deleted": count}, [f"{count} deleted for good."], as_json)


def rename(
    name: Name,
    new_name: NewName,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Give a collection another name; all that it holds stays as it is."""
    root = Workspace(workspace).rename(name, new_name).root
    show(
        {"collection": new_name, "was": name, "path": root},
        [f"“{name}” is “{new_name}” now: {root}"],
        as_json,
    )


def duplicate(
    name: Name,
    new_name: NewName,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Make a full copy of a collection, which depends on the original in nothing."""
    home = Workspace(workspace)
    with monitored(as_json, "Stopped; nothing was copied.") as watch:
        copy = watch(partial(home.duplicate, name, new_name))
    show(
        {"collection": new_name, "of": name, "pictures": copy.count(), "path": copy.root},
        [f"“{new_name}” is a copy of “{name}” with its {copy.count():,} pictures."],
        as_json,
    )


def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Delete a collection with all that it keeps."""
    home = Workspace(workspace)
    known = next((summary for summary in home.list() if summary.name == name), None)
    if known is not None and not yes:
        whose = "" if known.problem else f" with its {known.pictures:,} pictures"
        typer.confirm(f"Delete “{name}”{whose} for good?", abort=True, err=True)
    home.delete(name)
    show({"collection": name, "deleted": True}, [f"Deleted “{name}”."], as_json)
