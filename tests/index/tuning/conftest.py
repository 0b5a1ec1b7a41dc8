"""Vectors in clusters, an index whose recall can be set, and a clock of its own."""

import numpy as np
import pytest

from core.index.base import AS_BUILT, Neighbours, SearchParameters
from core.index.flat import FlatIndex
from core.index.spec import Recipe
from core.index.tuning import measure, sweep
from core.index.tuning.types import Gallery, Latency, Queries

DIM = 16
GOOD, POOR = Recipe("hnsw", "HNSW32"), Recipe("hnsw", "HNSW8")
EFS = (1, 2, 4, 8)


def clustered(count, seed):
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(40, DIM))
    vectors = centres[rng.integers(0, 40, count)] + 0.6 * rng.normal(size=(count, DIM))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="session")
def gallery():
    return Gallery(np.arange(1000, 3000), clustered(2000, 0))


@pytest.fixture(scope="session")
def queries():
    return {
        "image": Queries(clustered(200, 1), clustered(600, 2)),
        "text": Queries(clustered(100, 3), clustered(300, 4)),
    }


class Lossy(FlatIndex):
    """Exact search that loses each answer with a probability which falls as ef_search grows."""

    def __init__(self, dim, loss):
        super().__init__(dim)
        self._loss = loss
        self._rng = np.random.default_rng(5)

    def search(self, queries, k, allowed=None, parameters=AS_BUILT):
        found = super().search(queries, k)
        lost = self._rng.random(found.ids.shape) < self._loss(parameters.ef_search or 1)
        return Neighbours(np.where(lost, -1, found.ids), found.scores)


@pytest.fixture
def exact_ms():
    """How long exact search takes."""
    return [10.0]


@pytest.fixture
def losses(monkeypatch, exact_ms):
    """How often an answer is lost at an ef_search, by recipe. A query takes ef_search / 10 ms."""
    by_recipe = {GOOD: lambda ef: 0.05 / ef**2, POOR: lambda ef: 0.3}

    def build(recipe, ids, vectors, monitor=None, seed=0):
        monitor.expect(len(ids))
        monitor.check()
        index = Lossy(vectors.shape[1], by_recipe[recipe])
        index.add(ids, vectors)
        monitor.advance(len(ids))
        return index

    def latencies(index, queries, k, settings, monitor):
        breadths = [(one.ef_search or 1) / 10 for one in settings]
        every = breadths if isinstance(index, Lossy) else [exact_ms[0]]
        return [Latency(ms, 2 * ms, len(queries)) for ms in every]

    monkeypatch.setattr(sweep, "build", build)
    monkeypatch.setattr(sweep, "saved_bytes", lambda index, scratch: 3)
    monkeypatch.setattr(sweep, "settings", lambda recipe: [SearchParameters(ef_search=ef) for ef in EFS])
    monkeypatch.setattr(measure, "latencies", latencies)
    return by_recipe
