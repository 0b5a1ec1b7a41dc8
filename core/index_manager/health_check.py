"""Self-check: whether the active index still has its certified recall.

A fresh sample of queries is compared with exact search. Collections change after tuning: they grow with other
pictures, which a certificate does not cover.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..collection.collection import Collection
from ..collection.storage.index_records import IndexRecord
from ..errors import CollectionError, EncoderError
from ..index.base import FloatArray, IdArray
from ..index.tuning.ground_truth import exact_neighbours
from ..index.tuning.types import CONFIDENCE, Gallery, QueryKind
from ..jobs import Monitor
from ..stats.bounded_mean import betting_interval
from ..stats.interval import Interval
from .manager import IndexKeeper
from .query_samples import encoded, sentences
from .types import EXACT, Served

QUERIES = 200
_K = 10


@dataclass(frozen=True)
class Finding:
    """The measured recall of one kind of query.

    Attributes:
        kind: of query.
        recall: mean recall@k over `queries` of them.
        interval: its confidence interval.
        queries: number of queries.
        target: the certified recall; None if none was certified.
    """

    kind: QueryKind
    recall: float
    interval: Interval
    queries: int
    target: float | None

    @property
    def collapsed(self) -> bool:
        """Whether the recall is now significantly below the certified one."""
        return self.target is not None and self.interval.high < self.target


@dataclass(frozen=True)
class Check:
    """The result of a self-check; `findings` is empty if search is exact."""

    collection: str
    served: Served
    k: int
    findings: tuple[Finding, ...]

    @property
    def collapsed(self) -> bool:
        """Whether the recall of any kind of query has collapsed."""
        return any(finding.collapsed for finding in self.findings)

    @property
    def sentence(self) -> str:
        """Describe the result for the user."""
        if self.served.note:
            return self.served.note
        if not self.findings:
            return "Search is exact: every answer is right by definition."
        return " ".join(_said(finding, self.k) for finding in self.findings)


def check(
    collection: Collection,
    encoder: str | None = None,
    keeper: IndexKeeper | None = None,
    asked: Sequence[str] = (),
    queries: int = QUERIES,
    seed: int | None = None,
    monitor: Monitor | None = None,
) -> Check:
    """Send the active index `queries` of each kind, and compare its answers with exact ones.

    Args:
        collection: whose index is checked.
        encoder: the space; else that of the collection's encoder.
        keeper: the index keeper; one is opened if None.
        asked: texts of real queries; they are used before all others.
        queries: number of each kind.
        seed: determines the sample of queries; if None, it differs each time.
        monitor: hears of the progress, and may stop the work.

    Raises:
        CollectionError: there are no pictures.
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    name = encoder or collection.encoder_name
    space = collection.space(name)
    if space is None or not len(collection.vector_ids(name)):
        raise CollectionError(f"“{collection.name}” holds no pictures yet; there is nothing to check.")
    record = collection.indexes.in_use(space.id)
    rows = collection.vectors(encoder=name)
    k, targets = promised(record)
    k = min(k, len(rows.ids) - 1)
    served: Served = EXACT
    if record is None or k < 1:
        return Check(collection.name, served, k, ())
    serving = keeper or IndexKeeper(collection, name)
    samples = _samples(collection, name, rows.ids, asked, queries, np.random.default_rng(seed), watched)
    findings = []
    gallery = Gallery(rows.ids, rows.vectors)
    for kind, (vectors, own) in samples.items():
        watched.say(f"Comparing answers to {kind} queries with exact ones")
        found = serving.search(vectors, k + 1, kind=kind)
        served = found.served
        if served.note:
            return Check(collection.name, served, k, ())
        truth = exact_neighbours(gallery, vectors, k, watched, own)
        values = truth.recalls(_others(found.neighbours.ids, own, k))
        findings.append(
            Finding(
                kind,
                float(values.mean()),
                betting_interval(values, confidence=CONFIDENCE),
                len(values),
                targets.get(kind),
            )
        )
    return Check(collection.name, served, k, tuple(findings))


def promised(record: IndexRecord | None) -> tuple[int, Mapping[QueryKind, float]]:
    """Return the number of neighbours for which an index was tuned, and the certified recall by kind."""
    measured = record.figures if record is not None else {}
    return int(measured.get("k", _K)), measured.get("targets", {})


def _samples(
    collection: Collection,
    name: str,
    ids: IdArray,
    asked: Sequence[str],
    count: int,
    rng: np.random.Generator,
    monitor: Monitor,
) -> dict[QueryKind, tuple[FloatArray, IdArray]]:
    """Sample query vectors of each kind, with the id of each query picture, −1 for texts."""
    there = np.setdiff1d(ids, collection.removed_ids())
    drawn = rng.permutation(there)[:count]
    samples: dict[QueryKind, tuple[FloatArray, IdArray]] = {}
    if len(drawn):
        samples["image"] = collection.vectors_of([int(i) for i in drawn], name), drawn
    try:
        encoder = collection.encoder(name)
    except EncoderError:
        return samples  # an index can be checked by pictures alone if the model is missing
    if encoder.has_text:
        vectors = encoded(encoder, sentences(collection, asked, rng, count), monitor)
        if len(vectors):
            samples["text"] = vectors, np.full(len(vectors), -1, np.int64)
    return samples


def _others(found: IdArray, own: IdArray, k: int) -> NDArray[np.int64]:
    """Return the first `k` of each row of `found` ``(Q, k + 1)`` without the query itself."""
    itself = found == own[:, None]
    order = np.argsort(itself, axis=1, kind="stable")  # moves the query to the end
    return np.take_along_axis(np.where(itself, -1, found), order, axis=1)[:, :k]


def _said(finding: Finding, k: int) -> str:
    at = f"{finding.recall:.3f} (95 % CI {finding.interval.low:.3f}–{finding.interval.high:.3f})"
    if finding.target is None:
        return f"Recall@{k} of {finding.kind} queries is {at}; no recall was certified for this index."
    if finding.collapsed:
        return (
            f"Recall@{k} of {finding.kind} queries has fallen to {at}, below the {finding.target:g} "
            "certified when the index was tuned. Tune it again."
        )
    return f"Recall@{k} of {finding.kind} queries is {at}; {finding.target:g} was certified."
