"""Has a collection changed? A batch of pictures against a reference: the alarm and its explanation."""

from .check import check_drift
from .types import DriftReport

__all__ = ["DriftReport", "check_drift"]
