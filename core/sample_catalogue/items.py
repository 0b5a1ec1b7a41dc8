"""The words of the sample catalogue: an item, and a verdict on a pair of items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

COPY_KINDS = ("re-encoded", "resized", "cropped", "watermarked", "recoloured", "flipped")


@dataclass(frozen=True)
class SampleItem:
    """One picture of the catalogue, and the truth about it."""

    name: str  # "/"-separated; the extension says the real format
    label: str
    caption: str
    copy_of: str | None  # the original's name, when this is a known copy
    copy_kind: str | None  # one of COPY_KINDS
    look_alike_of: str | None  # the name of the picture that this resembles without being a copy


@dataclass(frozen=True)
class SampleVerdict:
    """What is true of the pair (a, b); ``kind`` says how they were made alike, or in what they differ."""

    a: str
    b: str
    verdict: Literal["duplicate", "different"]
    kind: str
