"""Formatting of numbers, times and untrusted names. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def one_line(text: str, limit: int = 80) -> str:
    """`text` without line breaks, control or direction characters, shortened in the middle to `limit`."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in {"Cf", "Cs", "Co"} or c == "\u200d")
    kept = " ".join(kept.split())
    if len(kept) <= limit:
        return kept
    tail = limit // 3
    return kept[: limit - tail - 1] + "…" + kept[-tail:]


def plain(text: str, limit: int = 80) -> str:
    """`text` for a place that reads Markdown: shown letter by letter, never as markup.

    File names are untrusted: one may hold HTML, links, `:directives[…]`, formulas or line breaks.
    """
    escaped = _PUNCTUATION.sub(r"\\\1", one_line(text, limit))
    return (
        escaped.replace("\\:", "&#58;").replace("\\$", "&#36;").replace("\\<", "&lt;").replace("\\>", "&gt;")
    )


def count(n: int, one: str = "picture", many: str = "") -> str:
    """“1 picture”, “2,048 pictures”."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def size(n: int) -> str:
    """Bytes in the unit a person would use."""
    value = float(n)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:,.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:,.1f} {unit}"
        value /= 1000
    return f"{value:,.1f} GB"


def duration(seconds: float) -> str:
    """Seconds as “8 s”, “3 min 20 s” or “2 h 5 min”."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def milliseconds(value: float) -> str:
    """“0.4 ms”, “38 ms”, “1.2 s”."""
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


def listing(words: Sequence[str], last: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def strength(z: float, unwanted: bool = False) -> str:
    """How well a picture fits a part of a query, or how close it is to what is unwanted, in a word."""
    wanted = (
        (4.0, "very strong"),
        (2.5, "strong"),
        (1.0, "some"),
        (-1.0, "none"),
        (float("-inf"), "against"),
    )
    other = ((4.0, "very close"), (2.5, "close"), (1.0, "a little close"), (float("-inf"), "far away"))
    return next(word for least, word in (other if unwanted else wanted) if z >= least)
