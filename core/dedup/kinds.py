"""What was done to one picture of a pair to make the other, as far as the evidence shows."""

from core.dedup.types import Evidence, Kind

_SOME = 8
"""Matches that must agree before the movement is believed."""
_TURNED = 3.0
"""Degrees: keypoints place a picture more exactly than that."""
_WHOLE = 0.93
"""Share of both that has to overlap for them to show the same whole."""
_SAME_SIZE = 0.02
_RECOMPRESSED = 14.0
"""Colours of 255 by which a cell may differ after compression at a low quality."""


def kind_of(evidence: Evidence) -> Kind:
    """The most drastic of what was done: turned, cropped, edited, resized, re-encoded, in this order.

    What only a crop could be told from is called cropped too: a frame around a picture, a page it lies in.
    """
    if evidence.same_pixels:
        return "exact"
    placed = evidence.inliers >= _SOME
    turned = abs(evidence.rotation) > _TURNED or evidence.mirrored if placed else evidence.hash_turn != "none"
    if turned:
        return "rotated or mirrored"
    if placed and min(evidence.overlap_a, evidence.overlap_b) < _WHOLE:
        return "cropped"
    if evidence.difference > _RECOMPRESSED:
        return "edited"
    ratios = [one / other for one, other in zip(evidence.size_a, evidence.size_b, strict=True)]
    if any(abs(ratio - 1) > _SAME_SIZE for ratio in ratios):
        return "resized"
    return "re-encoded"
