"""Collections of rows and vectors, without any pictures behind them."""

from datetime import datetime, timedelta

import numpy as np

from core.collection import Collection

_STEP = 20_000


def fill(collection: Collection, vectors: np.ndarray) -> None:
    """Write one picture a vector into the catalogue of an empty collection, as an addition does."""
    space = collection._spaces.make(collection.encoder_name, collection.encoder())
    now = datetime(2026, 1, 1).isoformat()
    for start in range(0, len(vectors), _STEP):
        part = np.asarray(vectors[start : start + _STEP])
        written = collection._spaces.write(space, part)
        rows = range(written.first, start + len(part))
        taken = {row: datetime(2020, 1, 1) + timedelta(hours=row % 50_000) for row in rows}
        with collection._catalogue.transaction() as tx:
            tx.executemany(
                "INSERT INTO picture (id, sha256, name, format, width, height, bytes, taken_at, added_at, "
                "label, kept) VALUES (?, ?, ?, 'JPEG', 400, 533, 30000, ?, ?, ?, 1)",
                [
                    (r + 1, f"{r:064x}", f"p/{r:06d}.jpg", taken[r].isoformat(), now, f"label {r % 10}")
                    for r in rows
                ],
            )
            tx.executemany(
                "INSERT INTO name (picture_id, name, folded) VALUES (?, ?, ?)",
                [(r + 1, f"p/{r:06d}.jpg", f"p/{r:06d}.jpg") for r in rows],
            )
            written.commit(tx, [row + 1 for row in rows])
