import json

import pytest

from core import Query, SearchEngine
from core.index.base import SearchParameters
from core.index.spec import Recipe
from core.index_manager import monitor
from core.index_manager.builder import make
from core.index_manager.search_settings import Settings
from core.stored import to_json
from tests.support.rows import fill, unit


def serve(shop, breadth):
    """Let a graph serve that was shown to have a recall of 0.95, whatever is true."""
    recipe = Recipe("hnsw", "HNSW4", 8)
    settings = Settings(SearchParameters(ef_search=breadth), SearchParameters(ef_search=breadth))
    measured = json.dumps({"k": 10, "targets": {"image": 0.95, "text": 0.95}})
    record = shop.indexes.add(shop.space().id, to_json(recipe), to_json(settings), measured)
    make(shop, record)
    return shop.indexes.use(record.id)


@pytest.fixture
def filled(shop, monkeypatch):
    monkeypatch.setattr(monitor, "FIRST", 3)
    fill(shop, unit(1500))
    return shop


def test_a_collapse_of_recall_is_noticed_on_what_is_really_asked(filled):
    serve(filled, breadth=1)
    engine = SearchEngine(filled)
    for _ in range(3):
        assert engine.search(Query(text="red")).warning == ""
    engine.watch.wait()
    warned = engine.search(Query(text="red"))
    assert "has fallen to" in warned.warning
    assert engine.watch.asked == ("red",) * 4
    filled.indexes.use_exact(filled.space().id)
    assert engine.search(Query(text="red")).warning == ""


def test_an_index_that_answers_well_is_left_in_peace(filled):
    serve(filled, breadth=1500)
    engine = SearchEngine(filled)
    for _ in range(3):
        engine.search(Query(text="red"))
    engine.watch.wait()
    assert engine.watch._last[1].findings
    assert engine.search(Query(text="red")).warning == ""


def test_exact_search_needs_no_check(filled):
    engine = SearchEngine(filled)
    for _ in range(5):
        engine.search(Query(text="red"))
    engine.watch.wait()
    assert engine.watch._last == (None, None)
