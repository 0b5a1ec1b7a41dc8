"""Search results: ranked hits, each with its evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from ..collection.types import Picture
from ..embedding.base import Concept
from ..index_manager.types import EXACT, Served
from .match_cutoff import Cutoff


@dataclass(frozen=True)
class Part:
    """One part of the query and its contribution to a hit.

    `name` identifies the part (“a red dress”, “like mug-3.jpg”, “unlike …”, “your picture”), `cosine` is its
    cosine with the hit in ``[-1, 1]``, and `z` the same in standard deviations above a typical picture of the
    collection: cosines of different kinds of parts are not comparable, z-scores are.
    """

    name: str
    cosine: float
    z: float


@dataclass(frozen=True)
class LocalEvidence:
    """The local features that the query's picture and a hit have in common.

    Attributes:
        inliers: number of matches that agree on one transform.
        matches: total number of matches.
        lines: for each inlier its x and y in the query's picture (in its region, if the query has one)
            and in the hit, as fractions of width and height in ``[0, 1]``.
        overlap_query: share of the query's picture that the hit shows, in ``[0, 1]``.
        overlap_hit: share of the hit that the query's picture covers, in ``[0, 1]``.
        mirrored: whether the hit shows it mirrored.
        decisive: whether this is enough to move the hit forward.
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
    """The evidence for a hit.

    `concepts` are the encoder's own classes for the picture, if any; `local` is set if local features were
    compared.
    """

    parts: tuple[Part, ...]
    concepts: tuple[Concept, ...] = ()
    local: LocalEvidence | None = None


@dataclass(frozen=True)
class Hit:
    """One search result.

    `score` is the cosine of picture and query in ``[-1, 1]``; larger is closer. `first_rank` is the hit's
    rank before re-ranking, or None without re-ranking. `good` is whether it is a good match by the query's
    cut-off (or by decisive local evidence), or None without a cut-off.
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

    `read_as` are the concepts to which the query text was mapped; `searched` is the number of pictures that
    pass the filter. `reranked` names the re-ranker, and `note` is a plain sentence on why it kept the first
    order, wholly or in part. `cutoff` is set if one was requested and the collection is large enough to
    calibrate it. `served` is the index that answered, and `warning` explains in plain sentences that its
    recall has dropped. `about_words` explains how the text was read if it excludes something or contains
    unknown words, or is empty.
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
        """Number of good matches; 0 means “no good match”, None that there is no cut-off."""
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
