import shutil

import pytest
from filelock import FileLock

from core.errors import BusyError
from core.health import checks
from core.health.schedule import round as scheduled
from core.health.schedule.round import KIND, run_once
from core.health.store import HealthStore
from core.jobs import Cancelled, Monitor
from tests.report.conftest import draw_shop


@pytest.fixture
def photos(tmp_path):
    return draw_shop(tmp_path / "photos", each=3)


def by_name(run):
    return {step.name: step for step in run.steps}


def folder_step(run):
    return next(step for step in run.steps if step.name.startswith("Folder"))


def test_a_watched_folder_is_added_to_and_the_run_is_logged(shop, photos):
    first = run_once(shop, [photos])
    assert shop.count() == 10
    assert "10 new" in folder_step(first).sentence
    assert "1 could not be read" in folder_step(first).sentence
    assert by_name(first)["What is stored"].state == "done"
    assert by_name(first)["Promises"].state == "done"

    shutil.copytree(draw_shop(photos.parent / "more", each=4), photos / "more")
    second = run_once(shop, [photos])
    assert shop.count() == 16
    assert "6 new" in folder_step(second).sentence
    runs = HealthStore(shop.catalogue).list(KIND)
    assert [run.result["steps"][0]["state"] for run in runs] == ["done", "done"]
    assert all(run.finished >= run.started for run in runs)


def test_a_folder_that_vanished_or_lost_its_drive_changes_nothing(shop, photos):
    run_once(shop, [photos])
    shutil.rmtree(photos)
    gone = run_once(shop, [photos])
    assert folder_step(gone).state == "attention"
    assert "not there" in folder_step(gone).sentence
    photos.mkdir()
    empty = run_once(shop, [photos])
    assert "not mounted" in folder_step(empty).sentence
    assert shop.count() == 10
    assert shop.lost() == []
    assert by_name(empty)["Promises"].state == "done"  # the rest goes on


def test_another_job_that_writes_is_waited_for_and_then_left_alone(shop, photos):
    waited = []
    with shop._writing():
        run = run_once(shop, [photos], wait_s=5, sleep=waited.append)
    assert sum(waited) == pytest.approx(5)
    assert folder_step(run).state == "skipped"
    assert "being added" in folder_step(run).sentence
    assert "10 new" in folder_step(run_once(shop, [photos])).sentence


def test_one_run_at_a_time(shop):
    with FileLock(shop.root / "schedule.lock"), pytest.raises(BusyError, match="is going on"):
        run_once(shop)
    assert run_once(shop).steps[0].sentence == "“shop” holds no pictures yet."


def test_an_addition_that_was_cut_off_is_finished(shop, photos):
    class Stopping(Monitor):
        def advance(self, n=1):
            super().advance(n)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.add_folder(photos, monitor=Stopping())
    assert shop.unfinished()
    run = run_once(shop)
    assert by_name(run)["Addition that was cut off"].state == "done"
    assert shop.count() == 10
    assert not shop.unfinished()


def test_a_check_that_fails_does_not_end_the_rest(shop, photos, monkeypatch):
    def fails(collection, monitor):
        raise OSError(5, "Input/output error")

    monkeypatch.setitem(checks.CHECKS, "integrity", fails)
    run = run_once(shop, [photos])
    assert by_name(run)["What is stored"].state == "failed"
    assert by_name(run)["Promises"].state == "done"
    assert not run.well


@pytest.mark.parametrize("apply", [False, True])
def test_the_index_is_tuned_again_only_by_leave(shop, photos, monkeypatch, apply):
    done = []
    monkeypatch.setattr(scheduled, "apply_remedy", lambda c, kind, m: done.append(kind) or "Tuned.")
    monkeypatch.setitem(checks.CHECKS, "promises", lambda c, m: broken())
    run = run_once(shop, [photos], apply=apply)
    assert done == (["tune"] if apply else [])
    assert by_name(run)["Index"].state == ("done" if apply else "attention")


def broken():
    from core.health.actions import Promise, PromisesReport
    from core.health.remedies import Remedy

    promise = Promise("recall", "broken", "Recall@10 has fallen.")
    return PromisesReport(
        (promise,), (Remedy("tune", "recall", "Tune", "Fallen.", "python -m core tune"),), 10, 0, 0
    )


def test_it_stops_when_asked_to(shop, photos):
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        run_once(shop, [photos], monitor=monitor)
    assert HealthStore(shop.catalogue).list(KIND) == []
