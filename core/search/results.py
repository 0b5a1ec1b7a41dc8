"""What comes back: ranked hits, each with the evidence for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from ..collection.types import Picture
from ..embedding.base import Concept
from ..index_manager.types import EXACT, Served
from .match_cutoff import Cutoff


@dataclass(frozen=True)
class Part:
    """One part of the query and how it speaks for a hit.

    `name` says which part (“a red dress”, “like mug-3.jpg”, “unlike …”, “your picture”), `cosine` is its
    cosine with the hit in ``[-1, 1]``, and `z` the same in standard deviations above what a typical
    picture of the collection reaches: the kinds of part differ in scale, z-scores do not.
    """

    name: str
    cosine: float
    z: float


@dataclass(frozen=True)
class LocalEvidence:
    """Details that the query's picture and a hit have in common, found again point by point.

    Attributes:
        inliers: matching points that agree on one movement of the picture.
        matches: matching points in all.
        lines: for each inlier its x and y in the query's picture (in its region, where the query has one)
            and in the hit, as fractions of width and height in ``[0, 1]``.
        overlap_query: share of the query's picture that the hit shows, in ``[0, 1]``.
        overlap_hit: share of the hit that the query's picture covers, in ``[0, 1]``.
        mirrored: whether the hit shows it in a mirror.
        decisive: whether this is enough to have moved the hit forward.
    """

    inliers: int
    matches: int
    lines: tuple[tuple[float, float, float, float], ...]
    overlap_query: float
    overlap_hit: float
    mirrored: bool
    decisive: bool


@dataclass(frozen=True)
class Evidence:
    """Why a hit is where it is.

    `concepts` are the encoder's own words for the picture, if it has any; `local` is there where local
    features were compared.
    """

    parts: tuple[Part, ...]
    concepts: tuple[Concept, ...] = ()
    local: LocalEvidence | None = None


@dataclass(frozen=True)
class Hit:
    """One answer.

    `score` is the cosine of picture and query in ``[-1, 1]``; larger is closer. `first_rank` is where the hit
    stood before it was looked at again, or None where nothing was. `good` is whether it is a good match by
    the query's cut-off (or by decisive local evidence), or None where there is no cut-off.
    """

    rank: int
    picture: Picture
    score: float
    evidence: Evidence
    first_rank: int | None = None
    good: bool | None = None

    @property
    def id(self) -> int:
        """The picture's id in its collection."""
        return self.picture.id

    @property
    def name(self) -> str:
        """The picture's name."""
        return self.picture.name

    @property
    def label(self) -> str | None:
        """The picture's label."""
        return self.picture.label


@dataclass(frozen=True)
class Timings:
    """Milliseconds by stage."""

    encode_ms: float
    index_ms: float
    catalogue_ms: float
    explain_ms: float
    rerank_ms: float = 0.0

    @property
    def total_ms(self) -> float:
        """All stages together."""
        return self.encode_ms + self.index_ms + self.rerank_ms + self.catalogue_ms + self.explain_ms


@dataclass(frozen=True)
class SearchResult(Sequence[Hit]):
    """The hits, best first, and how they were found.

    `read_as` are the concepts that the words of the query were carried through; `searched` is the number
    of pictures that the filter let through. `reranked` names the second look that was taken, and `note` is a
    plain sentence on why it left the first order as it was, wholly or in part. `cutoff` is there where one
    was asked for and the collection has enough to calibrate it with. `served` says
    which index answered, and `warning` in plain sentences that it no longer answers as it was shown to.
    `about_words` says how the words were read where they ask to leave something out or mean nothing to the
    encoder, or is empty.
    """

    hits: tuple[Hit, ...]
    timings: Timings
    searched: int
    read_as: tuple[Concept, ...] = ()
    reranked: str = ""
    note: str = ""
    cutoff: Cutoff | None = None
    served: Served = EXACT
    warning: str = ""
    about_words: str = ""

    @property
    def good(self) -> int | None:
        """How many hits are good matches; 0 is an honest “no good match”, None means that nobody can say."""
        return None if self.cutoff is None else sum(bool(hit.good) for hit in self.hits)

    @overload
    def __getitem__(self, i: int) -> Hit: ...
    @overload
    def __getitem__(self, i: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, i: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[i]

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)
