"""The verb report: from a folder to a page.

The engine's modules are imported inside: `python -m core --help` need not wait for them.
"""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..collection import Workspace, additions
from ..embedding import DEFAULT_ENCODER
from ..errors import LookalikeError
from .options import EncoderName, Home, Json, Name
from .printing.output import monitored, show

_STOPPED = "Stopped; what was done is stored. Run the same command again to go on."


def report(
    name: Name,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH…]", help="Folders, ZIP archives or picture files to add first."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="HTML", help="The page to write.")] = Path(
        "report.html"
    ),
    labels: Annotated[
        str,
        typer.Option(
            help="“folder”: a picture's folder is its label; “none”; or a CSV (path,label,caption)."
        ),
    ] = "folder",
    target: Annotated[float, typer.Option(help="Recall@10 that an index has to be shown to have.")] = 0.95,
    budget: Annotated[
        float, typer.Option("--budget", metavar="SECONDS", help="How long tuning an index may take.")
    ] = 30.0,
    queries: Annotated[int, typer.Option(min=2, help="Ask at most so many queries when measuring.")] = 600,
    train: Annotated[
        bool, typer.Option("--train", help="Train an adapter too; it is offered, not used.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Measure again what an earlier run measured of the same pictures.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures, times aside.")] = 0,
    encoder: EncoderName = DEFAULT_ENCODER,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Do the whole project with a collection, and write one page of what was found and how sure it is."""
    from ..report import Settings, build_report, write_page

    if not 0 < target < 1:
        raise typer.BadParameter("--target lies between 0 and 1, such as 0.95.")
    given = list(paths or ())
    _check_not_a_page(name, given)
    _check_place(out)
    work = additions(given, None if labels == "none" else labels)
    home = Workspace(workspace)
    collection = home.open(name) if name in {c.name for c in home.list()} else home.create(name, encoder)
    settings = Settings(seed=seed, target=target, tuning_s=budget, queries=queries, train=train, fresh=fresh)
    with monitored(as_json, _STOPPED) as watch:
        found = watch(lambda monitor: build_report(collection, work, settings, monitor))
    size = write_page(out, collection, found)
    lines = [f"{one.title}: {one.finding}" for one in found.sections]
    lines += ["", *(_step(step.sentence, step.command) for step in found.steps)]
    lines.append(f"Wrote {out} ({size / 1e6:.1f} MB) in {found.seconds:.0f} s.")
    show({**found.to_json(), "path": out, "bytes": size}, lines, as_json)


def _step(sentence: str, command: str) -> str:
    return f"→ {sentence}{f'  {command}' if command else ''}"


def _check_place(out: Path) -> None:
    """Raise before minutes of work where the page could not be written at the end."""
    folder = out.expanduser().absolute().parent
    if out.is_dir():
        raise LookalikeError(f"{out} is a folder; name a file to write.")
    if not folder.is_dir():
        raise LookalikeError(f"There is no folder {folder} to write {out.name} to; make it first.")


def _check_not_a_page(name: str, paths: list[Path]) -> None:
    """Raise where a page to write was given in the place of pictures, as an older program took it."""
    for path in paths:
        if path.suffix.lower() in (".html", ".htm"):
            quoted, page = shlex.quote(name), shlex.quote(str(path))
            raise typer.BadParameter(
                f"{path} is a page, not pictures. The whole report: python -m core report {quoted} --out "
                f"{page} (a stored evaluation alone: python -m core evaluation-report {quoted} {page})."
            )
