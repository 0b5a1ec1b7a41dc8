"""What a scheduled run did."""

from dataclasses import dataclass
from typing import Any, Literal

from ...stored import to_builtins

StepState = Literal["done", "attention", "skipped", "failed"]


@dataclass(frozen=True)
class RunStep:
    """One step of a run: its name, how it ended, and what came of it, in a sentence."""

    name: str
    state: StepState
    sentence: str


@dataclass(frozen=True)
class ScheduledRun:
    """One run.

    Attributes:
        steps: in the order in which they were done.
        applied: whether repairing what no longer holds was allowed.
        seconds: how long it took.
    """

    steps: tuple[RunStep, ...]
    applied: bool
    seconds: float

    @property
    def well(self) -> bool:
        """Whether nothing failed, was skipped or needs attention."""
        return all(step.state == "done" for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """The run as JSON values."""
        return {"well": self.well, "seconds": self.seconds, "steps": to_builtins(self.steps)}

    def lines(self) -> list[str]:
        """One line per step."""
        marks = {"done": "✓", "attention": "!", "skipped": "–", "failed": "✗"}
        return [f"{marks[step.state]} {step.name}: {step.sentence}" for step in self.steps]
