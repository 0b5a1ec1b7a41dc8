"""A snapshot of the catalogue's state, read once per query and passed to all its stages."""

from dataclasses import dataclass

from ...stored import decoding
from .catalogue import Catalogue
from .space_types import Space


@dataclass(frozen=True)
class Snapshot:
    """The state of one space of a collection.

    Args:
        version: grows with every change of the catalogue.
        repairs: number of repairs of damaged vectors; an index over the old ones must be reopened.
        purges: number of permanent deletions of vectors; an index built before must be rebuilt.
        space: the space of the requested encoder; None if there is none yet.
    """

    version: int
    repairs: int
    purges: int
    space: Space | None


_NUMBERS = (
    "coalesce((SELECT value FROM meta WHERE key = 'version'), 0), "
    "coalesce((SELECT value FROM meta WHERE key = 'repairs'), 0), "
    "coalesce((SELECT value FROM meta WHERE key = 'purges'), 0)"
)


def read_snapshot(catalogue: Catalogue, encoder: str) -> Snapshot:
    """Read the state of the space named `encoder` in the collection, with one statement.

    Raises:
        CollectionError: the catalogue cannot be read.
    """
    row = catalogue.execute(
        f"SELECT {_NUMBERS}, s.id, s.encoder, s.fingerprint, s.dim, s.file FROM (SELECT 1) "  # noqa: S608
        "LEFT JOIN space s ON s.id = (SELECT space_id FROM space_name WHERE encoder = ?)",
        (encoder,),
    ).fetchone()
    with decoding(catalogue.damaged):
        version, repairs, purges = (int(value) for value in row[:3])
    return Snapshot(version, repairs, purges, None if row[3] is None else Space(*row[3:]))
