"""One picture that is also a frame of an animation or a page of a document."""

from ..types import Evidence
from .kind import DuplicateKind


def _one_of_several(evidence: Evidence) -> bool:
    fewer, more = sorted((evidence.frames_a, evidence.frames_b))
    return fewer == 1 < more


FRAME_OR_PAGE = DuplicateKind("frame or page", "one frame or page of the other file", _one_of_several)
