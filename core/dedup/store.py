"""Storage of compared pairs, their evidence, and the appearance of pictures.

All of it can be deleted and is computed again by the next scan.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..collection.storage.catalogue import Catalogue

_LOOKUP_BATCH = 500
_VERSION = "pairs"


@dataclass(frozen=True)
class PairRecord:
    """One compared pair: ids ``a < b``, its proposals (JSON), and its evidence (JSON)."""

    a: int
    b: int
    proposed_by: str
    evidence: str


@dataclass(frozen=True)
class LookRecord:
    """The appearance of one picture: its perceptual hashes (None for a flat one) and colours, as bytes."""

    picture_id: int
    hashes: bytes | None
    colours: bytes


class PairStore:
    """The compared pairs of one collection. Pairs are deleted with their pictures."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def adopt(self, version: str) -> None:
        """Delete evidence of another version, so that all stored evidence is comparable."""
        if not self.current(version):
            self.forget()
            with self._catalogue.transaction("pairs") as tx:
                tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_VERSION, version))

    def current(self, version: str) -> bool:
        """Whether the stored evidence is of this version."""
        return self._catalogue.meta(_VERSION) == version

    def looks(self) -> Iterator[LookRecord]:
        """Return the known appearances of pictures by id, including those in the bin."""
        rows = self._catalogue.execute("SELECT picture_id, hashes, colours FROM look ORDER BY picture_id")
        return (LookRecord(*row) for row in rows)

    def add_looks(self, looks: Sequence[LookRecord]) -> None:
        """Store appearances of pictures; those deleted meanwhile are left out."""
        with self._catalogue.transaction("pairs") as tx:
            tx.executemany(
                "INSERT OR REPLACE INTO look SELECT ?1, ?2, ?3 WHERE EXISTS "
                "(SELECT 1 FROM picture WHERE id = ?1)",
                [(look.picture_id, look.hashes, look.colours) for look in looks],
            )

    def compared(self, space_id: int) -> set[int]:
        """Return the ids of the pictures whose pairs in this space have all been compared."""
        rows = self._catalogue.execute("SELECT picture_id FROM compared WHERE space_id = ?", (space_id,))
        return {row[0] for row in rows}

    def mark_compared(self, space_id: int, ids: Iterable[int]) -> None:
        """Record that all pairs of these pictures have been compared; those deleted meanwhile are left
        out.
        """
        with self._catalogue.transaction("pairs") as tx:
            tx.executemany(
                "INSERT OR IGNORE INTO compared SELECT ?1, ?2 WHERE EXISTS "
                "(SELECT 1 FROM picture WHERE id = ?2)",
                [(space_id, i) for i in ids],
            )

    def add(self, space_id: int, pairs: Sequence[PairRecord]) -> None:
        """Store pairs, replacing existing ones; pairs of pictures deleted meanwhile are left out."""
        with self._catalogue.transaction("pairs") as tx:
            tx.executemany(
                "INSERT OR REPLACE INTO pair SELECT ?1, ?2, ?3, ?4, ?5 WHERE "
                "(SELECT count(*) FROM picture WHERE id IN (?2, ?3)) = 2",
                [(space_id, p.a, p.b, p.proposed_by, p.evidence) for p in pairs],
            )

    def keys(self, space_id: int) -> set[tuple[int, int]]:
        """Return the ids of every stored pair of this space, including those with a picture in the bin."""
        rows = self._catalogue.execute("SELECT a, b FROM pair WHERE space_id = ?", (space_id,))
        return set(rows.fetchall())

    def count(self, space_id: int) -> int:
        """Count the stored pairs whose pictures are both outside the bin."""
        return int(self._catalogue.execute(f"SELECT count(*) {_SHOWN}", (space_id,)).fetchone()[0])

    def of_space(self, space_id: int) -> list[PairRecord]:
        """Return the pairs of this space by ids, without those with a picture in the bin."""
        rows = self._catalogue.execute(
            f"SELECT a, b, proposed_by, evidence {_SHOWN} ORDER BY a, b",
            (space_id,),
        )
        return [PairRecord(*row) for row in rows]

    def every(self, space_id: int) -> list[PairRecord]:
        """Return all stored pairs of this space by ids, including those with a hidden picture."""
        rows = self._catalogue.execute(
            "SELECT a, b, proposed_by, evidence FROM pair WHERE space_id = ? ORDER BY a, b", (space_id,)
        )
        return [PairRecord(*row) for row in rows]

    def of_pictures(self, space_id: int, ids: Sequence[int]) -> list[PairRecord]:
        """Return the pairs of `of_space` that contain one of these pictures."""
        found: dict[tuple[int, int], PairRecord] = {}
        for start in range(0, len(ids), _LOOKUP_BATCH):
            part = ids[start : start + _LOOKUP_BATCH]
            marks = ",".join("?" * len(part))
            for side in ("a", "b"):
                rows = self._catalogue.execute(
                    f"SELECT a, b, proposed_by, evidence {_SHOWN} AND pair.{side} IN ({marks})",
                    (space_id, *part),
                )
                found |= {(row[0], row[1]): PairRecord(*row) for row in rows}
        return [found[key] for key in sorted(found)]

    def forget(self) -> None:
        """Delete all pairs and appearances, so that the next scan compares everything again."""
        with self._catalogue.transaction("pairs") as tx:
            for table in ("pair", "compared", "look"):
                tx.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names


_SHOWN = (
    "FROM pair JOIN picture p ON p.id = pair.a JOIN picture q ON q.id = pair.b "
    "WHERE pair.space_id = ? AND p.removed_at IS NULL AND q.removed_at IS NULL"
)
