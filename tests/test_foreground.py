"""While a user waits, BLAS keeps to one thread and jobs give way, but not for ever."""

import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from core.foreground import Foreground


def numpy_threads():
    return [
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas" and library.get("threading_layer") != "openmp"
    ]


def test_blas_has_one_thread_while_anyone_waits_and_its_own_afterwards():
    np.ones((2, 2)) @ np.ones((2, 2))
    foreground, before = Foreground(), numpy_threads()
    with foreground.waiting():
        with foreground.waiting():
            assert set(numpy_threads()) <= {1}
        assert set(numpy_threads()) <= {1}, "one still waits"
    assert numpy_threads() == before
    with pytest.raises(KeyError), foreground.waiting():
        raise KeyError
    assert numpy_threads() == before


def test_a_job_goes_on_at_once_when_nobody_waits():
    started = time.monotonic()
    Foreground().give_way(30.0)
    assert time.monotonic() - started < 15.0


def test_a_job_goes_on_as_soon_as_the_last_answer_is_there():
    foreground, went_on = Foreground(), threading.Event()

    def job():
        foreground.give_way(60.0)
        went_on.set()

    with foreground.waiting():
        threading.Thread(target=job, daemon=True).start()
        assert not went_on.wait(0.1)
    assert went_on.wait(30.0)


def test_a_job_gets_on_however_long_others_wait():
    foreground = Foreground()
    with foreground.waiting():
        foreground.give_way(0.01)
