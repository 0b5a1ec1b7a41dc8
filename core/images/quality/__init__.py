"""How good one picture is: focus, exposure, colour, detail, margins and damage, each as a number."""

from .measure import Measures, measure

__all__ = ["Measures", "measure"]
