"""The command line: every job that a screen can start, scriptable.

Exit codes: 0 done, 1 the work failed, 2 the arguments were wrong. With ``--json`` a command prints one
JSON object on standard output and nothing else there; progress goes to standard error.
"""

import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence

import typer
from typer._click.exceptions import ClickException, UsageError

from .commands import (
    clusters,
    collections,
    duplicates,
    edit,
    evaluate,
    events,
    health,
    index,
    learn,
    map,
    report,
    schedule,
    search,
    training,
)
from .commands.printing import output
from .disk_errors import explain
from .jobs import Cancelled

app = typer.Typer(
    name="python -m core",
    help="Lookalike: search, clean and explain a collection of pictures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

VERBS: dict[str, Callable[..., None]] = {
    "create": collections.create,
    "add": collections.add,
    "sample": collections.sample,
    "resume": collections.resume,
    "encoders": collections.encoders,
    "preset": learn.preset,
    "learn": learn.learn,
    "dismiss": collections.dismiss,
    "repair": collections.repair,
    "embed": collections.embed,
    "list": search.list_,
    "search": search.search,
    "export": search.export,
    "evaluate": evaluate.evaluate,
    "compare": evaluate.compare,
    "evaluation-report": evaluate.evaluation_report,
    "report": report.report,
    "schedule": schedule.schedule,
    "tune": index.tune,
    "duplicates": duplicates.duplicates,
    "clusters": clusters.clusters,
    "events": events.events,
    "map": map.map_,
    "train": training.train,
    "health": health.health,
    "label": edit.label,
    "favourite": edit.favourite,
    "remove": edit.remove,
    "restore": edit.restore,
    "lost": edit.lost,
    "empty-bin": edit.empty_bin,
    "rename": edit.rename,
    "duplicate": edit.duplicate,
    "delete": edit.delete,
}
for name, verb in VERBS.items():
    app.command(name)(verb)
app.add_typer(index.app, name="index")
app.add_typer(duplicates.app, name="pairs")


def main() -> None:
    """Run the command line and end the process with the exit code; see `run`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names need not be text
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; every error is a sentence on standard error, with ``--json`` also one JSON object."""
    output.begin()
    as_json = "--json" in arguments
    try:
        code = app(args=list(arguments), standalone_mode=False)
        return code if isinstance(code, int) else 0
    except UsageError as error:
        error.show()
        if as_json:
            output.show_error(error.format_message(), as_json)
        return error.exit_code
    except BrokenPipeError:  # the program that was reading has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        output.show_error(_sentence(error), as_json)
        return 1
    except KeyboardInterrupt:
        output.show_error("Stopped.", as_json)
        return 1


def _sentence(error: Exception) -> str:
    if isinstance(error, typer.Abort | Cancelled):
        return "Stopped."
    if isinstance(error, ClickException):
        return error.format_message()
    known = explain(error, "The file")
    if known is not None:
        return str(known)
    if os.environ.get("LOOKALIKE_DEBUG"):
        traceback.print_exception(error)
    return (
        f"Something went wrong inside Lookalike ({type(error).__name__}: {error}). Set LOOKALIKE_DEBUG=1 and "
        "run it again to see where."
    )
