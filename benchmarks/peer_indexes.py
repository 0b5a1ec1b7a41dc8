"""hnswlib and usearch, put to the same work as `benchmarks/indexing.py` puts the project's own indexes to."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LINKS = 32
EF_CONSTRUCTION = 80
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

Ask = Callable[[np.ndarray, int], np.ndarray]
"""The ids of the ten nearest of one query ``(1, dim)``, with this breadth of search."""


@dataclass(frozen=True)
class Peer:
    """A graph by another library: `ask` it, after `build_s` seconds of building."""

    name: str
    ask: Ask
    build_s: float


def hnswlib_graph(vectors: np.ndarray, k: int) -> Peer:
    import hnswlib

    started = time.perf_counter()
    graph = hnswlib.Index(space="ip", dim=vectors.shape[1])
    graph.init_index(len(vectors), M=LINKS, ef_construction=EF_CONSTRUCTION, random_seed=0)
    graph.add_items(vectors, np.arange(len(vectors)), num_threads=_CORES)
    build_s = time.perf_counter() - started

    def ask(query: np.ndarray, breadth: int) -> np.ndarray:
        graph.set_ef(breadth)
        return np.asarray(graph.knn_query(query, k, num_threads=1)[0][0])

    return Peer("hnswlib", ask, build_s)


def usearch_graph(vectors: np.ndarray, k: int) -> Peer:
    from usearch.index import Index

    started = time.perf_counter()
    graph = Index(
        ndim=vectors.shape[1],
        metric="ip",
        dtype="f32",
        connectivity=LINKS,
        expansion_add=EF_CONSTRUCTION,
    )
    graph.add(np.arange(len(vectors)), vectors, threads=_CORES)
    build_s = time.perf_counter() - started

    def ask(query: np.ndarray, breadth: int) -> np.ndarray:
        graph.expansion_search = breadth
        return np.asarray(graph.search(query[0], k, threads=1).keys)

    return Peer("usearch", ask, build_s)
