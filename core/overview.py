"""What a workspace holds, at a glance: facts of each collection that its catalogue tells at once.

No vector and no model is opened. What takes longer, as counting bytes on disk, is in `Measured`.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .collection.ingest.pending import folders, unfinished
from .collection.reader import Reader
from .collection.storage.catalogue import AREAS
from .collection.storage.schema import MIGRATIONS
from .collection.types import CollectionSummary
from .collection.workspace import Workspace
from .dedup.stored_pairs import has_pairs
from .errors import LookalikeError
from .evaluation.results import Figure
from .evaluation.serialize import runs
from .health.score import latest_score

COVERS = 4
_OLDER = "It was made by an older Lookalike and is brought up to date when it is opened."
_LOOKED_AT = 12
"""Pictures among which the covers are chosen."""


@dataclass(frozen=True)
class LastEvaluation:
    """The evaluation that was stored last: its id, time, title and first figure."""

    id: int
    at: datetime
    title: str
    figure: Figure


@dataclass(frozen=True)
class Glance:
    """One collection at a glance.

    Attributes:
        name: of the collection.
        path: its directory.
        pictures: how many are in sight.
        encoder: the name of its encoder; empty where that cannot be read.
        updated_at: when anything was last changed.
        problem: why it cannot be opened, in a sentence; empty where it can.
        what_to_do: what helps against `problem`; empty where nothing is to be done.
        folders: the folders outside the collection that pictures were added from, as text.
        labels: how many different labels there are.
        labelled: how many pictures in sight have one.
        binned: pictures in the trash.
        lost: pictures out of sight because their files are gone.
        covers: ids of up to `COVERS` pictures that show what it is about.
        unfinished: the titles of additions that were cut off.
        evaluation: the last one that was stored, if any.
        health: the score of the last health checks, from 0 to 100; None where nothing was checked yet.
        health_word: that score in a word.
        preset: the key of its preset; empty without one.
        index: what answers its searches: “exact” or the family of an index.
        version: grows with every change of its catalogue.
        created: tells it from another collection that had the same name before.
    """

    name: str
    path: Path
    pictures: int
    encoder: str
    updated_at: datetime
    problem: str = ""
    what_to_do: str = ""
    folders: tuple[str, ...] = ()
    labels: int = 0
    labelled: int = 0
    binned: int = 0
    lost: int = 0
    covers: tuple[int, ...] = ()
    unfinished: tuple[str, ...] = ()
    evaluation: LastEvaluation | None = None
    health: float | None = None
    health_word: str = ""
    preset: str = ""
    index: str = "exact"
    version: int = 0
    created: int = 0


@dataclass(frozen=True)
class Measured:
    """What takes a moment to find out about a collection.

    Attributes:
        disk_bytes: bytes of all its files; those referenced in place are not among them.
        open_duplicates: groups of near-duplicates that are still together, as the Duplicates screen shows
            them at first; None before the first scan.
    """

    disk_bytes: int
    open_duplicates: int | None


def overview(workspace: Workspace) -> tuple[Glance, ...]:
    """Every collection at a glance, the one changed last first; those that cannot be opened come last.

    Nothing is written, not in a collection of an older program either.

    Raises:
        CollectionError: the workspace cannot be read.
    """
    glances = [_glance(summary) for summary in workspace.list()]
    return tuple(sorted(glances, key=lambda one: (bool(one.problem), -one.updated_at.timestamp())))


def measure(collection: Reader) -> Measured:
    """Count the bytes on disk and the near-duplicates that are still together; seconds for many pictures."""
    return Measured(disk_bytes(collection.root), open_duplicates(collection))


def disk_bytes(folder: Path) -> int:
    """Bytes of all files in a folder and below it; files that vanish meanwhile count for nothing."""
    total = 0
    for here, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(here) / name).lstat().st_size
    return total


def open_duplicates(collection: Reader) -> int | None:
    """Groups of near-duplicates that are all in sight; None before the first scan."""
    from .dedup.groups.known import known_copies

    space = collection.space()
    if space is None or not has_pairs(collection, space.id):
        return None
    return len(known_copies(collection))


def _glance(summary: CollectionSummary) -> Glance:
    known = Glance(
        summary.name, summary.path, summary.pictures, summary.encoder, summary.updated_at, summary.problem
    )
    if summary.problem:
        return replace(known, what_to_do=_help(summary.problem))
    try:
        return _read(known)
    except (LookalikeError, OSError) as error:
        problem = str(error)
        return replace(known, problem=problem, what_to_do=_help(problem))


def _help(problem: str) -> str:
    if "newer Lookalike" in problem:
        return "Update Lookalike; nothing in the collection is wrong."
    return (
        "Put its directory back from a backup if there is one; otherwise delete the collection and add its "
        "pictures again. Copies of pictures that it kept are in its folder “media”."
    )


def _read(known: Glance) -> Glance:
    reader = Reader(known.path, read_only=True)
    try:
        if int(reader.catalogue.execute("PRAGMA user_version").fetchone()[0]) < len(MIGRATIONS):
            return replace(known, what_to_do=_OLDER)
        return _from_catalogue(known, reader)
    finally:
        reader.catalogue.close()


def _from_catalogue(known: Glance, reader: Reader) -> Glance:
    labels = reader.labels()
    binned, lost = reader.count_unseen()
    space = reader.space()
    serving = None if space is None else reader.indexes.in_use(space.id)
    health = latest_score(reader)
    stored = [run for run in runs(reader) if run.figures]
    last = stored[-1] if stored else None
    return replace(
        known,
        folders=folders(reader.catalogue),
        labels=sum(label is not None for label, _ in labels),
        labelled=sum(number for label, number in labels if label is not None),
        binned=binned,
        lost=lost,
        covers=_covers(reader),
        unfinished=tuple(one.title for one, _ in unfinished(reader.catalogue)),
        evaluation=None if last is None else LastEvaluation(last.id, last.at, last.title, last.figures[0]),
        health=health.value,
        health_word=health.word,
        preset=reader.catalogue.meta("preset") or "",
        index="exact" if serving is None else serving.family,
        version=reader.version(*AREAS),
        created=reader.catalogue.path.stat().st_ino,
    )


def _covers(reader: Reader) -> tuple[int, ...]:
    """Pictures from all over the collection, of different labels as far as there are any."""
    number = max(1, reader.count())
    some = [page[0] for at in range(0, number, -(-number // _LOOKED_AT)) if (page := reader.page(at, 1))]
    return _varied([(picture.id, picture.label) for picture in some])


def _varied(pictures: Sequence[tuple[int, str | None]]) -> tuple[int, ...]:
    """Up to `COVERS` of these ids, of labels that were not chosen yet before any other, in their order."""
    fresh: list[int] = []
    rest: list[int] = []
    seen: set[str] = set()
    for picture, label in pictures:
        if label is None or label in seen:
            rest.append(picture)
        else:
            seen.add(label)
            fresh.append(picture)
    return tuple((fresh + rest)[:COVERS])
