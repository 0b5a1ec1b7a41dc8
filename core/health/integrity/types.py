"""What an integrity check found, and what its repair did."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from ...collection.collection import Collection
from ...jobs import Monitor
from ...stored import to_builtins
from ..findings import Finding, Severity

SHOWN = 5
"""Examples that a result names."""


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    Attributes:
        name: the check, such as "vectors".
        checked: how many things were looked at.
        bad: how many of them are not as they should be.
        sentence: what was found.
        advice: what to do about it; empty where nothing is wrong.
        examples: the names of the first few that are not as they should be.
        severity: of what is wrong.
        repairable: whether the repair of this check can mend it.
    """

    name: str
    checked: int
    bad: int
    sentence: str
    advice: str = ""
    examples: tuple[str, ...] = ()
    severity: Severity = "problem"
    repairable: bool = False


@dataclass(frozen=True)
class IntegrityCheck:
    """One check of what is stored, and the repair for what it finds; `repair` returns what it did."""

    name: str
    title: str
    check: Callable[[Collection, Monitor], CheckResult]
    repair: Callable[[Collection, Monitor], str]


@dataclass(frozen=True)
class IntegrityReport:
    """The results of all checks, in the order in which they were made."""

    collection: str
    checks: tuple[CheckResult, ...]
    seconds: float

    kind: ClassVar[str] = "integrity"

    @property
    def sound(self) -> bool:
        """Whether every check passed."""
        return not any(check.bad for check in self.checks)

    def settings(self) -> dict[str, Any]:
        """Nothing but the collection matters."""
        return {}

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {**to_builtins(self), "sound": self.sound}

    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, with its repair."""
        return tuple(
            Finding(
                "integrity",
                check.name,
                check.severity,
                check.sentence,
                check.bad,
                check.bad / max(1, check.checked),
                check.advice,
                self._repair_command if check.repairable else "",
            )
            for check in self.checks
            if check.bad
        )

    @property
    def _repair_command(self) -> str:
        return f"python -m core health {shlex.quote(self.collection)} --only integrity --repair"

    def lines(self) -> list[str]:
        """One sentence per check, and what to do about what is wrong."""
        found = []
        for check in self.checks:
            found.append(f"{'✗' if check.bad else '✓'} {check.sentence}")
            found += [f"    {example}" for example in check.examples]
            found += [f"    → {check.advice}"] if check.bad and check.advice else []
        return found
