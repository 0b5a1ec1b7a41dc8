"""Near-duplicates: how many, which groups, what to keep, and what may be promised of it."""

import numpy as np

from ...collection.collection import Collection
from ...dedup.candidates.closest import compare_closest
from ...dedup.groups import best_image
from ...dedup.groups.complete_linkage import Group
from ...dedup.labels.labeled_pairs import JudgedPairs, judged_pairs
from ...dedup.labels.labels import remarks
from ...dedup.on_ingest import LIKELY
from ...dedup.scan import every_pair, unscanned
from ...dedup.scoring.train import scan_and_learn
from ...dedup.thresholds.precision_guarantee import Guarantee, guarantee
from ...dedup.thresholds.threshold_effects import effect, histogram
from ...errors import LookalikeError
from ...jobs import Cancelled
from ..stage import MissingInputError, Task
from ..text import count, number, share, size
from ..types import Bar, BarChart, Figure, Section, Step, Strip, Tile

_GROUPS = 8
_TILES = 8
_BINS = 10
_PRECISION = 0.95


def duplicates_stage(task: Task) -> Section:
    """Compare what is new, group what is alike, and say which picture of each group is the best."""
    collection = task.collection
    if len(collection.ids()) < 2:
        raise MissingInputError("There are fewer than two pictures, so none can be a copy of another.")
    skipped, looked = _compare(task)
    task.monitor.say("Grouping what is alike")
    everything = judged_pairs(collection, every_pair(collection))
    pairs = everything.in_sight
    found = effect(pairs, LIKELY)
    groups = found.grouping.groups
    promise = guarantee(everything, _PRECISION)
    spare = found.grouping.pictures - len(groups)
    total = len(collection.ids())
    finding = f"No near-duplicates among {number(total)} pictures at a probability of {LIKELY:g} or more."
    if groups:
        least = "At least " if looked else ""
        finding = (
            f"{least}{count(len(groups), 'group')} of near-duplicates: {number(spare)} of {number(total)} "
            f"pictures ({share(spare / total)}) are copies of another. {_sure(promise, len(pairs))}"
        )
    return Section(
        "duplicates",
        "Near-duplicates",
        finding,
        tone="warn" if groups else "good",
        figures=_figures(collection, pairs, groups, found.pairs, spare, promise),
        bars=(_histogram(pairs),) if len(pairs) else (),
        strips=tuple(_strip(collection, group) for group in groups[:_GROUPS]),
        notes=(*looked, *remarks(everything), *skipped),
        steps=(*_steps(task, promise, bool(groups)), *_scan_step(task, bool(looked))),
    )


def how_compared(task: Task) -> str:
    """Whether everything is compared or the closest pairs alone: after a full scan, all of it is known."""
    return "closest" if unscanned(task.collection) > task.settings.scanned else "all"


def _compare(task: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Scan a small collection, or what is new in one; of a large one compare the pairs most alike.

    Returns why pictures were skipped, and what to know where not everything was compared.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    collection = task.collection
    if how_compared(task) == "closest":
        compared = compare_closest(collection, task.settings.pairs, task.monitor)
        return (), (
            f"The {number(compared)} pairs that look most alike were compared closely; a full scan also "
            "looks at ten neighbours of each one and for shared details, and finds more of the crops.",
        )
    scanned = scan_and_learn(collection, task.monitor)
    if scanned.cancelled:
        raise Cancelled
    return tuple(f"{skip.name}: {skip.reason}" for skip in scanned.skipped[:5]), ()


def _scan_step(task: Task, bounded: bool) -> tuple[Step, ...]:
    if not bounded:
        return ()
    return (Step("Scan for near-duplicates in full; it takes some minutes.", task.command("duplicates"), 4),)


def _sure(promise: Guarantee, pairs: int) -> str:
    if promise.kept is not None:
        return promise.sentence
    return (
        f"How sure: probability {LIKELY:g} or more by the score as it ships; nothing is promised before some "
        "pairs are labelled."
        if pairs
        else ""
    )


def _figures(
    collection: Collection,
    pairs: JudgedPairs,
    groups: tuple[Group, ...],
    found: int,
    spare: int,
    promise: Guarantee,
) -> tuple[Figure, ...]:
    kept = promise.kept
    freed = _freed(collection, groups)
    return (
        Figure("candidates", "Pairs compared closely", len(pairs), number(len(pairs))),
        Figure("pairs", "Pairs found", found, number(found), f"at a probability of {LIKELY:g} or more"),
        Figure("groups", "Groups", len(groups), number(len(groups))),
        Figure("copies", "Pictures that are copies", spare, number(spare)),
        Figure(
            "spare_bytes", "Bytes in copies", freed, size(freed), "all but the largest file of each group"
        ),
        Figure(
            "certified_threshold",
            f"Threshold certified for precision {_PRECISION:g}",
            None if kept is None else kept.threshold,
            "none yet" if kept is None else f"{kept.threshold:g}",
            promise.sentence,
        ),
    )


def _freed(collection: Collection, groups: tuple[Group, ...]) -> int:
    freed = 0
    for group in groups:
        sizes = [picture.bytes for picture in collection.get_many(group.ids)]
        freed += sum(sizes) - max(sizes, default=0)
    return freed


def _histogram(pairs: JudgedPairs) -> BarChart:
    counts = histogram(pairs, _BINS)
    totals = counts.unjudged + counts.duplicates + counts.different + counts.unsure
    bars = tuple(
        Bar(f"{low:.1f} to {low + 1 / _BINS:.1f}", float(n), number(n))
        for low, n in zip(counts.edges[:-1].tolist(), totals.tolist(), strict=True)
    )
    return BarChart(
        "Compared pairs by probability",
        f"How many candidate pairs the score puts where; from {LIKELY:g} on they count as duplicates.",
        tuple(reversed(bars)),
        float(max(1, int(np.max(totals)))),
    )


def _strip(collection: Collection, group: Group) -> Strip:
    try:
        decision = best_image.decide(collection, group)
    except LookalikeError as error:
        return Strip("A group", tuple(Tile(i) for i in group.ids[:_TILES]), str(error))
    rest = decision.rest[: _TILES - 1]
    more = len(decision.rest) - len(rest)
    unseen = f" {count(more, 'more copy', 'more copies')} not shown." if more else ""
    note = f"{decision.reason}{unseen}"
    tiles = (Tile(decision.keep, "keep", "keep"), *(Tile(i, "copy", "copy") for i in rest))
    weakest = group.weakest
    judged = weakest.judged or weakest.probability is None
    sure = "the same by verdict" if judged else f"{weakest.probability:.3f} sure or more"
    return Strip(f"{count(len(group.ids), 'picture')}, {sure}", tiles, note)


def _steps(task: Task, promise: Guarantee, groups: bool) -> tuple[Step, ...]:
    if not groups:
        return ()
    if promise.kept is not None:
        return (
            Step(
                "Keep the best of each group; the rest goes to the trash and can be restored.",
                task.command("duplicates", f"--precision {_PRECISION:g} --bin-rest"),
                1,
            ),
        )
    more = promise.next.more if promise.next is not None else None
    labels = f"about {more} pairs" if more else "some pairs"
    return (
        Step(
            f"Label {labels} drawn at random: they certify a threshold for this collection.",
            task.command("pairs next", "--random"),
            1,
        ),
    )
