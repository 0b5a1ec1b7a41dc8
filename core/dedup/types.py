"""Data types of near-duplicate detection: candidates, evidence, scored pairs."""

import math
from dataclasses import dataclass
from typing import Literal

Proposal = Literal["hash", "neighbour", "details"]
"""Why a pair is a candidate: near perceptual hashes, nearest neighbours in the space, or shared details."""

AT_THE_DOOR = 500
"""Maximum number of new pictures checked on ingest; more are left to a scan."""

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
"""The eight orientations of a picture without resampling.

``mirror`` changes left and right, ``flip`` up and down; ``transpose`` and ``transverse`` mirror at a
diagonal.
"""

Kind = str
"""What was done to make one picture of a pair from the other, as far as the evidence shows: the name of one
of `core.dedup.evidence.transform_type.KINDS`.
"""


@dataclass(frozen=True, order=True)
class Candidate:
    """A pair of pictures to compare closely.

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
    """The evidence in a pair. It is deterministic for two pictures in the same collection.

    Attributes:
        same_pixels: whether both decode to the same upright RGB pixels.
        cosine: of the two embeddings, in ``[-1, 1]``.
        cosine_normalised: `cosine` minus each picture's similarity to unrelated ones
            (`core.dedup.evidence.score_normalization`); near 0 or below for pairs that are no closer than
            unrelated pictures.
        hash_distance: Hamming distance of the perceptual hashes, of 64 bits, in the best orientation; 64 if a
            picture is too flat to have one.
        hash_turn: that orientation of `a`, in which it looks like `b`.
        difference: the largest colour difference over the cells of an 8 × 8 grid, in that orientation, in
            ``[0, 255]``; meaningful for pictures that show the same whole.
        keypoints: the smaller of the two numbers of keypoints; 0 if there is nothing to compare.
        matches: pairs of keypoints that look alike.
        mean_distance: bits of 256 by which their descriptors differ, on average; 256 without matches.
        inliers: number of them that agree on one transform.
        overlap_a: share of the area of `a` that `b` shows, in ``[0, 1]``.
        overlap_b: share of the area of `b` that `a` covers, in ``[0, 1]``.
        agreement: share of positions that agree after alignment by keypoints (or else by hashes), in ``[0,
            1]``; 0 without an alignment.
        mirrored: whether `b` shows `a` mirrored.
        rotation: clockwise rotation of `a` in `b` in degrees, in ``(-180, 180]``; 0 without geometry.
        scale: pixels of `b` per pixel of `a`, along a line; 1 without geometry.
        size_a: width and height of `a`, in pixels of the file.
        size_b: width and height of `b`, in pixels of the file.
        frames_a: frames or pages in the file of `a`.
        frames_b: frames or pages in the file of `b`.
        frames_apart: share of the frames after the first with other content, in ``[0, 1]``; 0 if there are
            none.
        plain: whether both are plain, so that only one colour can be compared.
        changed: the largest local difference of an otherwise equal pair, as a multiple of what compression
            explains (`core.dedup.evidence.differences`); 0 if there is none.
        writing: whether both are pages of writing or thin lines, where a changed digit is another page.
        parallax: share of the common details not explained by a single homography, in ``[0, 1]``
            (`core.dedup.evidence.parallax`); 0 if not measured.
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
        """Share of the matches that agree on one transform, in ``[0, 1]``."""
        return self.inliers / self.matches if self.matches else 0.0


@dataclass(frozen=True)
class ScoredPair:
    """A pair with its evidence and score.

    Attributes:
        a: id of one picture, the smaller id.
        b: id of the other.
        by: what proposed the pair.
        evidence: the evidence in it.
        probability: that the two are duplicates, in ``[0, 1]``, by the current score.
        kind: the transform between them, if they are duplicates.
    """

    a: int
    b: int
    by: tuple[Proposal, ...]
    evidence: Evidence
    probability: float
    kind: Kind
