"""What a health check hands to the score, the command and the screen."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Part = Literal["integrity", "quality", "drift", "splits", "slices", "promises"]
Severity = Literal["problem", "warning", "note"]
"""A problem gives wrong answers now; a warning may; a note is worth knowing."""


@dataclass(frozen=True)
class Finding:
    """One thing that a check found, in a sentence, with what to do about it.

    Attributes:
        part: the check that found it.
        code: names the kind of finding within its part, such as "damaged-vectors": buttons go by it.
        severity: how much it matters.
        title: a sentence that says what is wrong.
        count: how many pictures, pairs or labels it concerns.
        share: of all that could be concerned, in ``[0, 1]``.
        advice: a sentence that says what to do.
        command: the command that does it; empty where there is none.
    """

    part: Part
    code: str
    severity: Severity
    title: str
    count: int
    share: float
    advice: str
    command: str = ""


class HealthReport(Protocol):
    """What every check returns."""

    def settings(self) -> dict[str, Any]:
        """What the result depends on besides the collection, as JSON values."""

    def to_json(self) -> dict[str, Any]:
        """The result as JSON values."""

    def findings(self) -> tuple[Finding, ...]:
        """What was found, most important first."""

    def lines(self) -> list[str]:
        """The result in a few plain sentences."""
