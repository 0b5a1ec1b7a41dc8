"""Stored health checks."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import CollectionError
from core.health.store import HealthStore


@pytest.fixture
def store(shop):
    return HealthStore(shop.catalogue)


def test_checks_are_listed_by_kind_and_the_last_is_found(store):
    assert store.latest("quality") is None
    begun = datetime.now(UTC) - timedelta(seconds=5)
    first = store.add("quality", {"blurry": 0.5}, {"flagged": [1, 2], "name": "Café"}, begun)
    store.add("drift", {}, {})
    last = store.add("quality", {"blurry": 0.6}, {"flagged": []})
    assert [run.id for run in store.list()] == [1, 2, 3]
    assert store.list("quality") == [first, last]
    assert store.latest("quality") == last
    assert (first.started, first.result["name"]) == (begun, "Café")
    assert first.finished - begun >= timedelta(seconds=5)


def test_a_value_that_is_not_json_is_an_error_and_nothing_is_stored(store):
    with pytest.raises(ValueError, match="JSON"):
        store.add("quality", {}, {"sharpness": float("nan")})
    assert store.list() == []


def test_a_check_that_runs_is_listed_but_is_not_the_last_result(store, shop):
    done = store.add("drift", {}, {"alarm": False})
    with shop.catalogue.transaction() as tx:
        tx.execute(
            "INSERT INTO health_runs (started, kind, settings, result) "
            "VALUES ('2026-01-01', 'drift', '{}', '{}')"
        )
    assert store.list("drift")[1].finished is None
    assert store.latest("drift") == done


def test_a_damaged_entry_is_a_sentence(store, shop):
    store.add("drift", {}, {})
    with shop.catalogue.transaction() as tx:
        tx.execute("UPDATE health_runs SET result = '{'")
    with pytest.raises(CollectionError, match="damaged"):
        store.list()
