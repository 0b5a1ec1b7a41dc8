"""Teaching a re-ranker with what people have said about the pictures of a collection.

judge = learn(engine, "verdicts")
save(judge, engine.collection)                     # core.search.learned
engine.search(query, rerank="learned")
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.collection.collection import Collection
from core.collection.types import Picture
from core.errors import CollectionError, QueryError
from core.jobs import Monitor
from core.reranking.classifier import PairClassifier, UnfitError
from core.search.engine import SearchEngine
from core.search.learned import FEATURES, pair_features
from core.search.query import Query
from core.search.second_look import FirstOrder, compare_locally

Source = Literal["verdicts", "labels"]

_CANDIDATES = 50
"""Answers that an example is found among: as deep as the judge will be asked to look."""
_QUERIES = 60
"""Labelled pictures that are asked with: 3,000 examples."""

_Truth = Callable[[Picture], bool | None]
"""Whether a picture belongs to the one that is asked with, or None where nobody has said."""


def learn(engine: SearchEngine, source: Source, monitor: Monitor | None = None) -> PairClassifier:
    """Teach a judge of pairs for the engine's collection.

    ``"verdicts"``: pairs called duplicates belong together, pairs called different do not; a pair teaches if
    one of it is among the first 50 answers to the other. ``"labels"``: pictures of one label belong
    together, and every answer to one of 60 labelled pictures is an example.

    Raises:
        QueryError: there are no examples of one kind; the text says what is missing.
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    collection = engine.collection
    asked = _by_verdicts(collection) if source == "verdicts" else _by_labels(collection)
    watched.say("Comparing pairs")
    watched.expect(len(asked))
    rows: list[NDArray[np.float64]] = []
    together: list[bool] = []
    for picture_id, truth in asked.items():
        watched.check()
        query = Query(like=(picture_id,))
        hits = engine.search(query, _CANDIDATES)
        ids, scores = [hit.id for hit in hits], [hit.score for hit in hits]
        # The comparison needs the candidates alone, not what they were searched with.
        first = FirstOrder(query, collection, engine.encoder_name, np.empty(0, np.float32), ids, scores)
        try:
            features = pair_features(ids, scores, compare_locally(first).local)
        except CollectionError:
            continue  # its original is gone: it cannot teach
        for row, hit in zip(features, hits, strict=True):
            said = truth(hit.picture)
            if said is not None:
                rows.append(row)
                together.append(said)
        watched.advance()
    try:
        return PairClassifier.fit(
            np.array(rows).reshape(-1, len(FEATURES)), np.array(together, bool), FEATURES
        )
    except UnfitError as error:
        missing = "verdicts of both kinds" if source == "verdicts" else "pictures with two labels or more"
        raise QueryError(f"“{collection.name}” cannot teach a re-ranker yet: it needs {missing}.") from error


def _by_verdicts(collection: Collection) -> dict[int, _Truth]:
    ids = {picture.sha256: picture.id for picture in collection.get_many(collection.ids())}
    said: dict[int, dict[str, bool]] = defaultdict(dict)
    for pair in collection.verdicts():
        if pair.verdict != "unsure" and pair.a_sha256 in ids and pair.b_sha256 in ids:
            for one, other in ((pair.a_sha256, pair.b_sha256), (pair.b_sha256, pair.a_sha256)):
                said[ids[one]][other] = pair.verdict == "duplicate"
    return {picture_id: partial(_said, known) for picture_id, known in said.items()}


def _by_labels(collection: Collection) -> dict[int, _Truth]:
    labelled = [picture for picture in collection.get_many(collection.ids()) if picture.label is not None]
    chosen = np.random.default_rng(0).permutation(len(labelled))[:_QUERIES]
    return {labelled[i].id: partial(_shares, labelled[i].label) for i in map(int, chosen)}


def _said(known: dict[str, bool], picture: Picture) -> bool | None:
    return known.get(picture.sha256)


def _shares(label: str | None, picture: Picture) -> bool | None:
    return None if picture.label is None else picture.label == label
