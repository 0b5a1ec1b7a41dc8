"""What is known of one picture goes over to another that shows the same and takes its place.

That is so where a picture loses its file and another one has equal pixels, and where a copy goes to the bin
and another copy is kept. The first picture keeps all of it.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .. import visibility

CARRIED_OVER = "carried over"
"""The source of verdicts that were said of a copy: no person has looked at the pair that they are on now."""
_TAKEN_OVER = "taken over"
"""The source of verdicts that were said of another picture with the same pixels."""
_BY_HAND = 3


@dataclass(frozen=True)
class Inherited:
    """What one picture took over from another.

    Attributes:
        heir: id of the picture that has it now.
        source: id of the picture that had it alone.
        label: the label that went over, or None.
        label_before: the label and the rank that the heir had before.
        label_rank: the rank of `label`.
        caption: the caption that went over, or None.
        taken_at: the time of capture that went over (ISO 8601), or None.
        position: latitude and longitude that went over, in degrees, or None.
        verdicts: ids of the verdicts written for the heir.
        marks: ids of the marks written for the heir.
        favourite: whether the star went over.
        refused: the label given to the source by hand and the other one that the heir has by hand; the first
            did not go over. None where they do not differ.
        caption_refused: the caption of the source and the other one that the heir has; the first did not go
            over. None where they do not differ.
    """

    heir: int
    source: int
    label: str | None = None
    label_before: tuple[str | None, int] = (None, 0)
    label_rank: int = 0
    caption: str | None = None
    taken_at: str | None = None
    position: tuple[float, float] | None = None
    verdicts: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    favourite: bool = False
    refused: tuple[str, str] | None = None
    caption_refused: tuple[str, str] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell: nothing went over, and nothing was refused."""
        return self == Inherited(self.heir, self.source)


def inherit(tx: sqlite3.Connection, heir: int, picture: int) -> Inherited:
    """Give `heir`, of equal pixels, what `picture` has and it has not.

    A label goes over where its rank is higher than that of the heir's. Verdicts go over as given, never as
    part of a random sample: the sample was drawn of other pairs.
    """
    return _inherit(tx, heir, picture, overruling=1, said_by=_TAKEN_OVER, apart_from=())


def bin_copies(tx: sqlite3.Connection, kept: Iterable[tuple[int, Sequence[int]]]) -> tuple[Inherited, ...]:
    """Put copies into the bin; what only a copy has goes over to the picture that is kept.

    Nothing that the kept picture has is overwritten, except a label that came from a folder or a CSV by one
    given by hand. Where several copies could give the same, the one with the label of highest rank comes
    first, then the one that was added first. Verdicts on pairs within a group do not go over.

    Args:
        tx: the transaction.
        kept: ids of pictures to keep, each with the ids of its copies.

    Returns:
        What went over or was refused.
    """
    told = list[Inherited]()
    for heir, copies in kept:
        before = {i: _state(tx, i) for i in (heir, *copies)}
        hashes = {state.sha256 for state in before.values()}
        for copy in sorted(copies, key=lambda i: (-before[i].rank, i)):
            told.append(
                _inherit(tx, heir, copy, overruling=_BY_HAND, said_by=CARRIED_OVER, apart_from=hashes)
            )
        visibility.trash(tx, copies)
    return tuple(one for one in told if not one.empty)


def take_back(tx: sqlite3.Connection, inherited: Sequence[Inherited]) -> None:
    """Undo what `bin_copies` gave; what was changed since stays as it is.

    So does what came from a picture that was deleted for good meanwhile: it is nowhere else.
    """
    now = _now()
    for one in reversed(inherited):
        if tx.execute("SELECT 1 FROM picture WHERE id = ?", (one.source,)).fetchone() is None:
            continue
        if one.label is not None:
            tx.execute(
                "UPDATE picture SET label = ?, label_rank = ? WHERE id = ? AND label = ? AND label_rank = ?",
                (*one.label_before, one.heir, one.label, one.label_rank),
            )
        if one.favourite:
            tx.execute("UPDATE picture SET favourite = 0 WHERE id = ?", (one.heir,))
        tx.execute("UPDATE picture SET caption = NULL WHERE id = ? AND caption = ?", (one.heir, one.caption))
        tx.execute(
            "UPDATE picture SET taken_at = NULL WHERE id = ? AND taken_at = ?", (one.heir, one.taken_at)
        )
        if one.position is not None:
            tx.execute(
                "UPDATE place SET latitude = NULL, longitude = NULL "
                "WHERE picture_id = ? AND latitude = ? AND longitude = ?",
                (one.heir, *one.position),
            )
        tx.executemany(
            "UPDATE verdict SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
            [(now, i) for i in one.verdicts],
        )
        tx.executemany("DELETE FROM mark WHERE id = ?", [(i,) for i in one.marks])


@dataclass(frozen=True)
class _State:
    label: str | None
    rank: int
    caption: str | None
    taken_at: str | None
    sha256: str
    favourite: int


