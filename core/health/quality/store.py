"""Stored measures of pictures, the thresholds of a collection, and what the user has said is no fault."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from ...collection.storage.catalogue import Catalogue
from ...images.quality.measure import Measures
from ...stored import UNREADABLE, decoding

VERSION = 2
"""Of what is measured and how: measures of another version are made again."""
NAMES = tuple(field.name for field in fields(Measures))
_THRESHOLDS = "quality_thresholds"


@dataclass(frozen=True, eq=False)
class MeasureTable:
    """The measures of pictures in sight.

    Attributes:
        ids: ``(N,)`` int64, ascending.
        values: ``(N, len(NAMES))`` float64, in the order of `NAMES`.
        widths: ``(N,)`` int64, in pixels.
        heights: ``(N,)`` int64, in pixels.
        bytes: ``(N,)`` int64, of the files.
    """

    ids: NDArray[np.int64]
    values: NDArray[np.float64]
    widths: NDArray[np.int64]
    heights: NDArray[np.int64]
    bytes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, name: str) -> NDArray[np.float64]:
        """One measure of every picture, ``(N,)``."""
        return np.asarray(self.values[:, NAMES.index(name)], np.float64)


class QualityStore:
    """What the quality scan of one collection keeps."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def missing(self) -> list[int]:
        """Ids of the pictures in sight that have no measures of this version, ascending."""
        rows = self._catalogue.execute(
            "SELECT id FROM picture WHERE removed_at IS NULL AND id NOT IN "
            "(SELECT picture_id FROM picture_measures WHERE version = ?) ORDER BY id",
            (VERSION,),
        )
        return [row[0] for row in rows]

    def add(self, measured: Iterable[tuple[int, Measures]]) -> None:
        """Store measures by picture id, in one transaction; pictures deleted meanwhile are left out."""
        with self._catalogue.transaction("health") as tx:
            tx.executemany(
                "INSERT OR REPLACE INTO picture_measures (picture_id, version, measures) "
                "SELECT id, ?, ? FROM picture WHERE id = ?",
                [(VERSION, np.array(astuple(found), "<f4").tobytes(), i) for i, found in measured],
            )

    def table(self) -> MeasureTable:
        """The measures of every picture in sight that has some.

        Raises:
            CollectionError: an entry is damaged.
        """
        rows = self._catalogue.execute(
            "SELECT p.id, p.width, p.height, p.bytes, m.measures FROM picture_measures m "
            "JOIN picture p ON p.id = m.picture_id "
            "WHERE p.removed_at IS NULL AND m.version = ? ORDER BY p.id",
            (VERSION,),
        ).fetchall()
        with decoding(self._catalogue.damaged):
            packed = np.frombuffer(b"".join(row[4] for row in rows), "<f4").reshape(len(rows), len(NAMES))
            facts = np.array([row[:4] for row in rows], np.int64).reshape(-1, 4)
        return MeasureTable(facts[:, 0], packed.astype(np.float64), facts[:, 1], facts[:, 2], facts[:, 3])

    def thresholds(self) -> dict[str, float]:
        """The thresholds that the user has moved, by kind."""
        try:
            stored = json.loads(self._catalogue.meta(_THRESHOLDS) or "{}")
            return {str(kind): float(value) for kind, value in stored.items()}
        except UNREADABLE:
            return {}  # the defaults hold again; nothing but a slider's place is lost

    def set_threshold(self, kind: str, value: float | None) -> None:
        """Move the threshold of one kind, or put it back to the default with None."""
        kept = {name: old for name, old in self.thresholds().items() if name != kind}
        if value is not None:
            kept[kind] = value
        with self._catalogue.transaction("health") as tx:
            tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_THRESHOLDS, json.dumps(kept)))

    def accept(self, ids: Sequence[int], kind: str, accepted: bool = True) -> None:
        """Note that these pictures are as they should be, whatever is measured; or take that back.

        Keyed by content hash, so that it outlives deleting and adding again.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._catalogue.transaction("health") as tx:
            if accepted:
                tx.executemany(
                    "INSERT OR REPLACE INTO quality_accepted (sha256, kind, at) "
                    "SELECT sha256, ?, ? FROM picture WHERE id = ?",
                    [(kind, at, i) for i in ids],
                )
            else:
                tx.executemany(
                    "DELETE FROM quality_accepted WHERE kind = ? AND sha256 = "
                    "(SELECT sha256 FROM picture WHERE id = ?)",
                    [(kind, i) for i in ids],
                )

    def accepted(self) -> Mapping[str, frozenset[int]]:
        """Ids of the pictures in sight that were accepted, by kind."""
        found: dict[str, set[int]] = {}
        for kind, picture_id in self._catalogue.execute(
            "SELECT a.kind, p.id FROM quality_accepted a JOIN picture p ON p.sha256 = a.sha256 "
            "WHERE p.removed_at IS NULL"
        ):
            found.setdefault(kind, set()).add(picture_id)
        return {kind: frozenset(ids) for kind, ids in found.items()}
