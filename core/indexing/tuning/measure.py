"""How often an index is right, and how long it takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import faiss
import numpy as np
from numpy.typing import NDArray

from core.indexing.index import FloatArray, Index, SearchParameters
from core.indexing.tuning.truth import Truth
from core.indexing.tuning.types import Latency
from core.jobs import Monitor

_AT_ONCE = 64
"""Queries between two looks at whether to stop."""
_WARM_UP = 5


def recalls(
    index: Index,
    queries: FloatArray,
    truth: Truth,
    k: int,
    parameters: SearchParameters,
    monitor: Monitor,
) -> NDArray[np.float64]:
    """Recall@k of each query ``(Q, dim)``: ``(Q,)``."""
    parts = []
    for start in range(0, len(queries), _AT_ONCE):
        monitor.check()
        stop = min(start + _AT_ONCE, len(queries))
        found = index.search(queries[start:stop], k, parameters=parameters)
        parts.append(truth.part(start, stop).recalls(found.ids))
    return np.concatenate(parts) if parts else np.empty(0)


def latency(
    index: Index,
    queries: FloatArray,
    k: int,
    parameters: SearchParameters,
    monitor: Monitor,
    at_most_s: float = 2.0,
) -> Latency:
    """The time of one query at a time on one thread, over `queries` until `at_most_s` seconds are spent."""
    spent: list[float] = []
    with one_thread():
        for at in range(min(_WARM_UP, len(queries))):
            index.search(queries[at : at + 1], k, parameters=parameters)
        begun = time.perf_counter()
        for at in range(len(queries)):
            monitor.check()
            started = time.perf_counter()
            index.search(queries[at : at + 1], k, parameters=parameters)
            spent.append(time.perf_counter() - started)
            if time.perf_counter() - begun > at_most_s and len(spent) >= _WARM_UP:
                break
    p50, p95 = np.quantile(spent, (0.5, 0.95)) * 1000
    return Latency(float(p50), float(p95), len(spent))


@contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS use one thread when called from this one."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
