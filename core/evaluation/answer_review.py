"""Failure review: top answers of some sentences, marked right or wrong by a person."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..collection.collection import Collection
from ..collection.reader import Reader
from ..collection.safe_names import nfc
from ..collection.types import Picture
from ..errors import EvaluationError
from ..jobs import Monitor
from ..search.engine import SearchEngine
from ..search.query import Query
from .store import Mark, MarkStore

MAX_QUERIES = 20
_LOOKED_AT = 2000
"""Pictures whose captions are looked at for proposals, spread over the collection."""


@dataclass(frozen=True)
class ReviewedAnswer:
    """One answer: `relevant` is the user's mark, None if there is none."""

    rank: int
    picture: Picture
    score: float
    relevant: bool | None


@dataclass(frozen=True)
class ReviewedQuery:
    """One sentence with its first answers, best first."""

    text: str
    answers: tuple[ReviewedAnswer, ...]

    @property
    def right(self) -> int:
        """Number of answers marked right."""
        return sum(answer.relevant is True for answer in self.answers)

    @property
    def marked(self) -> int:
        """Number of answers marked, right or wrong."""
        return sum(answer.relevant is not None for answer in self.answers)

    @property
    def precision(self) -> float | None:
        """Share of right answers among the marked ones, in ``[0, 1]``; None where nothing is marked."""
        return self.right / self.marked if self.marked else None


def propose_queries(collection: Collection, n: int = MAX_QUERIES) -> tuple[str, ...]:
    """Sentences worth reviewing: names of labels, most frequent first, and captions of pictures of all kinds.

    The same pictures give the same sentences. Half are captions where there are enough of both; there are
    none where the collection has neither labels nor captions.
    """
    named = [label for label, _ in collection.labels() if label]
    labels = [clean(label.replace("_", " ").replace("-", " ")) or label for label in named]
    labels = list(dict.fromkeys(labels))
    captions = [text for text in _captions(collection) if text not in labels]
    from_captions = min(len(captions), max(n // 2, n - len(labels)))
    return (*labels[: n - from_captions], *captions[:from_captions])


def marks(collection: Reader, query: str | None = None) -> list[Mark]:
    """The marks that hold, on answers to one query or to all, oldest first."""
    return MarkStore(collection.catalogue).latest(query)


def reviewed_queries(collection: Reader) -> tuple[str, ...]:
    """The sentences that have marks, in the order in which they got the first that stands."""
    return tuple(dict.fromkeys(mark.query for mark in MarkStore(collection.catalogue).latest()))


def review(
    engine: SearchEngine,
    texts: Sequence[str],
    *,
    k: int = 10,
    reranker: str | None = None,
    monitor: Monitor | None = None,
) -> tuple[ReviewedQuery, ...]:
    """The first `k` answers of each sentence, with the marks that stand.

    Raises:
        EvaluationError: there is no sentence, one is empty, or there are more than `MAX_QUERIES`.
        QueryError, EncoderError: it cannot be searched for.
    """
    cleaned = list(dict.fromkeys(clean(text) for text in texts))
    if not cleaned or not all(cleaned):
        raise EvaluationError("Write the queries to review, one a line.")
    if len(cleaned) > MAX_QUERIES:
        raise EvaluationError(f"Review at most {MAX_QUERIES} queries at a time; there are {len(cleaned)}.")
    watched = monitor or Monitor()
    watched.expect(len(cleaned))
    found = []
    for text in cleaned:
        watched.check()
        marks = {mark.sha256: mark.relevant for mark in MarkStore(engine.collection.catalogue).latest(text)}
        hits = engine.search(Query(text=text), k, rerank=reranker)
        answers = tuple(
            ReviewedAnswer(hit.rank, hit.picture, hit.score, marks.get(hit.picture.sha256)) for hit in hits
        )
        found.append(ReviewedQuery(text, answers))
        watched.advance()
    return tuple(found)


def mark(collection: Collection, text: str, picture_id: int, relevant: bool | None) -> None:
    """Say whether a picture is a right answer to a sentence; None takes the word back.

    Raises:
        EvaluationError: the sentence is empty.
        CollectionError: there is no such picture.
    """
    if not clean(text):
        raise EvaluationError("A mark needs the query that it belongs to.")
    MarkStore(collection.catalogue).add(clean(text), collection.get(picture_id).sha256, relevant)


def clean(text: str) -> str:
    """A sentence as marks know it: accents composed, no spaces around it, and single ones between words."""
    return " ".join(nfc(text).split())


def _captions(collection: Collection) -> list[str]:
    """Distinct captions, those of different labels in turn."""
    ids = collection.ids()
    places = np.unique(np.linspace(0, max(len(ids) - 1, 0), min(len(ids), _LOOKED_AT)).astype(int))
    # By content hash, which is as good as shuffled and the same in every collection of these pictures.
    pictures = sorted(collection.get_many([ids[int(i)] for i in places]), key=lambda p: p.sha256)
    by_label: dict[str, list[str]] = {}
    for picture in pictures:
        text = clean(picture.caption or "")
        if text:
            by_label.setdefault(picture.label or "", []).append(text)
    turns = max((len(texts) for texts in by_label.values()), default=0)
    in_turn = [texts[i] for i in range(turns) for _, texts in sorted(by_label.items()) if i < len(texts)]
    return list(dict.fromkeys(in_turn))
