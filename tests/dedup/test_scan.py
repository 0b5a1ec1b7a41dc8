import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.collection.storage.feature_cache import FeatureCache
from core.dedup import scan as module
from core.dedup.groups.complete_linkage import group
from core.dedup.labels.labeled_pairs import judged_pairs
from core.dedup.scan import VERSION, pairs, scan, unscanned
from core.dedup.store import PairStore
from core.errors import CollectionError, DedupError
from core.jobs import Monitor
from tests.support.judged import SEEN
from tests.support.pictures import jpeg
from tests.support.scenes import png, scene


def as_jpeg(image, quality=85):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def bmp(image):
    out = io.BytesIO()
    image.save(out, "BMP")
    return out.getvalue()


@pytest.fixture
def copies(shop):
    picture = scene(0)
    shop.add_files(
        [
            ("original.png", png(picture)),
            ("same.bmp", bmp(picture)),
            ("jpeg.jpg", as_jpeg(picture, 40)),
            ("small.png", png(picture.resize((200, 150), Image.Resampling.LANCZOS))),
            ("crop.png", png(picture.crop((50, 40, 330, 250)))),
            ("mirror.png", png(ImageOps.mirror(picture))),
            ("turned.png", png(picture.transpose(Image.Transpose.ROTATE_90))),
            ("stranger.png", png(scene(1))),
            ("flat.jpg", jpeg(colour=(9, 9, 9))),
        ]
    )
    return shop


def by_name(collection, found):
    names = {p.id: p.name for p in collection.get_many(collection.ids() + collection.removed_ids())}
    return {frozenset((names[pair.a], names[pair.b])): pair for pair in found}


def test_copies_are_found_with_their_kind(copies):
    report = scan(copies)
    assert (report.pictures, report.skipped, report.cancelled) == (9, (), False)
    assert report.compared == report.candidates == len(pairs(copies))
    found = by_name(copies, pairs(copies))
    kinds = {
        "same.bmp": "exact",
        "jpeg.jpg": "re-encoded",
        "small.png": "resized",
        "crop.png": "cropped",
        "mirror.png": "rotated or mirrored",
        "turned.png": "rotated or mirrored",
    }
    for name, kind in kinds.items():
        pair = found[frozenset(("original.png", name))]
        assert pair.kind == kind
        assert pair.probability > 0.9
        assert pair.a < pair.b
        assert pair.by
    strangers = [pair for key, pair in found.items() if "stranger.png" in key or "flat.jpg" in key]
    assert all(pair.probability < 0.5 for pair in strangers)


def test_evidence_says_how_the_pictures_lie(copies):
    scan(copies)
    found = by_name(copies, pairs(copies))
    names = {p.id: p.name for p in copies.page()}

    def seen(name):
        pair = found[frozenset(("original.png", name))]
        assert names[pair.a] == "original.png"
        return pair.evidence

    same = seen("same.bmp")
    assert (same.same_pixels, same.hash_distance, same.difference) == (True, 0, 0)
    assert same.cosine == pytest.approx(1)
    small = seen("small.png")
    assert small.scale == pytest.approx(0.5, abs=0.02)
    assert (small.size_a, small.size_b) == ((400, 300), (200, 150))
    crop = seen("crop.png")
    assert crop.overlap_a == pytest.approx(280 * 210 / (400 * 300), abs=0.03)
    assert crop.overlap_b > 0.97
    assert crop.agreement > 0.9
    assert seen("mirror.png").mirrored
    assert abs(seen("mirror.png").rotation) < 1
    assert seen("turned.png").rotation == pytest.approx(-90, abs=1)
    assert seen("turned.png").hash_turn == "quarter turn left"
    assert 0.9 < seen("jpeg.jpg").inlier_ratio <= 1


def test_the_second_time_only_what_is_new_is_compared(copies):
    first = scan(copies)
    before = {(p.a, p.b): p.evidence for p in pairs(copies)}
    again = scan(copies)
    assert (again.pictures, again.compared) == (0, 0)
    assert unscanned(copies) == 0
    copies.add_files([("late.png", png(scene(1).resize((300, 225))))])
    assert unscanned(copies) == 1
    third = scan(copies)
    assert third.pictures == 1
    assert 0 < third.compared < first.compared
    after = {(p.a, p.b): p.evidence for p in pairs(copies)}
    assert before.items() <= after.items()
    late = copies.ids()[-1]
    assert all(late in key for key in after.keys() - before.keys())
    assert by_name(copies, pairs(copies))[frozenset(("late.png", "stranger.png"))].probability > 0.9


