"""The quality scan of a collection: measured once, flagged by thresholds that can be moved."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from core.health.quality import KINDS, QualityReport, picture_properties, scan_quality
from core.health.quality.scan import flag, measure_missing
from core.health.quality.store import QualityStore
from core.jobs import Cancelled, Monitor
from core.stored import from_builtins
from tests.support.scenes import png, scene

FAULTS = {
    "blurry": lambda image: image.filter(ImageFilter.GaussianBlur(6)),
    "dark": lambda image: image.point(lambda v: v // 12),
    "bright": lambda image: image.point(lambda v: 225 + v // 9),
    "gray": lambda image: image.convert("L"),
    "near_empty": lambda image: Image.new("RGB", image.size, (60, 90, 30)),
    "odd_size": lambda image: image.resize((80, 60)),
    "odd_aspect": lambda image: image.crop((0, 0, 400, 60)).resize((1000, 150)),
    "letterboxed": lambda image: ImageOps.expand(image, (0, 60)),
}


def cut_jpeg(image):
    out = io.BytesIO()
    image.save(out, "JPEG")
    data = out.getvalue()
    return data[: len(data) // 2] + b"\xff\xd9"


@pytest.fixture
def faulty(shop):
    """Six good pictures, and one of each fault."""
    files = [(f"good{i}.png", png(scene(i))) for i in range(6)]
    files += [(f"{name}.png", png(make(scene(9)))) for name, make in FAULTS.items()]
    files.append(("damaged.jpg", cut_jpeg(scene(11))))
    shop.add_files(files)
    shop.named = {picture.name: picture.id for picture in shop.page(0, 100)}
    return shop


def test_each_fault_is_flagged_and_good_pictures_are_not(faulty):
    report = scan_quality(faulty)
    assert (report.checked, report.measured, report.skipped) == (15, 15, ())
    good = {faulty.named[f"good{i}.png"] for i in range(6)}
    for name in (*FAULTS, "damaged"):
        (file,) = [n for n in faulty.named if n.startswith(name)]
        assert faulty.named[file] in report.flagged[name], name
    assert not good & {i for ids in report.flagged.values() for i in ids}
    assert {finding.code for finding in report.findings()} >= {"damaged", "blurry", "gray"}
    assert report.findings()[0].severity == "warning"
    assert from_builtins(QualityReport, report.to_json()) == report


def test_only_what_is_new_is_measured(faulty, monkeypatch):
    scan_quality(faulty)
    faulty.add_files([("new.png", png(scene(30)))])
    read = []
    whole = type(faulty).original
    monkeypatch.setattr(type(faulty), "original", lambda self, i: (read.append(i), whole(self, i))[1])
    report = scan_quality(faulty)
    assert (report.checked, report.measured, len(read)) == (16, 1, 1)
    faulty.remove([faulty.named["blurry.png"]])
    assert faulty.named["blurry.png"] not in scan_quality(faulty).flagged["blurry"]
    assert len(read) == 1


def test_a_threshold_is_kept_and_put_back(faulty):
    report = scan_quality(faulty)
    store = QualityStore(faulty.catalogue)
    store.set_threshold("blurry", 0.99)
    moved = flag(faulty, store.table())
    assert len(moved.flagged["blurry"]) < len(report.flagged["blurry"])
    assert moved.settings()["thresholds"]["blurry"] == 0.99
    store.set_threshold("blurry", None)
    assert flag(faulty, store.table()).flagged == report.flagged


def test_what_the_user_accepts_is_not_flagged_again_even_when_it_is_deleted_and_added_again(faulty):
    scan_quality(faulty)
    store = QualityStore(faulty.catalogue)
    picture = faulty.named["gray.png"]
    data = faulty.original(picture)
    store.accept([picture], "gray")
    assert picture not in flag(faulty, store.table()).flagged["gray"]
    assert flag(faulty, store.table()).accepted["gray"] == 1
    faulty.remove([picture])
    faulty.empty_bin()
    faulty.add_files([("again.png", data)])
    report = scan_quality(faulty)
    again = max(faulty.ids())
    assert again not in report.flagged["gray"]
    store.accept([again], "gray", accepted=False)
    assert again in flag(faulty, store.table()).flagged["gray"]


def test_a_picture_whose_file_is_gone_is_skipped_with_the_reason(shop, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(3):
        (folder / f"{i}.png").write_bytes(png(scene(i)))
    shop.add_folder(folder)
    (folder / "1.png").unlink()
    report = scan_quality(shop)
    assert (report.checked, report.measured) == (2, 2)
    (skip,) = report.skipped
    assert skip.name.endswith("1.png")
    assert "gone" in skip.reason
    assert any("not measured" in line for line in report.lines())


def test_a_stopped_scan_keeps_what_it_measured(faulty, monkeypatch):
    monkeypatch.setattr("core.health.quality.scan._CHUNK", 4)

    class Stops(Monitor):
        def advance(self, n=1):
            super().advance(n)
            if self.snapshot().done >= 8:
                self.cancel()

    with pytest.raises(Cancelled):
        measure_missing(faulty, Stops())
    assert len(QualityStore(faulty.catalogue).table()) == 8
    assert scan_quality(faulty).measured == 7


def test_an_empty_collection(shop):
    report = scan_quality(shop)
    assert report.checked == 0
    assert report.findings() == ()
    assert picture_properties(shop).values.shape == (0, 8)


def test_properties_are_finite_and_named(faulty):
    found = picture_properties(faulty)
    assert found.ids.tolist() == faulty.ids()
    assert np.isfinite(found.values).all()
    blurry = found.of([faulty.named["blurry.png"]])
    other = found.of([faulty.named["good0.png"]])
    at = found.names.index("blur")
    assert blurry.values[0, at] > other.values[0, at]
    assert found.values[0, found.names.index("aspect")] == pytest.approx(4 / 3)


def test_size_and_shape_go_by_the_collection(faulty):
    scan_quality(faulty)
    table = QualityStore(faulty.catalogue).table()
    at = {int(i): row for row, i in enumerate(table.ids)}
    kinds = {kind.name: kind for kind in KINDS}
    ratio = kinds["odd_size"].value(table)
    assert ratio[at[faulty.named["odd_size.png"]]] == pytest.approx(5, rel=0.05)
    assert kinds["odd_aspect"].value(table)[at[faulty.named["odd_aspect.png"]]] == pytest.approx(1000 / 150)
    assert len({kind.name for kind in KINDS}) == len(KINDS)
