"""Labelling of a collection's pairs: the next pair, storing verdicts, and problems so far."""

from collections.abc import Sequence

import numpy as np

from ...collection.collection import Collection
from ...collection.types import Purpose, Verdict
from ...collection.verdicts import Judgement
from ..groups.complete_linkage import contradictions
from .active_learning import Choice, choose
from .labeled_pairs import DIFFERENT, DUPLICATE, NONE, UNSURE, JudgedPairs

FEWEST = 10
"""Minimum number of labels for training and estimates."""


def judge(
    collection: Collection,
    a: int,
    b: int,
    verdict: Verdict,
    *,
    purpose: Purpose = "given",
    source: str = "person",
) -> int:
    """Store a verdict on two pictures, in any order; returns its id, which `undo` takes.

    Args:
        collection: the collection.
        a: id of one picture.
        b: id of the other.
        verdict: “duplicate”, “different” or “unsure”.
        purpose: why the pair was labelled: “random” only if it comes from
            `core.dedup.labels.active_learning.draw`.
        source: who gave the verdict.

    Raises:
        CollectionError: a picture does not exist, or is paired with itself.
    """
    (written,) = collection.judgements.judge([Judgement(a, b, verdict, source, purpose)])
    return written


def undo(collection: Collection, ids: Sequence[int]) -> int:
    """Withdraw verdicts, so that the previous ones count again; returns how many were withdrawn."""
    return collection.judgements.withdraw(ids)


def next_chosen(collection: Collection, pairs: JudgedPairs) -> int | None:
    """Return the most informative pair, as its position; None if all are judged.

    Verdicts of the random sample on pairs chosen before it are reused (`take_over`). The next pair of
    the random sample is `core.dedup.labels.active_learning.draw`.
    """
    choice = choose(pairs)
    take_over(collection, pairs, choice)
    return int(choice.ask[0]) if len(choice.ask) else None


def take_over(collection: Collection, pairs: JudgedPairs, choice: Choice) -> None:
    """Allow training on verdicts of the random sample on pairs that would have been chosen anyway."""
    names = {DUPLICATE: "duplicate", DIFFERENT: "different", UNSURE: "unsure"}
    judgements = [
        Judgement(
            int(pairs.a[i]),
            int(pairs.b[i]),
            names[int(pairs.verdict[i])],  # type: ignore[arg-type]
            "taken over",
            "chosen",
        )
        for i in choice.known
    ]
    if judgements:
        collection.judgements.judge(judgements)


def remarks(pairs: JudgedPairs) -> tuple[str, ...]:
    """Describe problems of the labels so far, in plain sentences; empty if there are none."""
    said = []
    known = pairs.verdict[pairs.verdict != NONE]
    duplicates = int(np.count_nonzero(known == DUPLICATE)) + len(pairs.joined)
    different = int(np.count_nonzero(known == DIFFERENT)) + len(pairs.parted)
    unsure = int(np.count_nonzero(known == UNSURE))
    if not len(pairs):
        said.append("There are no candidate pairs: no two pictures are similar.")
    elif duplicates + different + unsure < FEWEST:
        missing = FEWEST - duplicates - different - unsure
        said.append(
            f"Fewer than {FEWEST} pairs are labelled; {missing} more, and the score can learn from them."
        )
    elif not duplicates or not different:
        kind, other = ("different", "duplicates") if not duplicates else ("duplicates", "different")
        said.append(
            f"All {max(duplicates, different):,} labels say “{kind}”; the score learns nothing until some "
            f"pairs are judged {other}."
        )
    against = contradictions(pairs)
    if against:
        a, b = against[0]
        count = "1 verdict contradicts" if len(against) == 1 else f"{len(against):,} verdicts contradict"
        said.append(
            f"{count} others: pictures {a} and {b} were judged different, but other verdicts make them "
            "duplicates of the same picture. “Different” wins; judge them again if it is wrong."
        )
    if pairs.gone:
        verb = "verdict is" if pairs.gone == 1 else "verdicts are"
        said.append(
            f"{pairs.gone:,} {verb} on pictures that were removed since; they count again if those are "
            "restored."
        )
    return tuple(said)
