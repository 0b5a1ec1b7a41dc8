"""A job that was asked to stop does so in the middle of a file that takes long to decode."""

import random
import shutil
import threading

import pytest

from core.collection.storage.feature_cache import FeatureCache
from core.dedup.evidence.originals import Originals
from core.dedup.scan import remember_looks, scan
from core.health.quality.scan import measure_missing
from core.images.decoding.decode import load_image
from core.jobs import Cancelled, Monitor
from tests.support import hostile_files
from tests.support.picture_bytes import encode, noise


@pytest.fixture(scope="module")
def slow():
    """A file whose decoder works for longer than it may."""
    return hostile_files.jpeg_of_many_scans(random.Random(2))


@pytest.fixture
def slow_shop(shop, slow, monkeypatch):
    """A collection whose originals all take long, and whose thumbnails are lost."""
    shop.add_files([(f"{seed}.png", encode(noise(80 + seed, 60), "PNG")) for seed in range(3)])
    monkeypatch.setattr("core.collection.originals.Originals.original", lambda self, picture_id: slow)
    shutil.rmtree(shop.root / "thumbnails")
    return shop


def _forget(shop):
    with shop.catalogue.transaction() as tx:
        tx.execute("UPDATE picture SET pixel_hash = NULL")
        tx.execute("DELETE FROM vector")


JOBS = {
    "adding": lambda shop, slow, monitor: shop.add_files([("slow.jpg", slow)], monitor=monitor),
    "embedding": lambda shop, slow, monitor: shop.add_space("tiny", monitor),
    "repairing": lambda shop, slow, monitor: shop.repair(monitor),
    "hashing": lambda shop, slow, monitor: shop.hash_pixels(monitor),
    "features": lambda shop, slow, monitor: FeatureCache(shop).ensure_features(shop.ids(), monitor),
    "looking": lambda shop, slow, monitor: remember_looks(shop, shop.ids(), monitor),
    "quality": lambda shop, slow, monitor: measure_missing(shop, monitor),
    "scan": lambda shop, slow, monitor: scan(shop, monitor=monitor),
}


@pytest.mark.parametrize("name", JOBS)
def test_it_stops_within_a_file(name, slow_shop, slow):
    if name in ("embedding", "repairing", "hashing"):
        _forget(slow_shop)
    monitor = Monitor()
    threading.Timer(0.5, monitor.cancel).start()
    try:
        report = JOBS[name](slow_shop, slow, monitor)
    except Cancelled:
        return
    assert monitor.cancelled  # else the file had come to its own end, and was skipped
    assert report.cancelled
    assert report.skipped == ()


def test_so_does_any_decoding_within_a_job(slow_shop, slow):
    monitor = Monitor()
    threading.Timer(0.3, monitor.cancel).start()
    with monitor.in_charge(), pytest.raises(Cancelled):
        load_image(slow)
    with monitor.in_charge(), pytest.raises(Cancelled):
        load_image(encode(noise(8, 8), "PNG"))  # nor is another begun
    with monitor.in_charge(), pytest.raises(Cancelled):
        Originals(slow_shop).same_pixels(*slow_shop.ids()[:2])
