"""Integrity: is what is stored of a collection what its catalogue says, and how to repair it."""

from core.health.integrity.check import check_integrity, repair_integrity
from core.health.integrity.types import CheckResult, IntegrityReport

__all__ = ["CheckResult", "IntegrityReport", "check_integrity", "repair_integrity"]
