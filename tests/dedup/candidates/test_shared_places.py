"""Details that many different pictures have at one place."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.dedup.candidates import shared_places
from core.dedup.candidates.shared_places import PICTURES, find
from core.dedup.evidence.phash import look_at
from core.dedup.scan import pairs, scan
from core.local_features.matching import match
from core.local_features.orb import local_features
from tests.support.scenes import png, scene


def window(picture):
    """A picture in the window of a program."""
    out = Image.new("RGB", (480, 360), (240, 240, 240))
    pen = ImageDraw.Draw(out)
    for row in range(6):
        pen.text((10, 60 + 45 * row), f"folder {row}", (0, 0, 0), font_size=20)
        pen.rectangle((100, 62 + 45 * row, 112 + 3 * row, 80 + 45 * row), (60 * row % 255, 90, 160))
    pen.rectangle((0, 0, 480, 40), (40, 50, 90))
    pen.text((12, 8), "File  Edit  View  Share  Help  Other  Words", (255, 255, 255), font_size=20)
    out.paste(picture.resize((330, 290)), (135, 55))
    return out


def seen(images):
    features = [local_features(image) for image in images]
    return features, np.array([look_at(image).hashes[0] for image in images], np.uint64)


def test_the_window_of_a_program_tells_nothing_and_what_it_shows_does():
    pictures = [scene(seed) for seed in range(12)]
    features, hashes = seen([window(picture) for picture in pictures])
    common = find(features, hashes)
    before = match(features[0], features[1])
    after = match(common.without(features[0]), common.without(features[1]))
    assert before.inliers > 60
    assert after.inliers < 0.3 * before.inliers
    original = local_features(pictures[0])
    assert match(common.without(features[0]), original).inliers >= 0.8 * match(features[0], original).inliers


def test_copies_of_one_picture_count_as_one():
    picture = scene(3)
    features, hashes = seen([picture] * 20)
    assert not len(find(features, hashes).keys)
    assert find(features, hashes).without(features[0]) is features[0]


def test_fewer_pictures_than_needed_share_nothing():
    features, hashes = seen([window(scene(seed)) for seed in range(PICTURES - 1)])
    assert not len(find(features, hashes).keys)
    assert not len(find([], np.empty(0, np.uint64)).keys)
    with pytest.raises(ValueError, match="hashes"):
        find(features, hashes[1:])


def test_a_scan_keeps_them_and_screenshots_of_different_pictures_are_no_duplicates(shop):
    shop.add_files([(f"{seed}.png", png(window(scene(seed)))) for seed in range(10)])
    shop.add_files([("original.png", png(scene(0)))])
    scan(shop)
    assert len(shared_places.load(shop).keys)
    names = {p.id: p.name for p in shop.page()}
    sure = {frozenset((names[p.a], names[p.b])) for p in pairs(shop) if p.probability > 0.9}
    assert sure == {frozenset(("0.png", "original.png"))}


def test_what_is_no_whole_file_is_read_as_far_as_it_goes(shop):
    assert not len(shared_places.load(shop).keys)
    shared_places.keep(shop, shared_places.SharedPlaces(np.array([5, 9], np.uint64)))
    assert shared_places.load(shop).keys.tolist() == [5, 9]
    place = shared_places._place(shop)
    place.write_bytes(place.read_bytes()[:11])
    assert shared_places.load(shop).keys.tolist() == [5]
