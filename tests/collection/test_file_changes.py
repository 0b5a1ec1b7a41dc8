"""What happens to pictures when files are renamed, moved, edited and deleted between two additions."""

import os
import shutil
import unicodedata
from datetime import datetime

import pytest

from core.collection.ingest import pipeline
from core.collection.types import Filter
from core.collection.verdicts import Judgement
from core.errors import CollectionError
from core.evaluation.store import MarkStore
from tests.support.pictures import jpeg
from tests.support.stopping import Stops
from tests.support.tagged import dated, tagged, turned


@pytest.fixture
def album(tmp_path):
    """IMG_0001.jpg to IMG_0006.jpg, pictures 1 to 6."""
    folder = tmp_path / "album"
    folder.mkdir()
    for i in range(1, 7):
        write(folder / f"IMG_{i:04d}.jpg", jpeg(i))
    return folder


def write(path, data):
    """Write a file with a time of change of its own, as seconds pass on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    write.clock += 10**9
    os.utime(path, ns=(write.clock, write.clock))


write.clock = 10**18


def shown(shop):
    return {p.name: p.id for p in shop.page()}


def test_numbering_files_upwards_keeps_every_picture(shop, album):
    shop.add_folder(album)
    shop.set_label([2], "mine")
    for i in range(6, 0, -1):
        (album / f"IMG_{i:04d}.jpg").rename(album / f"IMG_{i + 1:04d}.jpg")
    report = shop.add_folder(album)
    assert (report.added, report.known, report.lost, report.skipped) == (0, 6, 0, ())
    assert shown(shop) == {f"IMG_{i + 1:04d}.jpg": i for i in range(1, 7)}
    assert (shop.bin(), shop.lost(), shop.get(2).label) == ([], [], "mine")
    assert all(p.names == (p.name,) for p in shop.page())
    assert shop.original(2) == jpeg(2)


def test_swapping_two_names_keeps_both_pictures(shop, album):
    shop.add_folder(album)
    (album / "IMG_0001.jpg").rename(album / "aside")
    (album / "IMG_0002.jpg").rename(album / "IMG_0001.jpg")
    (album / "aside").rename(album / "IMG_0002.jpg")
    shop.add_folder(album)
    assert shown(shop)["IMG_0002.jpg"] == 1
    assert shown(shop)["IMG_0001.jpg"] == 2
    assert (shop.count(), shop.bin(), shop.lost()) == (6, [], [])


def test_an_edit_that_is_undone_brings_the_picture_back_and_hides_the_edit(shop, album):
    shop.add_folder(album)
    shop.set_label([1], "mine")
    file = album / "IMG_0001.jpg"
    write(file, jpeg(50))
    report = shop.add_folder(album)
    assert (report.added, report.lost) == (1, 1)
    assert [(one.picture.id, one.reason, one.path) for one in shop.lost()] == [(1, "overwritten", str(file))]
    assert (shop.count(), shop.bin()) == (6, [])
    write(file, jpeg(1))
    report = shop.add_folder(album)
    assert (report.added, report.returned, report.lost) == (0, 1, 1)
    assert [one.picture.id for one in shop.lost()] == [7]
    assert (shop.get(1).label, shop.count(), shop.bin()) == ("mine", 6, [])


def test_name_and_folder_label_follow_a_file_but_other_labels_stay(shop, tmp_path):
    shopping = tmp_path / "clothes"
    for i, name in enumerate(("x", "y", "z")):
        write(shopping / "dress" / f"{name}.jpg", jpeg(i))
    shop.add_folder(shopping)
    shop.set_label([2], "mine")
    shop.add_folder(shopping, labels=b"path,label\ndress/z.jpg,from a CSV\n")
    (shopping / "skirt").mkdir()
    for name in "xyz":
        (shopping / "dress" / f"{name}.jpg").rename(shopping / "skirt" / f"{name}.jpg")
    shop.add_folder(shopping)
    assert [(p.name, p.names, p.label) for p in shop.page()] == [
        ("skirt/x.jpg", ("skirt/x.jpg",), "skirt"),
        ("skirt/y.jpg", ("skirt/y.jpg",), "mine"),
        ("skirt/z.jpg", ("skirt/z.jpg",), "from a CSV"),
    ]
    (shopping / "skirt/x.jpg").rename(shopping / "x.jpg")
    shop.add_folder(shopping)
    assert (shop.get(1).name, shop.get(1).label) == ("x.jpg", None)
    assert shop.count(Filter(name="dress")) == 0


def test_one_of_two_copies_is_deleted_and_the_label_of_the_other_folder_counts(shop, tmp_path):
    for folder in ("dress", "skirt"):
        write(tmp_path / "clothes" / folder / "x.jpg", jpeg(1))
    write(tmp_path / "clothes" / "skirt" / "y.jpg", jpeg(2))
    shop.add_folder(tmp_path / "clothes")
    assert shop.get(1).label == "dress"
    shutil.rmtree(tmp_path / "clothes" / "dress")
    shop.add_folder(tmp_path / "clothes")
    assert (shop.get(1).label, shop.get(1).names, shop.count()) == ("skirt", ("skirt/x.jpg",), 2)


def test_adding_a_folder_inside_a_folder_changes_no_label(shop, tmp_path):
    write(tmp_path / "clothes" / "dress" / "x.jpg", jpeg(1))
    shop.add_folder(tmp_path / "clothes")
    shop.add_folder(tmp_path / "clothes" / "dress")
    write(tmp_path / "clothes" / "dress" / "copy.jpg", jpeg(1))
    shop.add_folder(tmp_path / "clothes" / "dress")
    (tmp_path / "clothes" / "dress" / "copy.jpg").unlink()
    shop.add_folder(tmp_path / "clothes" / "dress")
    assert (shop.get(1).label, shop.get(1).names) == ("dress", ("dress/x.jpg",))


def test_a_deleted_file_takes_its_picture_out_of_sight_until_it_is_there_again(shop, album, tmp_path):
    shop.add_folder(album)
    shop.set_label([1], "mine")
    away = tmp_path / "IMG_0001.jpg"
    (album / away.name).rename(away)
    report = shop.add_folder(album)
    assert (report.lost, shop.count(), shop.bin()) == (1, 5, [])
    assert [one.reason for one in shop.lost()] == ["missing"]
    away.rename(album / away.name)
    report = shop.add_folder(album)
    assert (report.returned, report.unchanged, shop.count(), shop.get(1).label) == (1, 6, 6, "mine")
    (album / away.name).rename(away)
    shop.add_folder(album)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    away.rename(elsewhere / "found.jpg")
    assert shop.add_folder(elsewhere).returned == 1
    assert (shop.get(1).name, shop.original(1)) == ("IMG_0001.jpg", jpeg(1))


def test_only_the_folder_that_was_added_is_decided_about(shop, album, tmp_path):
    other = tmp_path / "album (2)"
    write(other / "x.jpg", jpeg(20))
    write(other / "y.jpg", jpeg(21))
    shop.add_folder(album)
    shop.add_folder(other)
    (other / "x.jpg").unlink()
    (album / "IMG_0001.jpg").unlink()
    assert shop.add_folder(album).lost == 1
    assert shop.count() == 7
    assert shop.add_folder(other).lost == 1


def test_a_folder_in_which_nothing_is_found_decides_nothing(shop, album, tmp_path):
    shop.add_folder(album)
    album.rename(tmp_path / "drive")
    album.mkdir()
    report = shop.add_folder(album)
    assert (shop.count(), report.lost) == (6, 0)
    assert "not connected" in report.skipped[0].reason


def test_a_file_that_became_unreadable_leaves_its_picture_in_sight(shop, album):
    shop.add_folder(album)
    write(album / "IMG_0001.jpg", b"\xff\xd8\xff garbage")
    report = shop.add_folder(album)
    assert (len(report.skipped), report.lost, shop.count()) == (1, 0, 6)


def test_copies_that_the_collection_keeps_stay_in_sight(shop, album):
    shop.add_folder(album, keep=True)
    (album / "IMG_0001.jpg").unlink()
    write(album / "IMG_0002.jpg", jpeg(50))
    report = shop.add_folder(album, keep=True)
    assert (report.lost, shop.count(), shop.lost()) == (0, 7, [])
    assert (shop.original(1), shop.original(2)) == (jpeg(1), jpeg(2))
    assert shop.count(Filter(name="0001")) == 1


def test_the_trash_is_a_persons_alone(shop, album):
    shop.add_folder(album)
    shop.remove([1, 2, 3])
    (album / "IMG_0001.jpg").rename(album / "renamed.jpg")
    write(album / "IMG_0002.jpg", jpeg(50))
    (album / "IMG_0003.jpg").unlink()
    report = shop.add_folder(album)
    assert [(skip.name, "in the bin" in skip.reason) for skip in report.skipped] == [("renamed.jpg", True)]
    assert ({p.id for p in shop.bin()}, shop.lost(), report.lost) == ({1, 2, 3}, [], 0)
    assert shop.restore([1, 2, 3]) == 3
    assert {one.picture.id for one in shop.lost()} == {2, 3}
    assert (shop.count(), shop.get(1).name) == (5, "renamed.jpg")
    shop.remove([2])
    assert [p.id for p in shop.bin()] == [2]
    assert shop.empty_bin() == 1
    assert [one.picture.id for one in shop.lost()] == [3]


def test_a_run_that_is_stopped_decides_nothing_and_the_next_whole_one_does(
    shop, album, monkeypatch, tmp_path
):
    monkeypatch.setattr(pipeline, "_CHUNK_PICTURES", 1)
    shop.add_folder(album)
    for i in range(6, 0, -1):
        (album / f"IMG_{i:04d}.jpg").rename(album / f"IMG_{i + 1:04d}.jpg")
    (album / "IMG_0007.jpg").unlink()
    assert shop.add_folder(album, monitor=Stops(1)).cancelled
    assert (shop.count(), shop.lost(), shop.bin()) == (6, [], [])
    other = tmp_path / "other"
    write(other / "x.jpg", jpeg(30))
    assert shop.add_folder(other).lost == 0
    assert shop.count() == 7
    assert shop.add_folder(album).lost == 1
    assert [one.picture.id for one in shop.lost()] == [6]
    assert shop.count() == 6


def test_a_run_that_died_before_its_end_is_resumed_and_decides_then(shop, album, monkeypatch):
    shop.add_folder(album)
    (album / "IMG_0001.jpg").rename(album / "IMG_0007.jpg")
    (album / "IMG_0002.jpg").unlink()

    def dies(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "decide", dies)
        with pytest.raises(KeyboardInterrupt):
            shop.add_folder(album)
    assert (shop.count(), shop.lost()) == (6, [])
    assert shop.resume().lost == 1
    assert shown(shop)["IMG_0007.jpg"] == 1


def test_a_full_check_finds_other_bytes_of_the_same_size_and_time(shop, tmp_path):
    folder = tmp_path / "flat"
    one, two = (jpeg(seed).ljust(9999, b"\0") for seed in (2, 3))
    write(folder / "x.jpg", one)
    write(folder / "y.jpg", jpeg(1))
    shop.add_folder(folder)
    before = (folder / "x.jpg").stat()
    (folder / "x.jpg").write_bytes(two)
    os.utime(folder / "x.jpg", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert shop.add_folder(folder).unchanged == 2
    report = shop.add_folder(folder, full_check=True)
    assert (report.added, report.unchanged, report.known, report.lost) == (1, 1, 0, 1)


# ---- metadata


def test_a_keyword_in_a_file_leaves_it_the_picture_that_it_was(shop, album):
    shop.add_folder(album)
    shop.set_label([1], "mine")
    shop.judgements.judge([Judgement(1, 2, "different")])
    MarkStore(shop.catalogue).add("dog", shop.get(1).sha256, True)
    before, vectors = shop.get(1), shop.vectors_of([1])
    write(album / "IMG_0001.jpg", tagged(jpeg(1), "beach"))
    report = shop.add_folder(album)
    assert (report.added, report.known, report.rewritten, report.lost) == (0, 1, 1, 0)
    after = shop.get(1)
    assert (after.label, after.sha256, after.names) == ("mine", before.sha256, before.names)
    assert after.bytes == len(tagged(jpeg(1), "beach"))
    assert shop.original(1) == tagged(jpeg(1), "beach")
    assert shop.original_path(1) == album / "IMG_0001.jpg"
    assert (shop.vectors_of([1]) == vectors).all()
    assert [v.verdict for v in shop.judgements.history(1, 2)] == ["different"]
    assert (shop.count(), shop.lost(), shop.bin()) == (6, [], [])
    assert shop.add_folder(album).unchanged == 6
    write(album / "IMG_0001.jpg", jpeg(1))
    assert shop.add_folder(album).rewritten == 1
    assert (shop.original(1), shop.get(1).bytes) == (jpeg(1), len(jpeg(1)))


def test_a_date_written_into_a_file_is_taken_over(shop, tmp_path):
    folder = tmp_path / "dated"
    write(folder / "x.jpg", dated(1, "2016:02:01 12:30:00"))
    shop.add_folder(folder)
    write(folder / "x.jpg", dated(1, "2017:02:01 12:30:00"))
    shop.add_folder(folder)
    assert (shop.count(), shop.get(1).taken_at) == (1, datetime(2017, 2, 1, 12, 30))
    write(folder / "x.jpg", dated(1, "2016:02:01 12:30:00"))
    shop.add_folder(folder)
    assert (shop.count(), shop.get(1).taken_at) == (1, datetime(2016, 2, 1, 12, 30))


def test_moving_a_file_and_writing_a_keyword_into_it_at_once(shop, album):
    shop.add_folder(album)
    shop.set_label([1], "mine")
    (album / "IMG_0001.jpg").unlink()
    write(album / "beach" / "new.jpg", tagged(jpeg(1), "beach"))
    report = shop.add_folder(album)
    assert (report.added, report.rewritten, report.lost) == (0, 1, 0)
    assert (shop.get(1).name, shop.get(1).label, shop.original(1)) == (
        "beach/new.jpg",
        "mine",
        tagged(jpeg(1), "beach"),
    )
    assert shop.thumbnail(1)
    assert len([p for p in (shop.root / "thumbnails").rglob("*") if p.is_file()]) == 6


def test_a_tagged_copy_beside_the_file_is_a_picture_of_equal_pixels(shop, album):
    shop.add_folder(album)
    write(album / "copy.jpg", tagged(jpeg(1), "beach"))
    assert shop.add_folder(album).added == 1
    assert shop.pixel_equal() == [(1, 7)]
    shop.set_label([1], "mine")
    first, copy = shop.get(1).sha256, shop.get(7).sha256
    shop.judgements.judge([Judgement(1, 2, "different", purpose="random"), Judgement(1, 7, "duplicate")])
    MarkStore(shop.catalogue).add("dog", first, True)
    MarkStore(shop.catalogue).add("cat", first, True)
    MarkStore(shop.catalogue).add("cat", copy, False)
    (album / "IMG_0001.jpg").unlink()
    shop.add_folder(album)
    assert [one.picture.id for one in shop.lost()] == [1]
    assert shop.get(7).label == "mine", "what was said of pixels that are still there is not lost"
    (verdict,) = shop.judgements.history(7, 2)
    assert (verdict.verdict, verdict.purpose) == ("different", "given")
    assert {
        mark.query: mark.relevant for mark in MarkStore(shop.catalogue).latest() if mark.sha256 == copy
    } == {
        "dog": True,
        "cat": False,
    }
    assert shop.pixel_equal() == []


def test_the_copy_that_the_collection_keeps_follows_the_file(shop, album):
    shop.add_folder(album, keep=True)
    write(album / "IMG_0001.jpg", tagged(jpeg(1), "beach"))
    assert shop.add_folder(album, keep=True).rewritten == 1
    shutil.rmtree(album)
    assert shop.original(1) == tagged(jpeg(1), "beach")
    assert len([p for p in (shop.root / "media").rglob("*") if p.is_file()]) == 6
    shop.remove([1])
    shop.empty_bin()
    assert len([p for p in (shop.root / "media").rglob("*") if p.is_file()]) == 5


def test_a_keyword_in_a_file_whose_picture_is_in_the_trash_does_not_bring_it_back(shop, album):
    shop.add_folder(album)
    shop.remove([1])
    write(album / "IMG_0001.jpg", tagged(jpeg(1), "beach"))
    report = shop.add_folder(album)
    assert (report.added, shop.count(), [p.id for p in shop.bin()]) == (0, 5, [1])
    assert "in the bin" in report.skipped[0].reason


def test_pictures_of_an_older_program_have_no_pixel_hash_and_stay_themselves_too(shop, album):
    shop.add_folder(album)
    with shop._catalogue.transaction() as tx:
        tx.execute("UPDATE picture SET pixel_hash = NULL")
    write(album / "IMG_0001.jpg", tagged(jpeg(1), "beach"))
    write(album / "IMG_0002.jpg", jpeg(50))
    report = shop.add_folder(album)
    assert (report.added, report.rewritten, report.lost) == (1, 1, 1)
    write(album / "copy.jpg", tagged(jpeg(3), "beach"))
    shop.add_folder(album)
    assert shop.pixel_equal() == []
    shop.hash_pixels()
    assert shop.pixel_equal() == [(3, 8)]


# ---- photos turned in a viewer, which changes the orientation noted in the file


def test_turning_a_photo_keeps_what_a_person_said_of_it(shop, album):
    shop.add_folder(album)
    shop.set_label([1], "mine")
    shop.judgements.judge([Judgement(1, 2, "different")])
    write(album / "IMG_0001.jpg", turned(jpeg(1), 6))
    report = shop.add_folder(album)
    assert (report.added, report.lost) == (1, 1)
    new = shop.get(7)
    assert (new.name, new.label) == ("IMG_0001.jpg", "mine")
    assert (new.width, new.height) == (shop.get(1).height, shop.get(1).width)
    assert (new.sha256, shop.get(2).sha256) in {
        pair for v in shop.verdicts() for pair in ((v.a_sha256, v.b_sha256), (v.b_sha256, v.a_sha256))
    }
    shop.set_label([2], "theirs")
    write(album / "IMG_0001.jpg", jpeg(1))  # and back
    report = shop.add_folder(album)
    assert (report.returned, report.lost, shop.get(1).label) == (1, 1, "mine")


def test_so_does_turning_it_once_more_and_moving_it(shop, album):
    write(album / "IMG_0001.jpg", turned(jpeg(1), 6))
    shop.add_folder(album)
    shop.set_label([1], "mine")
    (album / "IMG_0001.jpg").unlink()
    write(album / "day" / "moved.jpg", turned(jpeg(1), 3))
    report = shop.add_folder(album)
    assert (report.added, report.lost, shop.get(7).label) == (1, 1, "mine")


def test_of_pictures_an_older_program_added_too(shop, album):
    shop.add_folder(album)
    shop.set_label([1], "mine")
    with shop._catalogue.transaction() as tx:
        tx.execute("UPDATE picture SET stored_hash = NULL")
    write(album / "IMG_0001.jpg", turned(jpeg(1), 8))
    shop.add_folder(album)
    assert shop.get(7).label == "mine"


def test_a_copy_of_equal_pixels_takes_over_before_a_turned_one(shop, album):
    write(album / "a_turned.jpg", turned(jpeg(1), 6))
    shop.add_folder(album)
    write(album / "equal.jpg", tagged(jpeg(1), "beach"))
    shop.add_folder(album)
    first = shown(shop)["IMG_0001.jpg"]
    shop.set_label([first], "mine")
    (album / "IMG_0001.jpg").unlink()
    shop.add_folder(album)
    labels = {p.name: p.label for p in shop.page()}
    assert (labels["equal.jpg"], labels["a_turned.jpg"]) == ("mine", None)


# ---- copies that were lost


def test_a_lost_copy_is_restored_when_the_file_is_added_again(shop, album):
    shop.add_folder(album, keep=True)
    shop.add_files([("upload.jpg", jpeg(40))])
    shutil.rmtree(shop.root / "media")
    shutil.rmtree(shop.root / "thumbnails")
    assert shop.add_folder(album).known == 6
    assert shop.add_files([("upload.jpg", jpeg(40))]).known == 1
    shutil.rmtree(album)
    assert [shop.original(i) for i in range(1, 8)] == [jpeg(i) for i in (1, 2, 3, 4, 5, 6, 40)]
    assert shop.thumbnail(7)
    shop.add_files([("upload.jpg", jpeg(40))])
    assert not list((shop.root / "staging").iterdir())


def test_an_upload_of_a_picture_that_is_only_referred_to_is_kept(shop, album):
    shop.add_folder(album)
    (album / "IMG_0001.jpg").unlink()
    shop.add_folder(album)
    report = shop.add_files([("mine.jpg", jpeg(1))])
    assert (report.added, report.known, report.returned) == (0, 1, 1)
    assert (shop.original(1), shop.get(1).kept, shop.lost()) == (jpeg(1), True, [])
    assert shop.add_folder(album, keep=True).known == 5
    assert all(p.kept for p in shop.page())


def test_a_picture_that_is_nowhere_says_where_it_was(shop, album):
    shop.add_folder(album)
    shutil.rmtree(album)
    with pytest.raises(CollectionError, match="IMG_0001"):
        shop.original(1)


# ---- names


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_are_one_however_their_accents_are_written(shop, tmp_path, form):
    def written(text):
        return unicodedata.normalize(form, text)

    other = {"NFC": "NFD", "NFD": "NFC"}[form]
    folder = tmp_path / written("Été")
    write(folder / written("Äpfel") / written("Café.jpg"), jpeg(1))
    shop.add_folder(folder)
    assert shop.count(Filter(name=unicodedata.normalize(other, "CAFÉ"))) == 1
    assert shop.count(Filter(name="cafe")) == 0
    assert shop.count(Filter(labels=(unicodedata.normalize(other, "Äpfel"),))) == 1
    shop.set_label([1], unicodedata.normalize(other, "Bücher"))
    assert shop.count(Filter(labels=(written("Bücher"),))) == 1
    table = "path,label\n" + unicodedata.normalize(other, "Äpfel/Café.jpg") + ",x\n"
    report = shop.add_folder(folder, labels=table.encode())
    assert report.skipped == ()
    assert shop.original(1) == jpeg(1)
