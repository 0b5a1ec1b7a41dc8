import json

import pytest

from core.index_manager import autotune
from core.index_manager.autotune import advice, exact_ms
from tests.support.rows import fill, unit


def test_an_empty_collection_needs_nothing(shop):
    assert advice(shop).action == "none"
    assert exact_ms(shop) == 0


def test_a_small_collection_stays_exact(shop, monkeypatch):
    monkeypatch.setattr(autotune, "exact_ms", lambda *_: 3.0)
    fill(shop, unit(20))
    found = advice(shop)
    assert found.action == "none"
    assert "3 ms for 20 pictures" in found.sentence


def test_a_slow_one_is_to_be_tuned(shop, monkeypatch):
    monkeypatch.setattr(autotune, "exact_ms", lambda *_: 31.0)
    fill(shop, unit(20))
    assert advice(shop).action == "tune"


@pytest.mark.parametrize(("tuned_for", "action"), [(20, "none"), (14, "none"), (12, "again")])
def test_an_index_is_tuned_again_when_the_collection_has_grown_by_half(shop, tuned_for, action):
    fill(shop, unit(20))
    record = shop.indexes.add(shop.space().id, "{}", "{}", json.dumps({"vectors": tuned_for}))
    shop.indexes.use(record.id)
    assert advice(shop).action == action


def test_the_time_of_a_part_stands_for_the_whole(shop, monkeypatch):
    fill(shop, unit(500))
    whole = exact_ms(shop)
    assert whole > 0
    sizes = []
    monkeypatch.setattr(autotune, "_SAMPLE", 100)
    monkeypatch.setattr(
        autotune, "FlatIndex", lambda dim, real=autotune.FlatIndex: sizes.append(dim) or real(dim)
    )
    assert exact_ms(shop) > 0
    assert sizes == [48]


class Outcome:
    """What a tuning returns, as far as it is looked at."""

    def __init__(self, record, vectors):
        self.record = record
        self.tuning = self
        self.vectors = vectors


def test_a_collection_that_is_due_moves_by_itself(shop, monkeypatch):
    monkeypatch.setattr(autotune, "exact_ms", lambda *_: 31.0)
    fill(shop, unit(20))
    record = shop.indexes.add(shop.space().id, "{}", "{}", json.dumps({"vectors": 20}))
    monkeypatch.setattr(autotune, "tune", lambda *_, **__: Outcome(record, 20))
    shop.indexes.set_automatic(False)
    assert autotune.move_if_due(shop) is None
    shop.indexes.set_automatic(True)
    assert autotune.move_if_due(shop).record == record
    assert shop.indexes.in_use(shop.space().id).id == record.id
    assert autotune.move_if_due(shop) is None


def test_what_found_nothing_is_not_tried_again_until_the_collection_has_grown(shop, monkeypatch):
    monkeypatch.setattr(autotune, "exact_ms", lambda *_: 31.0)
    fill(shop, unit(20))
    monkeypatch.setattr(autotune, "tune", lambda *_, **__: Outcome(None, 20))
    assert autotune.move_if_due(shop).record is None
    assert autotune.move_if_due(shop) is None
    assert "no index was both faster" in advice(shop).sentence
    fill(shop, unit(11, seed=1))
    assert advice(shop).action == "tune"
