import json
import shutil

import pytest

from core.errors import CollectionError, EncoderError
from core.index.base import SearchParameters
from core.index.spec import Recipe
from core.index_manager import custom
from core.index_manager.builder import make
from core.index_manager.custom import build_index
from core.index_manager.health_check import check
from core.index_manager.search_settings import Settings
from core.index_manager.tuning import tune
from core.stored import to_json
from tests.support.rows import fill, unit


def test_an_index_that_answers_as_shown_is_told_so(full, quick):
    full.indexes.use(tune(full, target=0.9, text_target=0.9).record.id)
    found = check(full, queries=100, seed=1)
    assert not found.collapsed
    assert {finding.kind: finding.queries for finding in found.findings} == {"image": 100, "text": 100}
    assert all(finding.target == 0.9 for finding in found.findings)
    assert found.served.name == "HNSW M=16"
    assert "0.9 was certified" in found.sentence


def test_a_collapse_is_noticed(full):
    poor = to_json(Recipe("hnsw", "HNSW2", 4))
    measured = json.dumps({"k": 10, "targets": {"image": 0.99, "text": 0.01}})
    settings = to_json(Settings(SearchParameters(ef_search=10)))
    record = full.indexes.add(full.space().id, poor, settings, measured)
    make(full, record)
    full.indexes.use(record.id)
    image, text = check(full, queries=100, seed=1, asked=["red"]).findings
    assert image.collapsed
    assert image.interval.high < 0.99
    assert not text.collapsed
    said = check(full, queries=100, seed=1).sentence
    assert "Recall@10 of image queries has fallen to 0." in said
    assert said.endswith("Tune it again.") or "Tune it again. " in said


def test_exact_search_needs_no_check(full):
    found = check(full)
    assert (found.findings, found.collapsed) == ((), False)
    assert "exact" in found.sentence


def test_of_an_index_that_was_not_measured_nothing_was_promised(full, quick):
    full.indexes.use(build_index(full).id)
    found = check(full, queries=50, seed=0)
    assert not found.collapsed
    assert "no recall was certified for this index" in found.sentence
    assert found.k == 10


def test_a_picture_is_no_answer_to_itself(shop, quick, monkeypatch):
    ids = fill(shop, unit(2))
    shop.indexes.use(build_index(shop).id)
    image = check(shop, seed=0).findings[0]
    assert (image.recall, image.queries) == (1, 2)  # each finds the other, and only that
    assert check(shop).k == 1
    shop.remove(ids[:1])
    shop.empty_bin()
    assert check(shop).findings == ()


def test_files_that_are_missing_are_told_instead(full, quick):
    record = build_index(full)
    full.indexes.use(record.id)
    shutil.rmtree(full.indexes.folder(record.id))
    found = check(full, queries=5)
    assert "being rebuilt" in found.sentence
    assert not found.findings


def test_without_the_model_pictures_alone_are_asked(full, quick, monkeypatch):
    full.indexes.use(build_index(full).id)

    def missing(*_):
        raise EncoderError("not here")

    monkeypatch.setattr(type(full), "encoder", missing)
    assert [finding.kind for finding in check(full, queries=5).findings] == ["image"]


def test_an_empty_collection_has_nothing_to_check(shop):
    with pytest.raises(CollectionError, match="nothing to check"):
        check(shop)
    with pytest.raises(CollectionError, match="nothing to index"):
        custom.build_index(shop)
