import threading

import pytest

from core.images.decoding.budget import ByteBudget
from core.jobs import Cancelled


def test_what_fits_goes_in_together_and_the_rest_waits():
    budget, order, inside = ByteBudget(10), [], threading.Event()

    def wait():
        with budget.reserve(5):
            order.append("second")

    with budget.reserve(6), budget.reserve(4):
        thread = threading.Thread(target=wait)
        thread.start()
        assert not inside.wait(0.2)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_a_small_one_does_not_pass_a_large_one_that_asked_before():
    budget, order = ByteBudget(10), []

    def ask(name, size):
        with budget.reserve(size):
            order.append(name)

    threads = []
    with budget.reserve(6):
        for name, size in (("large", 9), ("small", 1)):
            thread = threading.Thread(target=ask, args=(name, size))
            thread.start()
            threads.append(thread)
            while len(budget._waiting) < len(threads):
                threading.Event().wait(0.01)
    for thread in threads:
        thread.join(5)
    assert order == ["large", "small"]


def test_more_than_there_is_waits_for_all():
    with ByteBudget(10).reserve(1000):
        pass


def test_who_waits_can_be_told_to_stop():
    budget = ByteBudget(10)
    with budget.reserve(10), pytest.raises(Cancelled), budget.reserve(1, stop=lambda: True):
        pass
    with budget.reserve(10):  # nothing is left behind
        pass


def test_an_error_gives_the_bytes_back():
    budget = ByteBudget(10)
    with pytest.raises(ZeroDivisionError), budget.reserve(10):
        1 / 0  # noqa: B018
    with budget.reserve(10):
        pass
