import json

import numpy as np
import pytest

from core.errors import DriftError
from core.health.checks import run_check
from core.health.drift import DriftReport, check_drift
from core.health.drift.history import looks, stored_reports
from core.jobs import Cancelled, Monitor
from core.stored import from_json
from tests.support.pictures import write_noise

GREY, RED = (120, 120, 120), (230, 60, 40)


@pytest.fixture
def steady(shop, tmp_path):
    """Two additions that look alike."""
    shop.add_folder(write_noise(tmp_path / "spring", 40, GREY, 0), labels=None)
    shop.add_folder(write_noise(tmp_path / "summer", 25, GREY, 1), labels=None)
    return shop


@pytest.fixture
def changed(steady, tmp_path):
    """And a third that does not."""
    steady.add_folder(write_noise(tmp_path / "autumn", 25, RED, 2), labels=None)
    return steady


def test_an_addition_like_those_before_is_no_alarm(steady):
    report = check_drift(steady)
    assert not report.alarm
    assert report.p_value > 0.05
    assert (report.reference.count, report.batch.count) == (40, 25)
    assert report.lines()[0].startswith("No sign of a change")
    assert any("single addition" in note for note in report.notes)
    assert report.findings() == ()


def test_another_kind_of_pictures_is_an_alarm_that_explains_itself(changed):
    report = check_drift(changed)
    assert report.alarm
    assert report.lines()[0].startswith("Yes")
    shifted = {one.name for one in report.properties if one.p_value < 0.05}
    assert {"brightness", "colourfulness", "norm"} <= shifted
    assert report.drivers is not None and report.drivers.auc > 0.95
    newest = set(changed.ids()[-25:])
    assert set(report.drivers.newest) <= newest
    assert not set(report.drivers.missed) & newest
    assert report.control is not None and report.control.alarms <= 15
    assert [one.count for one in report.earlier] == [25]
    (finding,) = report.findings()
    assert (finding.part, finding.count) == ("drift", 25)
    for one in report.properties:
        assert sum(one.batch_counts) <= 25
        assert len(one.edges) == len(one.batch_counts) + 1


def test_the_same_seed_gives_the_same_report(changed):
    first, second = (check_drift(changed, seed=4).to_json() for _ in range(2))
    first["at"] = second["at"] = ""
    assert first == second


def test_a_report_survives_json(changed):
    report = check_drift(changed)
    text = json.dumps(report.to_json(), allow_nan=False)
    assert from_json(DriftReport, text) == report


def test_looks_are_stored_and_spend(changed):
    first = run_check(changed, "drift")
    ((_, stored),) = stored_reports(changed)
    assert stored == first
    assert first.number == 1 and first.follows
    other = check_drift(changed, reference="1", batch="2")
    assert other.number == 2 and other.level < first.level and not other.follows


def test_a_second_look_at_the_same_pictures_is_the_same_look(changed):
    first = run_check(changed, "drift")
    again = run_check(changed, "drift", check=lambda c, m: check_drift(c, seed=99, monitor=m))
    assert (again.alarm, again.number, again.level) == (first.alarm, first.number, first.level)
    assert again.repeats > 0
    assert len(looks(changed)) == 1
    assert "that decision stands" in " ".join(again.lines())


def test_the_next_addition_adds_to_the_evidence(steady, tmp_path):
    run_check(steady, "drift")
    steady.add_folder(write_noise(tmp_path / "autumn", 25, GREY, 2), labels=None)
    second = run_check(steady, "drift")
    assert second.follows and second.number == 2
    assert [one.up_to for one in looks(steady)] == [65, 90]


def test_labels_take_part_where_both_sides_have_the_same_ones(shop, tmp_path):
    rng = np.random.default_rng(0)
    for seed, (root, cups, hats) in enumerate((("spring", 50, 10), ("summer", 20, 30))):
        write_noise(tmp_path / root / "cup", cups, rng.integers(0, 255, 3), seed)
        write_noise(tmp_path / root / "hat", hats, GREY, 10 + seed)
        shop.add_folder(tmp_path / root)
    report = check_drift(shop)
    assert report.with_labels and report.alarm
    (labels,) = report.shares
    assert labels.p_value < 0.01
    assert labels.groups[0].name in {"cup", "hat"}
    assert labels.moved == pytest.approx(0.433, abs=0.01)


def test_labels_that_are_names_of_other_folders_do_not_raise_an_alarm(steady, tmp_path):
    steady.add_folder(write_noise(tmp_path / "january", 30, GREY, 5))  # the label is “january”
    assert not check_drift(steady).with_labels


def test_a_collection_without_norms_says_so(steady):
    with steady.catalogue.transaction() as tx:
        tx.execute("UPDATE vector SET norm = NULL")
    report = check_drift(steady)
    assert "norm" not in {one.name for one in report.properties}
    assert any("--norms" in note for note in report.notes)
    steady.measure_norms()
    assert not any("--norms" in note for note in check_drift(steady).notes)


def test_pictures_without_files_are_compared_all_the_same(changed, tmp_path):
    for file in tmp_path.rglob("*.png"):
        file.unlink()
    report = check_drift(changed)
    assert report.alarm
    assert {one.name for one in report.properties} == {"norm", "neighbour"}


def test_bad_settings_and_cancelling(steady):
    with pytest.raises(DriftError, match="between 0 and 1"):
        check_drift(steady, alpha=2)
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        run_check(steady, "drift", monitor)
    assert stored_reports(steady) == []
