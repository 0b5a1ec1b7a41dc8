from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collection.storage import feature_cache as module
from core.collection.storage.feature_cache import VERSION, FeatureCache, features_of_file, pack, unpack
from core.jobs import Monitor
from core.local_features.orb import LocalFeatures
from tests.support.pictures import jpeg
from tests.support.scenes import png, scene


def drawn(seed):
    return png(scene(seed, (200, 160)))


@pytest.fixture
def scenes(shop):
    shop.add_files(
        [(f"{seed}.png", drawn(seed)) for seed in range(3)] + [("flat.jpg", jpeg(colour=(9, 9, 9)))]
    )
    return shop


def files(shop):
    return sorted(p.name for p in (shop.root / "features").rglob("*") if p.is_file() and len(p.name) == 64)


def same(a, b):
    return all(np.array_equal(getattr(a, n), getattr(b, n)) for n in ("points", "descriptors", "mirrored"))


def test_features_are_computed_once_and_read_again(scenes, monkeypatch):
    cache = FeatureCache(scenes)
    first = cache.of(scenes.ids())
    assert (sorted(first.found), first.skipped) == (scenes.ids(), ())
    assert files(scenes) == sorted(p.sha256 for p in scenes.page())
    monkeypatch.setattr(module, "features_of_file", lambda _: pytest.fail("computed twice"))
    again = FeatureCache(scenes).of(scenes.ids())
    assert all(same(first.found[i], again.found[i]) for i in scenes.ids())


def test_they_are_those_of_the_file_to_a_32nd_of_a_pixel(scenes):
    picture = next(p for p in scenes.page() if p.name == "1.png")
    kept = FeatureCache(scenes).of([picture.id]).found[picture.id]
    fresh = features_of_file(drawn(1))
    assert len(kept) == len(fresh) > 50
    assert np.abs(kept.points - fresh.points).max() <= 1 / 64 + 1e-6
    assert np.array_equal(kept.descriptors, fresh.descriptors)
    assert (kept.width, kept.height) == (fresh.width, fresh.height)


def test_a_picture_without_keypoints_is_kept_as_such(scenes):
    flat = next(p for p in scenes.page() if p.name == "flat.jpg")
    assert len(FeatureCache(scenes).of([flat.id]).found[flat.id]) == 0
    assert flat.sha256 in files(scenes)


def test_ids_that_are_not_there_are_left_out(scenes):
    assert FeatureCache(scenes).of([10_000]).found == {}
    assert FeatureCache(scenes).of([]).found == {}


def test_a_lost_original_is_skipped_with_the_reason(shop, tmp_path):
    (tmp_path / "in").mkdir()
    for seed in range(2):
        (tmp_path / "in" / f"{seed}.png").write_bytes(drawn(seed))
    shop.add_folder(tmp_path / "in")
    (tmp_path / "in" / "0.png").unlink()
    done = FeatureCache(shop).of(shop.ids())
    assert len(done.found) == 1
    assert [skip.name.endswith("0.png") for skip in done.skipped] == [True]
    assert "is gone" in done.skipped[0].reason
    report = FeatureCache(shop).ensure_features(shop.ids())
    assert (report.computed, report.known, len(report.skipped)) == (0, 1, 1)


def test_the_batch_call_counts_and_goes_on_where_it_stopped(scenes, monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 1)
    stopping = Monitor()
    stopping.cancel()
    cut_off = FeatureCache(scenes).ensure_features(scenes.ids(), stopping)
    assert (cut_off.computed, cut_off.cancelled) == (0, True)
    FeatureCache(scenes).of(scenes.ids()[:1])
    monitor = Monitor()
    report = FeatureCache(scenes).ensure_features(scenes.ids(), monitor)
    assert (report.computed, report.known, report.cancelled) == (3, 1, False)
    assert (monitor.snapshot().done, monitor.snapshot().total) == (4, 4)


@pytest.mark.parametrize("damage", [b"", b"LLF1", b"nonsense" * 9, None])
def test_a_damaged_file_is_computed_anew(scenes, damage):
    cache = FeatureCache(scenes)
    picture = scenes.page()[0]
    before = cache.of([picture.id]).found[picture.id]
    place = next(p for p in (scenes.root / "features").rglob(picture.sha256))
    place.write_bytes(place.read_bytes()[:-1] if damage is None else damage)
    assert same(cache.of([picture.id]).found[picture.id], before)
    assert same(unpack(place.read_bytes()), before)


def test_everything_may_be_deleted(scenes):
    import shutil

    before = FeatureCache(scenes).of(scenes.ids()).found
    shutil.rmtree(scenes.root / "features")
    after = FeatureCache(scenes).of(scenes.ids()).found
    assert all(same(before[i], after[i]) for i in before)


def test_emptying_the_bin_leaves_nothing_behind_for_long(scenes):
    cache = FeatureCache(scenes)
    cache.ensure_features(scenes.ids())
    gone, kept, binned = scenes.page()[:3]
    scenes.remove([gone.id])
    scenes.empty_bin()
    scenes.remove([binned.id])
    (scenes.root / "features" / "orb-v0" / "ab").mkdir(parents=True)
    cache.ensure_features(scenes.ids())
    assert gone.sha256 not in files(scenes)
    assert kept.sha256 in files(scenes)
    assert binned.sha256 in files(scenes)  # it may be restored
    assert [p.name for p in (scenes.root / "features").iterdir()] == [VERSION]
    assert cache.clean() == 0


def test_a_disk_that_cannot_be_written_is_no_reason_to_fail(scenes, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FeatureCache, "_write", full)
    assert len(FeatureCache(scenes).of(scenes.ids()).found) == 4


def test_threads_that_want_the_same_pictures_do_not_disturb_each_other(scenes):
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: FeatureCache(scenes).of(scenes.ids()).found, range(12)))
    assert all(same(done[0][i], other[i]) for other in done for i in scenes.ids())
    assert not list((scenes.root / "features").rglob("*.part"))


@given(st.integers(0, 400), st.integers(0, 2**32 - 1))
def test_packing_keeps_all_but_the_last_bits_of_a_place(count, seed):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 256, (2, count, 32), np.uint8)
    points = rng.uniform(0, 512, (count, 2)).astype(np.float32)
    features = LocalFeatures(points, codes[0], codes[1], 512, 384)
    back = unpack(pack(features))
    assert np.abs(back.points - points).max(initial=0) <= 1 / 64 + 1e-4
    assert np.array_equal(back.mirrored, codes[1])
    assert pack(back) == pack(features)
