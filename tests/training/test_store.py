import json

import numpy as np
import pytest
from safetensors.numpy import load

from core import Query, SearchEngine
from core.errors import CollectionError, EncoderError, TrainingError
from core.jobs import Cancelled, Monitor
from core.training import store
from tests.support.adapters import adapter_for, gate, run_with
from tests.support.pictures import write_folder
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register

FAILED = (gate(), gate("words", passed=False, reason="Search by words: P@10 0.80 → 0.70. This is a loss."))


def kept(shop, gates=None, **how):
    return store.keep(shop, run_with(adapter_for(TinyEncoder(), **how), gates))


@pytest.fixture
def filled(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 6))
    return shop


def test_a_kept_adapter_changes_nothing_before_it_is_accepted(filled):
    found = kept(filled)
    assert (found.offered, found.current, found.vector_bytes) == (True, False, 0)
    assert filled.encoder_name == "tiny"
    assert [one.id for one in store.versions(filled)] == [found.id]
    accepted = store.accept(filled, found.id)
    assert accepted.current
    assert accepted.vector_bytes == 6 * 2 * 48 * 4
    assert filled.encoder_name == found.name
    assert filled.adapted.roll_back() == "tiny"
    assert not store.version(filled, found.id).current


def test_a_failed_gate_needs_a_persons_explicit_word_and_the_card_says_so(filled):
    found = kept(filled, FAILED)
    with pytest.raises(TrainingError, match="This is a loss"):
        store.accept(filled, found.id)
    assert filled.encoder_name == "tiny"
    store.overrule(filled, found.id)
    accepted = store.accept(filled, found.id)
    assert accepted.overruled
    assert accepted.card["overruled"]["failed_gates"] == ["words"]
    assert json.loads(store.card_json(accepted))["overruled"]["failed_gates"] == ["words"]


def test_an_offered_adapter_is_not_marked_as_overruled(filled):
    assert not store.overrule(filled, kept(filled).id).overruled


def test_another_share_of_the_new_embedding_has_passed_no_gate(filled):
    found = store.keep_with_alpha(filled, kept(filled).id, 0.25)
    assert (found.id, found.alpha, found.offered, found.gates) == (2, 0.25, False, ())
    with pytest.raises(TrainingError, match="has another share"):
        store.accept(filled, found.id)
    with pytest.raises(EncoderError):
        store.keep_with_alpha(filled, 1, 2.0)


def test_the_index_is_built_for_the_new_space_too(shop):
    from core.index_manager.custom import build_index, recipe_of

    fill(shop, unit(400))
    shop.indexes.use(build_index(shop, recipe_of("IVF4,Flat")).id)
    found = store.accept(shop, kept(shop).id)
    record = shop.indexes.in_use(shop.space().id)
    assert json.loads(record.recipe)["factory"] == "IVF4,Flat"
    assert record.measured == "{}"  # nothing is proven of it
    assert SearchEngine(shop).search(Query(like=(1,)), 3).served.index_id == record.id
    store.accept(shop, found.id)  # once more: no second index
    assert len([one for one in shop.indexes.list() if one.space_id == shop.space().id]) == 1


def test_an_index_that_does_not_suit_the_new_length_gives_way_to_another(shop):
    from core.index_manager.custom import build_index, recipe_of

    fill(shop, unit(400))
    shop.indexes.use(build_index(shop, recipe_of("PCA40,IVF4,Flat")).id)
    wide = kept(shop, alpha=0.5)
    store.accept(shop, wide.id)
    assert shop.indexes.in_use(shop.space().id) is not None


def test_a_cancelled_acceptance_leaves_the_current_space(filled):
    found, watched = kept(filled), Monitor()
    watched.cancel()
    with pytest.raises(Cancelled):
        store.accept(filled, found.id, watched)
    assert filled.encoder_name == "tiny"
    assert store.accept(filled, found.id).current


def test_an_adapter_travels_to_another_collection_of_the_same_encoder(filled, workspace, tmp_path):
    found = kept(filled, FAILED)
    store.overrule(filled, found.id)
    data = store.export(filled, found.id)
    assert set(load(data)) == {"residual"}
    other = workspace.create("other", encoder="tiny")
    other.add_folder(write_folder(tmp_path / "more", 4, start=50))
    arrived = store.import_adapter(other, data)
    assert arrived.imported
    assert not arrived.overruled  # what a person said elsewhere is not said here
    assert len(arrived.gates) == 2
    with pytest.raises(TrainingError, match="nothing has been measured"):
        store.accept(other, arrived.id)
    store.overrule(other, arrived.id)
    store.accept(other, arrived.id)
    mapped = adapter_for(TinyEncoder()).apply(other.vectors(encoder="tiny").vectors)
    np.testing.assert_allclose(other.vectors().vectors, mapped, atol=1e-6)


def test_an_adapter_of_another_encoder_is_refused(filled, workspace):
    register(TinyEncoder("else"))
    other = workspace.create("other", encoder="else")
    data = store.export(filled, kept(filled).id)
    with pytest.raises(TrainingError, match="trained on another encoder"):
        store.import_adapter(other, data)
    with pytest.raises(EncoderError, match="damaged"):
        store.import_adapter(filled, data[:-8])
    assert store.versions(other) == []


def test_a_collection_embedded_anew_while_it_trained(filled):
    run = run_with(adapter_for(TinyEncoder()))
    register(TinyEncoder(version="2"))
    filled.add_space("tiny")
    with pytest.raises(CollectionError, match="embedded anew"):
        store.keep(filled, run)


def test_pictures_added_while_it_trained_are_in_the_new_space(filled, tmp_path):
    run = run_with(adapter_for(TinyEncoder()))
    filled.add_folder(write_folder(tmp_path / "photos", 9))
    store.accept(filled, store.keep(filled, run).id)
    assert len(filled.vectors().ids) == 9
