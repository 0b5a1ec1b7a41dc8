"""The lengths of features before they are normalised, from the encoder to the catalogue."""

import numpy as np
import pytest

from core.collection.collection import Collection
from core.embedding.adapted_encoder import adapted_name
from core.jobs import Monitor
from tests.support.adapters import adapter_for
from tests.support.pictures import write_folder
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register


def norms(collection, encoder=None):
    """By picture, ascending."""
    return collection.norms.of(collection.space(encoder), collection.ids())


def features(collection):
    """The lengths of what the tiny encoder makes of the pictures."""
    return [np.linalg.norm(vector) for vector in raw(collection)]


def raw(collection):
    from core.collection.decoding import decode_for

    encoder = collection.encoder()
    for i in collection.ids():
        prepared = encoder.prepare(decode_for(encoder, collection.original(i)).image)
        yield prepared.reshape(-1) + 1e-3


def forget(collection):
    """As a collection was stored before norms were."""
    with collection.catalogue.transaction() as tx:
        tx.execute("UPDATE vector SET norm = NULL")


def test_norms_are_stored_with_the_vectors_that_an_addition_brings(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 5))
    assert norms(shop) == pytest.approx(features(shop), rel=1e-5)
    assert norms(Collection(shop.root)) == pytest.approx(features(shop), rel=1e-5)
    assert shop.norms.missing(shop.space()) == []


def test_another_space_has_norms_of_its_own(shop, tmp_path):
    class Louder(TinyEncoder):
        def encode_with_norms(self, batch):
            made = super().encode_with_norms(batch)
            return type(made)(made.vectors, made.norms * 3)

    register(Louder("louder"))
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    shop.add_space("louder")
    assert norms(shop, "louder") == pytest.approx(3 * norms(shop), rel=1e-5)


def test_vectors_from_before_have_unknown_norms_until_they_are_measured(shop, tmp_path):
    folder = write_folder(tmp_path / "photos", 4)
    shop.add_folder(folder)
    known, stored = norms(shop), shop.vectors()
    forget(shop)
    assert np.isnan(norms(shop)).all()
    (folder / "a/0000.jpg").unlink()
    report = shop.measure_norms()
    assert (report.added, [skip.name for skip in report.skipped]) == (3, ["a/0000.jpg"])
    found = norms(shop)
    assert np.isnan(found).sum() == 1
    assert found[~np.isnan(found)] == pytest.approx(known[~np.isnan(found)])
    np.testing.assert_array_equal(shop.vectors().vectors, stored.vectors)  # nothing for an index to follow
    assert shop.vectors().last_row == stored.last_row


def test_measuring_can_be_cancelled_and_goes_on_later(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    forget(shop)
    monitor = Monitor()
    monitor.cancel()
    assert shop.measure_norms(monitor).cancelled
    assert shop.measure_norms().added == 3


def test_a_repaired_vector_gets_its_norm_again(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    known = norms(shop)
    file = shop.root / "vectors" / shop.space().file
    data = bytearray(file.read_bytes())
    data[:16] = b"\xff" * 16
    file.write_bytes(data)
    with shop.catalogue.transaction() as tx:
        tx.execute("UPDATE vector SET norm = 1")
    assert Collection(shop.root).repair().repaired == 1
    assert sorted(norms(shop)) == pytest.approx(sorted([1, 1, known[0]]), rel=1e-5)


def test_the_norms_of_an_adapted_space_are_those_of_the_mapped_vectors(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    adapter = adapter_for(shop.encoder(), alpha=0.5)
    record = shop.adapters.add(adapter, "tiny", {})
    shop.adapted.make(record.id)
    shop.add_folder(write_folder(tmp_path / "photos", 2, start=3))
    name = adapted_name("tiny", record.id)
    old = shop.vectors_of(shop.ids(), "tiny")
    expected = np.linalg.norm(old + old @ adapter.weights["residual"].T, axis=1)
    assert norms(shop, name) == pytest.approx(expected, rel=1e-5)
    forget(shop)
    shop.measure_norms()
    assert norms(shop, name) == pytest.approx(expected, rel=1e-5)


def test_an_encoder_that_reports_none_is_no_obstacle(shop, tmp_path):
    class Plain:
        def __init__(self, inner):
            self._inner = inner

        def __getattr__(self, name):
            if name == "encode_with_norms":
                raise AttributeError(name)
            return getattr(self._inner, name)

    register(Plain(TinyEncoder()))
    shop.add_folder(write_folder(tmp_path / "photos", 2))
    assert np.isnan(norms(shop)).all()
    assert shop.measure_norms().added == 2


def test_rows_written_without_norms(shop):
    fill(shop, unit(3))
    assert np.isnan(norms(shop)).all()
    assert len(shop.norms.missing(shop.space())) == 3
