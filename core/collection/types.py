"""The data types returned by a collection."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from .safe_names import nfc

_BY_HAND = 3
Order = Literal["added", "name", "label", "taken"]
Verdict = Literal["duplicate", "different", "unsure"]
Purpose = Literal["given", "chosen", "random"]
"""Why a pair was judged: it was found by the user or imported, chosen by active learning, or drawn in the
random sample used for certification.
"""

LostReason = Literal["overwritten", "missing"]
"""How a file referenced in place was lost: it contains another picture now, or is missing."""


@dataclass(frozen=True)
class Picture:
    """One picture of a collection. Equal bytes are one picture, under one or several names.

    So are files that differ only in their metadata, if one is a later state of the other: `sha256` is the
    hash of the bytes added first, and labels and verdicts are keyed by it.
    """

    id: int
    sha256: str
    name: str
    names: tuple[str, ...]
    label: str | None
    caption: str | None
    width: int
    height: int
    format: str
    bytes: int
    taken_at: datetime | None
    added_at: datetime
    kept: bool
    """True if the collection keeps its own copy, False if the file is referenced in place."""
    favourite: bool = False
    """Whether it is starred."""


@dataclass(frozen=True)
class LostPicture:
    """A picture hidden because its file is missing; it returns when its bytes are added again.

    `path` is the last known path.
    """

    picture: Picture
    reason: LostReason
    path: str


@dataclass(frozen=True)
class LabelState:
    """A picture's label and its source (`label_rank`: 0 none, 1 a folder, 2 a CSV, 3 by hand)."""

    picture_id: int
    label: str | None
    rank: int

    @property
    def by_hand(self) -> bool:
        """Whether it was given by hand."""
        return self.rank == _BY_HAND


@dataclass(frozen=True)
class Filter:
    """A filter of pictures. Every given condition must hold; without conditions all pictures pass.

    `labels` are the accepted labels (None stands for “no label”); `name` is searched in any name, ignoring
    case; `taken_from` and `taken_to` are inclusive days of the capture time; with `favourites` only starred
    pictures pass.
    """

    labels: tuple[str | None, ...] = ()
    name: str = ""
    taken_from: date | None = None
    taken_to: date | None = None
    favourites: bool = False

    def __post_init__(self) -> None:
        """Normalise accents as they are stored, so that a filter works for input from any system."""
        composed = tuple(None if label is None else nfc(label) for label in self.labels)
        object.__setattr__(self, "labels", composed)
        object.__setattr__(self, "name", nfc(self.name))

    @property
    def empty(self) -> bool:
        """Whether all pictures pass."""
        return self == Filter()


@dataclass(frozen=True)
class Skip:
    """A file that was not added, and why, in a plain sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class AddReport:
    """The result of adding pictures.

    `added` counts new pictures, `known` those whose bytes were already present (their names are stored),
    `unchanged` files committed by an earlier run. Of the known, `rewritten` have new metadata and the same
    pixels. `returned` pictures had been hidden because their files were missing; `lost` ones were hidden for
    that reason now.
    """

    added: int
    known: int
    unchanged: int
    skipped: tuple[Skip, ...]
    seconds: float
    cancelled: bool = False
    rewritten: int = 0
    returned: int = 0
    lost: int = 0

    @property
    def rate(self) -> float:
        """Pictures processed per second."""
        return (self.added + self.known) / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True)
class CollectionSummary:
    """An entry in a workspace's list; `problem` is the reason why it cannot be opened, if so."""

    name: str
    path: Path
    pictures: int
    encoder: str
    updated_at: datetime
    problem: str = ""


@dataclass(frozen=True)
class PairVerdict:
    """A person's word on a pair; keyed by content hash, so it outlives re-indexing.

    `a_sha256` is the smaller hash, `source` who said so, `withdrawn_at` when it was taken back, if it was.
    """

    a_sha256: str
    b_sha256: str
    verdict: Verdict
    source: str
    at: datetime
    purpose: Purpose = "given"
    id: int = 0
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class RepairReport:
    """The result of repairing the vectors of a collection.

    `damaged` counts the vectors, of all encoders, that were damaged or missing; `repaired` those rebuilt from
    the pictures; `skipped` lists the others with the reason.
    """

    damaged: int
    repaired: int
    skipped: tuple[Skip, ...]
    cancelled: bool = False


@dataclass(frozen=True)
class Unfinished:
    """An addition that was interrupted and can be resumed."""

    id: int
    title: str
    started_at: datetime
