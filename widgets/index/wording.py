"""Formatting of indexes and their measurements. Pure functions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from core.index import parameters_text
from widgets.shared.formatting import count, listing, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.index import QueryKind, SearchParameters, Tuning
    from core.stats import Interval

ASKED: Mapping[QueryKind, str] = {"image": "by picture", "text": "by words"}
"""How a query of a kind is asked."""


def fine_ms(value: float) -> str:
    """“0.13 ms”, “2.3 ms”, “27 ms”, “1.2 s”: two digits that count."""
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    if value >= 10:
        return f"{value:.0f} ms"
    return f"{value:.1f} ms" if value >= 1 else f"{max(value, 0.001):.2g} ms"


def times_faster(factor: float) -> str:
    """“41 times faster”, “1.4 times faster”, or that it is not."""
    return f"{_times(factor)} times faster" if factor >= 1.05 else "not faster"


def of_hundred(recall: float) -> str:
    """“99.3 of 100”; what is not perfect is not called so."""
    return "all" if recall >= 1 else f"{min(99.9, round(100 * recall, 1)):g} of 100"


def bounds(interval: Interval) -> str:
    """“95 % CI 0.990–0.996”; the lower end, which is the promise, is never rounded up."""
    low = math.floor(interval.low * 1000 + 1e-9) / 1000
    return f"{100 * interval.confidence:.0f} % CI {low:.3f}–{interval.high:.3f}"


def exact_headline(pictures: int, ms: float) -> str:
    """What exact search means and costs, in a sentence; Markdown."""
    return (
        f"Search is exact: every query is compared with **{_all(pictures)}**, so nothing is missed. "
        f"That takes about **{fine_ms(ms)}** here."
    )


def index_headline(title: str, tuning: Tuning | None) -> str:
    """What the index in use has been shown to do, in a sentence; Markdown."""
    if tuning is None or not tuning.certificates:
        return f"**{plain(title, 120)}** answers every search. How often it is right has not been measured."
    found = [
        f"**{of_hundred(one.recall)}** {'for a picture' if kind == 'image' else 'for words'}"
        for kind, one in tuning.certificates.items()
    ]
    ups = [up for kind in tuning.certificates if (up := tuning.speed_up(kind)) is not None]
    said = (
        f"**{plain(title, 120)}** answers every search. "
        f"Of the {tuning.k} closest pictures it finds {listing(found)}"
    )
    if not ups:
        return f"{said}."
    speed = listing(list(dict.fromkeys(_times(up) for up in ups)))
    return f"{said}, **{speed} times faster** than comparing with {_all(tuning.vectors)}."


def settings_text(parameters: SearchParameters) -> str:
    """“efSearch=64”, or that there is nothing to set."""
    return parameters_text(parameters) or "as built"


def tiny(value: float) -> str:
    """“0.000002”: one digit that counts, without an exponent."""
    if value == 0:
        return "0"
    return f"{value:.{max(1, -math.floor(math.log10(abs(value))))}f}"


def targets_text(targets: Mapping[QueryKind, float]) -> str:
    """“recall ≥ 0.99 by picture and ≥ 0.95 by words”."""
    said = [f"≥ {target:g} {ASKED[kind]}" for kind, target in targets.items()]
    return f"recall {listing(said)}"


def recall_line(found: int, wanted: int) -> str:
    """“9 of 10 found”."""
    return f"all {wanted} found" if found >= wanted else f"{found} of {wanted} found"


def _times(factor: float) -> str:
    return f"{factor:,.0f}" if factor >= 10 else f"{factor:.1f}"


def _all(pictures: int) -> str:
    return f"all {count(pictures)}" if pictures > 1 else count(pictures)
