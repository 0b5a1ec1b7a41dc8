"""What every stage is handed, and how one that lacks its input says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..collection.collection import Collection
from ..collection.types import AddReport
from ..command_line import command_line
from ..errors import LookalikeError
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
