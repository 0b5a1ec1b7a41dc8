"""Has a collection changed? A batch of pictures against a reference: the alarm and its explanation."""

from core.health.drift.check import check_drift
from core.health.drift.types import DriftReport

__all__ = ["DriftReport", "check_drift"]
