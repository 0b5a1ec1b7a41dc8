"""Ten drills, and how far a collection's records show each to be done. Nothing is computed here."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..clustering.stored_runs import reviewed_clusters
from ..collection.ingest.inheritance import CARRIED_OVER
from ..collection.reader import Reader
from ..evaluation.answer_review import reviewed_queries
from ..evaluation.serialize import RunSummary, runs
from ..health.stored_checks import latest_run
from ..stored import UNREADABLE

RECALL = 0.95
PAIRS, CLUSTERS, SENTENCES = 100, 10, 20
"""How many pairs are to be labelled, clusters walked through, and text queries reviewed."""


@dataclass(frozen=True)
class Drill:
    """One exercise.

    Attributes:
        key: its name.
        title: what to do.
        learn: what it teaches.
        screen: where it is done.
        part: which part of that screen; empty for the first.
    """

    key: str
    title: str
    learn: str
    screen: str
    part: str = ""


@dataclass(frozen=True)
class DrillState:
    """How far a drill is.

    Attributes:
        drill: which.
        share: how much of it the records show, in ``[0, 1]``; 1 is done.
        found: what they show, in a sentence; also what is missing.
    """

    drill: Drill
    share: float
    found: str

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return self.share >= 1


def checklist(collection: Reader) -> tuple[DrillState, ...]:
    """Every drill with its state, by what is stored in the collection."""
    return tuple(DrillState(drill, *_CHECKS[drill.key](collection)) for drill in DRILLS)


DRILLS: tuple[Drill, ...] = (
    Drill(
        "norms",
        "Extract embeddings and plot their norms",
        "What comes out of a network has a length, and the length says little about the picture.",
        "learn",
        "mistakes",
    ),
    Drill(
        "order",
        "Compare cosine with Euclidean distance",
        "On vectors of length 1 both rank alike, so an index may use whichever is faster.",
        "learn",
        "comparisons",
    ),
    Drill(
        "flat",
        "Compare Flat with NumPy: recall and latency",
        "Exact search is one matrix product. Only what skips vectors is much faster.",
        "learn",
        "comparisons",
    ),
    Drill(
        "index",
        "Tune IVF or HNSW to at least 95 % recall@10",
        "Recall is bought with time; a target is certified on queries that were left out.",
        "index",
    ),
    Drill(
        "threshold",
        "Label 100 pairs and find a threshold",
        "A threshold is worth what the labels show of it.",
        "duplicates",
        "label",
    ),
    Drill(
        "negatives",
        "Mine hard negatives and see the loss fall",
        "What fools the search is what teaches it.",
        "training",
    ),
    Drill(
        "rerank",
        "Measure what a re-ranker changes in P@5",
        "A second, slower look at the first results may mend their order, or cost time for nothing.",
        "evaluation",
    ),
    Drill(
        "split",
        "Measure mAP and nDCG on a validation split",
        "Figures to choose by come from one part of the pictures, figures to report from another.",
        "evaluation",
    ),
    Drill(
        "clusters",
        "Walk through ten random clusters",
        "A number for clusters is an estimate from a sample that was looked at.",
        "clusters",
        "walk",
    ),
    Drill(
        "sentences",
        "Review twenty text queries",
        "Words fail in other ways than pictures do. Only looking shows how.",
        "evaluation",
        "review",
    ),
)
"""The drills, in an order in which each builds on those before."""

_State = tuple[float, str]


def _stored(collection: Reader, kind: str, found: Callable[[Mapping[str, Any]], str]) -> _State:
    """A drill that is done once it has been run: `found` says what its stored result shows."""
    run = latest_run(collection, kind)
    if run is None:
        return 0.0, "Not run yet: one button, a few seconds."
    with suppress(*UNREADABLE):
        return 1.0, found(run.result)
    return 0.0, "What was stored cannot be read; run it again."


def _norms(collection: Reader) -> _State:
    return _stored(collection, "mistake-norms", lambda result: str(result["found"]))


def _order(collection: Reader) -> _State:
    def found(result: Mapping[str, Any]) -> str:
        how = "in the same order" if result["same"] else "not in the same order"
        return f"{result['compared']:,} pictures were ranked both ways, {how}."

    return _stored(collection, "drill-order", found)


def _flat(collection: Reader) -> _State:
    def found(result: Mapping[str, Any]) -> str:
        return (
            f"{result['same']} of {result['queries']} queries have the same neighbours (recall "
            f"{result['same'] / result['queries']:.2f}); a query takes {result['flat_ms']:.2f} ms in Flat "
            f"and {result['numpy_ms']:.2f} ms in NumPy."
        )

    return _stored(collection, "drill-flat", found)


def _index(collection: Reader) -> _State:
    best = 0.0
    for record in collection.indexes.list():
        if not record.family.startswith(("ivf", "hnsw")):
            continue
        with suppress(*UNREADABLE):
            for proven in record.figures["certificates"].values():
                if proven is not None:
                    best = max(best, float(proven["interval"]["low"]))
    if best >= RECALL:
        return 1.0, f"An index was certified: recall@10 is at least {best:.3f}."
    if best:
        return best, f"The best index is certified for a recall@10 of {best:.3f}; {RECALL} is the aim."
    return 0.0, "No IVF or HNSW index has been tuned yet."


def _threshold(collection: Reader) -> _State:
    judged = sum(
        1
        for one in collection.verdicts()
        if one.source not in {"sample", CARRIED_OVER} and one.verdict != "unsure"
    )
    if judged < PAIRS:
        return judged / PAIRS * 0.9, f"{judged} of {PAIRS} pairs labelled."
    from ..dedup.labels.labeled_pairs import judged_pairs
    from ..dedup.scan import every_pair
    from ..dedup.thresholds.precision_guarantee import guarantee

    kept = guarantee(judged_pairs(collection, every_pair(collection))).kept
    if kept is None:
        return (
            0.9,
            f"{judged} pairs labelled; no threshold is certified yet. Label more of the random sample.",
        )
    return 1.0, f"{judged} pairs labelled; the threshold {kept.threshold:.3f} is certified."


def _negatives(collection: Reader) -> _State:
    best = ""
    for record in collection.adapters.list():
        with suppress(*UNREADABLE):
            card = json.loads(record.card)
            losses = [point["loss"] for point in card["curves"] if point["loss"] is not None]
            if len(losses) >= 2 and losses[-1] < losses[0]:
                best = f"Training took the loss from {losses[0]:.3f} to {losses[-1]:.3f}; miner: "
                best += f"{card['settings']['miner']}."
    return (1.0, best) if best else (0.0, "Nothing has been trained yet.")


def _rerank(collection: Reader) -> _State:
    stored = runs(collection)
    figures = {run.id: figure for run in stored if (figure := _figure(run, "precision@5")) is not None}
    for run in reversed(stored):
        if run.setup.reranker is None or run.id not in figures:
            continue
        for other in reversed(stored):
            same = (other.setup.judgement_hash, other.setup.data_hash, other.setup.encoder) == (
                run.setup.judgement_hash,
                run.setup.data_hash,
                run.setup.encoder,
            )
            if same and other.setup.reranker is None and other.id in figures:
                change = figures[run.id] - figures[other.id]
                return 1.0, (
                    f"“{run.setup.reranker}” takes P@5 from {figures[other.id]:.3f} to {figures[run.id]:.3f} "
                    f"({change:+.3f})."
                )
        return 0.5, "One run with a re-ranker is stored; measure the same without it to compare."
    return 0.0, "No run with a re-ranker is stored yet."


def _split(collection: Reader) -> _State:
    for run in reversed(runs(collection)):
        ap, gain = _figure(run, "map"), _figure(run, "ndcg@10")
        if json.loads(json.dumps(run.setup.parameters)).get("split") and ap is not None and gain is not None:
            return 1.0, f"On a declared split mAP is {ap:.3f} and nDCG@10 {gain:.3f}."
    return 0.0, "No run over a declared split is stored yet."


def _figure(run: RunSummary, metric: str) -> float | None:
    return next((figure.mean for figure in run.figures if figure.metric == metric), None)


def _clusters(collection: Reader) -> _State:
    most = reviewed_clusters(collection)
    return min(1.0, most / CLUSTERS), f"{most} of {CLUSTERS} clusters looked at."


def _sentences(collection: Reader) -> _State:
    reviewed = len(reviewed_queries(collection))
    return min(1.0, reviewed / SENTENCES), f"{reviewed} of {SENTENCES} text queries reviewed."


_CHECKS: dict[str, Callable[[Reader], _State]] = {
    "norms": _norms,
    "order": _order,
    "flat": _flat,
    "index": _index,
    "threshold": _threshold,
    "negatives": _negatives,
    "rerank": _rerank,
    "split": _split,
    "clusters": _clusters,
    "sentences": _sentences,
}
