"""Quality scan: which pictures are blurred, dark, bright, empty, framed, odd or damaged."""

from core.health.quality.kinds import KINDS, Kind
from core.health.quality.properties import picture_properties
from core.health.quality.scan import QualityReport, scan_quality

__all__ = ["KINDS", "Kind", "QualityReport", "picture_properties", "scan_quality"]
