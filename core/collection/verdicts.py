"""Verdicts on pairs of pictures: the latest one counts, all are kept.

They are keyed by content hash, so that a verdict survives re-indexing, deleting and re-adding a picture, and
applies under every encoder.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import CollectionError
from ..stored import decoding
from .ingest.inheritance import CARRIED_OVER
from .storage.catalogue import Catalogue
from .types import PairVerdict, Purpose, Verdict

_COLUMNS = "a_sha256, b_sha256, verdict, source, at, purpose, id, withdrawn_at"
_SALT = "pair_salt"


@dataclass(frozen=True)
class Judgement:
    """A verdict to store: on two pictures by id, in any order."""

    a: int
    b: int
    verdict: Verdict
    source: str = "person"
    purpose: Purpose = "given"


class VerdictStore:
    """The verdicts of one collection. Safe to use from several threads and processes at once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def judge(self, judgements: Sequence[Judgement]) -> list[int]:
        """Store verdicts, all or none; returns their ids, which `withdraw` takes.

        Raises:
            CollectionError: a picture does not exist (one in the bin does), or is paired with itself.
        """
        hashes = self._hashes_of({i for one in judgements for i in (one.a, one.b)})
        now = datetime.now(UTC).isoformat(timespec="seconds")
        written = []
        for one in judgements:
            if one.a == one.b:
                raise CollectionError("A pair needs two different pictures.")
        with self._catalogue.transaction("verdicts") as tx:
            for one in judgements:
                a, b = sorted((hashes[one.a], hashes[one.b]))
                cursor = tx.execute(
                    "INSERT INTO verdict (a_sha256, b_sha256, verdict, source, at, purpose) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (a, b, one.verdict, one.source, now, one.purpose),
                )
                assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
                written.append(cursor.lastrowid)
        return written

    def withdraw(self, ids: Sequence[int]) -> int:
        """Withdraw verdicts; the previous verdict of the pair counts again. Returns how many were
        withdrawn.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._catalogue.transaction("verdicts") as tx:
            return sum(
                tx.execute(
                    "UPDATE verdict SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL", (now, i)
                ).rowcount
                for i in ids
            )

    def undo(self, source: str = "person") -> PairVerdict | None:
        """Withdraw the last verdict of `source` that is not withdrawn yet; None if there is none."""
        row = self._catalogue.execute(
            "SELECT max(id) FROM verdict WHERE source = ? AND withdrawn_at IS NULL", (source,)
        ).fetchone()
        if row[0] is None:
            return None
        self.withdraw([row[0]])
        found = self._catalogue.execute(f"SELECT {_COLUMNS} FROM verdict WHERE id = ?", (row[0],))  # noqa: S608
        return _verdict(found.fetchone())

    def standing(self) -> list[PairVerdict]:
        """Return the current verdicts, one per pair, oldest first."""
        rows = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM verdict v WHERE id = "  # noqa: S608 - the columns are fixed
            "(SELECT max(id) FROM verdict w WHERE w.a_sha256 = v.a_sha256 AND w.b_sha256 = v.b_sha256 "
            "AND w.withdrawn_at IS NULL) ORDER BY id"
        )
        with decoding(self._catalogue.damaged):
            return [_verdict(row) for row in rows]

    def history(self, a: int, b: int) -> list[PairVerdict]:
        """Return all verdicts on two pictures, oldest first, including withdrawn ones.

        Raises:
            CollectionError: a picture does not exist.
        """
        hashes = self._hashes_of({a, b})
        rows = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM verdict WHERE a_sha256 = ? AND b_sha256 = ? ORDER BY id",  # noqa: S608
            tuple(sorted((hashes[a], hashes[b]))),
        )
        with decoding(self._catalogue.damaged):
            return [_verdict(row) for row in rows]

    def fit_for_learning(self) -> set[tuple[str, str]]:
        """Return the pairs of hashes that were not judged in the random sample.

        A score must not learn from the sample that certifies it, so only these may be used for training.
        Verdicts transferred from a copy are excluded too: they may come from that sample, on a similar pair.
        """
        rows = self._catalogue.execute(
            "SELECT DISTINCT a_sha256, b_sha256 FROM verdict "
            "WHERE withdrawn_at IS NULL AND purpose <> 'random' AND source <> ?",
            (CARRIED_OVER,),
        )
        return {(row[0], row[1]) for row in rows}

    def hashes(self) -> dict[int, str]:
        """Return the content hash by id of every visible picture."""
        return dict(self._catalogue.execute("SELECT id, sha256 FROM picture WHERE removed_at IS NULL"))

    def every_hash(self) -> dict[int, str]:
        """Return the content hash by id of every picture, including those in the bin or with a missing
        file.
        """
        return dict(self._catalogue.execute("SELECT id, sha256 FROM picture"))

    def salt(self) -> int:
        """A number of 63 bits, drawn once for each collection: it orders the random sample of its pairs.

        Labels travel between collections, and a score that has learned from one collection's random sample
        must meet another one elsewhere.
        """
        found = self._catalogue.meta(_SALT)
        if found is None:
            with self._catalogue.transaction("verdicts") as tx:
                tx.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (_SALT, str(secrets.randbits(63))))
            found = self._catalogue.meta(_SALT)
        return int(found or 0)

    def _hashes_of(self, ids: set[int]) -> dict[int, str]:
        found = {picture.id: picture.sha256 for picture in self._catalogue.pictures(sorted(ids))}
        gone = sorted(ids - found.keys())
        if gone:
            raise CollectionError(f"There is no picture {gone[0]}; it may have been permanently deleted.")
        return found


def _verdict(row: Sequence[object]) -> PairVerdict:
    a, b, verdict, source, at, purpose, verdict_id, withdrawn_at = row
    return PairVerdict(
        str(a),
        str(b),
        verdict,  # type: ignore[arg-type] # the table checks its words
        str(source),
        datetime.fromisoformat(str(at)),
        purpose,  # type: ignore[arg-type]
        int(str(verdict_id)),
        None if withdrawn_at is None else datetime.fromisoformat(str(withdrawn_at)),
    )
