"""Embedding of a collection's existing pictures into another space."""

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future

import numpy as np

from ...embedding.base import Embedded, Encoder, encode_with_norms, join
from ...errors import LookalikeError
from ...jobs import Cancelled, Monitor
from ...workers import Workers
from ..decoding import decode_for
from ..storage.catalogue import Catalogue
from ..storage.space_types import Space
from ..storage.spaces import Spaces
from ..types import AddReport, Skip

_CHUNK = 32

_Chunk = tuple[list[int], Embedded, list[Skip]]


def embed_missing(
    catalogue: Catalogue,
    spaces: Spaces,
    space: Space,
    encoder: Encoder,
    read: Callable[[int], bytes],
    monitor: Monitor,
) -> AddReport:
    """Embed every picture that has no vector in `space` yet; see `embed`."""
    missing = catalogue.execute(
        "SELECT id FROM picture p WHERE NOT EXISTS "
        "(SELECT 1 FROM vector v WHERE v.picture_id = p.id AND v.space_id = ?) ORDER BY id",
        (space.id,),
    ).fetchall()
    return embed(catalogue, spaces, space, [row[0] for row in missing], encoder, read, monitor)


def embed(
    catalogue: Catalogue,
    spaces: Spaces,
    space: Space,
    ids: Sequence[int],
    encoder: Encoder,
    read: Callable[[int], bytes],
    monitor: Monitor,
) -> AddReport:
    """Embed these pictures in `space`, replacing their stored vectors; `read` returns an original.

    Committed chunk by chunk, so the next run continues an interrupted one. Pictures whose original is missing
    are skipped with the reason. The caller holds the collection's lock.
    """
    added, skipped = 0, list[Skip]()
    for embedded, made, bad in embed_chunks(catalogue, ids, encoder, read, monitor):
        if embedded:
            written = spaces.write(space, made.vectors, made.norms)
            with catalogue.transaction() as tx:
                written.commit(tx, embedded)
        added += len(embedded)
        skipped += bad
        monitor.advance(len(embedded) + len(bad))
    return AddReport(added, 0, 0, tuple(skipped), monitor.snapshot().elapsed_s, monitor.cancelled)


def embed_chunks(
    catalogue: Catalogue,
    ids: Sequence[int],
    encoder: Encoder,
    read: Callable[[int], bytes],
    monitor: Monitor,
) -> Iterator[_Chunk]:
    """Embed pictures in worker threads, and yield chunk by chunk; ends early on cancellation.

    Unfinished work is then dropped, since one file can take seconds.
    """
    named = catalogue.execute(
        "SELECT id, name FROM picture WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(ids),),
    ).fetchall()
    monitor.expect(len(named))
    workers = max(1, os.cpu_count() or 1)
    pending: deque[Future[_Chunk]] = deque()
    with Workers(workers, "lookalike-embed") as pool:
        for start in range(0, len(named), _CHUNK):
            if monitor.cancelled:
                break
            pending.append(pool.submit(_embed, named[start : start + _CHUNK], encoder, read, monitor))
            if len(pending) > 2 * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _embed(
    pictures: list[tuple[int, str]], encoder: Encoder, read: Callable[[int], bytes], monitor: Monitor
) -> _Chunk:
    ids, inputs, skipped = [], [], []
    for picture_id, name in pictures:
        try:
            with monitor.in_charge():
                inputs.append(encoder.prepare(decode_for(encoder, read(picture_id)).image))
        except Cancelled:
            break
        except LookalikeError as error:
            skipped.append(Skip(name, str(error)))
        else:
            ids.append(picture_id)
    made = encode_with_norms(encoder, np.stack(inputs)) if inputs else join([], encoder.dim)
    return ids, made, skipped
