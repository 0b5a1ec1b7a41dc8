"""What an event is called: “Sat 14 June 2025, Lisbon: mugs, dresses”. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# Not by strftime, which follows the machine's language.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_PARTS = ((5, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night"))
_SMALL_HOURS = 5
"""Before this hour it counts as the night of the previous day."""


@dataclass(frozen=True)
class Occasion:
    """What the title of an event is made of; `words` say what is seen."""

    start: datetime
    end: datetime
    place: str | None = None
    words: tuple[str, ...] = ()


def titles(occasions: Sequence[Occasion]) -> list[str]:
    """One title each; where two would say the same day, the part of the day or the hour is said."""
    dates = [days(one.start, one.end) for one in occasions]
    parts = [f"{said}, {part_of_day(one.start)}" for said, one in zip(dates, occasions, strict=True)]
    hours = [f"{said}, {one.start:%H:%M}" for said, one in zip(dates, occasions, strict=True)]
    dates = _told_apart(_told_apart(dates, parts), hours)
    return [_joined(said, one) for said, one in zip(dates, occasions, strict=True)]


def days(start: datetime, end: datetime) -> str:
    """“Sat 14 June 2025”, “12–14 June 2025”, “30 May – 2 June 2025”.

    An evening that ends in the small hours adds no day.
    """
    first, last = start.date(), end.date()
    if last > first and end.hour < _SMALL_HOURS:
        last -= timedelta(days=1)
    if first == last:
        return f"{_DAYS[first.weekday()]} {_day(first)} {first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)} {last.year}"
    if first.year == last.year:
        return f"{_day(first)} – {_day(last)} {last.year}"
    return f"{_short(first)} – {_short(last)}"


def part_of_day(at: datetime) -> str:
    """“morning”, “afternoon”, “evening” or “night”."""
    return next(name for before, name in _PARTS if at.hour < before)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _short(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def _told_apart(said: Sequence[str], longer: Sequence[str]) -> list[str]:
    often = Counter(said)
    return [more if often[short] > 1 else short for short, more in zip(said, longer, strict=True)]


def _joined(said: str, occasion: Occasion) -> str:
    title = f"{said}, {occasion.place}" if occasion.place else said
    return f"{title}: {', '.join(occasion.words)}" if occasion.words else title
