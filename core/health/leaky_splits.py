"""Leaky splits: copies of one picture in more than one part of a split, so that a test shows too much.

A pair counts as copies by the evidence and verdicts of the near-duplicate search (`core.dedup`), never by its
cosine alone: two different shirts can be closer than a crop and its original.
"""

import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from time import monotonic
from typing import Any, ClassVar

from ..collection.collection import Collection
from ..collection.types import Picture
from ..csv_export import csv_text
from ..dedup.groups.complete_linkage import group
from ..dedup.labels.labeled_pairs import judged_pairs
from ..dedup.on_ingest import LIKELY
from ..dedup.scan import pairs as stored_pairs
from ..dedup.scoring.train import scan_and_learn
from ..evaluation.protocols.splits import Split
from ..jobs import Monitor
from ..stored import to_builtins
from .findings import Finding

_WORDS = {
    "train": ("train", "training", "trn"),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "testing", "eval", "evaluation", "holdout"),
    "query": ("query", "queries", "probe"),
    "gallery": ("gallery", "index", "database"),
}
"""Names of folders by which a split is known, in any case."""
_PART_OF = {word: part for part, words in _WORDS.items() for word in words}
_SHOWN = 5


@dataclass(frozen=True)
class Leak:
    """A picture of one part that shows what a picture of another part shows.

    Attributes:
        part: the part that is searched or learned from, such as "train".
        picture: id of the picture in it.
        name: its name.
        other_part: the part that asks or tests, such as "test".
        other: id of the picture in that one; the same id where one file is in both.
        other_name: its name.
        probability: that they are copies; None where they are of equal bytes or pixels, or a person said so.
        how: what was done to make one of the other, such as "re-encoded", or "the same file".
    """

    part: str
    picture: int
    name: str
    other_part: str
    other: int
    other_name: str
    probability: float | None
    how: str


@dataclass(frozen=True)
class LeakReport:
    """What was found between the parts of a split.

    Attributes:
        collection: its name.
        parts: pictures by part; empty where no split is known.
        leaks: for every picture of an asking part the surest copy in an earlier part, surest first.
        threshold: probability from which a pair counts as copies.
        split: how the parts were found, in a few words.
        seconds: how long it took.
    """

    collection: str
    parts: Mapping[str, int]
    leaks: tuple[Leak, ...]
    threshold: float
    split: str
    seconds: float

    kind: ClassVar[str] = "splits"

    @property
    def leaking(self) -> Mapping[str, int]:
        """How many pictures of each part have a copy in an earlier one."""
        return Counter(part for part, _ in {(leak.other_part, leak.other) for leak in self.leaks})

    def settings(self) -> dict[str, Any]:
        """The threshold, and how the parts were found."""
        return {"threshold": self.threshold, "split": self.split}

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return dict(to_builtins(self))

    def findings(self) -> tuple[Finding, ...]:
        """One for every part with copies in an earlier one."""
        return tuple(
            Finding(
                "splits",
                f"leak-{part}",
                "problem",
                f"{count:,} of {self.parts[part]:,} pictures of “{part}” "
                f"{'has a copy' if count == 1 else 'have copies'} in another part: what is measured on them "
                "flatters.",
                count,
                count / max(1, self.parts[part]),
                "Put these copies into one part, or leave them out of the measurement.",
                f"python -m core health {shlex.quote(self.collection)} --only splits",
            )
            for part, count in self.leaking.items()
        )

    def to_csv(self, collection: Collection) -> str:  # noqa: ARG002 - names are in the report
        """Every leak as CSV: part and name of both pictures, probability, and how they are copies."""
        rows = [
            [leak.other_part, leak.other_name, leak.part, leak.name,
             "" if leak.probability is None else f"{leak.probability:.4f}", leak.how]
            for leak in self.leaks
        ]  # fmt: skip
        return csv_text(["part", "name", "copy_part", "copy_name", "probability", "how"], rows)

    def lines(self) -> list[str]:
        """The parts, the leaks of each, and some examples."""
        if len(self.parts) < 2:
            return [
                "There is no split: no folder is called train, validation, test, query or gallery. Name the "
                "parts on the Health screen, or add the pictures in such folders."
            ]
        parts = ", ".join(f"{part} ({count:,})" for part, count in self.parts.items())
        found = [f"Parts {self.split}: {parts}."]
        if not self.leaks:
            return [*found, f"✓ No picture has a copy in another part (probability ≥ {self.threshold:g})."]
        found += [f"✗ {finding.title}" for finding in self.findings()]
        for leak in self.leaks[:_SHOWN]:
            sure = "" if leak.probability is None else f", {leak.probability:.1%} sure"
            found.append(
                f"    {leak.other_name} ({leak.other_part}) – {leak.name} ({leak.part}): {leak.how}{sure}"
            )
        return found


