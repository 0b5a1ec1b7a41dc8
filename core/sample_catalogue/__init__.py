"""The sample catalogue: pictures of a small shop, drawn on the spot, with the truth about every copy.

Nothing is downloaded and nothing is random: the same library versions give the same bytes on every run.
"""

from __future__ import annotations

from core.sample_catalogue.drawing import draw
from core.sample_catalogue.items import COPY_KINDS, SampleItem, SampleVerdict
from core.sample_catalogue.plan import the_plan

__all__ = ["COPY_KINDS", "SampleItem", "SampleVerdict", "draw", "sample_items", "sample_verdicts"]


def sample_items() -> tuple[SampleItem, ...]:
    """Return every picture of the catalogue, by name; nothing is drawn yet."""
    return the_plan().items


def sample_verdicts() -> tuple[SampleVerdict, ...]:
    """Return what is true of the pairs made to be alike: copies (duplicate) and look-alikes (different)."""
    return the_plan().verdicts
