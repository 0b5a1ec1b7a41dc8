"""Pixel hashes of pictures that an older version added without them."""

import os
from collections.abc import Callable

from ...errors import LookalikeError
from ...images.decoding.decode import load_image
from ...jobs import Monitor
from ...workers import Workers
from .catalogue import Catalogue

_CHUNK = 64
_SMALL = 64
"""The pixels are not needed, so a JPEG is decoded at the smallest size."""


def hash_missing(catalogue: Catalogue, read: Callable[[int], bytes], monitor: Monitor) -> int:
    """Compute the pixel hash of every visible picture that has none; `read` returns the original of an id.

    Committed chunk by chunk. Pictures whose original is missing are skipped. Returns how many were hashed.

    Raises:
        Cancelled: the monitor was asked to stop; what was hashed is kept.
    """
    missing = [
        row[0]
        for row in catalogue.execute(
            "SELECT id FROM picture WHERE pixel_hash IS NULL AND removed_at IS NULL ORDER BY id"
        )
    ]
    if not missing:
        return 0
    monitor.say("Hashing the pixels")
    monitor.expect(len(missing))

    def hashed(picture_id: int) -> tuple[str | None, str | None, int]:
        try:
            found = load_image(read(picture_id), min_side=_SMALL, hashed=True)
            return found.pixel_hash, found.stored_hash, picture_id
        except LookalikeError:
            return None, None, picture_id

    count = 0
    with monitor.in_charge(), Workers(os.cpu_count() or 1, "lookalike-pixels") as pool:
        for start in range(0, len(missing), _CHUNK):
            monitor.check()
            part = missing[start : start + _CHUNK]
            found = [one for one in pool.map(hashed, part) if one[0] is not None]
            with catalogue.transaction() as tx:
                tx.executemany(
                    "UPDATE picture SET pixel_hash = ?, stored_hash = ? WHERE id = ? AND pixel_hash IS NULL",
                    found,
                )
            count += len(found)
            monitor.advance(len(part))
    return count
