"""Copies across the parts of a split, found by evidence and by verdicts."""

import csv
import io

import pytest
from PIL import Image

from core.dedup.labels.labels import judge
from core.errors import EvaluationError
from core.evaluation.protocols.splits import Split
from core.health.leaky_splits import LeakReport, find_leaky_splits, parts_by_folder
from core.stored import from_builtins
from tests.support.scenes import png, scene


def jpeg(image, quality=80):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.fixture
def split_folder(tmp_path):
    """Four pictures to train with; in the test part one of them re-encoded, one as it is, and two others."""
    root = tmp_path / "data"
    for part in ("Train/a", "test/a"):
        (root / part).mkdir(parents=True)
    for i in range(4):
        (root / "Train/a" / f"{i}.png").write_bytes(png(scene(i)))
    (root / "test/a/=copy.jpg").write_bytes(jpeg(scene(0)))
    (root / "test/a/same.png").write_bytes(png(scene(1)))
    for i in (8, 9):
        (root / "test/a" / f"{i}.png").write_bytes(png(scene(i)))
    return root


@pytest.fixture
def leaky(shop, split_folder):
    shop.add_folder(split_folder, labels=None)
    return shop


def test_a_copy_and_a_file_in_both_parts_are_found_and_others_are_not(leaky):
    report = find_leaky_splits(leaky)
    assert dict(report.parts) == {"train": 4, "test": 4}
    by_name = {leak.other_name.rsplit("/", 1)[-1]: leak for leak in report.leaks}
    assert set(by_name) == {"=copy.jpg", "same.png"}
    assert by_name["=copy.jpg"].name.endswith("0.png")
    assert by_name["=copy.jpg"].part == "train"
    assert by_name["same.png"].how == "the same file"
    assert by_name["same.png"].name.endswith("1.png")
    (finding,) = report.findings()
    assert (finding.severity, finding.count, finding.share) == ("problem", 2, 0.5)
    assert from_builtins(LeakReport, report.to_json()) == report
    rows = list(csv.DictReader(io.StringIO(report.to_csv(leaky))))
    assert [row["copy_part"] for row in rows] == ["train", "train"]


def test_a_verdict_goes_before_the_evidence(leaky):
    report = find_leaky_splits(leaky)
    (copy,) = [leak for leak in report.leaks if leak.how != "the same file"]
    judge(leaky, copy.picture, copy.other, "different")
    (left,) = find_leaky_splits(leaky).leaks
    assert left.how == "the same file"
    far = [p.id for p in leaky.page(0, 100) if p.name.endswith(("3.png", "9.png"))]
    judge(leaky, *far, "duplicate")
    assert len(find_leaky_splits(leaky).leaks) == 2


def test_a_declared_split(leaky):
    names = tuple(p.name for p in leaky.page(0, 100))
    copy, original = (next(n for n in names if n.endswith(end)) for end in ("=copy.jpg", "/0.png"))
    report = find_leaky_splits(leaky, Split("name", (copy,), (original,)))
    assert dict(report.parts) == {"gallery": 1, "query": 1}
    assert [leak.other_name for leak in report.leaks] == [copy]
    assert find_leaky_splits(leaky, Split("name", (copy,))).leaks[0].name == original
    with pytest.raises(EvaluationError):
        find_leaky_splits(leaky, Split("label", ("nothing",)))


def test_without_a_split_the_report_says_how_to_make_one(shop):
    shop.add_files([("a.png", png(scene(0))), ("trainer.jpg", jpeg(scene(0)))])
    report = find_leaky_splits(shop)
    assert (dict(report.parts), report.leaks, report.findings()) == ({}, (), ())
    assert "no folder is called train" in report.lines()[0]


def test_parts_go_by_whole_names_of_folders(leaky):
    class Named:
        def __init__(self, number, *names):
            self.id, self.names = number, names

    parts = parts_by_folder([
        Named(1, "x/VAL/1.jpg"), Named(2, "training/2.jpg"), Named(3, "test.jpg"), Named(4, "latest/4.jpg"),
        Named(5, "train/5.jpg", "test/5.jpg"),
    ])  # fmt: skip
    assert parts == {"train": {2, 5}, "validation": {1}, "test": {5}}


def test_mirrored_and_cropped_copies_leak_too(shop, tmp_path):
    root = tmp_path / "data"
    for part in ("train", "test"):
        (root / part).mkdir(parents=True)
    image = scene(5)
    (root / "train/whole.png").write_bytes(png(image))
    (root / "test/cropped.jpg").write_bytes(jpeg(image.crop((40, 30, 380, 280))))
    (root / "test/mirrored.jpg").write_bytes(jpeg(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    shop.add_folder(root, labels=None)
    assert len(find_leaky_splits(shop).leaks) == 2
