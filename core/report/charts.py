"""Where the marks of a scatter chart are drawn: positions and ticks, in the units of an SVG view box."""

import math
from dataclasses import dataclass

from .types import ScatterChart

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 14, 44


@dataclass(frozen=True)
class Tick:
    """A line of the grid, at `at` along its axis, with its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Dot:
    """One point at `x`, `y`; `anchor` says on which side its label has room."""

    x: float
    y: float
    label: str
    series: int
    chosen: bool
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """A scatter chart ready to be drawn."""

    chart: ScatterChart
    dots: tuple[Dot, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def draw(chart: ScatterChart) -> Drawing:
    """Lay `chart` out: x on a logarithmic axis, y on a linear one from a round number to 1 at least."""
    xs = [max(point.x, 1e-6) for point in chart.points] or [1.0]
    ys = [point.y for point in chart.points] or [1.0]
    low, high = math.log10(min(xs)) - 0.08, math.log10(max(xs)) + 0.18
    bottom, top = _floor(min(ys)), max(1.0, *ys)

    def across(x: float) -> float:
        return LEFT + (math.log10(max(x, 1e-6)) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def up(y: float) -> float:
        return HEIGHT - BOTTOM - (y - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM)

    dots = tuple(
        Dot(
            round(across(p.x), 1),
            round(up(p.y), 1),
            p.name,
            p.series,
            p.chosen,
            "end" if across(p.x) > 0.8 * WIDTH else "start",
        )
        for p in chart.points
    )
    x_ticks = tuple(Tick(round(across(x), 1), f"{x:g}") for x in _round_numbers(10**low, 10**high))
    y_ticks = tuple(
        Tick(round(up(bottom + (top - bottom) * i / 4), 1), f"{bottom + (top - bottom) * i / 4:.2f}")
        for i in range(5)
    )
    return Drawing(chart, dots, x_ticks, y_ticks)


def _floor(value: float) -> float:
    """The axis begins at 0.9, 0.8, 0.6 or 0, whichever is the next below."""
    return next((start for start in (0.9, 0.8, 0.6) if value >= start), 0.0)


def _round_numbers(low: float, high: float) -> list[float]:
    found = [
        factor * 10.0**power
        for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for factor in (1, 2, 5)
    ]
    return [one for one in found if low <= one <= high]
