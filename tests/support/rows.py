"""Collections of rows and vectors without any pictures behind them."""

import numpy as np

from core.collection.ingest import catalogue_rows


def unit(count, dim=48, seed=0):
    """Random L2-normalised vectors."""
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def fill(collection, vectors):
    """Write `vectors` as an addition does; returns the ids of the pictures they stand for."""
    space = collection.space() or collection._spaces.make(collection.encoder_name, collection.encoder())
    written = collection._spaces.write(space, vectors)
    ids = []
    with collection._catalogue.transaction() as tx:
        for row in range(written.first, written.first + len(vectors)):
            ids.append(
                catalogue_rows.insert(
                    tx,
                    catalogue_rows.Record(f"{row:06d}.jpg", f"{row:064x}", "JPEG", 40, 30, 999, None),
                    keep=True,
                )
            )
        written.commit(tx, ids)
    return ids
