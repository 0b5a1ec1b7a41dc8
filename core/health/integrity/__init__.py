"""Integrity: is what is stored of a collection what its catalogue says, and how to repair it."""

from .check import check_integrity, repair_integrity
from .types import CheckResult, IntegrityReport

__all__ = ["CheckResult", "IntegrityReport", "check_integrity", "repair_integrity"]
