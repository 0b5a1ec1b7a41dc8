"""Exact search in a collection of 100,000 pictures, and what it costs to let it grow.

- a whole `SearchEngine.search` (index, catalogue, evidence) against a bare FAISS IndexFlatIP query over the
  same vectors, one query at a time, in turns;
- adding 100 pictures to 100,000 against adding them to an empty collection, and the first search after it.

The 100,000 vectors are random and L2-normalised: exact search takes the same time whatever they hold. The
pictures behind them are rows of the catalogue only.
"""

import io
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import parser, report  # noqa: E402
from benchmarks.filled import fill  # noqa: E402

TARGETS = {"search_ratio": 1.3, "growth_ratio": 1.2}
K = 24


def main() -> int:
    args = parser(__doc__).parse_args()
    count = 20_000 if args.quick else 100_000
    import faiss

    from core.collection import Filter, Workspace
    from core.search import Query, SearchEngine

    with tempfile.TemporaryDirectory() as temporary:
        home = Workspace(Path(temporary))
        large, empty = home.create("large"), home.create("empty")
        for collection in (large, empty):
            collection.encoder()
        rng = np.random.default_rng(0)
        vectors = rng.standard_normal((count, large.encoder().dim), np.float32)
        fill(large, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        engine = SearchEngine(large)
        started = time.perf_counter()
        engine.search(Query(like=(1,)), K)
        opened_ms = (time.perf_counter() - started) * 1000

        vectors = np.asarray(large.vectors().vectors)
        bare = faiss.IndexFlatIP(vectors.shape[1])
        bare.add(vectors)
        chosen = np.random.default_rng(1).choice(count, 60, replace=False)
        bare_ms, ours_ms, label_ms, date_ms = [], [], [], []
        for i in map(int, chosen):
            bare_ms.append(timed(lambda i=i: bare.search(vectors[i : i + 1], K)))
            ours_ms.append(timed(lambda i=i: engine.search(Query(like=(i + 1,)), K)))
            label = Filter(labels=("label 3",))
            label_ms.append(timed(lambda i=i, w=label: engine.search(Query(like=(i + 1,), where=w), K)))
            days = Filter(taken_from=date(2020, 2, 1), taken_to=date(2021, 1, 1))
            date_ms.append(timed(lambda i=i, w=days: engine.search(Query(like=(i + 1,), where=w), K)))

        rng = np.random.default_rng(2)
        to_empty, to_large, after = [], [], []
        for _ in range(3):
            to_empty.append(timed(lambda: empty.add_files(pictures(rng))))
            to_large.append(timed(lambda: large.add_files(pictures(rng))))
            after.append(timed(lambda: engine.search(Query(like=(1,)), K)))
        page = [timed(lambda o=o: large.page(o, 48)) for o in (0, count // 2, count - 48)]
        ratios = [ours / flat for ours, flat in zip(ours_ms, bare_ms, strict=True)]
        figures = {
            "pictures": count,
            "first_search_ms": opened_ms,
            "bare_faiss_ms": statistics.median(bare_ms),
            "search_ms": statistics.median(ours_ms),
            "search_p95_ms": float(np.percentile(ours_ms, 95)),
            "search_ratio": statistics.median(ratios),
            "filtered_by_label_ms": statistics.median(label_ms),
            "filtered_by_date_ms": statistics.median(date_ms),
            "add_100_to_empty_ms": statistics.median(to_empty),
            "add_100_to_large_ms": statistics.median(to_large),
            "growth_ratio": statistics.median(to_large) / statistics.median(to_empty),
            "search_after_add_ms": statistics.median(after),
            "slowest_page_ms": max(page),
        }
    holds = all(figures[name] <= bound for name, bound in TARGETS.items())
    return report("search", figures, TARGETS, holds, args.json)


def timed(work) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def pictures(rng: np.random.Generator) -> list[tuple[str, bytes]]:
    """100 small pictures that nobody has seen."""
    from PIL import Image

    made = []
    for i in range(100):
        out = io.BytesIO()
        blocks = rng.integers(0, 255, (16, 16, 3), np.uint8)
        Image.fromarray(blocks).resize((320, 240)).save(out, "JPEG")
        made.append((f"new-{i}.jpg", out.getvalue()))
    return made


if __name__ == "__main__":
    sys.exit(main())
