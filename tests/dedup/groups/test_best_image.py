import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.collection.types import Picture
from core.dedup.groups.best_image import Decision, best, bin_rest, decide
from core.dedup.groups.carried import carried_object, carried_sentences, carried_summary
from core.dedup.groups.complete_linkage import Group, Link
from core.dedup.groups.originality import Examination, Highlights, Margin, Source
from core.errors import CollectionError
from tests.support.picture_bytes import encode, gps_block, noise
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


class Seen:
    """What is seen of pictures, by id; what is not given is as usual."""

    def __init__(
        self, gone=(), margins=(), known=(), sharp=(), lost=(), coarse=(), sources=(), broken=(), bright=()
    ):
        self.bright = dict(bright)
        self.gone, self.margins, self.facts = set(gone), dict(margins), dict(known)
        self.sharp, self.lost, self.sources = dict(sharp), dict(lost), dict(sources)
        self.coarse = dict(coarse)
        self.broken = set(broken)

    def exists(self, picture):
        return picture.id not in self.gone

    def damaged(self, picture):
        return picture.id in self.broken

    def margin(self, picture):
        return self.margins.get(picture.id, Margin(1.0, drawn=False))

    def known(self, picture):
        return self.facts.get(picture.id, ())

    def sharpness(self, picture):
        return self.sharp.get(picture.id, 1.0)

    def lost_tones(self, picture):
        return self.lost.get(picture.id, 0.0)

    def highlights(self, picture):
        return self.bright.get(picture.id, Highlights(0.0, 100.0))

    def coarseness(self, picture):
        return self.coarse.get(picture.id)

    def source(self, copy, others):
        found, how = self.sources.get(copy.id, (None, "compression"))
        return next((Source(one, how) for one in others if one.id == found), None)


def other(number, **changes):
    return replace(SOME, id=number, name=f"{number}.jpg", **changes)


def test_a_file_that_exists_before_one_that_is_gone():
    found = best([SOME, other(2, width=200)], Seen(gone=[2]))
    assert found == Decision(1, (2,), "Kept: the only one whose file is still there.")
    assert best([SOME, other(2, width=200)], Seen(gone=[1, 2])).keep == 2


def test_a_sound_file_before_a_damaged_one_however_large():
    found = best([SOME, other(2, width=200)], Seen(broken=[2]))
    assert found == Decision(1, (2,), "Kept: the only one whose file is not damaged.")
    assert best([SOME, other(2, width=200)], Seen(broken=[1, 2])).keep == 2


