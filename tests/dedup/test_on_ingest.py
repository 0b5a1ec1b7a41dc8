import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.dedup.labels.labels import judge
from core.dedup.on_ingest import at_the_door
from core.dedup.scan import scan
from core.dedup.store import PairStore
from tests.support.pictures import write_folder


def photo(seed, **options):
    noise = np.random.default_rng(seed).integers(0, 255, (24, 32, 3), np.uint8)
    image = Image.fromarray(noise).resize((256, 192), Image.Resampling.BICUBIC)
    if options.pop("mirrored", False):
        image = ImageOps.mirror(image)
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 95, **options})
    return out.getvalue()


@pytest.fixture
def added(shop, tmp_path):
    """A collection of nine, and the ids of three that were added to it: two copies and something new."""
    shop.add_folder(write_folder(tmp_path / "photos", 8))
    shop.add_files([("original.jpg", photo(0))])
    before = set(shop.ids())
    shop.add_files(
        [
            ("saved again.jpg", photo(0, quality=50)),
            ("mirror.jpg", photo(0, mirrored=True)),
            ("new.jpg", photo(1)),
        ]
    )
    return shop, sorted(set(shop.ids()) - before)


def told(shop, new):
    return {(one.new.name, one.existing.name) for one in at_the_door(shop, new) if not one.together}


def test_copies_are_told_with_the_name_that_was_here(added):
    shop, new = added
    found = told(shop, new)
    assert ("saved again.jpg", "original.jpg") in found
    assert found <= {("saved again.jpg", "original.jpg"), ("mirror.jpg", "original.jpg")}
    assert at_the_door(shop, []) == []
    assert told(shop, [max(new)]) == set()


def test_what_was_seen_is_not_looked_at_again_by_the_scan(added):
    shop, new = added
    at_the_door(shop, new)
    stored = PairStore(shop.catalogue).keys(shop.space().id)
    assert stored
    report = scan(shop)
    assert report.compared <= report.candidates - len(stored)
    assert told(shop, new) == {("saved again.jpg", "original.jpg"), ("mirror.jpg", "original.jpg")}


def test_pictures_added_together_were_not_here_before(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 8))
    before = set(shop.ids())
    shop.add_files([("one.jpg", photo(0)), ("two.jpg", photo(0, quality=50))])
    new = sorted(set(shop.ids()) - before)
    (pair,) = at_the_door(shop, new)
    assert (pair.new.name, pair.existing.name, pair.together) == ("two.jpg", "one.jpg", True)


def test_what_was_judged_different_is_not_told(added):
    shop, new = added
    original = next(p.id for p in shop.get_many(shop.ids()) if p.name == "original.jpg")
    judge(shop, original, new[0], "different")
    assert ("saved again.jpg", "original.jpg") not in told(shop, new)


def test_an_empty_collection_tells_nothing(shop):
    assert at_the_door(shop, [1]) == []
