"""Training the learned re-ranker on verdicts and labels, and its evaluation on unseen queries.

run = train_reranker(engine, "labels")          # nothing is stored
keep_reranker(engine.collection, run)           # offered on Search and Evaluation from then on
engine.search(query, rerank="learned")

A pair is taught by the cosine, the rank and the local evidence of one of the first 50 answers to a query.
Half of the queries are held out, and no pair with a held-out picture teaches.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..collection.collection import Collection
from ..errors import CollectionError, TrainingError
from ..jobs import Monitor
from ..reranking.classifier import PairClassifier, UnfitError
from ..search.engine import SearchEngine
from ..search.learned import FEATURES, new_order, pair_features, save
from ..search.local_match import FirstOrder, compare_locally
from ..search.query import Query
from .gates.gates import judge_values, not_measured
from .results import Gate, GateName

Source = Literal["verdicts", "labels"]

_CANDIDATES = 50
"""Answers that an example is found among: as deep as the classifier will be asked to look."""
_QUERIES = 60
"""Labelled pictures that teach, and as many that judge: 3,000 examples each."""
_FIRST = 5
_FEWEST_JUDGES = 5


@dataclass(frozen=True, eq=False)
class RerankerRun:
    """A trained re-ranker that is not stored yet.

    Attributes:
        judge: the classifier of pairs.
        source: what it learned from.
        gates: the gain on held-out queries of the same kind, then what the other kind loses.
    """

    judge: PairClassifier
    source: Source
    gates: tuple[Gate, ...]

    @property
    def offered(self) -> bool:
        """Whether it gains on queries it never saw and nothing that was measured loses."""
        return self.gates[0].passed is True and all(gate.passed is not False for gate in self.gates)


@dataclass(frozen=True, eq=False)
class _Asked:
    """One query: its label; of each answer the id, the features, and whether it belongs (−1: not known)."""

    picture_id: int
    label: str
    ids: list[int]
    features: NDArray[np.float64]
    belongs: NDArray[np.int8]


_Truth = Mapping[int, tuple[str, Mapping[int, bool]]]
"""By picture to ask with: its label, and which others belong to it and which do not."""


def train_reranker(
    engine: SearchEngine, source: Source, seed: int = 0, monitor: Monitor | None = None
) -> RerankerRun:
    """Train a classifier of pairs for the space that `engine` searches, and judge it.

    ``"verdicts"``: pairs called duplicates belong together, pairs called different do not. ``"labels"``:
    pictures of one label belong together, pictures of two labels do not.

    Raises:
        TrainingError: there are too few examples of one kind; the text says what is missing.
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    truths: dict[Source, _Truth] = {
        "labels": _by_labels(engine.collection, seed),
        "verdicts": _by_verdicts(engine.collection),
    }
    teaching, held = _halves(truths[source], source, seed)
    other: Source = "verdicts" if source == "labels" else "labels"
    against = {i: truths[other][i] for i in list(truths[other])[:_QUERIES]}
    watched.say("Comparing pairs")
    watched.expect(len(teaching) + len(held) + len(against))
    taught = [_without(one, held) for one in _ask(engine, teaching, watched)]
    try:
        judge = PairClassifier.fit(*_examples(taught), FEATURES)
    except UnfitError as error:
        missing = "verdicts of both kinds" if source == "verdicts" else "pictures with two labels or more"
        raise TrainingError(
            f"“{engine.collection.name}” cannot teach a re-ranker yet: it needs {missing}."
        ) from error
    watched.say("Judging it on queries that it never saw")
    gates = (
        _gate(judge, source, "gain", _ask(engine, held, watched), seed),
        _gate(judge, other, "no loss", _ask(engine, against, watched), seed),
    )
    return RerankerRun(judge, source, gates)


def keep_reranker(collection: Collection, run: RerankerRun, *, overruled: bool = False) -> None:
    """Store a re-ranker for the current space, whole or not at all, with what was measured of it.

    Raises:
        TrainingError: it is not offered, and the user has not overruled that.
    """
    if not run.offered and not overruled:
        failed = [gate.reason for gate in run.gates if gate.passed is False] or [run.gates[0].reason]
        raise TrainingError(f"The re-ranker is not offered. {' '.join(failed)}")
    card: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": run.source,
        "gates": [asdict(gate) for gate in run.gates],
        "overruled": not run.offered,
    }
    save(run.judge, collection, card)


