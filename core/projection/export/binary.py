"""A map as bytes for the browser: a length, a JSON header, and arrays that lie one after the other.

Places and colours are two packets, so that another colouring does not send the places again. Pictures are
shuffled once: of very many a first part is a fair sample, and no cluster hides the others by coming later.
"""

import hashlib
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...clustering.palette import NOWHERE
from .points import CategoryScheme, MapPoints, counts, medians, placed, shades

FINEST = 65535
"""Places are whole numbers up to this: finer than a pixel on a map of 1,000 pixels magnified 65 times."""
_MOST_LABELS = 400
_LONGEST = 60


def order(n: int) -> NDArray[np.int64]:
    """The rows of a map of `n` pictures in the order in which they are sent and drawn."""
    return np.random.default_rng(0).permutation(n)


def pack_places(points: MapPoints) -> bytes:
    """Ids and places.

    Raises:
        ClusteringError: see `core.projection.export.points.placed`.
    """
    at, rows = placed(points), order(len(points))
    low, high = at.min(axis=0), at.max(axis=0)
    return _packed(
        {"n": len(points), "signature": signature(points), "box": [*low.tolist(), *high.tolist()]},
        {
            "xy": np.rint(at[rows] * FINEST).astype("<u2").reshape(-1),
            "ids": np.asarray(points.ids)[rows].astype("<u4"),
        },
    )


def pack_colours(points: MapPoints) -> bytes:
    """The colour of each picture, what the colours stand for, and where names of categories belong.

    Raises:
        ClusteringError: see `core.projection.export.points.shades`.
    """
    scheme = points.scheme
    steps, colours = shades(points)
    head: dict[str, Any] = {
        "signature": signature(points),
        "colours": colours,
        "shades": len(colours),
        "none": [NOWHERE[False], NOWHERE[True]],
    }
    if isinstance(scheme, CategoryScheme):
        head |= {
            "names": [name[:_LONGEST] for name in scheme.names],
            "rest": scheme.rest or "None of these",
            "counts": counts(points),
            "labels": [
                [number, round(x, 5), round(y, 5)]
                for number, x, y in medians(points, placed(points))[:_MOST_LABELS]
            ],
        }
    else:
        head |= {
            "title": scheme.title,
            "low": scheme.low,
            "high": scheme.high,
            "missing": counts(points)[0],
        }
    sent = steps[order(len(points))].astype("<u2")
    head["mark"] = hashlib.blake2b(json.dumps(head).encode() + sent.tobytes(), digest_size=8).hexdigest()
    return _packed(head, {"colour": sent})


def signature(points: MapPoints) -> str:
    """Says whether two maps have the same pictures at the same places."""
    seen = hashlib.blake2b(np.ascontiguousarray(points.ids, np.int64).tobytes(), digest_size=12)
    seen.update(np.ascontiguousarray(points.xy, np.float32).tobytes())
    return seen.hexdigest()


def _packed(head: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> bytes:
    where: dict[str, tuple[str, int, int]] = {}
    text = json.dumps(head | {"arrays": dict.fromkeys(arrays, ("u4", 10**9, 10**9))})
    start = 4 + -(-(len(text.encode()) + 8) // 8) * 8
    parts = []
    at = start
    for name, array in arrays.items():
        data = array.tobytes()
        where[name] = (f"u{array.itemsize}", at, len(array))
        parts.append(data + b"\0" * (-len(data) % 8))
        at += len(parts[-1])
    header = json.dumps(head | {"arrays": where}).encode()
    header += b" " * (start - 4 - len(header))
    return len(header).to_bytes(4, "little") + header + b"".join(parts)
