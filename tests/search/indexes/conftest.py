"""A collection large enough to tune, candidates that build at once, and a clock of its own."""

import pytest

from core.indexing.recipe import Recipe
from core.indexing.tuning import measure
from core.indexing.tuning import tune as tuning
from core.indexing.tuning.types import Latency
from core.search.indexes import by_hand
from core.search.indexes import tune as tuning_of_collections
from tests.support.rows import fill, unit

SMALL_GRAPH = Recipe("hnsw", "HNSW16", 40)


@pytest.fixture
def quick(monkeypatch):
    """One small candidate, whatever the size; exact search takes 50 ms, others ef_search / 100."""

    def latency(index, queries, k, parameters, monitor):
        ms = 50.0 if parameters.ef_search is None else parameters.ef_search / 100
        return Latency(ms, ms, len(queries))

    for module in (tuning, tuning_of_collections, by_hand):
        monkeypatch.setattr(module, "candidate_recipes", lambda size, dim: [SMALL_GRAPH])
    monkeypatch.setattr(measure, "latency", latency)


@pytest.fixture
def full(shop):
    """The shop with 2,500 pictures."""
    fill(shop, unit(2500))
    return shop