def _examples(asked: Sequence[_Asked]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    known = [one.belongs >= 0 for one in asked]
    features = [one.features[rows] for one, rows in zip(asked, known, strict=True)]
    together = [one.belongs[rows] == 1 for one, rows in zip(asked, known, strict=True)]
    empty = np.empty((0, len(FEATURES)))
    return np.concatenate([empty, *features]), np.concatenate([np.empty(0, bool), *together])


def _without(one: _Asked, held: _Truth) -> _Asked:
    """The same without what it says about pictures that are held out."""
    kept = np.where(np.isin(one.ids, list(held)), -1, one.belongs)
    return _Asked(one.picture_id, one.label, one.ids, one.features, kept.astype(np.int8))


def _gate(
    judge: PairClassifier, source: Source, aim: Literal["gain", "no loss"], asked: Sequence[_Asked], seed: int
) -> Gate:
    """Compare the two orders query by query: the share of the first five that belong, or a copy's rank."""
    name: GateName = "trained classes" if source == "labels" else "duplicates"
    metric = f"P@{_FIRST}" if source == "labels" else "1/rank"
    measured = [one for one in asked if (one.belongs == 1).any()]
    value = _precision if source == "labels" else _reciprocal_rank
    before = np.array([value(one.belongs) for one in measured])
    after = np.array([value(one.belongs[new_order(judge, one.features)]) for one in measured])
    if len(measured) < _FEWEST_JUDGES:
        missing = f"It needs {_FEWEST_JUDGES} queries with something to find; there are {len(measured)}."
        return not_measured(name, aim, missing)
    return judge_values(name, aim, metric, [one.label for one in measured], before, after, seed)


def _precision(belongs: NDArray[np.int8]) -> float:
    return float((belongs[:_FIRST] == 1).mean())


def _reciprocal_rank(belongs: NDArray[np.int8]) -> float:
    return 1 / (1 + int(np.argmax(belongs == 1)))


def _ask(engine: SearchEngine, truth: _Truth, monitor: Monitor) -> list[_Asked]:
    """The first answers to each picture with their features; pictures whose original is gone are left out."""
    asked = []
    for picture_id, (label, known) in truth.items():
        monitor.check()
        query = Query(like=(picture_id,))
        hits = engine.search(query, _CANDIDATES)
        ids, scores = [hit.id for hit in hits], [hit.score for hit in hits]
        # The comparison needs the candidates alone, not what they were searched with.
        first = FirstOrder(
            query, engine.collection, engine.encoder_name, np.empty(0, np.float32), ids, scores
        )
        monitor.advance()
        try:
            features = pair_features(ids, scores, compare_locally(first).local)
        except CollectionError:
            continue
        belongs = np.array([known.get(i, -1) for i in ids], np.int8)
        asked.append(_Asked(picture_id, label, ids, features, belongs))
    return asked


def _halves(truth: _Truth, source: Source, seed: int) -> tuple[_Truth, _Truth]:
    """Queries to teach with and queries to judge by. Pictures that verdicts tie together stay on one side."""
    order = list(truth)
    if source == "labels":
        teaching = set(order[::2])
    else:
        root = {i: i for i in truth}

        def top(i: int) -> int:
            while root[i] != i:
                i = root[i]
            return i

        for i, (_, known) in truth.items():
            for other in known:
                if other in root:
                    root[top(other)] = top(i)
        tops = sorted({top(i) for i in truth})
        chosen = np.random.default_rng(seed).permutation(len(tops))[: (len(tops) + 1) // 2]
        teaching = {i for i in truth if top(i) in {tops[at] for at in chosen}}
    return (
        {i: truth[i] for i in order if i in teaching},
        {i: truth[i] for i in order if i not in teaching},
    )


def _by_verdicts(collection: Collection) -> _Truth:
    ids = {picture.sha256: picture.id for picture in collection.get_many(collection.ids())}
    said: dict[int, dict[int, bool]] = defaultdict(dict)
    for pair in collection.verdicts():
        if pair.verdict != "unsure" and pair.a_sha256 in ids and pair.b_sha256 in ids:
            a, b = ids[pair.a_sha256], ids[pair.b_sha256]
            said[a][b] = said[b][a] = pair.verdict == "duplicate"
    return {picture_id: ("", known) for picture_id, known in said.items()}


def _by_labels(collection: Collection, seed: int) -> _Truth:
    labels = {p.id: p.label for p in collection.get_many(collection.ids()) if p.label is not None}
    order = np.array(list(labels), np.int64)
    chosen = np.random.default_rng(seed).permutation(order)[: 2 * _QUERIES].tolist()
    return {
        i: (labels[i], {other: label == labels[i] for other, label in labels.items() if other != i})
        for i in chosen
    }
