"""Stored runs: written whole or not at all, listed over time, loaded again."""

import json
import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from ..collection.collection import Collection
from ..collection.reader import Reader
from ..errors import EvaluationError
from ..stored import UNREADABLE, from_builtins, from_json, to_builtins, to_json
from .protocols.task import EvalQuery
from .results import CategoryFigures, Costs, Evaluation, Figure, Setup
from .store import RunRecord, RunStore


@dataclass(frozen=True)
class RunSummary:
    """One stored run, for lists over time."""

    id: int
    at: datetime
    title: str
    setup: Setup
    figures: tuple[Figure, ...]


def store(collection: Collection, found: Evaluation) -> Evaluation:
    """Store a run in its collection; returns it with its id and time."""
    detail = {
        "queries": [[q.key, q.name, q.category, q.picture_id] for q in found.queries],
        "values": found.values.tolist(),
        "relevant": found.relevant.tolist(),
        "hits": found.hits.tolist(),
        # −inf, where there is no hit, is not JSON
        "scores": None if found.scores is None else np.maximum(found.scores, -2).tolist(),
        "right": found.right.astype(int).tolist(),
        "expected": found.expected,
        "categories": to_builtins(found.categories),
        "notes": found.notes,
        "costs": to_builtins(found.costs),
    }
    record = RunStore(collection.catalogue).add(
        found.title,
        to_json(found.setup),
        to_json(found.figures),
        zlib.compress(json.dumps(detail, ensure_ascii=False, allow_nan=False).encode()),
    )
    return replace(found, id=record.id, at=record.at)


def runs(collection: Reader) -> tuple[RunSummary, ...]:
    """Every stored run, oldest first; runs of a program whose setup is not known here are left out."""
    found = []
    for record in RunStore(collection.catalogue).list():
        try:
            found.append(
                RunSummary(
                    record.id,
                    record.at,
                    record.title,
                    _setup(record),
                    from_json(tuple[Figure, ...], record.figures),
                )
            )
        except (EvaluationError, *UNREADABLE):
            continue
    return tuple(found)


def load(collection: Collection, run_id: int) -> Evaluation:
    """One stored run with everything that was found.

    Raises:
        CollectionError: there is none of this id.
        EvaluationError: it was stored by a version of Lookalike that kept other things.
    """
    record, packed = RunStore(collection.catalogue).get(run_id)
    setup = _setup(record)
    try:
        detail = json.loads(zlib.decompress(packed))
        count = len(detail["queries"])
        scores = detail["scores"]
        return Evaluation(
            setup,
            tuple(EvalQuery(*query) for query in detail["queries"]),
            np.array(detail["values"], np.float64).reshape(count, len(setup.metrics)),
            np.array(detail["relevant"], np.int64),
            np.array(detail["hits"], np.int64).reshape(count, -1),
            None if scores is None else _scores(scores, count),
            np.array(detail["right"], np.bool_).reshape(count, -1),
            tuple(tuple(ids) for ids in detail["expected"]),
            from_json(tuple[Figure, ...], record.figures),
            from_builtins(tuple[CategoryFigures, ...], detail["categories"]),
            tuple(detail["notes"]),
            None if detail["costs"] is None else from_builtins(Costs, detail["costs"]),
            record.id,
            record.at,
        )
    except (zlib.error, *UNREADABLE) as error:
        raise _unreadable(record.id) from error


def _scores(stored: list[list[float]], count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    scores = np.array(stored, np.float32).reshape(count, -1)
    return np.where(scores < -1.5, np.float32(-np.inf), scores)


def _setup(record: RunRecord) -> Setup:
    try:
        return from_json(Setup, record.setup)
    except UNREADABLE as error:
        raise _unreadable(record.id) from error


def _unreadable(run_id: int) -> EvaluationError:
    return EvaluationError(
        f"Run {run_id} was stored by another version of Lookalike and cannot be read here; evaluate again."
    )
