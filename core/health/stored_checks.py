"""Stored checks, for other features and the screens: `core.drills` and `core.report` keep theirs here too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..collection.reader import Reader
from .store import HealthRun, HealthStore


def add_run(
    collection: Reader,
    kind: str,
    settings: Mapping[str, Any],
    result: Mapping[str, Any],
    started: datetime | None = None,
) -> HealthRun:
    """Store a check of a kind that is finished; `settings` and `result` are JSON values.

    Raises:
        CollectionError: the collection cannot be written.
        ValueError: a value is not JSON, such as not a number.
    """
    return HealthStore(collection.catalogue).add(kind, settings, result, started)


def latest_run(collection: Reader, kind: str) -> HealthRun | None:
    """The last finished check of a kind; None before the first."""
    return HealthStore(collection.catalogue).latest(kind)


def runs(collection: Reader, kind: str) -> list[HealthRun]:
    """Every check of a kind, oldest first."""
    return HealthStore(collection.catalogue).list(kind)
