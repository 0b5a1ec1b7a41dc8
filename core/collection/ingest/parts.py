"""What the stages of an addition hand one another."""

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
    """Where pictures go; `derived` are the spaces that adapters make of the encoder's vectors."""

    catalogue: Catalogue
    media: MediaStore
    spaces: Spaces
    space: Space
    encoder: Encoder
    derived: tuple[DerivedTarget, ...] = ()


@dataclass(frozen=True)
class Policy:
    """How they are taken in: `keep` a copy of the bytes, and who gives labels (see `label_rank`).

    `full_check` reads also files whose size and time of change are what they were. New pictures are noted as
    those of the addition `addition_id`.
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
        """The hash of its bytes."""
        return self.record.sha256


@dataclass(frozen=True)
class KnownName:
    """A file whose picture is known: by its bytes, or by its pixels where `rewritten` says what changed.

    `copied`: its bytes are staged, because the collection is to have a copy and has none.
    """

    candidate: Candidate
    picture_id: int
    sha256: str
    copied: bool
    rewritten: catalogue_rows.Record | None = None


@dataclass(frozen=True)
class Chunk:
    """What a worker made of some candidates; `embedded` has one row for each of `fresh`."""

    fresh: list[Fresh]
    embedded: Embedded
    known: list[KnownName]
    skipped: list[Skip]

    @property
    def candidates(self) -> int:
        """How many files it was made of."""
        return len(self.fresh) + len(self.known) + len(self.skipped)


@dataclass
class Tally:
    """What has come of an addition so far."""

    added: int = 0
    known: int = 0
    unchanged: int = 0
    rewritten: int = 0
    returned: int = 0
    skipped: list[Skip] = field(default_factory=list)
