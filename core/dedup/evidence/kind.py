"""What the list of kinds of duplicates knows of each."""

from collections.abc import Callable
from dataclasses import dataclass

from ..types import Evidence, Kind


@dataclass(frozen=True)
class DuplicateKind:
    """What was done to one picture of a pair to make the other.

    Attributes:
        name: in files and commands.
        title: for people, as inside a sentence.
        holds: whether the evidence of a pair shows it; asked only where no kind before it in the list holds.
    """

    name: Kind
    title: str
    holds: Callable[[Evidence], bool]
