"""Norms of the features of pictures before normalisation.

Embeddings have norm 1, so the information in the norm is lost: it is small if the encoder recognises little,
as in blurred or unusual pictures. So it is stored beside each vector. For vectors stored without it, it is
unknown until `measure_norms` embeds their pictures again.
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
    """The norms of one collection's vectors, by row."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of(self, space: Space, ids: Sequence[int]) -> FloatArray:
        """Return the norms ``(len(ids),)`` float32 of these pictures in this order; NaN if unknown."""
        rows = self._catalogue.execute(
            "SELECT picture_id, norm FROM vector WHERE space_id = ? AND norm IS NOT NULL "
            "AND picture_id IN (SELECT value FROM json_each(?))",
            (space.id, json.dumps([int(i) for i in ids])),
        )
        found = dict(rows.fetchall())
        with decoding(self._catalogue.damaged):
            return np.array([found.get(int(i), np.nan) for i in ids], np.float32)

    def missing(self, space: Space) -> list[int]:
        """Return the ids of visible pictures whose vector was stored without its norm, ascending."""
        rows = self._catalogue.execute(
            "SELECT v.picture_id FROM vector v JOIN picture p ON p.id = v.picture_id "
            "WHERE v.space_id = ? AND v.norm IS NULL AND p.removed_at IS NULL ORDER BY v.picture_id",
            (space.id,),
        )
        return [row[0] for row in rows]

    def note(self, space: Space, ids: Sequence[int], norms: FloatArray) -> None:
        """Store the norms ``(len(ids),)`` of vectors that are already stored."""
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "UPDATE vector SET norm = ? WHERE space_id = ? AND picture_id = ?",
                [(norm, space.id, i) for i, norm in zip(ids, stored_norms(norms), strict=True)],
            )


def measure_norms(
    catalogue: Catalogue, space: Space, encoder: Encoder, read: Callable[[int], bytes], monitor: Monitor
) -> AddReport:
    """Compute and store missing norms of vectors in `space`; the vectors stay unchanged.

    The pictures are embedded again, but the new vectors are not stored, so that no index has to be updated.
    Committed chunk by chunk; `added` of the report counts the norms stored. Pictures whose original is
    missing are skipped with the reason. The caller holds the collection's lock.
    """
    store = NormStore(catalogue)
    added, skipped = 0, list[Skip]()
    for ids, made, bad in embed_chunks(catalogue, store.missing(space), encoder, read, monitor):
        store.note(space, ids, made.norms)
        added += len(ids)
        skipped += bad
        monitor.advance(len(ids) + len(bad))
    return AddReport(added, 0, 0, tuple(skipped), monitor.snapshot().elapsed_s, monitor.cancelled)
