"""The kind of transform between the pictures of a pair, and the maximum probability it allows."""

from ..types import Evidence, Kind
from .frame_of import FRAME_OR_PAGE
from .kind import DuplicateKind

_SOME = 8
"""Minimum number of inliers for a reliable transform."""
_TURNED = 3.0
"""Tolerance in degrees: keypoints are more accurate than that."""
_WHOLE = 0.93
"""Minimum overlap of both for them to show the same whole."""
_SAME_SIZE = 0.02
_RECOMPRESSED = 14.0
"""Colour difference, of 255, that a cell may have after compression at a low quality."""

_ANOTHER_SHOT, _WRITTEN_OVER, _MOSTLY_AGREES = 0.14, 0.28, 0.8
"""Minimum share of independently moved positions in another shot of the scene.

Of 14 training photos 12 drawn second shots reach it, and one of 293 copies of 21 kinds; so do three of the
four real second shots that were found among the training photos. The fourth shows a flat thing on a rug.
If less than `_MOSTLY_AGREES` of the positions agree, something may cover one of the two, whose edges the flow
tracks: then a larger share is required.
"""
_SAME_COLOUR = 6.0
_MOST_FRAMES = 0.5
_STRANGERS_BITS = 12
"""Maximum hash distance at which the hash's orientation is reliable."""
_UNDECIDED, _HARDLY, _EDITED = 0.5, 0.02, 0.99


def kind_of(evidence: Evidence) -> Kind:
    """The first of `KINDS` that holds.

    What only a crop could be told from is called cropped too: a frame around a picture, a page it lies in.
    Two plain pictures, and two shots of one scene, were not made from each other: those are kinds of their
    own.
    """
    return next(one.name for one in KINDS if one.holds(evidence))


def kind_title(name: Kind) -> str:
    """The title of a kind for people, as inside a sentence."""
    return next((one.title for one in KINDS if one.name == name), name)


def _placed(evidence: Evidence) -> bool:
    return evidence.inliers >= _SOME


def _plain(evidence: Evidence) -> bool:
    return evidence.plain and not evidence.frames_apart


def _turned(evidence: Evidence) -> bool:
    if _placed(evidence):
        return abs(evidence.rotation) > _TURNED or evidence.mirrored
    return evidence.hash_turn != "none"


def _cropped(evidence: Evidence) -> bool:
    return _placed(evidence) and min(evidence.overlap_a, evidence.overlap_b) < _WHOLE


def _shot_again(evidence: Evidence) -> bool:
    least = _ANOTHER_SHOT if evidence.agreement >= _MOSTLY_AGREES else _WRITTEN_OVER
    return evidence.parallax >= least


def _edited(evidence: Evidence) -> bool:
    frames = evidence.frames_apart > 0 or evidence.frames_a != evidence.frames_b
    return evidence.difference > _RECOMPRESSED or evidence.changed > 0 or frames


def _resized(evidence: Evidence) -> bool:
    ratios = [one / other for one, other in zip(evidence.size_a, evidence.size_b, strict=True)]
    return any(abs(ratio - 1) > _SAME_SIZE for ratio in ratios)


KINDS: tuple[DuplicateKind, ...] = (
    DuplicateKind("exact", "the same picture, in other bytes", lambda seen: seen.same_pixels),
    DuplicateKind("nothing to compare", "plain pictures, with nothing to compare", _plain),
    DuplicateKind("another shot", "another shot of the same scene", _shot_again),
    DuplicateKind("rotated or mirrored", "turned or mirrored", _turned),
    DuplicateKind("cropped", "cut, or framed", _cropped),
    FRAME_OR_PAGE,
    DuplicateKind("edited", "edited", _edited),
    DuplicateKind("resized", "resized", _resized),
    DuplicateKind("re-encoded", "saved again", lambda _: True),
)
"""Every kind, the most drastic first: of several that hold, the first is the name of a pair."""


def ceiling(evidence: Evidence) -> float:
    """Return an upper limit of the pair's probability, in ``[0, 1]``.

    The score is learned from what pictures have in common. That two plain pictures share a colour, two
    animations their first frame or two forms all but a number does not outweigh their difference.
    """
    if evidence.same_pixels:
        return 1.0
    if evidence.frames_apart >= _MOST_FRAMES:
        return _HARDLY
    if evidence.plain:
        return _UNDECIDED if evidence.difference <= _SAME_COLOUR else 0.0
    nothing_shared = not evidence.inliers and evidence.hash_distance > _STRANGERS_BITS
    if nothing_shared or evidence.frames_apart > 0 or (evidence.changed > 0 and evidence.writing):
        return _UNDECIDED
    if _shot_again(evidence):
        return _UNDECIDED
    edited = evidence.changed > 0 or evidence.frames_a != evidence.frames_b
    return _EDITED if edited else 1.0
