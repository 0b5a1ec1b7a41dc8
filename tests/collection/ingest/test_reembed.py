import numpy as np
import pytest

from core import Query, SearchEngine
from core.errors import CollectionError
from core.jobs import Monitor
from tests.support.pictures import jpeg, write_folder
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register


class Negative(TinyEncoder):
    """Sees every picture as its photographic negative, so that its vectors are plainly others."""

    def prepare(self, image):
        return -super().prepare(image)


@pytest.fixture
def other():
    return register(Negative("other"))


def test_a_second_space_holds_every_picture_under_the_other_encoder(shop, tmp_path, other):
    shop.add_folder(write_folder(tmp_path / "photos", 40))
    report = shop.add_space("other")
    assert (report.added, report.skipped) == (40, ())
    assert [space.encoder for space in shop.spaces()] == ["tiny", "other"]
    first, second = shop.vectors(), shop.vectors(encoder="other")
    assert sorted(first.ids) == sorted(second.ids)
    order = np.argsort(second.ids)
    assert (first.vectors[np.argsort(first.ids)] * second.vectors[order]).sum(axis=1).max() < 0


def test_pictures_added_later_are_embedded_by_the_next_run(shop, tmp_path, other):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    shop.add_space("other")
    shop.add_folder(write_folder(tmp_path / "photos", 2, start=3))
    assert len(shop.vectors(encoder="other").ids) == 3
    assert shop.add_space("other").added == 2
    assert shop.add_space("other").added == 0


def test_a_picture_whose_original_is_gone_is_skipped_with_the_reason(shop, tmp_path, other):
    folder = write_folder(tmp_path / "photos", 3)
    shop.add_folder(folder)
    (folder / "a/0000.jpg").unlink()
    report = shop.add_space("other")
    assert report.added == 2
    assert [skip.name for skip in report.skipped] == ["a/0000.jpg"]
    assert "gone or has changed" in report.skipped[0].reason


def test_cancelling_keeps_what_was_committed(shop, tmp_path, other):
    shop.add_folder(write_folder(tmp_path / "photos", 400))

    class AfterOneChunk(Monitor):
        def advance(self, n=1):
            super().advance(n)
            self.cancel()

    report = shop.add_space("other", AfterOneChunk())
    assert report.cancelled
    assert 0 < report.added < 400
    assert shop.add_space("other").added == 400 - report.added


def test_search_in_the_second_space(shop, other):
    shop.add_files([("light.png", jpeg(colour=(250, 250, 250))), ("dark.png", jpeg(colour=(5, 5, 5)))])
    shop.add_space("other")
    query = Query(image=jpeg(colour=(240, 240, 240)))
    for engine in (SearchEngine(shop), SearchEngine(shop, "other")):
        assert engine.search(query)[0].name == "light.png"
    assert [hit.name for hit in SearchEngine(shop, "other").search(Query(like=(1,)))] == ["dark.png"]


def test_emptying_the_bin_clears_every_space(shop, tmp_path, other):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    shop.add_space("other")
    shop.remove([2])
    shop.empty_bin()
    assert shop.vectors(encoder="other").ids.tolist() == [1, 3]
    with pytest.raises(CollectionError, match="no picture 2"):
        shop.vectors_of([2], "other")


def test_two_names_of_one_model_share_a_space(shop, tmp_path, other):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    alias = TinyEncoder("alias")
    alias.fingerprint = other.fingerprint
    register(alias)
    assert shop.add_space("other").added == 3
    assert shop.add_space("alias").added == 0
    assert len(shop.vectors(encoder="alias").ids) == len(shop.vectors(encoder="other").ids) == 3
    assert len(shop.spaces()) == 2


def test_going_back_to_an_earlier_version_of_an_encoder_finds_its_vectors_again(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 3))
    before = np.array(shop.vectors().vectors)
    register(TinyEncoder(version="2"))
    with pytest.raises(CollectionError, match="another version"):
        SearchEngine(shop).search(Query(text="red"))
    assert shop.add_space("tiny").added == 3
    register(TinyEncoder())
    assert shop.add_space("tiny").added == 0
    assert np.array_equal(shop.vectors().vectors, before)
    assert len(SearchEngine(shop).search(Query(text="red"))) == 3


def test_more_pictures_than_sqlite_takes_variables(shop):
    ids = fill(shop, unit(40_000))
    assert shop.vectors_of(ids).shape == (40_000, 48)
