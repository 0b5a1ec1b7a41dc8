"""Embedding pictures that a collection already holds into another space."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from core.collection.catalogue import Catalogue
from core.collection.decoding import decode_for
from core.collection.spaces import Space
from core.collection.types import AddReport, Skip
from core.collection.vectors import FloatArray, VectorFile
from core.embedding.encoder import Encoder
from core.errors import LookalikeError
from core.jobs import Monitor

_CHUNK = 32

_Embedded = tuple[list[int], FloatArray, list[Skip]]


def embed_missing(
    catalogue: Catalogue,
    space: Space,
    file: VectorFile,
    encoder: Encoder,
    read: Callable[[int], bytes],
    monitor: Monitor,
) -> AddReport:
    """Embed every picture that has no vector in `space` yet; `read` gives the original of an id.

    Committed chunk by chunk, so an interrupted run is taken up by the next. Pictures whose original is
    gone are skipped with the reason. The caller holds the collection's lock.
    """
    missing = [
        (row[0], row[1])
        for row in catalogue.execute(
            "SELECT id, name FROM picture p WHERE NOT EXISTS "
            "(SELECT 1 FROM vector v WHERE v.picture_id = p.id AND v.space_id = ?) ORDER BY id",
            (space.id,),
        )
    ]
    monitor.expect(len(missing))
    added, skipped = 0, list[Skip]()
    workers = max(1, os.cpu_count() or 1)
    pending: deque[Future[_Embedded]] = deque()

    def commit(done: _Embedded) -> int:
        ids, vectors, bad = done
        if ids:
            row = file.append(vectors)
            with catalogue.transaction() as tx:
                tx.executemany(
                    "INSERT INTO vector VALUES (?, ?, ?)",
                    [(space.id, row + offset, picture_id) for offset, picture_id in enumerate(ids)],
                )
        skipped.extend(bad)
        monitor.advance(len(ids) + len(bad))
        return len(ids)

    with ThreadPoolExecutor(workers, thread_name_prefix="lookalike-embed") as pool:
        for start in range(0, len(missing), _CHUNK):
            if monitor.cancelled:
                break
            pending.append(pool.submit(_embed, missing[start : start + _CHUNK], encoder, read))
            if len(pending) > 2 * workers:
                added += commit(pending.popleft().result())
        while pending:
            added += commit(pending.popleft().result())
    seconds = monitor.snapshot().elapsed_s
    return AddReport(added, 0, 0, tuple(skipped), seconds, monitor.cancelled)


def _embed(pictures: list[tuple[int, str]], encoder: Encoder, read: Callable[[int], bytes]) -> _Embedded:
    ids, inputs, skipped = [], [], []
    for picture_id, name in pictures:
        try:
            inputs.append(encoder.prepare(decode_for(encoder, read(picture_id)).image))
        except LookalikeError as error:
            skipped.append(Skip(name, str(error)))
        else:
            ids.append(picture_id)
    vectors = encoder.encode_prepared(np.stack(inputs)) if inputs else np.empty((0, encoder.dim), np.float32)
    return ids, vectors, skipped
