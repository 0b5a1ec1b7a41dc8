"""Measurement of an index: recall and latency."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import faiss
import numpy as np
from numpy.typing import NDArray

from ...jobs import Monitor
from ..base import FloatArray, Index, SearchParameters
from .ground_truth import Truth
from .types import Latency

_AT_ONCE = 64
"""Queries between two checks for cancellation."""
_WARM_UP = 5


def recalls(
    index: Index,
    queries: FloatArray,
    truth: Truth,
    k: int,
    parameters: SearchParameters,
    monitor: Monitor,
) -> NDArray[np.float64]:
    """Compute recall@k of each query ``(Q, dim)``: ``(Q,)``."""
    parts = []
    for start in range(0, len(queries), _AT_ONCE):
        monitor.check()
        stop = min(start + _AT_ONCE, len(queries))
        found = index.search(queries[start:stop], k, parameters=parameters)
        parts.append(truth.part(start, stop).recalls(found.ids))
    return np.concatenate(parts) if parts else np.empty(0)


def latencies(
    index: Index,
    queries: FloatArray,
    k: int,
    settings: Sequence[SearchParameters],
    monitor: Monitor,
    at_most_s: float = 2.0,
) -> list[Latency]:
    """Measure the latency of single queries on one thread, under each of several settings.

    Settings take turns, so that other load on the machine affects all of them, and none profits from what the
    one before it left in the processor's cache. It ends after all `queries`, or after `at_most_s` seconds per
    setting.
    """
    spent: list[list[float]] = [[] for _ in settings]
    apart = max(1, len(queries) // max(1, len(settings)))
    with one_thread():
        for at in range(min(_WARM_UP, len(queries))):
            index.search(queries[at : at + 1], k, parameters=settings[0])
        begun = time.perf_counter()
        for at in range(len(queries)):
            monitor.check()
            for number, parameters in enumerate(settings):
                query = queries[(at + number * apart) % len(queries)][None]
                started = time.perf_counter()
                index.search(query, k, parameters=parameters)
                spent[number].append(time.perf_counter() - started)
            if time.perf_counter() - begun > at_most_s * len(settings) and at + 1 >= _WARM_UP:
                break
    quantiles = [np.quantile(times, (0.5, 0.95)) * 1000 for times in spent]
    return [Latency(float(p50), float(p95), len(spent[0])) for p50, p95 in quantiles]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS use one thread when called from this one."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