def test_a_jpeg_whose_data_is_cut_is_not_kept_instead_of_its_copy(shop):
    out = io.BytesIO()
    noise(160, 120).save(out, "JPEG", quality=90)
    data = out.getvalue()
    cut = data[: len(data) * 2 // 3] + b"\xff\xd9"
    shop.add_files([("cut.jpg", cut), ("whole.jpg", data)])
    assert decide(shop, [1, 2]).keep == 2


def test_more_pixels_win_and_the_reason_names_them():
    found = best([SOME, other(2, width=200, height=150)], Seen())
    assert found == Decision(2, (1,), "Kept: the most pixels, 200 × 150; the next has 100 × 100.")


@pytest.mark.parametrize("how", ["compression", "enlarged", "mirrored", "changed"])
def test_an_original_before_what_was_made_from_it(how):
    larger = other(2, width=200, height=200, bytes=9000)
    found = best([SOME, larger], Seen(sources={2: (1, how)}))
    assert (found.keep, found.rest) == (1, (2,))
    sure = "likely the original" if how == "compression" else "the original"
    assert found.reason.startswith(f"Kept: {sure}; ")
    assert "2.jpg" in found.reason


def test_of_copies_of_copies_the_first_of_all_is_kept():
    pictures = [SOME, other(2, width=200, height=200), other(3, width=300, height=300)]
    assert best(pictures, Seen(sources={3: (2, "enlarged"), 2: (1, "compression")})).keep == 1


def test_a_frame_adds_no_pixels_and_is_left_out_for_the_picture_without():
    framed = Seen(margins={2: Margin(0.59, drawn=True)})
    found = best([SOME, other(2, width=130, height=130)], framed)
    assert found.keep == 1
    assert found.reason == "Kept: the picture without a frame; 2.jpg shows 100 × 100 inside its frame."
    larger_in_a_frame = best([other(3, width=60, height=60), other(2, width=130, height=130)], framed)
    assert larger_in_a_frame.keep == 2


def test_a_page_around_a_product_is_no_frame():
    page = Seen(margins={1: Margin(0.64, drawn=False), 2: Margin(0.64, drawn=False)})
    found = best([SOME, other(2, width=60, height=60)], page)
    assert found.reason == "Kept: the most pixels, 100 × 100; the next has 60 × 60."


@pytest.mark.parametrize("pixels", [100, 98])
def test_what_is_known_of_one_alone_is_kept(pixels):
    found = best([SOME, other(2, width=pixels)], Seen(known={2: ("date", "place")}))
    assert found.keep == 2
    assert found.reason.endswith("as many pixels, and the only one with a date and a place.")
    found = best([SOME, other(2)], Seen(known={1: ("label",), 2: ("date",)}))
    assert found.keep == 2  # a label can be carried over, what is in the file cannot
    assert found.reason.endswith("the only one with a date.")


def test_a_name_that_calls_it_a_copy_goes():
    named = [replace(SOME, name="a (1).jpg"), other(2)]
    found = best(named, Seen())
    assert (found.keep, "“(1)”" in found.reason) == (2, True)


def test_the_darkest_of_a_bracket_goes_though_it_is_the_sharpest():
    found = best([SOME, other(2)], Seen(lost={1: 0.3, 2: 0.05}, sharp={1: 3.0, 2: 1.0}))
    assert found.keep == 2
    assert found.reason.endswith("less of it is lost in black or white.")


def test_a_brightened_copy_goes_though_it_is_compressed_less():
    found = best(
        [SOME, other(2)],
        Seen(bright={1: Highlights(0.2, 120.0), 2: Highlights(0.01, 100.0)}, coarse={1: 2.0, 2: 9.0}),
    )
    assert found.keep == 2
    assert found.reason.endswith("less of its colours is cut off at their brightest.")


def test_a_copy_without_colours_wins_nothing_by_having_none_to_cut_off():
    found = best(
        [SOME, other(2)],
        Seen(bright={1: Highlights(0.2, 100.0), 2: Highlights(0.01, 100.0)}, coarse={1: 2.0, 2: 9.0}),
    )
    assert found.keep == 1


def test_what_is_cut_off_is_seen_in_the_files(shop):
    ramp = np.linspace(60, 235, 200)[None, :, None] * np.ones((150, 1, 3)) * (1.0, 0.9, 0.7)
    white = ramp.copy()
    white[:, 120:] = 250
    levels = {"brighter": ramp * 1.4, "b": ramp, "white": white, "white_darker": white * 0.8}
    pictures = {name: Image.fromarray(np.clip(one, 0, 255).astype(np.uint8)) for name, one in levels.items()}
    pictures["grey"] = pictures["b"].convert("L").convert("RGB")
    shop.add_files([(f"{name}.png", encode(image, "PNG")) for name, image in pictures.items()])
    seen = Examination(shop, shop.ids())
    brighter, plain, white, darker, grey = (seen.highlights(p) for p in shop.get_many(shop.ids()))
    assert brighter.brightened_from(plain)
    assert not plain.brightened_from(brighter)
    assert not grey.brightened_from(plain)
    assert not plain.brightened_from(grey)
    assert not white.brightened_from(darker), "the darker one is cut off as well, at a lower level"
    shutil.rmtree(shop.root / "thumbnails")
    shutil.rmtree(shop.root / "media")
    assert Examination(shop, [1]).highlights(shop.get(1)) == Highlights(0.0, 0.0)


def test_with_about_as_many_pixels_the_sharper_wins():
    found = best([SOME, other(2, width=98)], Seen(sharp={1: 0.5, 2: 1.0}))
    assert (found.keep, found.reason) == (
        2,
        "Kept: about as many pixels, and 2.0 times as sharp as the next.",
    )


def test_with_about_as_sharp_a_picture_the_one_that_was_compressed_less_wins():
    found = best([SOME, other(2, bytes=5100)], Seen(coarse={1: 12.0, 2: 6.0}))
    assert (found.keep, found.reason) == (2, "Kept: as many pixels, and compressed less than the next.")
    assert best([SOME, other(2, bytes=9000)], Seen(coarse={1: 12.0})).keep == 2


def test_with_all_else_equal_the_larger_file_wins_then_the_first():
    found = best([SOME, other(2, bytes=9000)], Seen())
    assert found.keep == 2
    assert found.reason == "Kept: as many pixels, and the largest file, JPEG of 9 kB; the next has 5 kB."
    found = best([other(3), SOME], Seen())
    assert (found.keep, found.rest) == (1, (3,))
    assert found.reason.endswith("added first.")


def test_a_file_that_is_a_little_larger_says_nothing():
    assert best([SOME, other(2, bytes=5200)], Seen()).keep == 1


def test_where_sharpness_is_unknown_the_file_decides():
    assert best([SOME, other(2, bytes=9000)], Seen(sharp={1: None})).keep == 2


def test_one_picture_is_its_own_best():
    assert best([SOME], Seen()) == Decision(1, (), "Kept: there is no other.")


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


def test_what_only_a_copy_has_stays_with_what_is_kept(shop):
    options = {"exif": b"Exif\0\0" + gps_block()}
    shop.add_files(
        [
            ("kept.jpg", encode(noise(40, 40), "JPEG")),
            ("copy.jpg", encode(noise(40, 40), "JPEG", **options)),
            ("another.jpg", encode(noise(40, 41), "JPEG")),
        ]
    )
    shop.set_label([2], "dress")
    done = bin_rest(shop, [Decision(1, (2, 3), "")])
    assert done.removed == (2, 3)
    assert carried_sentences(shop, done.carried) == [
        "Label “dress” and the place were taken over from copy.jpg to kept.jpg."
    ]
    assert carried_summary(done.carried) == (
        "1 label and 1 place were taken over from copies to what is kept."
    )
    assert set(shop.places.all()) == {1, 2}
    shop.restore_copies(done.removed, done.carried)
    assert (set(shop.places.all()), shop.get(1).label) == ({2}, None)


def test_labels_by_hand_that_differ_are_both_told(shop):
    shop.add_files([(name, encode(noise(40, side), "JPEG")) for name, side in (("a.jpg", 40), ("b.jpg", 41))])
    shop.set_label([1], "skirt")
    shop.set_label([2], "dress")
    done = bin_rest(shop, [Decision(1, (2,), "")])
    (told,) = carried_sentences(shop, done.carried)
    assert (
        told
        == "Label “dress”, given by hand to b.jpg, was not taken over: a.jpg has “skirt”, also given by hand."
    )
    assert carried_summary(done.carried).startswith("1 label given by hand was not taken over")
    assert (shop.get(1).label, shop.get(2).label) == ("skirt", "dress")


def test_captions_that_differ_are_both_told(shop):
    shop.add_files(
        [(name, encode(noise(40, side), "JPEG")) for name, side in (("a.jpg", 40), ("b.jpg", 41))],
        labels=b"path,caption\na.jpg,at the sea\nb.jpg,on holiday\n",
    )
    done = bin_rest(shop, [Decision(1, (2,), "")])
    (told,) = carried_sentences(shop, done.carried)
    assert told == "Caption “on holiday” of b.jpg was not taken over: a.jpg has “at the sea”."
    assert carried_summary(done.carried) == "1 caption was not taken over, as what is kept has another one."
    assert carried_object(done.carried[0])["caption_not_taken_over"] == "on holiday"
    assert shop.get(1).caption == "at the sea"
    assert shop.get(2).caption == "on holiday"


def test_nothing_goes_where_what_was_to_be_kept_is_gone(four):
    four.remove([1])
    done = bin_rest(four, [Decision(1, (2,), ""), Decision(3, (4,), "")])
    assert done.removed == (4,)
    assert done.skipped == ("Picture 1, which was to be kept, no longer exists; its copies stay.",)


def test_overlapping_decisions_never_remove_everything(four):
    done = bin_rest(four, [Decision(1, (2,), ""), Decision(2, (1,), "")])
    assert four.ids() == [1, 3, 4]
    assert len(done.skipped) == 1
    done = bin_rest(four, [Decision(1, (3,), ""), Decision(4, (1,), "")])
    assert 1 in four.ids() or 4 in four.ids()


CASES = Path(__file__).parents[4] / "shared" / "cases"


@pytest.mark.skipif(not CASES.is_dir(), reason=f"needs the inputs in {CASES}")
@pytest.mark.parametrize(
    ("folder", "original", "copy"),
    [
        ("keep_letterbox", "orig2.jpg", "letterbox_2.jpg"),
        ("keep_letterbox", "orig1.jpg", "mirror_1.jpg"),
        ("meta", "b_camera_original.jpg", "a_browser_copy.jpg"),
    ],
)
@pytest.mark.parametrize("first", [0, 1])
def test_originals_that_were_thrown_away_once(shop, folder, original, copy, first):
    names = [original, copy] if first == 0 else [copy, original]
    shop.add_files([(name, (CASES / folder / name).read_bytes()) for name in names])
    found = decide(shop, shop.ids())
    assert shop.get(found.keep).name == original
    assert folder == "keep_letterbox" or "a date and a place" in found.reason
