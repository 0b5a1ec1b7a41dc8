"""A confidence interval."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both included, made to cover the truth in a share `confidence` of samples."""

    low: float
    high: float
    confidence: float

    @property
    def width(self) -> float:
        """How far apart the ends are."""
        return self.high - self.low

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def check_confidence(confidence: float) -> None:
    """Refuse what is no confidence.

    Raises:
        ValueError: `confidence` does not lie strictly between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence between 0 and 1 expected, got {confidence}")
