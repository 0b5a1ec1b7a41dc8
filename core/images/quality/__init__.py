"""Image quality measures: blur, exposure, colour, detail, margins and damage."""

from .measure import Measures, measure

__all__ = ["Measures", "measure"]