def test_pictures_in_the_bin_are_not_shown_and_deleted_ones_are_forgotten(copies):
    scan(copies)
    all_of_them = pairs(copies)
    gone = next(p.id for p in copies.page() if p.name == "jpeg.jpg")
    copies.remove([gone])
    left = pairs(copies)
    assert left == [p for p in all_of_them if gone not in (p.a, p.b)]
    assert len(left) < len(all_of_them)
    space = copies.space().id
    assert PairStore(copies.catalogue).count(space) == len(left)
    assert len(PairStore(copies.catalogue).keys(space)) == len(all_of_them)
    copies.restore([gone])
    assert pairs(copies) == all_of_them
    copies.remove([gone])
    copies.empty_bin()
    assert len(PairStore(copies.catalogue).keys(space)) == len(left)
    assert gone not in PairStore(copies.catalogue).compared(space)
    assert gone not in {look.picture_id for look in PairStore(copies.catalogue).looks()}


def test_what_was_compared_stays_when_it_is_stopped(copies, monkeypatch):
    monkeypatch.setattr(module, "_COMPARED", 2)
    whole = Monitor()
    stopping = Monitor()

    class Stops(module.Comparison):
        def compare(self, some):
            seen = super().compare(some)
            stopping.cancel()
            return seen

    with monkeypatch.context() as patch:
        patch.setattr(module, "Comparison", Stops)
        report = scan(copies, monitor=stopping)
    assert (report.cancelled, report.compared) == (True, 2)
    assert len(pairs(copies)) == 2
    assert unscanned(copies) == 9
    resumed = scan(copies, monitor=whole)
    assert resumed.compared == resumed.candidates - 2
    assert unscanned(copies) == 0


def test_a_request_to_stop_at_once_is_heard(copies):
    stopping = Monitor()
    stopping.cancel()
    assert scan(copies, monitor=stopping).cancelled
    assert pairs(copies) == []


def test_progress_counts_to_its_end(copies):
    monitor = Monitor()
    scan(copies, monitor=monitor)
    assert monitor.snapshot().done == monitor.snapshot().total


@pytest.mark.parametrize("files", [[], [("one.jpg", jpeg())]])
def test_a_collection_of_one_or_none_has_no_pairs(shop, files):
    if files:
        shop.add_files(files)
    report = scan(shop)
    assert (report.pictures, report.compared) == (len(files), 0)
    assert pairs(shop) == []
    assert unscanned(shop) == 0


def test_pictures_with_nothing_in_them_do_no_harm(shop):
    grey = Image.new("RGB", (200, 160), (120, 120, 120))
    shop.add_files(
        [
            ("dot.png", png(Image.new("RGB", (1, 1)))),
            ("dot.bmp", bmp(Image.new("RGB", (1, 1)))),
            ("line.png", png(Image.new("RGB", (3000, 1), (200, 0, 0)))),
            ("grey.png", png(grey)),
            ("grey.bmp", bmp(grey)),
            ("white.png", png(Image.new("RGB", (200, 160), (255, 255, 255)))),
        ]
    )
    scan(shop)
    found = by_name(shop, pairs(shop))
    assert found[frozenset(("grey.png", "grey.bmp"))].kind == "exact"
    assert found[frozenset(("grey.png", "grey.bmp"))].probability == 1
    assert found[frozenset(("dot.png", "dot.bmp"))].kind == "exact"
    blank = found.get(frozenset(("grey.png", "white.png")))
    assert blank is None or (blank.evidence.inliers, blank.evidence.hash_distance) == (0, 64)


def test_a_lost_original_is_said_and_what_is_known_still_tells(shop, tmp_path):
    (tmp_path / "in").mkdir()
    for name, image in (("a.png", scene(0)), ("b.png", scene(0).resize((300, 225))), ("c.png", scene(2))):
        (tmp_path / "in" / name).write_bytes(png(image))
    shop.add_folder(tmp_path / "in")
    (tmp_path / "in" / "a.png").unlink()
    report = scan(shop)
    assert [skip.name.endswith("a.png") for skip in report.skipped] == [True]
    pair = by_name(shop, pairs(shop))[frozenset(("a.png", "b.png"))]
    assert (pair.evidence.keypoints, pair.evidence.inliers, pair.evidence.same_pixels) == (0, 0, False)
    assert pair.evidence.hash_distance <= 2
    assert pair.evidence.agreement > 0.9


