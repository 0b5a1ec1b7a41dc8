"""What one product looks like: colour, pattern, and the small ways in which no two are made alike."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from .palette import COLOURS, RGB, accent_for


def chance(*parts: object) -> float:
    """Return a number in [0, 1) that depends on ``parts`` alone: the same on every run."""
    text = "/".join(str(part) for part in parts).encode()
    # CRC alone barely changes between neighbouring texts, so it is stirred once (Knuth's multiplier).
    return ((zlib.crc32(text) * 2654435761 + zlib.adler32(text) * 40503) % 2**32) / 2**32


@dataclass(frozen=True)
class Look:
    """Colour, pattern and make of a product. The same ``make`` has the same shape."""

    colour: str
    pattern: str
    make: str

    @property
    def base(self) -> RGB:
        """The product's own colour."""
        return COLOURS[self.colour]

    @property
    def accent(self) -> RGB:
        """The second colour of its pattern."""
        return accent_for(self.colour)

    def vary(self, what: str, low: float, high: float) -> float:
        """Return this make's value of ``what`` between ``low`` and ``high``."""
        return low + (high - low) * chance(self.make, what)

    def either(self, what: str, share: float = 0.5) -> bool:
        """Return whether this make has ``what``, which ``share`` of all makes have."""
        return chance(self.make, what) < share
