"""What every stage is handed, and how one that lacks its input says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..collection.collection import Collection
from ..collection.types import AddReport
from ..command_line import command_line
from ..errors import LookalikeError
from ..index.tuning.deadline import Step as PartOfWork
from ..jobs import Monitor
from .types import Section, Settings, Step

SHARE = 100
"""Steps of progress that one stage is worth."""


class MissingInputError(LookalikeError):
    """A stage that cannot be done because something it needs is not there; `steps` say how to provide it."""

    def __init__(self, sentence: str, steps: Sequence[Step] = ()) -> None:
        super().__init__(sentence)
        self.steps = tuple(steps)


@dataclass(frozen=True)
class Task:
    """The collection, what was asked for, the monitor of this stage, and what was added before it."""

    collection: Collection
    settings: Settings
    monitor: Monitor
    added: tuple[AddReport, ...] = ()

    def command(self, verb: str, options: str = "") -> str:
        """The command line of `verb` for this collection, quoted for a shell."""
        return command_line(verb, self.collection.name, options)


@dataclass(frozen=True)
class Stage:
    """One stage of a report.

    Attributes:
        name: for programs; also the key under which its outcome is stored.
        title: of its section.
        work: does it; raises `MissingInputError` where it cannot be done.
        version: counted up when the work changes, so that stored outcomes are not taken for new ones.
        reusable: whether an outcome holds as long as pictures, labels, verdicts and settings are the same.
        depends: what the outcome depends on besides those, as text; None where on nothing.
    """

    name: str
    title: str
    work: Callable[[Task], Section]
    version: int = 1
    reusable: bool = True
    depends: Callable[[Task], str] | None = None


class StageMonitor(PartOfWork):
    """Passes the progress of one stage on to the whole run, with the stage's title before each note."""

    def __init__(self, whole: Monitor, title: str, share: int = SHARE) -> None:
        super().__init__(whole, share, None)
        self._run = whole
        self._title = title
        whole.say(title)

    def say(self, note: str) -> None:
        """Say what is being done now, and in which stage."""
        super().say(note)
        self._run.say(f"{self._title}: {note[:1].lower()}{note[1:]}")

    def cancel(self) -> None:
        """Ask the whole run to stop."""
        self._run.cancel()
