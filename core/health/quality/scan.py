"""Measure every picture of a collection that has not been measured, and flag those beyond the thresholds."""

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, ClassVar

from ...collection.collection import Collection
from ...collection.types import Skip
from ...csv_export import csv_text
from ...errors import LookalikeError
from ...images.quality.measure import Measures, measure
from ...jobs import Monitor
from ...stored import to_builtins
from ...workers import Workers
from ..findings import Finding
from .kinds import KINDS
from .store import MeasureTable, QualityStore

_CHUNK = 64
_SHOWN = 5


@dataclass(frozen=True)
class QualityReport:
    """What a quality scan found.

    Attributes:
        collection: its name.
        checked: how many pictures have measures.
        measured: how many of them were measured now.
        flagged: ids by kind, worst first, without those that the user has accepted.
        thresholds: by kind.
        accepted: how many pictures beyond a threshold the user has accepted, by kind.
        skipped: pictures that could not be measured, with the reason.
        seconds: how long it took.
    """

    collection: str
    checked: int
    measured: int
    flagged: Mapping[str, tuple[int, ...]]
    thresholds: Mapping[str, float]
    accepted: Mapping[str, int]
    skipped: tuple[Skip, ...]
    seconds: float

    kind: ClassVar[str] = "quality"

    def settings(self) -> dict[str, Any]:
        """The thresholds."""
        return {"thresholds": dict(self.thresholds)}

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            **to_builtins(self),
            "counts": {kind: len(ids) for kind, ids in self.flagged.items()},
        }

    def findings(self) -> tuple[Finding, ...]:
        """The kinds with flagged pictures, serious ones first, most pictures first."""
        order = sorted(
            (kind for kind in KINDS if self.flagged.get(kind.name)),
            key=lambda kind: (not kind.serious, -len(self.flagged[kind.name])),
        )
        return tuple(
            Finding(
                "quality",
                kind.name,
                "warning" if kind.serious else "note",
                f"{_pictures(len(self.flagged[kind.name]))} flagged as “{kind.title.lower()}”.",
                len(self.flagged[kind.name]),
                len(self.flagged[kind.name]) / max(1, self.checked),
                kind.advice,
                f"python -m core health {shlex.quote(self.collection)} --only quality",
            )
            for kind in order
        )

    def to_csv(self, collection: Collection) -> str:
        """Every flagged picture as CSV: the kind, its name and content hash, worst first."""
        rows = [
            [kind, picture.name, picture.sha256]
            for kind, ids in self.flagged.items()
            for picture in collection.get_many(ids)
        ]
        return csv_text(["kind", "name", "sha256"], rows)

    def lines(self) -> list[str]:
        """One line per kind, and what could not be measured."""
        found = [
            f"{self.checked:,} pictures measured, {self.measured:,} of them now, in {self.seconds:.1f} s."
        ]
        for kind in KINDS:
            count = len(self.flagged.get(kind.name, ()))
            sign = "≥" if kind.high else "≤"
            rule = f"{kind.axis} {sign} {self.thresholds[kind.name]:g}"
            accepted = self.accepted.get(kind.name, 0)
            aside = f"; {accepted:,} more accepted" if accepted else ""
            found.append(f"{count:>7,}  {kind.title}  ({rule}{aside})")
        found += [f"not measured: {skip.name}: {skip.reason}" for skip in self.skipped[:_SHOWN]]
        if len(self.skipped) > _SHOWN:
            found.append(f"not measured: {len(self.skipped) - _SHOWN:,} more")
        return found


def measure_missing(
    collection: Collection, monitor: Monitor | None = None, ids: Sequence[int] | None = None
) -> tuple[int, tuple[Skip, ...]]:
    """Measure the pictures that have no measures yet; returns how many were, and those that could not be.

    With `ids` only those of them are.

    Committed chunk by chunk: what is measured stays when the work is cancelled or dies. May run beside an
    addition.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    watched, store = monitor or Monitor(), QualityStore(collection.catalogue)
    missing = store.missing()
    if ids is not None:
        wanted = set(ids)
        missing = [i for i in missing if i in wanted]
    watched.say("Measuring pictures")
    watched.expect(len(missing))

    def measured(picture_id: int) -> Measures | str:
        try:
            return measure(collection.original(picture_id))
        except LookalikeError as error:
            return str(error)

    count, skipped = 0, list[Skip]()
    with watched.in_charge(), Workers(os.cpu_count() or 1, "lookalike-quality") as pool:
        for start in range(0, len(missing), _CHUNK):
            watched.check()
            part = missing[start : start + _CHUNK]
            outcomes = list(zip(part, pool.map(measured, part), strict=True))
            store.add((i, found) for i, found in outcomes if isinstance(found, Measures))
            failed = {i: found for i, found in outcomes if isinstance(found, str)}
            skipped += [Skip(p.name, failed[p.id]) for p in collection.get_many(list(failed))]
            count += len(part) - len(failed)
            watched.advance(len(part))
    return count, tuple(skipped)


def scan_quality(collection: Collection, monitor: Monitor | None = None) -> QualityReport:
    """Measure what is new and flag every picture beyond a threshold.

    Raises:
        Cancelled: the monitor was asked to stop; what was measured is kept.
    """
    started = monotonic()
    measured, skipped = measure_missing(collection, monitor)
    return flag(
        collection, QualityStore(collection.catalogue).table(), measured, skipped, monotonic() - started
    )


def flag(
    collection: Collection,
    table: MeasureTable,
    measured: int = 0,
    skipped: tuple[Skip, ...] = (),
    seconds: float = 0.0,
) -> QualityReport:
    """Flag the measured pictures by the collection's thresholds; nothing is measured."""
    store = QualityStore(collection.catalogue)
    moved, accepted = store.thresholds(), store.accepted()
    flagged, aside, thresholds = {}, {}, {}
    for kind in KINDS:
        values = kind.value(table)
        thresholds[kind.name] = moved.get(kind.name, kind.threshold)
        rows = kind.flags(values, thresholds[kind.name]).nonzero()[0]
        worst = rows[(-kind.severity(values[rows])).argsort(kind="stable")]
        ids = [int(i) for i in table.ids[worst]]
        fine = accepted.get(kind.name, frozenset())
        flagged[kind.name] = tuple(i for i in ids if i not in fine)
        aside[kind.name] = len(ids) - len(flagged[kind.name])
    return QualityReport(collection.name, len(table), measured, flagged, thresholds, aside, skipped, seconds)


def _pictures(count: int) -> str:
    return "1 picture is" if count == 1 else f"{count:,} pictures are"
