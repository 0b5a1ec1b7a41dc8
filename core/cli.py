"""The command line: every job that a screen can start, scriptable.

Exit codes: 0 done, 1 the work failed, 2 the arguments were wrong. With ``--json`` a command prints one
JSON object on standard output and nothing else there; progress goes to standard error.
"""

import json
import sys
from collections.abc import Callable

import typer

from core.commands import (
    adding,
    clusters,
    curating,
    duplicates,
    evaluating,
    events,
    finding,
    indexing,
    mapping,
)
from core.errors import LookalikeError

app = typer.Typer(
    name="python -m core",
    help="Lookalike: search, clean and explain a collection of pictures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

VERBS: dict[str, Callable[..., None]] = {
    "create": adding.create,
    "add": adding.add,
    "sample": adding.sample,
    "resume": adding.resume,
    "encoders": adding.encoders,
    "dismiss": adding.dismiss,
    "repair": adding.repair,
    "embed": adding.embed,
    "list": finding.list_,
    "search": finding.search,
    "export": finding.export,
    "evaluate": evaluating.evaluate,
    "compare": evaluating.compare,
    "report": evaluating.report,
    "tune": indexing.tune,
    "duplicates": duplicates.duplicates,
    "clusters": clusters.clusters,
    "events": events.events,
    "map": mapping.map_,
    "label": curating.label,
    "remove": curating.remove,
    "restore": curating.restore,
    "empty-bin": curating.empty_bin,
    "delete": curating.delete,
}
for name, verb in VERBS.items():
    app.command(name)(verb)
app.add_typer(indexing.app, name="index")
app.add_typer(duplicates.app, name="pairs")


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
