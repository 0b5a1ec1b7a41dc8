"""From alarm to action: which promises made of a collection still hold, and what restores the others.

Two promises are looked at again. The recall of the index that serves, on queries that were really asked where
they are known, against exact search. And the precision of the certified threshold for near-duplicates, on
random pairs with a picture that was added since: they are to be labelled by a person, and every label counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np

from ..collection.collection import Collection
from ..dedup.labels.labeled_pairs import BoolArray, JudgedPairs, judged_pairs
from ..dedup.scan import every_pair
from ..dedup.thresholds.precision_guarantee import Trial, guarantee, try_threshold
from ..errors import CollectionError
from ..index_manager.health_check import Check, check
from ..jobs import Monitor
from ..stats.binomial_interval import clopper_pearson
from ..stored import to_builtins
from .checks import run_check
from .findings import Finding, Severity
from .remedies import Remedy, remedies

PRECISION = CONFIDENCE = 0.95
QUERIES = 200
State = Literal["holds", "open", "broken", "none"]
"""``open``: neither shown to hold nor shown not to; ``none``: nothing was promised."""


@dataclass(frozen=True)
class Promise:
    """One promise: what it is about, whether it still holds, and how that is known, in a sentence."""

    about: Literal["recall", "duplicates"]
    state: State
    sentence: str


@dataclass(frozen=True)
class PromisesReport:
    """The promises of a collection, and what to do about those that no longer hold.

    Attributes:
        promises: what was looked at.
        remedies: what restores them, most urgent first.
        queries: how many queries of each kind the recall was checked on.
        asked: how many sentences that users had asked were known.
        seed: that drew the queries; None where they are others each time.
    """

    promises: tuple[Promise, ...]
    remedies: tuple[Remedy, ...]
    queries: int
    asked: int
    seed: int | None

    @property
    def hold(self) -> bool:
        """Whether nothing is shown to be broken."""
        return all(one.state != "broken" for one in self.promises)

    def settings(self) -> dict[str, Any]:
        """What the result depends on besides the collection."""
        return {"queries": self.queries, "asked": self.asked, "seed": self.seed}

    def to_json(self) -> dict[str, Any]:
        """The result as JSON values."""
        return {
            "hold": self.hold,
            "promises": to_builtins(self.promises),
            "remedies": to_builtins(self.remedies),
        }

    def findings(self) -> tuple[Finding, ...]:
        """A finding per promise that is broken or open."""
        severity: dict[State, Severity] = {"broken": "problem", "open": "note"}
        found = []
        for one in self.promises:
            if one.state not in severity:
                continue
            remedy = next((r for r in self.remedies if r.about == one.about), None)
            advice, line = (remedy.title, remedy.command) if remedy else ("", "")
            code = f"{one.about}-{one.state}"
            found.append(Finding("promises", code, severity[one.state], one.sentence, 1, 1.0, advice, line))
        return tuple(sorted(found, key=lambda finding: finding.severity != "problem"))

    def lines(self) -> list[str]:
        """The result in a few plain sentences."""
        marks = {"holds": "✓", "open": "?", "broken": "✗", "none": "–"}
        return [f"{marks[one.state]} {one.sentence}" for one in self.promises]


def check_promises(
    collection: Collection,
    monitor: Monitor | None = None,
    *,
    asked: Sequence[str] = (),
    queries: int = QUERIES,
    seed: int | None = None,
) -> PromisesReport:
    """Look at every promise again, and propose what restores those that no longer hold.

    Args:
        collection: whose promises.
        monitor: receives the progress, and may stop the work.
        asked: sentences that were really asked, last ones last; they are checked before any other. They are
            known to the process that answered them alone (`core.index_manager.monitor`).
        queries: how many of each kind the recall is checked on.
        seed: draws the queries; without it they are others each time.

    Raises:
        CollectionError: there are no pictures.
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    if not collection.ids():
        raise CollectionError(f"“{collection.name}” holds no pictures yet, so nothing was promised of it.")
    watched.say("Comparing the index with exact search")
    found = check(collection, asked=asked, queries=queries, seed=seed, monitor=watched)
    if found.collapsed:
        # Looked at every day, a 95 % interval fails by chance some times a year: others have to agree.
        again = None if seed is None else seed + 1
        found = check(collection, asked=asked, queries=queries, seed=again, monitor=watched)
    watched.say("Looking at the random pairs labelled so far")
    promises = (_recall(found), _duplicates(collection))
    return PromisesReport(promises, remedies(collection, promises), queries, len(asked), seed)


