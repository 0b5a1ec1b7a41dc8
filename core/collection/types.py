"""The small frozen records that a collection hands out."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from .safe_names import nfc

_BY_HAND = 3
Order = Literal["added", "name", "label", "taken"]
Verdict = Literal["duplicate", "different", "unsure"]
Purpose = Literal["given", "chosen", "random"]
"""Why a pair was judged: somebody came upon it or imported it, the app chose it because it would teach the
score most, or it was its turn in the random sample that certifies."""

LostReason = Literal["overwritten", "missing"]
"""How a file that was referenced in place was lost: it holds another picture now, or it is not there."""


@dataclass(frozen=True)
class Picture:
    """One picture of a collection. Equal bytes are one picture, under one or several names.

    So are files whose bytes differ in their metadata only, if one was the other before: `sha256` is the hash
    of the bytes that were added first, and what people said of the picture is keyed by it.
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
    """True where the collection holds its own copy, False where the file is referenced in place."""
    favourite: bool = False
    """Whether a person starred it."""


@dataclass(frozen=True)
class LostPicture:
    """A picture that is out of sight because its file is gone; it comes back when its bytes are added again.

    `path` is where the file was last.
    """

    picture: Picture
    reason: LostReason
    path: str


@dataclass(frozen=True)
class LabelState:
    """A picture's label and who gave it (`label_rank`: 0 no one, 1 a folder, 2 a CSV, 3 a person)."""

    picture_id: int
    label: str | None
    rank: int

    @property
    def by_hand(self) -> bool:
        """Whether a person gave it."""
        return self.rank == _BY_HAND


@dataclass(frozen=True)
class Filter:
    """Which pictures count. Every part that is given must hold; none given lets all through.

    `labels` holds accepted labels (None stands for “no label”); `name` is looked for in any name, upper
    and lower case alike; `taken_from` and `taken_to` are inclusive days of the capture time; with
    `favourites` only pictures that a person starred count.
    """

    labels: tuple[str | None, ...] = ()
    name: str = ""
    taken_from: date | None = None
    taken_to: date | None = None
    favourites: bool = False

    def __post_init__(self) -> None:
        """Write accents as they are stored, so that a filter finds what was typed on any system."""
        composed = tuple(None if label is None else nfc(label) for label in self.labels)
        object.__setattr__(self, "labels", composed)
        object.__setattr__(self, "name", nfc(self.name))

    @property
    def empty(self) -> bool:
        """Whether everything passes."""
        return self == Filter()


@dataclass(frozen=True)
class Skip:
    """A file that was not added, and why, in a plain sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class AddReport:
    """What came of adding pictures.

    `added` counts new pictures, `known` those whose bytes were there already (their names are kept),
    `unchanged` files that are what an earlier run had committed.
    Of the known, `rewritten` have other metadata than before and the same pixels. `returned` pictures had
    been out of sight because their files were gone; `lost` ones went out of sight for that reason now.
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
        """Pictures handled a second."""
        return (self.added + self.known) / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True)
class CollectionSummary:
    """One line of a workspace's list; `problem` says in a sentence why it cannot be opened, if so."""

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
    """What came of repairing the vectors of a collection.

    `damaged` counts the vectors, of all encoders, that were damaged or missing; `repaired` those that were
    made again from the pictures; `skipped` says of the others why not.
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
