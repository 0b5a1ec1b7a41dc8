"""What the parts of near-duplicate search hand one another: a pair, what was seen in it, how sure it is."""

import math
from dataclasses import dataclass
from typing import Literal

Proposal = Literal["hash", "neighbour", "details"]
"""Why a pair was looked at: near perceptual hashes, nearest neighbours in the space, or shared details."""

AT_THE_DOOR = 500
"""Of more new pictures than this it is not said at once which are here already: a scan sees to it."""

Turn = Literal[
    "none",
    "mirror",
    "flip",
    "half turn",
    "transpose",
    "quarter turn left",
    "quarter turn right",
    "transverse",
]
"""How a picture may be turned without resampling: the eight ways to lay a rectangle down.

``mirror`` changes left and right, ``flip`` up and down; ``transpose`` and ``transverse`` mirror at a
diagonal.
"""

Kind = str
"""What was done to make one picture of a pair from the other, as far as the evidence shows: the name of one
of `core.dedup.evidence.transform_type.KINDS`.
"""


@dataclass(frozen=True, order=True)
class Candidate:
    """A pair of pictures worth a closer look.

    Attributes:
        a: id of one picture, the smaller id.
        b: id of the other.
        by: what proposed it, at least one reason, in the order of `Proposal`.
    """

    a: int
    b: int
    by: tuple[Proposal, ...]

    def __post_init__(self) -> None:
        if not self.a < self.b:
            raise ValueError(f"ids in ascending order expected, got {self.a} and {self.b}")


@dataclass(frozen=True)
class Evidence:
    """What the machine saw in a pair. The same two pictures in the same collection always give the same.

    Attributes:
        same_pixels: whether both decode to the same upright RGB pixels.
        cosine: of the two embeddings, in ``[-1, 1]``.
        cosine_normalised: `cosine` less what each picture reaches with unrelated ones
            (`core.dedup.evidence.score_normalization`); near 0 or below for pairs that are no closer than
            unrelated pictures.
        hash_distance: bits of 64 by which the perceptual hashes differ, in the turn in which they differ
            least; 64 where a picture is too flat to have one.
        hash_turn: that turn: how `a` has to be laid down to look like `b`.
        difference: how far the colours of the two are apart in the cell of an 8 × 8 grid where they are
            farthest apart, in that turn, in ``[0, 255]``; tells of pictures that show the same whole.
        keypoints: the smaller of the two numbers of keypoints; 0 where there is nothing to compare.
        matches: pairs of keypoints that look alike.
        mean_distance: bits of 256 by which their descriptors differ, on average; 256 without matches.
        inliers: how many of them agree on one movement of the picture.
        overlap_a: share of the area of `a` that `b` shows, in ``[0, 1]``.
        overlap_b: share of the area of `b` that `a` covers, in ``[0, 1]``.
        agreement: laid over each other as the keypoints say (as the hashes say, without any), the share of
            places that show the same, in ``[0, 1]``; 0 where nothing says how to lay them.
        mirrored: whether `b` shows `a` in a mirror.
        rotation: degrees in ``(-180, 180]`` by which `a` is turned in `b`, clockwise; 0 without geometry.
        scale: how many pixels of `b` one pixel of `a` has become, along a line; 1 without geometry.
        size_a: width and height of `a`, in pixels of the file.
        size_b: width and height of `b`, in pixels of the file.
        frames_a: frames or pages in the file of `a`.
        frames_b: frames or pages in the file of `b`.
        frames_apart: share of the frames after the first that show something else, in ``[0, 1]``; 0 where
            there are none.
        plain: whether both are plain, so that nothing in them can be compared but one colour.
        changed: how far the place that differs most sticks out of a pair that is otherwise equal, as a
            multiple of what compression explains (`core.dedup.evidence.differences`); 0 where nothing does.
        writing: whether both are pages of writing or thin lines, where a changed digit is another page.
        parallax: share of the details in common that no single movement of a flat picture explains, in
            ``[0, 1]`` (`core.dedup.evidence.parallax`); 0 where it was not measured.
    """

    same_pixels: bool
    cosine: float
    cosine_normalised: float
    hash_distance: int
    hash_turn: Turn
    difference: float
    keypoints: int
    matches: int
    mean_distance: float
    inliers: int
    overlap_a: float
    overlap_b: float
    agreement: float
    mirrored: bool
    rotation: float
    scale: float
    size_a: tuple[int, int]
    size_b: tuple[int, int]
    frames_a: int = 1
    frames_b: int = 1
    frames_apart: float = 0.0
    plain: bool = False
    changed: float = 0.0
    writing: bool = False
    parallax: float = 0.0

    def __post_init__(self) -> None:
        numbers = (
            self.cosine, self.cosine_normalised, self.mean_distance,
            self.overlap_a, self.overlap_b, self.agreement, self.rotation, self.scale,
            self.frames_apart, self.changed, self.parallax,
        )  # fmt: skip
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"finite numbers expected, got {numbers}")

    @property
    def inlier_ratio(self) -> float:
        """Share of the matches that agree on one movement, in ``[0, 1]``."""
        return self.inliers / self.matches if self.matches else 0.0


@dataclass(frozen=True)
class ScoredPair:
    """A pair with what was seen in it.

    Attributes:
        a: id of one picture, the smaller id.
        b: id of the other.
        by: what proposed the pair.
        evidence: what was seen in it.
        probability: that the two are duplicates, in ``[0, 1]``, by the score in use.
        kind: what was done to the one to make the other, if they are duplicates.
    """

    a: int
    b: int
    by: tuple[Proposal, ...]
    evidence: Evidence
    probability: float
    kind: Kind
