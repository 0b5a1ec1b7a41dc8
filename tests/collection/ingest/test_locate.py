from datetime import datetime

import pytest

from core.collection.ingest.locate import look_for_places
from core.images.metadata.exif import Position
from core.jobs import Cancelled, Monitor
from tests.support.picture_bytes import encode, gps_block, noise


def photo(size, place=True):
    options = {"exif": b"Exif\0\0" + gps_block()} if place else {}
    return encode(noise(size, 40), "JPEG", **options)


def test_found_once_and_kept(shop):
    shop.add_files([("there.jpg", photo(40)), ("nowhere.jpg", photo(41, place=False))])
    first, second = shop.ids()
    assert shop.places.looked_at() == set()
    report = look_for_places(shop, [first, second])
    assert (report.looked, report.skipped) == (2, ())
    assert shop.places.looked_at() == {first, second}
    found = shop.places.all()
    assert list(found) == [first]
    assert (found[first].latitude, found[first].longitude) == pytest.approx((38.72, -9.133333))
    assert look_for_places(shop, [first, second]).looked == 0


def test_an_original_that_is_gone_is_looked_for_again(shop, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photo(40))
    shop.add_folder(folder)
    (picture,) = shop.ids()
    (folder / "a.jpg").rename(tmp_path / "away.jpg")
    report = look_for_places(shop, [picture])
    assert report.looked == 0
    assert "a.jpg is gone" in report.skipped[0].reason
    assert shop.places.looked_at() == set()
    (tmp_path / "away.jpg").rename(folder / "a.jpg")
    assert look_for_places(shop, [picture]).looked == 1


def test_cancelled_before_it_began(shop):
    shop.add_files([("there.jpg", photo(40))])
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        look_for_places(shop, shop.ids(), monitor)
    assert shop.places.looked_at() == set()


def test_places_go_with_their_pictures(shop):
    shop.add_files([("a.jpg", photo(40))])
    (picture,) = shop.ids()
    shop.places.put({picture: Position(1, 2), 999: Position(3, 4)})
    assert shop.places.all() == {picture: Position(1, 2)}
    shop.remove([picture])
    shop.empty_bin()
    assert shop.places.looked_at() == set()


def test_times_oldest_first_without_the_bin(shop):
    files = []
    for number, text in enumerate(
        ["2020:05:05 10:00:00", None, "2019:01:02 03:04:05", "2021:01:01 00:00:01"]
    ):
        image = noise(40 + number, 40)
        exif = image.getexif()
        if text:
            exif.get_ifd(0x8769)[0x9003] = text
        files.append((f"{number}.jpg", encode(image, "JPEG", exif=exif)))
    shop.add_files(files)
    first, _, third, last = shop.ids()
    shop.remove([last])
    ids, times = shop.taken_times()
    assert ids.tolist() == [third, first]
    assert times.tolist() == [datetime(2019, 1, 2, 3, 4, 5), datetime(2020, 5, 5, 10)]


def test_no_times(shop):
    ids, times = shop.taken_times()
    assert len(ids) == len(times) == 0
