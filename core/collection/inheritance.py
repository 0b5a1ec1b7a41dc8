"""What a person said of a picture goes over to one of equal pixels when the first loses its file."""

import sqlite3
from datetime import UTC, datetime

_TAKEN_OVER = "taken over"
"""The source of verdicts that were said of another picture with the same pixels."""


def inherit(tx: sqlite3.Connection, heir: int, picture: int) -> None:
    """Give `heir` the label, caption, verdicts and marks of `picture` where it has none of its own.

    A label goes over only where its rank is higher than that of the heir's. Verdicts go over as given, never
    as part of a random sample: the sample was drawn of other pairs. `picture` keeps all of it.
    """
    label, rank, caption, old = _state(tx, picture)
    _, _, _, new = _state(tx, heir)
    tx.execute(
        "UPDATE picture SET label = ?, label_rank = ? WHERE id = ? AND label_rank < ?",
        (label, rank, heir, rank),
    )
    tx.execute("UPDATE picture SET caption = coalesce(caption, ?) WHERE id = ?", (caption, heir))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for a, b, verdict in tx.execute(
        "SELECT a_sha256, b_sha256, verdict FROM verdict v WHERE ? IN (a_sha256, b_sha256) AND id = "
        "(SELECT max(id) FROM verdict w WHERE w.a_sha256 = v.a_sha256 AND w.b_sha256 = v.b_sha256 "
        "AND w.withdrawn_at IS NULL) ORDER BY id",
        (old,),
    ).fetchall():
        other = b if a == old else a
        if other != new:
            tx.execute(
                "INSERT INTO verdict (a_sha256, b_sha256, verdict, source, at) SELECT ?1, ?2, ?3, ?4, ?5 "
                "WHERE NOT EXISTS (SELECT 1 FROM verdict WHERE a_sha256 = ?1 AND b_sha256 = ?2)",
                (*sorted((new, other)), verdict, _TAKEN_OVER, now),
            )
    tx.execute(
        "INSERT INTO mark (query, sha256, relevant, at) SELECT query, ?1, relevant, ?3 FROM mark m "
        "WHERE sha256 = ?2 AND relevant IS NOT NULL "
        "AND id = (SELECT max(id) FROM mark n WHERE n.query = m.query AND n.sha256 = ?2) "
        "AND NOT EXISTS (SELECT 1 FROM mark o WHERE o.query = m.query AND o.sha256 = ?1)",
        (new, old, now),
    )


def _state(tx: sqlite3.Connection, picture: int) -> tuple[str | None, int, str | None, str]:
    row = tx.execute(
        "SELECT label, label_rank, caption, sha256 FROM picture WHERE id = ?", (picture,)
    ).fetchone()
    return row[0], row[1], row[2], row[3]
