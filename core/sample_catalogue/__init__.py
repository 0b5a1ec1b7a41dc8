"""The sample catalogue: pictures of a small shop, drawn on the spot, with the truth about every copy.

Nothing is downloaded and nothing is random: the same library versions give the same bytes on every run.
"""

from core.sample_catalogue.drawing import draw
from core.sample_catalogue.items import COPY_KINDS, SampleItem, SampleVerdict
from core.sample_catalogue.plan import sample_items, sample_verdicts

__all__ = ["COPY_KINDS", "SampleItem", "SampleVerdict", "draw", "sample_items", "sample_verdicts"]
