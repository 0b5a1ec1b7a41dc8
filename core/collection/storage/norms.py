"""How long the features of pictures were before they were normalised.

Embeddings have length 1, so that what the length said is lost: features are short where the encoder sees
little that it knows, as in blurred or strange pictures. So it is stored beside each vector. It is not known
of vectors from before that was done, until `measure_norms` embeds their pictures again.
"""

import json
from collections.abc import Callable, Sequence

import numpy as np

from ...embedding.base import Encoder
from ...jobs import Monitor
from ...stored import decoding
from ..ingest.reembed import embed_chunks
from ..types import AddReport, Skip
from .catalogue import Catalogue
from .space_types import Space
from .vector_file import FloatArray, stored_norms


class NormStore:
    """The norms of one collection, in the rows of its vectors."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of(self, space: Space, ids: Sequence[int]) -> FloatArray:
        """The norms ``(len(ids),)`` float32 of these pictures in this order; NaN where one is not known."""
        rows = self._catalogue.execute(
            "SELECT picture_id, norm FROM vector WHERE space_id = ? AND norm IS NOT NULL "
            "AND picture_id IN (SELECT value FROM json_each(?))",
            (space.id, json.dumps([int(i) for i in ids])),
        )
        found = dict(rows.fetchall())
        with decoding(self._catalogue.damaged):
            return np.array([found.get(int(i), np.nan) for i in ids], np.float32)

    def missing(self, space: Space) -> list[int]:
        """Ids of the pictures in sight whose vector was stored without its norm, ascending."""
        rows = self._catalogue.execute(
            "SELECT v.picture_id FROM vector v JOIN picture p ON p.id = v.picture_id "
            "WHERE v.space_id = ? AND v.norm IS NULL AND p.removed_at IS NULL ORDER BY v.picture_id",
            (space.id,),
        )
        return [row[0] for row in rows]

    def note(self, space: Space, ids: Sequence[int], norms: FloatArray) -> None:
        """Note the norms ``(len(ids),)`` of vectors that are stored already."""
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "UPDATE vector SET norm = ? WHERE space_id = ? AND picture_id = ?",
                [(norm, space.id, i) for i, norm in zip(ids, stored_norms(norms), strict=True)],
            )


def measure_norms(
    catalogue: Catalogue, space: Space, encoder: Encoder, read: Callable[[int], bytes], monitor: Monitor
) -> AddReport:
    """Note the norms of vectors in `space` that were stored without them; the vectors stay as they are.

    The pictures are embedded again for it, and what comes of that is not stored, so that no index has to
    follow. Committed chunk by chunk; `added` of the report counts the norms noted. Pictures whose original is
    gone are skipped with the reason. The caller holds the collection's lock.
    """
    store = NormStore(catalogue)
    added, skipped = 0, list[Skip]()
    for ids, made, bad in embed_chunks(catalogue, store.missing(space), encoder, read, monitor):
        store.note(space, ids, made.norms)
        added += len(ids)
        skipped += bad
        monitor.advance(len(ids) + len(bad))
    return AddReport(added, 0, 0, tuple(skipped), monitor.snapshot().elapsed_s, monitor.cancelled)
