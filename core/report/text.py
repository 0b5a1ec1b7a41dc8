"""How numbers are written on the page."""

from ..stats.interval import Interval


def number(value: float) -> str:
    """“1,234”."""
    return f"{value:,.0f}"


def count(value: int, one: str, many: str = "") -> str:
    """“1 picture”, “1,234 pictures”."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def share(value: float) -> str:
    """A share in ``[0, 1]`` in per cent: “81 %”, and with a decimal where it is below 1 or above 99."""
    percent = 100 * value
    close = 0 < percent < 1 or 99 < percent < 100
    return f"{percent:.1f} %" if close else f"{percent:.0f} %"


def size(value: float) -> str:
    """Bytes as “12 kB”, “19.6 MB” or “1.2 GB”."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if value >= factor:
            return f"{value / factor:.1f} {unit}"
    return f"{value / 1e3:.0f} kB"


def millis(value: float) -> str:
    """Milliseconds: “0.14 ms”, “12 ms”."""
    return f"{value:.2f} ms" if value < 1 else f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def seconds(value: float) -> str:
    """Seconds: “0.4 s”, “12 s”, “2 min 5 s”."""
    if value < 10:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def with_interval(value: float, interval: Interval | None) -> str:
    """“0.538 (95 % CI 0.510–0.564)”."""
    if interval is None:
        return f"{value:.3f}"
    return f"{value:.3f} (95 % CI {interval.low:.3f}–{interval.high:.3f})"
