"""What a person decides about a group: what stays, what goes, what is no copy at all. No drawing here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import streamlit as st

from core.dedup import Binned, Decision, bin_rest, carried_sentences, carried_summary, decide
from widgets.duplicates.data import decision
from widgets.shared.formatting import count
from widgets.shared.undo import Done, remember

if TYPE_CHECKING:
    from core.collection import Collection, Verdict
    from core.jobs import Monitor

_CHOSEN = "duplicates-keep"
"""What the viewer has chosen to keep, by collection and group."""
_CARRIED_SHOWN = 2
"""From at most so many copies, what was carried over is said of each."""


def decided(collection: Collection, ids: tuple[int, ...]) -> Decision:
    """What the viewer has chosen for this group, else what the app proposes."""
    keep = _chosen().get((collection.name, ids))
    if keep in ids:
        return Decision(keep, tuple(i for i in ids if i != keep), "Kept: you chose it.")
    return decision(collection, ids)


def choose(collection: Collection, ids: tuple[int, ...], keep: int) -> None:
    """Keep another picture of this group."""
    _chosen()[(collection.name, ids)] = keep


def keep_best(collection: Collection, ids: tuple[int, ...]) -> None:
    """Put all but the picture to keep into the bin, and offer to take them out again."""
    told(collection, bin_rest(collection, [decided(collection, ids)]))


def told(collection: Collection, done: Binned) -> None:
    """Say what went into the bin and what was carried over from there, with the undo of both."""
    said = f"{count(len(done.removed))} moved to the bin; the best of each group stays."
    if done.skipped:
        said += f" {count(len(done.skipped), 'group')} left alone, as what was to be kept is gone."
    few = len(done.carried) <= _CARRIED_SHOWN
    carried = carried_sentences(collection, done.carried) if few else [carried_summary(done.carried)]
    back = partial(collection.restore_copies, done.removed, done.carried)
    remember(Done(collection.name, " ".join([said, *carried]), back=back))


def bin_all(
    collection: Collection,
    groups: Iterable[tuple[int, ...]],
    chosen: dict[tuple[int, ...], int],
    monitor: Monitor,
) -> Binned:
    """Keep the best of each group: the work of a job, as originals are read to see which is sharper."""
    listed = list(groups)
    monitor.say("Choosing what to keep")
    monitor.expect(2 * len(listed))
    decisions = []
    for ids in listed:
        monitor.check()
        keep = chosen.get(ids)
        decisions.append(
            Decision(keep, tuple(i for i in ids if i != keep), "Kept: you chose it.")
            if keep in ids
            else decide(collection, ids)
        )
        monitor.advance()
    monitor.say("Moving the rest to the bin")
    return bin_rest(collection, decisions, monitor)


def chosen_of(collection: Collection) -> dict[tuple[int, ...], int]:
    """What the viewer has chosen to keep in this collection, by group."""
    return {ids: keep for (name, ids), keep in _chosen().items() if name == collection.name}


def part(collection: Collection, ids: Sequence[int], one: int | None = None) -> None:
    """Judge pictures of a group to be different: all of them, or `one` from the others; with an undo."""
    pairs = combinations(sorted(ids), 2) if one is None else ((one, i) for i in ids if i != one)
    written = judge_all(collection, list(pairs))
    said = (
        f"{count(len(ids))} judged different; they are not shown as duplicates again."
        if one is None
        else "One picture judged different from the others; it is not shown with them again."
    )
    remember(Done(collection.name, said, verdicts=tuple(written)))


def judge_all(collection: Collection, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Write down that each pair is different; returns the ids of the verdicts."""
    from core.collection import Judgement

    return collection.judgements.judge([Judgement(a, b, "different") for a, b in pairs])


def judged_by_hand(collection: Collection, pair: tuple[int, int], verdict: Verdict) -> None:
    """Write down what the viewer said of a pair that they came upon, with an undo."""
    from core.dedup import judge

    said = {"duplicate": "duplicates", "different": "different", "unsure": "“not sure”"}[verdict]
    number = judge(collection, *pair, verdict)
    remember(Done(collection.name, f"Judged: {said}.", verdicts=(number,)))


def _chosen() -> dict[tuple[str, tuple[int, ...]], int]:
    found: dict[tuple[str, tuple[int, ...]], int] = st.session_state.setdefault(_CHOSEN, {})
    return found