def check_and_store(
    collection: Collection, monitor: Monitor | None = None, asked: Sequence[str] = ()
) -> PromisesReport:
    """`check_promises` with the sentences that were really asked, stored as `run_check` stores it."""
    found: list[PromisesReport] = []

    def look(of: Collection, watched: Monitor) -> PromisesReport:
        found.append(check_promises(of, watched, asked=asked))
        return found[0]

    run_check(collection, "promises", monitor, look)
    return found[0]


def _recall(found: Check) -> Promise:
    if found.served.note:
        return Promise("recall", "open", found.served.note)
    if not found.findings:
        return Promise("recall", "holds", found.sentence)
    if found.collapsed:
        return Promise("recall", "broken", found.sentence)
    promised = [one for one in found.findings if one.target is not None]
    shown = all(one.interval.low >= (one.target or 0) for one in promised)
    return Promise("recall", "none" if not promised else "holds" if shown else "open", found.sentence)


def _duplicates(collection: Collection) -> Promise:
    """The certified threshold on pairs with a picture that was added after the random sample was begun."""
    pairs = judged_pairs(collection, every_pair(collection))
    since = _first_random(collection)
    if since is None or not len(pairs):
        return Promise(
            "duplicates", "none", "No threshold for near-duplicates is certified: no random pair is labelled."
        )
    fresh = _with_picture_since(collection, pairs, since)
    kept = guarantee(pairs.select(~fresh), PRECISION, CONFIDENCE).kept
    if kept is None:
        return Promise(
            "duplicates", "none", "No threshold for near-duplicates is certified yet; more labels are needed."
        )
    trial = try_threshold(pairs.select(fresh), kept.threshold, PRECISION, CONFIDENCE)
    return _on_fresh(trial, since)


def _on_fresh(trial: Trial, since: datetime) -> Promise:
    at = f"the threshold {trial.threshold:g} certified for a precision of {PRECISION:g}"
    day = f"{since:%Y-%m-%d}"
    if not trial.pairs:
        return Promise("duplicates", "holds", f"No pair added since {day} reaches {at}: it holds as it was.")
    high = clopper_pearson(trial.duplicates, trial.labels, confidence=CONFIDENCE).high
    seen = f"{trial.duplicates:,} of {trial.labels:,} random ones labelled are duplicates"
    if trial.shown:
        return Promise("duplicates", "holds", f"Of the pairs added since {day}, {seen}: {at} holds for them.")
    if high < PRECISION:
        return Promise("duplicates", "broken", f"Of the pairs added since {day}, {seen}: {at} fails there.")
    more = "some" if trial.more is None else f"about {trial.more:,}"
    return Promise(
        "duplicates",
        "open",
        f"{trial.pairs:,} pairs added since {day} reach {at}; {seen}. Label {more} more at random to know "
        "whether it holds for them.",
    )


def _first_random(collection: Collection) -> datetime | None:
    """When the random sample was begun: what was added later had no part in what it certified then."""
    return min((said.at for said in collection.verdicts() if said.purpose == "random"), default=None)


def _with_picture_since(collection: Collection, pairs: JudgedPairs, since: datetime) -> BoolArray:
    """Which of `pairs` have a picture that was added after `since`, ``(N,)``."""
    ids = np.unique(np.concatenate([pairs.a, pairs.b]))
    late = [p.id for p in collection.get_many(ids.tolist()) if p.added_at > since]
    return np.asarray(np.isin(pairs.a, late) | np.isin(pairs.b, late))
