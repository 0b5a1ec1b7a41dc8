import sqlite3
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from core import Query, SearchEngine, Workspace
from core.collection.adapters import derive, store
from core.errors import CollectionError, EncoderError
from core.jobs import Cancelled, Monitor
from tests.support.adapters import adapter_for
from tests.support.pictures import jpeg, write_folder
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register

SCRIPT = Path(__file__).parents[2] / "support" / "adapting_process.py"


def keep(shop, **how):
    return shop.adapters.add(adapter_for(TinyEncoder(), **how), "tiny", {})


def follows(shop, record):
    """Whether every stored vector of the base is in the adapted space, mapped."""
    base, adapted = shop.vectors(encoder="tiny"), shop.vectors(encoder=record.name)
    mapped = dict(zip(base.ids.tolist(), shop.adapters.load(record).apply(base.vectors), strict=True))
    assert sorted(base.ids) == sorted(adapted.ids)
    expected = np.array([mapped[i] for i in adapted.ids.tolist()]).reshape(adapted.vectors.shape)
    np.testing.assert_allclose(adapted.vectors, expected, atol=1e-6)


def test_the_space_of_an_adapter_is_made_of_stored_vectors_without_the_pictures(shop, tmp_path):
    folder = write_folder(tmp_path / "photos", 5)
    shop.add_folder(folder)
    for file in folder.rglob("*.jpg"):
        file.unlink()
    record = keep(shop)
    shop.adapted.make(record.id)
    assert shop.encoder_name == "tiny"  # nothing is switched yet
    follows(shop, record)
    shop.adapted.use(record.name)
    assert shop.encoder_name == record.name == "tiny+adapter-1"
    assert shop.encoder().fingerprint == record.fingerprint == shop.space().fingerprint


def test_additions_go_into_every_space_so_that_rolling_back_loses_nothing(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    first, second = keep(shop), keep(shop, seed=1, kind="mlp", alpha=1.0)
    shop.adapted.use(first.name)
    shop.adapted.use(second.name)
    shop.add_folder(write_folder(tmp_path / "photos", 70))
    for record in (first, second):
        follows(shop, record)
    assert shop.adapted.roll_back() == first.name
    shop.add_folder(write_folder(tmp_path / "photos", 80))
    assert shop.adapted.roll_back() == "tiny"
    assert len(shop.vectors().ids) == 80
    with pytest.raises(CollectionError, match="nothing to go back to"):
        shop.adapted.roll_back()
    shop.adapted.use(second.name)
    follows(shop, second)


def test_search_by_picture_and_by_words_in_the_adapted_space(shop):
    shop.add_files([("red.jpg", jpeg(colour=(220, 30, 30))), ("blue.jpg", jpeg(colour=(40, 60, 220)))])
    shop.adapted.use(keep(shop).name)
    engine = SearchEngine(shop)
    assert engine.search(Query(text="red"))[0].name == "red.jpg"
    assert engine.search(Query(image=jpeg(colour=(40, 60, 220))))[0].name == "blue.jpg"
    assert engine.encoder_name == "tiny+adapter-1"
    assert SearchEngine(shop, "tiny").search(Query(text="red"))[0].name == "red.jpg"


def test_the_same_adapter_is_stored_once(shop):
    assert keep(shop) == keep(shop)
    assert keep(shop, alpha=0.2).id == 2


def test_a_cancelled_switch_changes_nothing_and_the_next_one_goes_on(shop, monkeypatch):
    monkeypatch.setattr(derive, "_CHUNK", 10)
    fill(shop, unit(35))
    record = keep(shop)

    class AfterTwo(Monitor):
        def advance(self, n=1):
            super().advance(n)
            if self.snapshot().done == 20:
                self.cancel()

    with pytest.raises(Cancelled):
        shop.adapted.use(record.name, AfterTwo())
    assert shop.encoder_name == "tiny"
    assert shop.adapted.lacking(record.name) == 15
    watched = Monitor()
    shop.adapted.use(record.name, watched)
    assert watched.snapshot().done == 15
    follows(shop, record)


def test_pictures_deleted_for_good_leave_every_space(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 4))
    record = keep(shop)
    shop.adapted.use(record.name)
    shop.remove([2])
    shop.empty_bin()
    assert shop.vectors().ids.tolist() == [1, 3, 4]
    follows(shop, record)