def _state(tx: sqlite3.Connection, picture: int) -> _State:
    row = tx.execute(
        "SELECT label, label_rank, caption, taken_at, sha256, favourite FROM picture WHERE id = ?", (picture,)
    ).fetchone()
    return _State(*row)


def _inherit(
    tx: sqlite3.Connection,
    heir: int,
    picture: int,
    *,
    overruling: int,
    said_by: str,
    apart_from: Collection[str],
) -> Inherited:
    """Give `heir` what `picture` has and it has not.

    Args:
        tx: the transaction.
        heir: id of the picture that takes over.
        picture: id of the one that gives.
        overruling: the lowest rank of a label that goes over one of lower rank; one of any rank goes to a
            picture without a label.
        said_by: the source of the verdicts that are written.
        apart_from: hashes of pictures; verdicts on pairs with these do not go over.
    """
    old, new = _state(tx, picture), _state(tx, heir)
    outranks = old.rank > new.rank and (new.rank == 0 or old.rank >= overruling)
    label = old.label if outranks else None
    if label is not None:
        tx.execute("UPDATE picture SET label = ?, label_rank = ? WHERE id = ?", (label, old.rank, heir))
    caption = old.caption if not new.caption and old.caption else None
    taken_at = old.taken_at if new.taken_at is None else None
    tx.execute(
        "UPDATE picture SET caption = coalesce(?, caption), taken_at = coalesce(?, taken_at), "
        "favourite = favourite OR ? WHERE id = ?",
        (caption, taken_at, old.favourite, heir),
    )
    refused = None
    if old.rank == new.rank == _BY_HAND and old.label and new.label and old.label != new.label:
        refused = (old.label, new.label)
    caption_refused = None
    if old.caption and new.caption and old.caption != new.caption:
        caption_refused = (old.caption, new.caption)
    return Inherited(
        heir,
        picture,
        label,
        (new.label, new.rank) if label is not None else (None, 0),
        old.rank if label is not None else 0,
        caption,
        taken_at,
        _give_position(tx, heir, picture),
        _give_verdicts(tx, old.sha256, new.sha256, said_by, apart_from),
        _give_marks(tx, old.sha256, new.sha256),
        old.favourite > new.favourite,
        refused,
        caption_refused,
    )


def _give_position(tx: sqlite3.Connection, heir: int, picture: int) -> tuple[float, float] | None:
    """Only where the heir's own file is known not to say where it was taken."""
    there = tx.execute(
        "SELECT p.latitude, p.longitude FROM place p JOIN place h ON h.picture_id = ? "
        "WHERE p.picture_id = ? AND p.latitude IS NOT NULL AND h.latitude IS NULL",
        (heir, picture),
    ).fetchone()
    if there is None:
        return None
    tx.execute("UPDATE place SET latitude = ?, longitude = ? WHERE picture_id = ?", (*there, heir))
    return float(there[0]), float(there[1])


def _give_verdicts(
    tx: sqlite3.Connection, old: str, new: str, said_by: str, apart_from: Collection[str]
) -> tuple[int, ...]:
    written, now = [], _now()
    for a, b, verdict in tx.execute(
        "SELECT a_sha256, b_sha256, verdict FROM verdict v WHERE ? IN (a_sha256, b_sha256) AND id = "
        "(SELECT max(id) FROM verdict w WHERE w.a_sha256 = v.a_sha256 AND w.b_sha256 = v.b_sha256 "
        "AND w.withdrawn_at IS NULL) ORDER BY id",
        (old,),
    ).fetchall():
        other = b if a == old else a
        if other == new or other in apart_from:
            continue
        cursor = tx.execute(
            "INSERT INTO verdict (a_sha256, b_sha256, verdict, source, at) SELECT ?1, ?2, ?3, ?4, ?5 "
            "WHERE NOT EXISTS (SELECT 1 FROM verdict WHERE a_sha256 = ?1 AND b_sha256 = ?2 "
            "AND withdrawn_at IS NULL)",
            (*sorted((new, other)), verdict, said_by, now),
        )
        if cursor.rowcount and cursor.lastrowid is not None:
            written.append(cursor.lastrowid)
    return tuple(written)


def _give_marks(tx: sqlite3.Connection, old: str, new: str) -> tuple[int, ...]:
    rows = tx.execute(
        "INSERT INTO mark (query, sha256, relevant, at) SELECT query, ?1, relevant, ?3 FROM mark m "
        "WHERE sha256 = ?2 AND relevant IS NOT NULL "
        "AND id = (SELECT max(id) FROM mark n WHERE n.query = m.query AND n.sha256 = ?2) "
        "AND NOT EXISTS (SELECT 1 FROM mark o WHERE o.query = m.query AND o.sha256 = ?1) RETURNING id",
        (new, old, _now()),
    ).fetchall()
    return tuple(row[0] for row in rows)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
