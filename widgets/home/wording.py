"""What the cards say. Pure functions over plain records; text is Markdown with untrusted names escaped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from widgets.evaluation.wording import number
from widgets.shared.formatting import count, plain, size

if TYPE_CHECKING:
    from core.overview import Glance, Measured

_STEPS = ((60, "minute"), (60, "hour"), (24, "day"), (7, "week"))


def ago(then: datetime, now: datetime | None = None) -> str:
    """“just now”, “5 minutes ago”, “3 days ago”; a day where it is more than nine weeks."""
    amount = ((now or datetime.now(UTC)) - then).total_seconds()
    if amount < 60:
        return "just now"  # also for a clock that was set back
    unit = ""
    for size_of, name in _STEPS:
        if amount < size_of:
            break
        amount, unit = amount / size_of, name
    if unit == "week" and amount > 9:
        return f"on {then:%Y-%m-%d}"
    return f"{count(int(amount), unit)} ago"


def size_line(glance: Glance) -> str:
    """“308 pictures · 16 labels · changed 5 minutes ago”."""
    parts = [count(glance.pictures)]
    if glance.labels:
        parts.append(count(glance.labels, "label"))
    return " · ".join([*parts, f"changed {ago(glance.updated_at)}"])


def encoder_line(glance: Glance) -> str:
    """Which encoder it has, and what answers its searches."""
    search = "exact search" if glance.index == "exact" else f"{plain(glance.index.upper())} index"
    return f"{plain(glance.encoder, 60)} · {search}"


def folder_line(glance: Glance, measured: Measured | None) -> str:
    """Where its pictures are from, and what it takes on disk."""
    if not glance.folders:
        place = "Pictures are kept in the collection" if glance.pictures else "No pictures yet"
    else:
        more = len(glance.folders) - 1
        place = f"{plain(glance.folders[-1], 44)}{f' and {more} more' if more else ''}"
    return f"{place} · {size(measured.disk_bytes)}" if measured else place


def evaluation_line(glance: Glance) -> str:
    """The last evaluation's first figure with its interval, and when that was."""
    last = glance.evaluation
    if last is None:
        return "Not evaluated yet"
    interval = last.figure.interval
    span = f" ({number(interval.low)}–{number(interval.high)})" if interval else ""
    return f"**{plain(last.figure.title)} {number(last.figure.mean)}**{span}, {ago(last.at)}"


def health_line(glance: Glance) -> str:
    """The score of the last health checks."""
    if glance.health is None:
        return "Health not checked yet"
    return f"**Health {glance.health:.0f} of 100**, {plain(glance.health_word)}"


def duplicates_line(measured: Measured | None) -> str:
    """How many groups of near-duplicates wait for a decision."""
    if measured is None:
        return "Counting near-duplicates…"
    if measured.open_duplicates is None:
        return "Not searched for near-duplicates yet"
    if not measured.open_duplicates:
        return "No near-duplicates left"
    return f"**{count(measured.open_duplicates, 'group')}** of near-duplicates open"


def attention_lines(glance: Glance) -> list[str]:
    """What waits for the user in a collection that can be opened."""
    lines = []
    if glance.unfinished:
        lines.append(f"An addition was cut off: {plain(glance.unfinished[0])}. Open it to resume.")
    if glance.lost:
        lines.append(f"{count(glance.lost)} without a file: moved, deleted or overwritten.")
    return lines
