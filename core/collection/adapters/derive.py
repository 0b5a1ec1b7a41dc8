"""Derivation of a space from another one by an adapter, without decoding pictures."""

from dataclasses import dataclass

from ...embedding.adapter import Adapter
from ...jobs import Monitor
from ..storage.catalogue import Catalogue
from ..storage.space_types import Space, WrittenRows
from ..storage.spaces import Spaces
from ..storage.vector_file import FloatArray

_CHUNK = 4096
"""Vectors mapped and committed at a time: 20 MB of 1,296 float32."""


@dataclass(frozen=True)
class DerivedTarget:
    """A derived space, which receives the mapped vectors of its base."""

    space: Space
    spaces: Spaces
    adapter: Adapter

    def write(self, vectors: FloatArray) -> WrittenRows:
        """Map base vectors ``(N, dim)`` and write them; they take effect on commit."""
        mapped = self.adapter.map(vectors)
        return self.spaces.write(self.space, mapped.vectors, mapped.norms)


_MISSING = (
    "FROM vector b WHERE b.space_id = ? AND NOT EXISTS "
    "(SELECT 1 FROM vector v WHERE v.picture_id = b.picture_id AND v.space_id = ?)"
)


def count_missing(catalogue: Catalogue, base: Space, space: Space) -> int:
    """Count the pictures with a vector in `base` and none in `space`."""
    return int(catalogue.execute(f"SELECT count(*) {_MISSING}", (base.id, space.id)).fetchone()[0])


def derive_missing(
    catalogue: Catalogue, spaces: Spaces, base: Space, target: DerivedTarget, space: Space, monitor: Monitor
) -> int:
    """Map the base vectors missing from `space`, one chunk per transaction; returns how many were mapped.

    An interrupted run leaves whole chunks, and the next one continues after them. The caller holds the
    collection's lock.

    Raises:
        Cancelled: the monitor was asked to stop; what was committed stays.
    """
    monitor.expect(count_missing(catalogue, base, space))
    done, after = 0, -1
    while True:
        monitor.check()
        rows = catalogue.execute(
            f"SELECT b.row, b.picture_id {_MISSING} AND b.row > ? ORDER BY b.row LIMIT ?",
            (base.id, space.id, after, _CHUNK),
        ).fetchall()
        if not rows:
            return done
        # A damaged base vector has no mapped vector: both are restored when the collection is repaired.
        ids, vectors = spaces.sound_vectors(base, [row[1] for row in rows])
        if len(ids):
            written = target.write(vectors)
            with catalogue.transaction() as tx:
                written.commit(tx, ids.tolist())
        done, after = done + len(ids), rows[-1][0]
        monitor.advance(len(rows))
