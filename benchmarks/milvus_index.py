"""An index in Milvus: loading it, and searching it with and without a filter, beside exact search here.

python benchmarks/milvus_index.py [--uri http://HOST:19530 | --uri FILE.db] [--quick] [--json]

Without `--uri` the server of the PyPI package `milvus` is started on loopback, on the same cores. 100,000
vectors of real pictures (10,000 with `--quick`), queries one at a time by turns: exact search in this process
(FAISS IndexFlatIP on one thread), Milvus without a filter, and Milvus with 100, a tenth and half of all ids
allowed. What a filter lets through is compared with the ids that are allowed: none may be wrong.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import parser, report
from benchmarks.vectors import real_vectors

TARGETS = {"image_recall_at_10": 0.98, "wrong_through_filters": 0}
K = 10
QUERIES = 200
EF_TEXT = 512


def main() -> int:
    options = parser(__doc__)
    options.add_argument(
        "--uri", help="a server or a Milvus Lite file; a collection is made and deleted there"
    )
    args = options.parse_args()
    import faiss

    from core.index import FlatIndex, SearchParameters, connect, reconcile, wait_for_index

    faiss.omp_set_num_threads(1)
    real = real_vectors(count=10_000 if args.quick else 100_000)
    vectors = np.ascontiguousarray(real.gallery)
    count, dim = vectors.shape
    every = np.arange(count)
    images, texts = real.image_queries[:QUERIES], real.text_queries[:QUERIES]
    flat = FlatIndex(dim)
    flat.add(every, vectors)
    with served(args.uri) as uri:
        index = connect(uri, collection="lookalike_benchmark", dim=dim, space="benchmark", timeout_s=60)
        try:
            reconcile(index, every[:0], lambda ids: vectors[ids])
            loaded = reconcile(index, every, lambda ids: vectors[ids])
            again = reconcile(index, every, lambda ids: vectors[ids])
            built_s = wait_for_index(index, limit_s=360)
            figures: dict[str, float | int | str] = {
                "vectors": count,
                "load_vectors_per_s": count / loaded.seconds,
                "reconcile_again_s": again.seconds,
                "index_built_after_s": built_s,
            }
            exact_ms, exact = timed(lambda q: flat.search(q, K), images)
            figures |= percentiles("exact_here", exact_ms)
            ms, found = timed(lambda q: index.search(q, K), images)
            figures |= percentiles("image", ms) | {"image_recall_at_10": recall(found, exact)}
            figures["image_times_exact"] = float(np.median(exact_ms) / np.median(ms))
            _, exact = timed(lambda q: flat.search(q, K), texts)
            broad = SearchParameters(ef_search=EF_TEXT)
            ms, found = timed(lambda q: index.search(q, K, None, broad), texts)
            figures |= percentiles("text", ms) | {"text_recall_at_10": recall(found, exact)}
            wrong = 0
            rng = np.random.default_rng(0)
            for name, size in (("100", 100), ("tenth", count // 10), ("half", count // 2)):
                allowed = rng.choice(count, size, replace=False)
                _, exact = timed(lambda q, allowed=allowed: flat.search(q, K, allowed), images)
                ms, found = timed(lambda q, allowed=allowed: index.search(q, K, allowed), images)
                figures |= percentiles(f"filter_{name}", ms) | {f"filter_{name}_recall": recall(found, exact)}
                wrong += int(np.sum(~np.isin(found[found >= 0], allowed)))
            figures["wrong_through_filters"] = wrong
            index.drop()
        finally:
            index.close()
    holds = figures["image_recall_at_10"] >= TARGETS["image_recall_at_10"] and wrong == 0
    return report("milvus", figures, TARGETS, holds, args.json)


@contextmanager
def served(uri: str | None) -> Iterator[str]:
    if uri is not None:
        yield uri
        return
    from tests.support.milvus_server import MilvusServer

    with tempfile.TemporaryDirectory() as temporary:
        server = MilvusServer(Path(temporary))
        server.start()
        try:
            yield server.uri
        finally:
            server.kill()


def timed(search, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds of each query asked alone, and the ids found ``(Q, K)``."""
    ms, ids = [], []
    for query in queries:
        started = time.perf_counter()
        ids.append(search(query[None]).ids[0])
        ms.append((time.perf_counter() - started) * 1000)
    return np.array(ms), np.array(ids)


def percentiles(name: str, ms: np.ndarray) -> dict[str, float]:
    return {f"{name}_p50_ms": float(np.median(ms)), f"{name}_p95_ms": float(np.percentile(ms, 95))}


def recall(found: np.ndarray, exact: np.ndarray) -> float:
    return float(np.mean([np.isin(e, f).mean() for f, e in zip(found, exact, strict=True)]))


if __name__ == "__main__":
    sys.exit(main())
