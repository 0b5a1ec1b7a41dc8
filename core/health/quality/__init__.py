"""Quality scan: which pictures are blurred, dark, bright, empty, framed, odd or damaged."""

from .kinds import KINDS, Kind
from .properties import picture_properties
from .scan import QualityReport, scan_quality

__all__ = ["KINDS", "Kind", "QualityReport", "picture_properties", "scan_quality"]
