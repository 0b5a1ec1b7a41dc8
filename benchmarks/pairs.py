"""All pairs of 100,000 pictures: how long candidates take, and how many of the exact ones are found.

- Vectors: 100,000 crops of real photos under the default encoder (`benchmarks/vectors.py`), 29 a photo, so
  that nearly every picture has more than ten neighbours above the floor.
- Hashes: of the same number, drawn at random in groups of four that differ by up to eight bits, each laid
  down in some turn: what is timed does not depend on what they are hashes of.
- Neighbours: of each picture its ten nearest above the floor, index build included. The exact ones are
  computed with all pictures for 1,000 of them; a pair counts as found if one of its two proposes it.
- Hashes: the share of the true pairs that is found, by how many bits they differ.

Seconds by the clock mean something on a machine that does nothing else; `load_at_start` says so.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import Figure, parser, report  # noqa: E402
from benchmarks.vectors import real_vectors  # noqa: E402

TARGETS = {"seconds": 60.0, "neighbours_found": 0.99}
ASKED = 1000


def main() -> int:
    args = parser(__doc__).parse_args()
    from core.dedup import FLOOR, NEIGHBOURS, near_hashes, neighbours

    real = real_vectors()
    count = 25_000 if args.quick else len(real.gallery)
    vectors = np.ascontiguousarray(real.gallery[:count])
    ids = np.arange(1, count + 1)
    hashes, planted = drawn_hashes(count)
    figures: dict[str, Figure] = {"pictures": count, "load_at_start": os.getloadavg()[0]}
    started = time.perf_counter()
    near = neighbours(ids, vectors, ids)
    figures["neighbours_s"] = time.perf_counter() - started
    started = time.perf_counter()
    alike = near_hashes(ids, hashes, ids)
    figures["hashes_s"] = time.perf_counter() - started
    figures["seconds"] = figures["neighbours_s"] + figures["hashes_s"]
    figures["neighbour_pairs"], figures["hash_pairs"] = len(near), len(alike)
    found = {(a, b) for a, b in near.tolist()}
    exact = exact_neighbours(vectors, NEIGHBOURS, FLOOR)
    figures["neighbours_found"] = float(np.mean([pair in found for pair in exact]))
    found = {(a, b) for a, b in alike.tolist()}
    for bits in sorted(planted):
        figures[f"hashes_found_at_{bits}_bits"] = float(np.mean([pair in found for pair in planted[bits]]))
    holds = (
        figures["seconds"] < TARGETS["seconds"] and figures["neighbours_found"] >= TARGETS["neighbours_found"]
    )
    return report("pairs", figures, TARGETS, holds, args.json)


def exact_neighbours(vectors: np.ndarray, k: int, floor: float) -> list[tuple[int, int]]:
    asked = np.random.default_rng(0).choice(len(vectors), min(ASKED, len(vectors)), replace=False)
    cosines = vectors[asked] @ vectors.T
    cosines[np.arange(len(asked)), asked] = -1
    nearest = np.argpartition(-cosines, k, axis=1)[:, :k]
    return [
        (min(a, b) + 1, max(a, b) + 1)
        for row, (a, others) in enumerate(zip(asked.tolist(), nearest.tolist(), strict=True))
        for b in others
        if cosines[row, b] >= floor
    ]


def drawn_hashes(count: int) -> tuple[np.ndarray, dict[int, list[tuple[int, int]]]]:
    """Hashes of every turn, ``(count, 8)``, and true pairs of ids by the bits that they differ by."""
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 2**63, (count, 8), np.uint64) * np.uint64(2) + np.uint64(1)
    planted: dict[int, list[tuple[int, int]]] = {}
    for first in range(0, count - 1, 4):
        bits = int(rng.integers(0, 9))
        flips = rng.choice(64, bits, replace=False)
        change = np.uint64(sum(1 << int(flip) for flip in flips))
        hashes[first + 1, int(rng.integers(0, 8))] = hashes[first, 0] ^ change
        planted.setdefault(bits, []).append((first + 1, first + 2))
    return hashes, planted


if __name__ == "__main__":
    sys.exit(main())
