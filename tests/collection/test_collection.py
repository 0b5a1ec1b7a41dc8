import os
import shutil
import threading
from datetime import date

import numpy as np
import pytest

from core.collection.types import Filter
from core.collection.workspace import Workspace
from core.errors import CollectionError
from core.jobs import Cancelled, Monitor
from tests.support.pictures import jpeg, write_folder
from tests.support.tiny import TinyEncoder, register


@pytest.fixture
def photos(tmp_path):
    return write_folder(tmp_path / "photos", 9)


def test_a_folder_is_added_with_its_folder_names_as_labels(shop, photos, tiny):
    report = shop.add_folder(photos)
    assert (report.added, report.known, report.unchanged, report.skipped) == (9, 0, 0, ())
    assert dict(shop.labels()) == {"a": 3, "b": 3, "c": 3}
    first = shop.page(0, 1, order="name")[0]
    assert (first.name, first.label, first.width, first.height) == ("a/0000.jpg", "a", 64, 48)
    assert (first.format, first.kept) == ("JPEG", False)
    assert shop.original(first.id) == (photos / "a/0000.jpg").read_bytes()
    assert shop.thumbnail(first.id)[:2] == b"\xff\xd8"
    stored = shop.vectors()
    assert stored.vectors.shape == (9, tiny.dim)
    assert np.linalg.norm(stored.vectors, axis=1) == pytest.approx(np.ones(9), abs=1e-5)


def test_adding_again_reads_only_what_is_new(shop, photos):
    shop.add_folder(photos)
    write_folder(photos, 3, start=9)
    report = shop.add_folder(photos)
    assert (report.added, report.unchanged) == (3, 9)
    assert len(shop.vectors(after_row=8).ids) == 3


def test_equal_bytes_are_one_picture_under_all_its_names(shop):
    data = jpeg(1)
    report = shop.add_files([("one.jpg", data), ("two.jpg", jpeg(2)), ("three.jpg", data), ("one.jpg", data)])
    assert (report.added, report.known) == (2, 2)
    assert shop.page(order="name")[0].names == ("one.jpg", "three.jpg")
    assert shop.count(Filter(name="THREE")) == 1


def test_uploads_are_kept_and_their_spool_is_cleared(shop):
    shop.add_files([("one.jpg", jpeg(1))])
    assert shop.original(1) == jpeg(1)
    assert shop.get(1).kept
    assert not list((shop.root / "incoming").iterdir())
    assert not list((shop.root / "staging").iterdir())


def test_bad_files_are_skipped_with_a_reason_and_the_rest_goes_on(shop, photos):
    (photos / "empty.jpg").write_bytes(b"")
    (photos / "cut.jpg").write_bytes(jpeg(3)[:400])
    (photos / "notes.txt").write_text("hello")
    report = shop.add_folder(photos)
    assert report.added == 9
    assert {skip.name for skip in report.skipped} == {"empty.jpg", "cut.jpg", "notes.txt"}
    assert all(skip.reason.endswith(".") for skip in report.skipped)


def test_a_csv_labels_pictures_even_after_they_were_added_but_never_overrules_a_person(shop, photos):
    shop.add_folder(photos)
    by_hand = shop.page(order="name")[0]
    shop.set_label([by_hand.id], "mine")
    table = photos.parent / "labels.csv"
    table.write_text("path,label,caption\na/0000.jpg,theirs,first\nb/0001.jpg,theirs,second\n")
    report = shop.add_folder(photos, labels=table)
    assert (report.added, report.unchanged) == (0, 9)
    labels = {p.name: (p.label, p.caption) for p in shop.page()}
    assert labels["a/0000.jpg"] == ("mine", "first")
    assert labels["b/0001.jpg"] == ("theirs", "second")
    assert labels["c/0002.jpg"] == ("c", None)


