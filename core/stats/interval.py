"""A confidence interval."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A confidence interval from `low` to `high`, both included, at the level `confidence`."""

    low: float
    high: float
    confidence: float

    @property
    def width(self) -> float:
        """The distance between the two ends."""
        return self.high - self.low

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def check_confidence(confidence: float) -> None:
    """Validate a confidence level.

    Raises:
        ValueError: `confidence` is not strictly between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence between 0 and 1 expected, got {confidence}")