def test_an_adapter_of_another_version_of_the_encoder_is_refused(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 2))
    record = shop.adapters.add(adapter_for(TinyEncoder(version="2")), "tiny", {})
    with pytest.raises(CollectionError, match="train again"):
        shop.adapted.use(record.name)
    assert shop.encoder_name == "tiny"


def test_after_the_encoder_has_changed_the_way_back_is_named(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 2))
    record = keep(shop)
    shop.adapted.use(record.name)
    register(TinyEncoder(version="2"))
    with pytest.raises(CollectionError, match="Embed its pictures again"):
        shop.encoder()
    shop.add_space(shop.encoder_name)
    with pytest.raises(EncoderError, match="without an adapter"):
        shop.encoder()
    with pytest.raises(EncoderError, match="without an adapter"):
        shop.add_folder(write_folder(tmp_path / "photos", 3))
    assert shop.adapted.roll_back() == "tiny"
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    assert len(shop.vectors().ids) == 3


def damage(shop, record):
    with sqlite3.connect(shop.root / "catalogue.sqlite") as connection:
        connection.execute("UPDATE adapter SET file = x'00' WHERE id = ?", (record.id,))


def test_a_damaged_adapter_in_use_is_explained_and_can_be_rolled_back(workspace, shop, tmp_path, monkeypatch):
    shop.add_folder(write_folder(tmp_path / "photos", 2))
    record = keep(shop)
    shop.adapted.use(record.name)
    damage(shop, record)
    monkeypatch.setattr(store, "_loaded", OrderedDict())
    again = workspace.open("shop")
    for attempt in (again.encoder, lambda: again.add_folder(write_folder(tmp_path / "photos", 3))):
        with pytest.raises(CollectionError, match="is damaged on disk"):
            attempt()
    again.adapted.roll_back()
    again.add_folder(write_folder(tmp_path / "photos", 4))  # the damaged one is not followed, and in no way
    assert len(again.vectors().ids) == 4


def test_deleting_a_version_takes_its_vectors_and_closes_the_way_back_over_it(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    first, second = keep(shop), keep(shop, seed=1)
    shop.adapted.use(first.name)
    file = shop.root / "vectors" / shop.space().file
    with pytest.raises(CollectionError, match="in use"):
        shop.adapted.delete(first.id)
    shop.adapted.use(second.name)
    shop.adapted.delete(first.id)
    assert not file.exists()
    assert [space.encoder for space in shop.spaces()] == ["tiny", second.name]
    with pytest.raises(CollectionError, match="no adapter 1"):
        SearchEngine(shop, first.name).search(Query(like=(1,)))
    assert shop.adapted.roll_back() == "tiny"
    with pytest.raises(CollectionError, match="no adapter 1"):
        shop.adapted.use(first.name)


def test_using_the_base_again_is_a_switch_that_can_be_rolled_back(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 2))
    record = keep(shop)
    shop.adapted.use(record.name)
    shop.adapted.use("tiny")
    assert shop.adapted.roll_back() == record.name
    assert shop.adapted.roll_back() == "tiny"
    with pytest.raises(CollectionError, match="no vectors of"):
        shop.adapted.use("efficientnet-lite0")


def test_killed_while_it_maps_the_next_run_finishes(workspace, shop):
    fill(shop, unit(200))
    record = keep(shop)
    process = subprocess.Popen(
        [sys.executable, SCRIPT, workspace.path, record.name], stdout=subprocess.PIPE, text=True
    )
    while int(process.stdout.readline()) < 60:
        pass
    process.kill()
    process.wait()
    again = Workspace(workspace.path).open("shop")
    assert again.encoder_name == "tiny"
    assert 0 < again.adapted.lacking(record.name) <= 140
    again.adapted.use(record.name)
    follows(again, record)