def test_an_uploaded_csv_is_kept_until_the_addition_has_ended(shop, photos, monkeypatch):
    from core.collection.storage import vector_file

    table = b"path,label\none.jpg,first\n"

    def full(self, *_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(vector_file.VectorFile, "write", full)
        with pytest.raises(CollectionError, match="disk is full"):
            shop.add_files([("one.jpg", jpeg(1))], labels=table)
    assert shop.resume().added == 1
    assert shop.get(1).label == "first"
    assert not list((shop.root / "incoming").iterdir())


def test_filters_paging_and_order(shop, photos):
    shop.add_folder(photos)
    shop.set_label([1], None)
    assert shop.count(Filter(labels=("a",))) == 2
    assert shop.count(Filter(labels=("a", None))) == 3
    assert shop.count(Filter(labels=("b",), name="0001")) == 1
    assert shop.count(Filter(name="%")) == 0
    assert shop.count(Filter(taken_from=date(2000, 1, 1))) == 0
    names = [p.name for p in shop.page(order="name", descending=True)]
    assert names == sorted(names, reverse=True)
    paged = [p.id for start in range(0, 9, 4) for p in shop.page(start, 4)]
    assert paged == list(range(1, 10))


def test_the_bin_gives_back_what_was_removed(shop, photos):
    shop.add_folder(photos)
    before = shop.version()
    assert shop.remove([1, 2, 2, 99]) == 2
    assert shop.version() > before
    assert (shop.count(), [p.id for p in shop.bin()]) == (7, [2, 1])
    assert shop.restore([1]) == 1
    assert shop.count() == 8


def test_adding_again_does_not_take_a_picture_out_of_the_bin(shop, photos):
    shop.add_folder(photos)
    shop.remove([1])
    assert shop.add_folder(photos).unchanged == 9
    report = shop.add_files([("again.jpg", (photos / "a/0000.jpg").read_bytes())])
    assert (report.added, report.known) == (0, 0)
    assert "in the bin" in report.skipped[0].reason
    assert shop.count() == 8


def test_emptying_the_bin_deletes_for_good_and_leaves_referenced_files_alone(shop, photos):
    shop.add_folder(photos)
    shop.add_files([("kept.jpg", jpeg(77))])
    shop.remove([1, 10])
    assert shop.empty_bin() == 2
    assert shop.empty_bin() == 0
    assert (photos / "a/0000.jpg").exists()
    assert len(shop.vectors().ids) == 8
    assert not [p for p in (shop.root / "media").rglob("*") if p.is_file()]
    with pytest.raises(CollectionError, match="no picture 1"):
        shop.get(1)
    assert shop.add_files([("kept.jpg", jpeg(77))]).added == 1
    assert shop.page(order="added", descending=True)[0].id == 11  # an id is never used twice


def test_a_file_that_is_overwritten_becomes_a_new_picture_and_the_old_one_is_not_in_the_bin(shop, photos):
    shop.add_folder(photos)
    (photos / "a/0000.jpg").write_bytes(jpeg(500))
    with pytest.raises(CollectionError, match="gone or has changed"):
        shop.original(1)
    report = shop.add_folder(photos)
    assert (report.added, report.unchanged) == (1, 8)
    assert shop.bin() == []
    (lost,) = shop.lost()
    assert (lost.picture.id, lost.reason) == (1, "overwritten")
    assert shop.original(10) == jpeg(500)


def test_the_undo_of_a_label_gives_back_who_had_given_the_one_before(shop, photos):
    shop.add_folder(photos)
    before = shop.label_states([1, 2])
    shop.set_label([1, 2], "mine")
    shop.restore_labels(before)
    assert [p.label for p in shop.get_many([1, 2])] == ["a", "a"]
    shop.add_folder(photos, labels=b"path,label\na/0000.jpg,theirs\n")
    assert [p.label for p in shop.get_many([1, 2])] == ["theirs", "a"]


def test_a_lost_thumbnail_is_made_again(shop, photos):
    shop.add_folder(photos)
    before = shop.thumbnail(1)
    shutil.rmtree(shop.root / "thumbnails")
    assert shop.thumbnail(1) == before
    assert len([p for p in (shop.root / "thumbnails").rglob("*") if p.is_file()]) == 1


def test_a_copy_of_the_directory_is_the_collection(shop, photos, tmp_path):
    shop.add_folder(photos, keep=True)
    shutil.copytree(shop.root, tmp_path / "elsewhere" / "moved")
    shutil.rmtree(photos)
    moved = Workspace(tmp_path / "elsewhere").open("moved")
    assert moved.count() == 9
    assert len(moved.original(1)) > 100
    assert moved.vectors().vectors.shape == (9, 48)


def test_cancelling_keeps_what_was_committed_and_is_not_taken_up_again(shop, tmp_path):
    write_folder(tmp_path / "many", 200)

    class AfterOneChunk(Monitor):
        def advance(self, n=1):
            super().advance(n)
            self.cancel()

    report = shop.add_folder(tmp_path / "many", monitor=AfterOneChunk())
    assert report.cancelled
    assert 0 < report.added < 200
    assert shop.count() == report.added == len(shop.vectors().ids)
    assert shop.unfinished() == []
    assert shop.add_folder(tmp_path / "many").added == 200 - report.added


def test_another_version_of_the_encoder_is_refused_with_what_to_do(shop, photos):
    shop.add_folder(photos)
    register(TinyEncoder(version="2"))
    with pytest.raises(CollectionError, match="python -m core embed shop"):
        shop.add_folder(photos)
    assert shop.add_space("tiny").added == 9
    write_folder(photos, 1, start=9)
    assert shop.add_folder(photos).added == 1
    assert len(shop.vectors().ids) == 10


def test_one_writer_at_a_time(shop, photos):
    with shop._lock(), pytest.raises(CollectionError, match="being added"):
        shop.add_folder(photos)
    assert shop.add_folder(photos).added == 9


def test_a_folder_that_is_not_there_leaves_no_trace(shop, tmp_path):
    with pytest.raises(CollectionError, match="no folder"):
        shop.add_folder(tmp_path / "nowhere")
    assert shop.unfinished() == []


def test_file_names_that_are_not_text(shop, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.jpg")).write_bytes(jpeg(1))
    (folder / "<b>&\"'\n.jpg").write_bytes(jpeg(2))
    (folder / ("é" * 120 + "🙂.jpg")).write_bytes(jpeg(3))
    report = shop.add_folder(folder)
    assert (report.added, report.skipped) == (3, ())
    assert shop.add_folder(folder).unchanged == 3
    assert all(shop.original(p.id) for p in shop.page())
    assert not any("\n" in p.name for p in shop.page())


def test_the_disk_is_full(shop, photos, monkeypatch):
    from core.collection.storage import vector_file

    def full(self, *_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(vector_file.VectorFile, "write", full)
        with pytest.raises(CollectionError, match="disk is full"):
            shop.add_folder(photos, keep=True)
    assert shop.count() == 0
    assert not list((shop.root / "staging").iterdir())
    assert [u.title for u in shop.unfinished()] == ["folder photos"]
    assert shop.resume().added == 9
    assert shop.unfinished() == []
    with pytest.raises(CollectionError, match="nothing to resume"):
        shop.resume()


def test_folders_and_files_whose_names_are_not_utf8_are_added(shop, tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    (folder / os.fsdecode(b"x\xe9.jpg")).write_bytes(jpeg(1))
    assert shop.add_folder(folder).added == 1
    (picture,) = shop.get_many(shop.ids())
    assert picture.name == "x\\xe9.jpg"
    assert shop.original(picture.id) == jpeg(1)
    assert shop.add_folder(folder).unchanged == 1


def test_large_files_are_read_one_at_a_time(shop, tmp_path, monkeypatch):
    folder = write_folder(tmp_path / "large", 8)
    reading, most = [], []

    def slow(path, *args):
        reading.append(path)
        most.append(len(reading))
        threading.Event().wait(0.05)
        reading.remove(path)
        return path.read_bytes()

    monkeypatch.setattr("core.collection.ingest.pipeline._LARGE_BYTES", 1)
    monkeypatch.setattr("core.collection.ingest.pipeline._CHUNK_PICTURES", 1)
    monkeypatch.setattr("core.collection.ingest.sources.read_unlinked", slow)
    assert shop.add_folder(folder).added == 8
    assert max(most) == 1


def test_a_cancelled_addition_leaves_a_picture_that_is_being_decoded(shop, tmp_path, monkeypatch):
    folder = write_folder(tmp_path / "photos", 2)
    monitor = Monitor()

    def decode(*_, **__):
        monitor.cancel()
        raise Cancelled

    monkeypatch.setattr("core.collection.ingest.pipeline.decode_for", decode)
    report = shop.add_folder(folder, monitor=monitor)
    assert (report.added, report.cancelled, report.skipped) == (0, True, ())
