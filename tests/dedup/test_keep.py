import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from core.collection.types import Picture
from core.dedup.groups import Group, Link
from core.dedup.keep import Decision, best, bin_rest, decide, sharpness
from core.errors import CollectionError
from tests.support.pictures import write_folder

SOME = Picture(
    1,
    "aa",
    "a.jpg",
    ("a.jpg",),
    None,
    None,
    100,
    100,
    "JPEG",
    5000,
    None,
    datetime(2026, 1, 1, tzinfo=UTC),
    True,
)


def never(_):
    raise AssertionError("nobody should have to ask")


def test_more_pixels_win_and_the_reason_names_them():
    found = best([SOME, replace(SOME, id=2, width=200, height=150)], never)
    assert found == Decision(2, (1,), "Kept: the most pixels, 200 × 150; the next has 100 × 100.")


def test_with_about_as_many_pixels_the_sharper_wins():
    values = {1: 0.5, 2: 1.0}
    found = best([SOME, replace(SOME, id=2, width=98)], lambda p: values[p.id])
    assert (found.keep, found.reason) == (
        2,
        "Kept: about as many pixels as the next, and 2.0 times as sharp.",
    )


def test_with_all_else_equal_the_larger_file_wins_then_the_first():
    found = best([SOME, replace(SOME, id=2, bytes=9000)], lambda _: 1.0)
    assert found.keep == 2
    assert found.reason == (
        "Kept: as many pixels and about as sharp, and the largest file, JPEG of 9 kB; the next has 5 kB."
    )
    found = best([replace(SOME, id=3), SOME], lambda _: 1.0)
    assert (found.keep, found.rest) == (1, (3,))
    assert found.reason.endswith("added first.")


def test_a_frame_adds_no_pixels():
    framed = replace(SOME, id=2, width=130, height=130)
    found = best([SOME, framed], lambda _: 1.0, lambda p: 0.59 if p.id == 2 else 1.0)
    assert found.keep == 1
    cut = replace(SOME, id=3, width=60, height=60)
    found = best([SOME, replace(cut, width=75, height=75)], never, lambda p: 0.64 if p.id == 3 else 1.0)
    assert found.reason == "Kept: the most pixels, 100 × 100; the next has 60 × 60 inside its frame."


def test_a_file_that_is_a_little_larger_says_nothing():
    assert best([SOME, replace(SOME, id=2, bytes=5200)], lambda _: 1.0).keep == 1


def test_where_sharpness_is_unknown_the_file_decides():
    assert best([SOME, replace(SOME, id=2, bytes=9000)], lambda p: None if p.id == 1 else 1.0).keep == 2


def test_one_picture_is_its_own_best():
    assert best([SOME], never) == Decision(1, (), "Kept: there is no other.")


def test_blur_is_less_sharp_and_contrast_is_not_sharper():
    rng = np.random.default_rng(0)
    photo = Image.fromarray(rng.integers(0, 255, (48, 48), np.uint8)).resize(
        (384, 384), Image.Resampling.BICUBIC
    )
    photo = Image.blend(photo, Image.new("L", photo.size, 128), 0.5)
    of = {
        "itself": photo,
        "blurred": photo.filter(ImageFilter.GaussianBlur(3)),
        "contrast": ImageEnhance.Contrast(photo).enhance(1.5),
    }
    values = {name: sharpness(np.asarray(image, np.uint8)) for name, image in of.items()}
    assert values["blurred"] < 0.5 * values["itself"]
    assert values["contrast"] == pytest.approx(values["itself"], rel=0.1)
    assert sharpness(np.full((40, 30), 200, np.uint8)) == 0
    assert sharpness(np.full((1, 1), 200, np.uint8)) == 0


@pytest.fixture
def four(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 4))
    return shop


def test_a_group_of_a_collection(four):
    found = decide(four, Group((2, 3), Link(2, 3, 0.9, judged=False)))
    assert {found.keep, *found.rest} == {2, 3}
    assert decide(four, (2, 99)).keep == 2
    with pytest.raises(CollectionError, match="None of these"):
        decide(four, (98, 99))


def test_a_blurred_copy_goes_though_its_file_is_larger(shop):
    def saved(image, quality):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        return out.getvalue()

    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    photo = Image.fromarray(noise).resize((320, 320), Image.Resampling.BICUBIC)
    blurred = photo.filter(ImageFilter.GaussianBlur(4))
    shop.add_files([("blurred.jpg", saved(blurred, 100)), ("sharp.jpg", saved(photo, 60))])
    pictures = {p.name: p for p in shop.get_many(shop.ids())}
    assert pictures["blurred.jpg"].bytes > pictures["sharp.jpg"].bytes
    found = decide(shop, shop.ids())
    assert found.keep == pictures["sharp.jpg"].id
    assert "times as sharp" in found.reason


def test_the_rest_goes_to_the_bin_and_back(four):
    done = bin_rest(four, [Decision(1, (2, 3), "")])
    assert (done.removed, four.ids()) == ((2, 3), [1, 4])
    assert four.restore(done.removed) == 2


def test_nothing_goes_where_what_was_to_be_kept_is_gone(four):
    four.remove([1])
    done = bin_rest(four, [Decision(1, (2,), ""), Decision(3, (4,), "")])
    assert done.removed == (4,)
    assert done.skipped == ("Picture 1, which was to be kept, is gone; its copies stay.",)


def test_overlapping_decisions_never_remove_everything(four):
    done = bin_rest(four, [Decision(1, (2,), ""), Decision(2, (1,), "")])
    assert four.ids() == [1, 3, 4]
    assert len(done.skipped) == 1
    done = bin_rest(four, [Decision(1, (3,), ""), Decision(4, (1,), "")])
    assert 1 in four.ids() or 4 in four.ids()
