"""A collection large enough to tune, candidates that build at once, and a clock of its own."""

import pytest

from core.index.spec import Recipe
from core.index.tuning import measure
from core.index.tuning import tuner as tuning
from core.index.tuning.types import Latency
from core.index_manager import custom
from core.index_manager import tuning as tuning_of_collections
from tests.support.rows import fill, unit

SMALL_GRAPH = Recipe("hnsw", "HNSW16", 40)


@pytest.fixture
def quick(monkeypatch):
    """One small candidate, whatever the size; exact search takes 50 ms, others ef_search / 100."""

    def latencies(index, queries, k, settings, monitor):
        times = [50.0 if one.ef_search is None else one.ef_search / 100 for one in settings]
        return [Latency(ms, ms, len(queries)) for ms in times]

    for module in (tuning, tuning_of_collections, custom):
        monkeypatch.setattr(module, "candidate_recipes", lambda size, dim: [SMALL_GRAPH])
    monkeypatch.setattr(measure, "latencies", latencies)


@pytest.fixture
def full(shop):
    """The shop with 2,500 pictures."""
    fill(shop, unit(2500))
    return shop
