"""Certification of the chosen index, on queries not used to choose it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ...jobs import Monitor
from ..base import FloatArray, Index
from ..spec import Recipe
from . import measure
from .ground_truth import Truth
from .selection import Trial, certify, path, provable
from .sweep import Bench, Sweep, measured
from .types import Goal, Measured, QueryKind
from .wording import parameters_text, recall_text, recipe_title


def prove(
    swept: Sweep, bench: Bench, truths: Mapping[QueryKind, Truth], goal: Goal, monitor: Monitor
) -> dict[QueryKind, Measured]:
    """Certify the most promising index, by kind of query; empty, with a note, unless certified for every
    kind.

    `truths` is the ground truth of the certification queries.
    """
    if swept.recipe is None or swept.index is None:
        return {}
    name = recipe_title(swept.recipe)
    monitor.say(f"Proving {name}")
    proofs: dict[QueryKind, Measured] = {}
    for kind, trials in swept.trials.items():
        asked, target = bench.queries[kind].certifying, goal.targets[kind]
        if not provable(target, len(asked)):
            swept.notes.append(
                f"{len(asked):,} {kind} queries are too few to prove a recall of {target:g}, however good "
                "the answers are; add pictures, or tune for less."
            )
            return {}
        again = _prover(swept.recipe, swept.index, asked, truths[kind], goal.k, monitor)
        proof = certify(path(trials, goal), again, goal)
        if not proof.proven:
            swept.notes.append(_unproven(name, kind, target, proof.failed, goal.k))
            return {}
        proofs[kind] = _cheapest(swept.index, asked, proof.proven, goal, monitor)
    cost = float(np.mean([proven.latency.of(goal.by) for proven in proofs.values()]))
    if cost >= bench.exact.of(goal.by):
        swept.notes.append(f"{name} reaches the target, but exact search is as fast here and is kept.")
        return {}
    return proofs


def _prover(
    recipe: Recipe, index: Index, asked: FloatArray, truth: Truth, k: int, monitor: Monitor
) -> Callable[[Trial], Measured]:
    def measure_again(trial: Trial) -> Measured:
        before = trial.measured
        values = measure.recalls(index, asked, truth, k, before.parameters, monitor)
        return measured(recipe, before.parameters, before.kind, values, before.latency)

    return measure_again


def _cheapest(
    index: Index, asked: FloatArray, proven: Sequence[Measured], goal: Goal, monitor: Monitor
) -> Measured:
    """Return the fastest certified setting, all timed again side by side."""
    took = measure.latencies(index, asked, goal.k, [one.parameters for one in proven], monitor)
    timed = [replace(one, latency=latency) for one, latency in zip(proven, took, strict=True)]
    return min(timed, key=lambda one: one.latency.of(goal.by))


def _unproven(name: str, kind: QueryKind, target: float, best: Measured | None, k: int) -> str:
    told = f"{name} could not be shown to reach {target:g} for {kind} queries"
    if best is not None:
        with_what = parameters_text(best.parameters)
        told += f": {recall_text(best, k)}" + (f" with {with_what}" if with_what else "")
    return f"{told}. Search stays exact."
