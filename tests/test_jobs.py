import threading

import pytest

from core.errors import CollectionError, LookalikeError
from core.jobs import Cancelled, Deadline, JobRunner, Monitor


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_rate_and_time_left_come_from_the_last_ten_seconds():
    clock = Clock()
    monitor = Monitor(total=100, clock=clock)
    for _ in range(10):  # ten slow items, one every five seconds
        clock.now += 5
        monitor.advance()
    for _ in range(40):  # then four a second
        clock.now += 0.25
        monitor.advance()
    progress = monitor.snapshot()
    assert progress.done == 50
    assert progress.fraction == 0.5
    assert progress.rate == pytest.approx(4.0, rel=0.05)
    assert progress.eta_s == pytest.approx(50 / 4, rel=0.05)


def test_a_subtask_counts_on_from_what_was_done():
    whole = Monitor()
    whole.advance(5)
    part = whole.subtask()
    part.expect(10)
    part.advance(2)
    part.say("now")
    now = whole.snapshot()
    assert (now.done, now.total, now.note, part.snapshot().done) == (7, 15, "now", 2)
    part.expect(None)
    assert whole.snapshot().total is None
    part.cancel()
    assert whole.cancelled
    assert part.cancelled


def test_a_weighted_subtask_never_takes_progress_back():
    whole = Monitor(total=100)
    part = whole.subtask(40, title="Building")
    assert whole.snapshot().note == "Building"
    part.expect(4)
    part.advance(3)
    assert whole.snapshot().done == 30
    part.expect(40)  # there is more to do than it had expected
    part.advance()
    assert whole.snapshot().done == 30
    part.say("Adding vectors")
    assert whole.snapshot().note == "Building: adding vectors"
    part.finish()
    part.finish()
    now = whole.snapshot()
    assert (now.done, now.total) == (40, 100)
    inner = part.subtask()
    whole.cancel()
    with pytest.raises(Cancelled):
        inner.check()


def test_a_subtask_stops_when_its_time_is_up_and_the_rest_goes_on():
    clock = Clock()
    whole = Monitor()
    part = whole.subtask(1, Deadline(10, clock))
    part.check()
    clock.now = 10
    with pytest.raises(Cancelled):
        part.check()
    whole.check()


def test_time_left_is_unknown_without_a_total_or_a_rate():
    assert Monitor().snapshot().eta_s is None
    assert Monitor(total=5).snapshot().eta_s is None


def test_a_job_hands_back_what_its_work_returned():
    job = JobRunner().start("shop", "Adding", lambda monitor: monitor.advance(3) or "report")
    job.wait()
    assert (job.state, job.result, job.monitor.snapshot().done) == ("done", "report", 3)


def test_the_sentence_of_a_users_error_is_kept():
    def work(_):
        raise CollectionError("There is no folder here.")

    job = JobRunner().start("shop", "Adding", work)
    job.wait()
    assert (job.state, job.error) == ("failed", "There is no folder here.")


def test_a_fault_of_ours_is_a_plain_sentence_too(capfd):
    job = JobRunner().start("shop", "Adding", lambda _: 1 / 0)
    job.wait()
    assert job.state == "failed"
    assert "ZeroDivisionError" in job.error
    assert "Traceback" in capfd.readouterr().err


def test_cancel_reaches_the_work():
    started = threading.Event()

    def work(monitor):
        started.set()
        while True:
            monitor.check()

    job = JobRunner().start("shop", "Adding", work)
    assert started.wait(5)
    job.cancel()
    job.wait(5)
    assert job.state == "cancelled"
    with pytest.raises(Cancelled):
        job.monitor.check()


def test_one_job_a_key_at_a_time():
    runner, go = JobRunner(), threading.Event()
    first = runner.start("shop", "Adding", lambda _: go.wait(5))
    with pytest.raises(LookalikeError, match="still running"):
        runner.start("shop", "Adding", lambda _: None)
    other = runner.start("museum", "Adding", lambda _: "free")
    other.wait()
    go.set()
    first.wait()
    assert runner.start("shop", "Again", lambda _: None) is not first
    runner.get("shop").wait()
    runner.forget("shop")
    assert runner.get("shop") is None
