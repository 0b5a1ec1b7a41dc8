from datetime import UTC, datetime, timedelta

import pytest

from core.health.schedule.every import PERIODS, next_due

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("every", list(PERIODS))
def test_the_next_run_is_one_period_after_the_last(every):
    last = NOW - PERIODS[every] / 4
    assert next_due(last, every, NOW).at == last + PERIODS[every]


def test_the_first_run_and_a_missed_one_are_due_now():
    assert next_due(None, "day", NOW).at == NOW
    assert next_due(NOW - timedelta(days=40), "day", NOW).at == NOW


def test_a_clock_that_was_set_back_is_told_and_not_waited_for():
    due = next_due(NOW + timedelta(days=3), "day", NOW)
    assert due.at == NOW
    assert "set back" in due.note
    assert next_due(NOW + timedelta(seconds=5), "day", NOW).note == ""
