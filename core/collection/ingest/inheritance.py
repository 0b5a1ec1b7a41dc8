"""Inheritance:

data of one picture is transferred to another that shows the same and replaces it. This happens when a picture
loses its file and another one has equal pixels, and when a copy is moved to the bin and another copy is kept.
The first picture keeps its data.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .. import visibility

CARRIED_OVER = "carried over"
"""The source of verdicts transferred from a copy: the pair they now apply to was not reviewed itself."""
_TAKEN_OVER = "taken over"
"""The source of verdicts transferred from another picture with the same pixels."""
_BY_HAND = 3


@dataclass(frozen=True)
class Inherited:
    """What one picture inherited from another.

    Attributes:
        heir: id of the inheriting picture.
        source: id of the picture that had it.
        label: the transferred label, or None.
        label_before: the previous label and rank of the heir.
        label_rank: the rank of `label`.
        caption: the transferred caption, or None.
        taken_at: the transferred capture time (ISO 8601), or None.
        position: the transferred latitude and longitude in degrees, or None.
        verdicts: ids of the verdicts written for the heir.
        marks: ids of the marks written for the heir.
        favourite: whether the star was transferred.
        refused: conflicting labels given by hand to source and heir, of which the first was not transferred;
            None if there is no conflict.
        caption_refused: conflicting captions of source and heir, of which the first was not transferred; None
            if there is no conflict.
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
        """Whether nothing was transferred and nothing refused."""
        return self == Inherited(self.heir, self.source)


def inherit(tx: sqlite3.Connection, heir: int, picture: int) -> Inherited:
    """Transfer to `heir`, of equal pixels, what only `picture` has.

    A label is transferred if its rank is higher than that of the heir's. Verdicts are transferred as given,
    never as part of a random sample: the sample was drawn from other pairs.
    """
    return _inherit(tx, heir, picture, overruling=1, said_by=_TAKEN_OVER, apart_from=())


def bin_copies(tx: sqlite3.Connection, kept: Iterable[tuple[int, Sequence[int]]]) -> tuple[Inherited, ...]:
    """Move copies to the bin, and transfer what only a copy has to the kept picture. Nothing of the kept
    picture is overwritten, except a label from a folder or a CSV by one given by hand.

    If several copies qualify, the one with the label of highest rank comes first, then the one added first.
    Verdicts on pairs within a group are not transferred.

    Args:
        tx: the transaction.
        kept: ids of pictures to keep, each with the ids of its copies.

    Returns:
        What was transferred or refused.
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
    """Transfer to `heir` what only `picture` has.

    Args:
        tx: the transaction.
        heir: id of the inheriting picture.
        picture: id of the source.
        overruling: the minimum rank at which a label replaces one of lower rank; a picture without a label
            inherits any label.
        said_by: the source to record for the verdicts.
        apart_from: hashes of pictures; verdicts on pairs with these are not transferred.
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
    """Transfer the position, only if the heir's own file is known to have none."""
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
