from datetime import datetime

import pytest

from core.events.titles import Occasion, days, part_of_day, titles


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2025-06-14 10:00", "2025-06-14 18:00", "Sat 14 June 2025"),
        ("2025-06-14 20:00", "2025-06-15 02:30", "Sat 14 June 2025"),
        ("2025-06-12 09:00", "2025-06-14 18:00", "12–14 June 2025"),
        ("2025-05-30 09:00", "2025-06-02 18:00", "30 May – 2 June 2025"),
        ("2024-12-30 09:00", "2025-01-02 18:00", "30 Dec 2024 – 2 Jan 2025"),
    ],
)
def test_days(start, end, said):
    assert days(datetime.fromisoformat(start), datetime.fromisoformat(end)) == said


def test_parts_of_the_day():
    assert [part_of_day(datetime(2025, 1, 1, hour)) for hour in (0, 4, 5, 12, 17, 22)] == [
        "night",
        "night",
        "morning",
        "afternoon",
        "evening",
        "night",
    ]


def occasion(text, **more):
    return Occasion(datetime.fromisoformat(text), datetime.fromisoformat(text), **more)


def test_place_and_words():
    one = occasion("2025-06-14 10:00", place="Lisbon", words=("mugs", "dresses"))
    assert titles([one]) == ["Sat 14 June 2025, Lisbon: mugs, dresses"]


def test_events_of_one_day_are_told_apart():
    made = titles([occasion(f"2025-06-14 {time}") for time in ("09:00", "19:00", "21:30")])
    assert made == [
        "Sat 14 June 2025, morning",
        "Sat 14 June 2025, 19:00",
        "Sat 14 June 2025, 21:30",
    ]


def test_no_events():
    assert titles([]) == []
