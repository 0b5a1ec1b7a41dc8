"""Doing a stored run again: the same figures, or what has changed since."""

from dataclasses import dataclass

import numpy as np

from ..collection.collection import Collection
from ..jobs import Monitor
from ..search.engine import DEPTH
from .evaluate import measure
from .protocols.registry import protocol_from
from .results import Evaluation, Setup
from .serialize import load


@dataclass(frozen=True)
class Replay:
    """A stored run and the same measurement made now; `after` is not stored.

    `changes` says in plain sentences what the two do not share; it is empty where nothing has changed.
    """

    before: Evaluation
    after: Evaluation
    changes: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every query has exactly the values that it had."""
        return np.array_equal(self.before.values, self.after.values) and [
            q.key for q in self.before.queries
        ] == [q.key for q in self.after.queries]

    @property
    def largest(self) -> float:
        """The largest difference between the means of a metric, then and now."""
        return max(
            abs(then.mean - now.mean)
            for then, now in zip(self.before.figures, self.after.figures, strict=True)
        )

    @property
    def sentence(self) -> str:
        """What came of it, in one or a few sentences."""
        if self.same:
            return " ".join(("Every figure is the same.", *self.changes))
        if not self.changes:
            return (
                f"The figures differ by {self.largest:.2g} at most, although nothing that they depend on has "
                "changed: with another number of threads, arithmetic rounds otherwise."
            )
        return " ".join(("The figures differ.", *self.changes))


def replay(collection: Collection, run_id: int, monitor: Monitor | None = None) -> Replay:
    """Measure again what a stored run measured, with all its settings. Nothing is stored.

    Raises:
        CollectionError: there is no run of this id.
        EvaluationError: its protocol cannot be put to the collection any more.
        EncoderError, CollectionError: its encoder cannot be used here, or is another version.
        Cancelled: `monitor` was asked to stop.
    """
    before = load(collection, run_id)
    setup = before.setup
    after = measure(
        collection,
        protocol_from(setup.protocol, setup.parameters),
        encoder=setup.encoder,
        reranker=setup.reranker,
        depth=int(setup.reranker_parameters.get("depth", DEPTH)),
        k=setup.k,
        seed=setup.seed,
        metrics=setup.metrics,
        encoders=setup.encoders,
        monitor=monitor,
    )
    return Replay(before, after, changes(setup, after.setup))


def changes(before: Setup, after: Setup) -> tuple[str, ...]:
    """What two setups do not share, in plain sentences."""
    found = []
    if before.data_hash != after.data_hash:
        found.append(
            f"Pictures or labels have changed: {before.pictures:,} pictures took part then, "
            f"{after.pictures:,} do now."
            if before.pictures != after.pictures
            else f"Labels or pictures have changed among the {after.pictures:,} that take part."
        )
    elif before.judgement_hash != after.judgement_hash:
        found.append("What is asked or counts as right has changed: captions, verdicts or marks.")
    if before.fingerprint != after.fingerprint:
        found.append(f"The encoder {after.encoder} is another version.")
    if (before.index, before.index_parameters) != (after.index, after.index_parameters):
        found.append(f"The index was {before.index}, and is {after.index} now.")
    if before.reranker_parameters != after.reranker_parameters:
        found.append("The re-ranker has other settings, or has learned since.")
    for name in sorted(before.versions.keys() | after.versions.keys()):
        then, now = before.versions.get(name, "none"), after.versions.get(name, "none")
        if then != now:
            found.append(f"The version of {name} was {then}, and is {now} now.")
    if before.machine != after.machine:
        found.append(f"It ran on {before.machine}, and runs on {after.machine} now.")
    return tuple(found)
