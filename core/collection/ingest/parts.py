"""The data passed between the stages of an addition."""

from dataclasses import dataclass, field

from ...embedding.base import Embedded, Encoder
from ..adapters.derive import DerivedTarget
from ..storage.catalogue import Catalogue
from ..storage.media_store import MediaStore
from ..storage.space_types import Space
from ..storage.spaces import Spaces
from ..types import Skip
from . import catalogue_rows
from .sources import Candidate


@dataclass(frozen=True)
class Target:
    """The destination of pictures; `derived` are the spaces derived from the encoder's vectors by
    adapters.
    """

    catalogue: Catalogue
    media: MediaStore
    spaces: Spaces
    space: Space
    encoder: Encoder
    derived: tuple[DerivedTarget, ...] = ()


@dataclass(frozen=True)
class Policy:
    """The options of an addition: `keep` a copy of the bytes, and the rank of its labels (see `label_rank`).

    `full_check` also reads files whose size and modification time are unchanged. New pictures are recorded
    with `addition_id`.
    """

    keep: bool
    label_rank: int
    full_check: bool = False
    addition_id: int | None = None


@dataclass(frozen=True)
class Fresh:
    """A file whose picture is new, decoded."""

    candidate: Candidate
    record: catalogue_rows.Record

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return self.record.sha256


@dataclass(frozen=True)
class KnownName:
    """A file of a known picture: known by its bytes, or by its pixels if `rewritten` gives the change.

    `copied`: its bytes are staged, because the collection should keep a copy and has none.
    """

    candidate: Candidate
    picture_id: int
    sha256: str
    copied: bool
    rewritten: catalogue_rows.Record | None = None


@dataclass(frozen=True)
class Chunk:
    """A worker's result for some candidates; `embedded` has one row for each of `fresh`."""

    fresh: list[Fresh]
    embedded: Embedded
    known: list[KnownName]
    skipped: list[Skip]

    @property
    def candidates(self) -> int:
        """Number of files in it."""
        return len(self.fresh) + len(self.known) + len(self.skipped)


@dataclass
class Tally:
    """The counts of an addition so far."""

    added: int = 0
    known: int = 0
    unchanged: int = 0
    rewritten: int = 0
    returned: int = 0
    skipped: list[Skip] = field(default_factory=list)