def parts_by_folder(pictures: Sequence[Picture]) -> dict[str, set[int]]:
    """Ids by part, where a folder in a picture's name says which; a picture may be in several parts.

    Byte-identical files are one picture with several names, so a file that is in two parts is in both here.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for picture in pictures:
        for name in picture.names:
            for folder in re.split(r"[/\\]", name.casefold())[:-1]:
                if folder in _PART_OF:
                    found[_PART_OF[folder]].add(picture.id)
                    break
    return {part: found[part] for part in _WORDS if part in found}


def parts_of_split(split: Split, pictures: Sequence[Picture]) -> dict[str, set[int]]:
    """Ids by part, gallery first, of a declared split.

    Raises:
        EvaluationError: one of its parts is empty, or names a picture that is not there.
    """
    queries, gallery = split.apply(pictures)
    asked = {p.id for p in queries}
    others = {p.id for p in gallery} if split.gallery else {p.id for p in gallery} - asked
    return {"gallery": others, "query": asked}


def find_leaky_splits(
    collection: Collection,
    split: Split | None = None,
    monitor: Monitor | None = None,
    *,
    compare: bool = True,
) -> LeakReport:
    """Find copies across the parts of a split; what was not compared yet is compared first.

    Args:
        collection: whose pictures.
        split: which pictures ask and which are searched; without it folders called train, test and the like.
        monitor: receives the progress, and may stop the work.
        compare: without it, only pairs that were compared before are looked at, which takes no time.

    Raises:
        EvaluationError: a part of the given split is empty.
        Cancelled: the monitor was asked to stop; what was compared is kept.
    """
    started, watched = monotonic(), monitor or Monitor()
    pictures = collection.get_many(collection.ids())
    parts = parts_by_folder(pictures) if split is None else parts_of_split(split, pictures)
    how = "by folder" if split is None else "as declared"
    leaks: tuple[Leak, ...] = ()
    if len(parts) > 1:
        if compare:
            scan_and_learn(collection, watched)
            watched.check()
        leaks = _leaks(collection, parts, {p.id: p for p in pictures}, LIKELY)
    counts = {part: len(ids) for part, ids in parts.items()}
    return LeakReport(collection.name, counts, leaks, LIKELY, how, monotonic() - started)


def _leaks(
    collection: Collection, parts: Mapping[str, set[int]], pictures: Mapping[int, Picture], threshold: float
) -> tuple[Leak, ...]:
    judged = judged_pairs(collection, stored_pairs(collection)).in_sight
    scored = {(pair.a, pair.b): pair for pair in judged.scored}

    def sureness(a: int, b: int) -> float:
        pair = scored.get((min(a, b), max(a, b)))
        return -1.0 if pair is None else pair.probability

    def leak(part: str, a: int, other_part: str, b: int) -> Leak:
        pair = scored.get((min(a, b), max(a, b)))
        told = (None, "the same file") if a == b else (None, "copies by a person's word, or of equal pixels")
        probability, how = told if pair is None else (pair.probability, pair.kind)
        names = _name_in(pictures[a], part), _name_in(pictures[b], other_part)
        return Leak(part, a, names[0], other_part, b, names[1], probability, how)

    found: dict[tuple[str, int], Leak] = {}
    for one, other in combinations(parts, 2):
        for i in sorted(parts[one] & parts[other]):
            found.setdefault((other, i), leak(one, i, other, i))
    for copies in group(judged, threshold).groups:
        for one, other in combinations(parts, 2):
            sources = [i for i in copies.ids if i in parts[one]]
            for i in copies.ids:
                if i in parts[other] and (other, i) not in found and (rest := [s for s in sources if s != i]):
                    found[other, i] = leak(one, max(rest, key=partial(sureness, i)), other, i)
    return tuple(
        sorted(found.values(), key=lambda x: (-(2 if x.probability is None else x.probability), x.other))
    )


def _name_in(picture: Picture, part: str) -> str:
    """The name under which a picture is in a part: a file that is in two parts has two."""
    words = _WORDS.get(part, ())
    for name in picture.names:
        if any(folder in words for folder in re.split(r"[/\\]", name.casefold())[:-1]):
            return name
    return picture.name
