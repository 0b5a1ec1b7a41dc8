"""Batches: the pictures added by each addition."""

from dataclasses import dataclass
from datetime import datetime

from ..stored import decoding
from .storage.catalogue import Catalogue


@dataclass(frozen=True)
class Batch:
    """The visible pictures of one addition.

    Attributes:
        id: number of the addition; 0 for pictures whose addition is not known.
        title: of the addition, such as "folder spring".
        at: when it began (UTC), by the system clock; None for id 0.
        ids: of its pictures, ascending.
    """

    id: int
    title: str
    at: datetime | None
    ids: tuple[int, ...]


def list_batches(catalogue: Catalogue) -> list[Batch]:
    """List the additions with visible pictures, in the order in which they were started.

    Additions are numbered, so a clock that was set back does not change their order. An addition that was
    interrupted and resumed is one batch.
    """
    pictures: dict[int, list[int]] = {}
    for addition, picture in catalogue.execute(
        "SELECT coalesce(addition_id, 0), id FROM picture WHERE removed_at IS NULL ORDER BY id"
    ):
        pictures.setdefault(addition, []).append(picture)
    rows = catalogue.execute("SELECT id, title, started_at FROM addition").fetchall()
    with decoding(catalogue.damaged):
        known: dict[int, tuple[str, datetime | None]] = {
            row[0]: (str(row[1]), datetime.fromisoformat(row[2])) for row in rows
        }
    unknown = ("pictures added before additions were recorded", None)
    found = ((one, known.get(one, unknown), ids) for one, ids in sorted(pictures.items()))
    return [Batch(one, title, at, tuple(ids)) for one, (title, at), ids in found]
