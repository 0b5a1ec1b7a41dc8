"""Threads that learn, however deep below, that their job was asked to stop."""

import threading

import pytest

from core.jobs import JobRunner, Monitor
from core.workers import Workers, stop_signal, stoppable


def test_without_a_job_nothing_asks_to_stop():
    assert not stop_signal()()


def test_the_threads_of_a_job_hear_of_it_and_so_do_threads_of_theirs():
    monitor = Monitor()

    def below():
        with Workers(1, "inner") as pool:
            return pool.submit(stop_signal).result()

    with monitor.in_charge(), Workers(1, "outer") as pool:
        stop = pool.submit(below).result()
    assert not stop()
    monitor.cancel()
    assert stop()
    assert not stop_signal()()


def test_a_part_of_a_job_stops_with_the_whole_of_it_and_by_itself():
    whole, part = Monitor(), Monitor()
    with whole.in_charge():
        with part.in_charge():
            stop = stop_signal()
        own = stop_signal()
    part.cancel()
    assert stop()
    assert not own()
    whole.cancel()
    assert own()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_stops_the_other_threads_and_what_waits(error):
    begun, ran = threading.Event(), []

    def slow():
        stop = stop_signal()
        begun.set()
        while not stop():
            threading.Event().wait(0.01)
        ran.append("stopped")

    with pytest.raises(error), Workers(1, "test") as pool:
        pool.submit(slow)
        pool.submit(ran.append, "never")
        begun.wait(30)
        raise error
    assert ran == ["stopped"]


def test_what_a_pool_finishes_is_not_asked_to_stop():
    with Workers(2, "test") as pool, stoppable(lambda: False):
        done = pool.map(lambda number: (number, stop_signal()()), range(4))
    assert list(done) == [(number, False) for number in range(4)]


def test_a_job_in_the_background_is_in_charge_of_its_work():
    runner, begun = JobRunner(), threading.Event()

    def work(monitor):
        stop = stop_signal()
        begun.set()
        while not stop():
            threading.Event().wait(0.01)

    job = runner.start("key", "title", work)
    begun.wait(30)
    job.cancel()
    job.wait(30)
    assert job.state == "cancelled"