def test_another_space_has_pairs_of_its_own(copies):
    from tests.support.tiny import TinyEncoder, register

    register(TinyEncoder(name="other", version="9"))
    scan(copies)
    with pytest.raises(CollectionError, match="other"):
        scan(copies, "other")
    copies.add_space("other")
    assert pairs(copies, "other") == []
    assert scan(copies, "other").pictures == 9
    assert len(pairs(copies, "other")) == len(pairs(copies))


def test_what_another_version_saw_is_seen_anew(copies):
    scan(copies)
    count = len(pairs(copies))
    PairStore(copies.catalogue).adopt("an earlier one")
    assert pairs(copies) == []
    assert unscanned(copies) == 9
    scan(copies)
    assert PairStore(copies.catalogue).current(VERSION)
    assert len(pairs(copies)) == count


def test_features_may_be_deleted(copies):
    import shutil

    scan(copies)
    before = pairs(copies)
    shutil.rmtree(copies.root / "features")
    assert pairs(copies) == before
    assert len(FeatureCache(copies).of(copies.ids()).found) == 9


def test_pairs_are_scored_by_the_judge_that_is_given(copies):
    from core.dedup.scoring.model import default_judge

    scan(copies)
    seen = [pair.evidence for pair in pairs(copies)]
    strict = default_judge().refit(seen * 20, np.zeros(20 * len(seen), bool))
    told = [pair for pair in pairs(copies, judge=strict) if not pair.evidence.same_pixels]
    assert max(pair.probability for pair in told) < 0.5


def test_what_an_earlier_version_saw_is_shown_until_the_next_scan(copies):
    scan(copies)
    now = pairs(copies)
    later = ("frames_a", "frames_b", "frames_apart", "plain", "changed", "writing", "parallax")
    space = copies.space()
    records = PairStore(copies.catalogue).of_space(space.id)
    old = [
        replace(
            one, evidence=json.dumps({k: v for k, v in json.loads(one.evidence).items() if k not in later})
        )
        for one in records
    ]
    PairStore(copies.catalogue).adopt("2")
    PairStore(copies.catalogue).add(space.id, old)
    assert [(p.a, p.b, p.probability) for p in pairs(copies)] == [(p.a, p.b, p.probability) for p in now]
    assert unscanned(copies) == copies.count()
    scan(copies)
    assert pairs(copies) == now


def test_what_was_seen_and_is_damaged_is_said_and_seen_again(shop):
    picture = scene(1)
    shop.add_files([("one.png", png(picture)), ("copy.jpg", as_jpeg(picture)), ("other.png", png(scene(2)))])
    scan(shop)
    before = len(pairs(shop))
    assert before > 0
    with shop._catalogue.transaction() as tx:
        tx.execute("UPDATE pair SET evidence = '{' || evidence")
    with pytest.raises(DedupError, match="damaged"):
        pairs(shop)
    scan(shop)
    assert len(pairs(shop)) == before


def near_copies(numbers):
    """Files of one small picture whose pixels differ a little from file to file."""
    values = np.asarray(scene(0, (48, 36), 20), np.int16)
    for number in numbers:
        noise = np.random.default_rng(number).integers(-4, 5, values.shape)
        picture = Image.fromarray(np.clip(values + noise, 0, 255).astype(np.uint8))
        yield f"{number}.jpg", as_jpeg(picture, 60 + number % 30)


def test_hundreds_of_near_copies_are_one_group_and_later_ones_join_it(shop, monkeypatch):
    asked = []

    def alike(_, candidates):
        asked.append(len(candidates))
        return [SEEN] * len(candidates)

    monkeypatch.setattr(module.Comparison, "compare", alike)
    shop.add_files(list(near_copies(range(300))))
    scan(shop)
    assert [len(one.ids) for one in group(judged_pairs(shop, pairs(shop)), 0).groups] == [300]
    assert sum(asked) < 45 * 300
    asked.clear()
    shop.add_files(list(near_copies(range(300, 320))))
    scan(shop)
    assert [len(one.ids) for one in group(judged_pairs(shop, pairs(shop)), 0).groups] == [320]
    assert sum(asked) < 45 * 20
