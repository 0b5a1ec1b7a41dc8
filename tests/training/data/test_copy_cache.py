from dataclasses import replace

import numpy as np
import pytest

from core.jobs import Monitor
from core.training.data import from_collection
from core.training.data.copy_cache import CopyCache
from core.training.data.from_collection import read_dataset, with_copies
from tests.support.pictures import write_folder

COPIES = (np.eye(2, 3, dtype=np.float32), ("crop", "crop+grey"))


@pytest.fixture
def filled(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 10))
    return shop


def test_copies_come_back_as_they_were_stored(shop):
    cache = CopyCache(shop, "f" * 64)
    assert cache.read("ab12") is None
    cache.write("ab12", COPIES)
    vectors, kinds = cache.read("ab12")
    np.testing.assert_array_equal(vectors, COPIES[0])
    assert kinds == COPIES[1]
    assert CopyCache(shop, "e" * 64).read("ab12") is None


def test_a_damaged_file_counts_as_none(shop):
    cache = CopyCache(shop, "f" * 64)
    cache.write("ab12", COPIES)
    (file,) = (path for path in (shop.root / "copies").rglob("ab12"))
    file.write_bytes(file.read_bytes()[:-20])
    assert cache.read("ab12") is None


def test_what_no_picture_or_encoder_needs_is_removed(shop):
    CopyCache(shop, "e" * 64).write("ab12", COPIES)
    cache = CopyCache(shop, "f" * 64)
    cache.clean({"ab12"})
    assert not any((shop.root / "copies").rglob("ab12"))
    cache.write("ab12", COPIES)
    cache.write("cd34", COPIES)
    cache.clean({"cd34"})
    assert cache.read("ab12") is None and cache.read("cd34") is not None


def test_a_second_run_decodes_no_picture_and_learns_from_the_same_copies(filled, monkeypatch):
    dataset = read_dataset(filled)
    first = with_copies(dataset, filled, ("copies",), 0, Monitor()).copies
    assert sorted(set(first.source.tolist())) == list(range(10))

    def refuse(*_, **__):
        raise AssertionError("a picture was opened")

    monkeypatch.setattr(from_collection, "load_image", refuse)
    again = with_copies(dataset, filled, ("copies",), 7, Monitor()).copies
    np.testing.assert_array_equal(again.embeddings, first.embeddings)
    assert again.kinds == first.kinds


def test_pictures_whose_original_is_gone_are_passed_over(filled):
    filled.original_path(filled.ids()[0]).unlink()
    copies = with_copies(read_dataset(filled), filled, ("copies",), 0, Monitor()).copies
    assert sorted(set(copies.source.tolist())) == list(range(1, 10))
    assert replace(read_dataset(filled), copies=copies).copies is copies
