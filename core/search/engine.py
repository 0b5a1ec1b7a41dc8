"""The search engine: answers queries over a collection, by an index that it keeps up to date."""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..collection.collection import Collection
from ..collection.storage.snapshot import Snapshot
from ..collection.storage.vector_file import FloatArray
from ..collection.types import Filter, Picture
from ..embedding.adapted_encoder import split_name
from ..embedding.base import Concept, Encoder
from ..errors import QueryError
from ..index.base import IdArray, SearchParameters
from ..index_manager.manager import Found, IndexKeeper
from ..index_manager.monitor import Watch
from .local_match import FirstOrder, Reranker, SecondOrder, look_again
from .match_cutoff import Calibration, Cutoff, check_alpha, kind_of
from .query import Query, query_kind
from .query_vectors import Spread, WeightedPart, combine, query_parts, read_examples, spreads
from .rerankers import find_reranker
from .results import Evidence, Hit, Part, SearchResult, Timings
from .slots import Held, one_search
from .words import read_words

_BACKGROUND = 2000
"""Size of the background sample for a part's typical cosine: its mean is within about 0.02 standard
deviations.
"""
_FILTERS_KEPT = 8
_EXAMPLES_KEPT = 256
_PASSED_OVER = 200
"""Up to this many pictures in the bin, fetching more neighbours is cheaper than listing a million allowed
ids.
"""
_MAX_K = 10_000
_MAX_DEPTH = 1000

_PATIENCE_S = 0.3
"""Seconds within which all searches waiting for local matching get their turn. With twenty concurrent
searches while pictures are added, the 95th percentile was 1.9 s at 0.8 (`benchmarks/search_load.py`; 1.5 are
allowed).
"""

DEPTH = 50
"""Default number of candidates to re-rank."""


class SearchEngine:
    """Answers queries over one collection with its active index. Thread-safe.

    It searches the space of the collection's encoder, or of another that the pictures are embedded with
    (`Collection.add_space`). The store does not notify the engine: before each query it checks whether the
    collection has changed, and adds only what is new (`core.index_manager.manager`).
    """

    def __init__(self, collection: Collection, encoder: str | None = None) -> None:
        self.collection = collection
        self.encoder_name = encoder or collection.encoder_name
        self.keeper = IndexKeeper(collection, self.encoder_name)
        self.watch = Watch(collection, self.encoder_name, self.keeper)
        self._lock = threading.Lock()
        self._version = -1
        self._background: FloatArray = np.empty((0, 0), np.float32)
        self._background_of = (0, 0)
        self._allowed: OrderedDict[Filter, tuple[IdArray | None, set[int]]] = OrderedDict()
        self._removed: frozenset[int] = frozenset()
        self._examples: OrderedDict[int, tuple[str, FloatArray]] = OrderedDict()
        self._calibration = Calibration(collection, self.encoder_name)

    def search(
        self,
        query: Query,
        k: int = 10,
        rerank: str | Reranker | None = None,
        depth: int = DEPTH,
        alpha: float | None = None,
        parameters: SearchParameters | None = None,
    ) -> SearchResult:
        """Find the `k` pictures closest to `query`, best first, without the pictures named in `like`.

        With `rerank`, a re-ranker or its name (see `core.search.rerankers`), the first `depth` are re-ranked.
        With `alpha`, hits are marked as good matches or not:
        a query with a good match is reported to have none with at most that probability (see
        `core.search.match_cutoff`). The index is searched with the parameters tuned for such queries, or with
        `parameters`.

        Raises:
            QueryError: the query is empty or contradicts itself, `k` is not in 1…10,000, `depth` not in
                1…1,000, `alpha` not between 0 and 1, or there is no such re-ranker.
            EncoderError: the encoder does not encode texts, or cannot be used here.
            ImageError: the query's picture cannot be read.
            CollectionError: a picture in the query does not exist, or the collection cannot be read.
        """
        with one_search() as slot:
            return self._search(query, k, rerank, depth, alpha, parameters, slot)

    def _search(
        self,
        query: Query,
        k: int,
        rerank: str | Reranker | None,
        depth: int,
        alpha: float | None,
        parameters: SearchParameters | None,
        slot: Held,
    ) -> SearchResult:
        if not 1 <= k <= _MAX_K:
            raise QueryError(f"The number of results must lie between 1 and {_MAX_K:,}.")
        if not 1 <= depth <= _MAX_DEPTH:
            raise QueryError(f"The number of results to re-rank must lie between 1 and {_MAX_DEPTH:,}.")
        if alpha is not None:
            check_alpha(alpha)
        reranker = find_reranker(rerank) if isinstance(rerank, str) else rerank
        seen = self.collection.snapshot(self.encoder_name)
        encoder = self.collection.encoder(self.encoder_name, seen)
        started = time.perf_counter()
        read = read_words(query, encoder)
        query = read.query
        there = self._refresh(seen)
        parts = query_parts(
            query, self.collection, self.encoder_name, encoder, lambda ids: self._named_vectors(ids, seen)
        )
        encoded = time.perf_counter()
        if not there:
            damaged = self.collection.damaged_vectors(self.encoder_name, seen)
            return SearchResult((), Timings(_ms(started, encoded), 0.0, 0.0, 0.0), 0, warning=damaged)
        spread = spreads(parts, self._background)
        vector = combine(parts, spread)
        allowed, binned = self._allowed_ids(query.where)
        exclude = {i for i in query.like if isinstance(i, int)} if query.region is None else set()
        exclude |= binned
        wanted = k if reranker is None else max(k, depth)
        found = self.keeper.search(
            vector[None], wanted + len(exclude), allowed, query_kind(query), parameters, seen
        )
        ids, scores, vectors = self._exactly_scored(found, vector, exclude, wanted, seen)
        searched = time.perf_counter()
        first = FirstOrder(
            query, self.collection, self.encoder_name, vector, ids, [scores[i] for i in ids], _PATIENCE_S
        )
        if reranker is None:
            second = SecondOrder(range(len(ids)))
        else:
            with slot.lent():  # local matching takes long, and has its own slots
                second = look_again(reranker, first, depth)
        order = [ids[place] for place in second.order[:k]]
        looked_again = time.perf_counter()
        pictures = self.collection.get_many(order)
        listed = time.perf_counter()
        of_hits = [p.id for p in pictures]
        if not vectors and of_hits:
            read_of = self.collection.vectors_of(of_hits, self.encoder_name, seen)
            vectors = dict(zip(of_hits, read_of, strict=True))
        evidence = self._evidence({i: vectors[i] for i in of_hits}, parts, spread, encoder)
        cutoff = self._cutoff(query, encoder, alpha, found.size, seen)
        first_ranks = {} if reranker is None else {i: rank for rank, i in enumerate(ids, start=1)}
        hits = tuple(
            _hit(
                rank,
                picture,
                scores[picture.id],
                replace(why, local=second.local.get(picture.id)),
                first_ranks.get(picture.id),
                cutoff,
            )
            for rank, (picture, why) in enumerate(zip(pictures, evidence, strict=True), start=1)
        )
        explained = time.perf_counter()
        self.watch.heard(query.text, found.served)
        return SearchResult(
            hits,
            Timings(
                encode_ms=_ms(started, encoded),
                index_ms=_ms(encoded, searched),
                rerank_ms=_ms(searched, looked_again),
                catalogue_ms=_ms(looked_again, listed),
                explain_ms=_ms(listed, explained),
            ),
            found.size - len(binned) if allowed is None else len(allowed),
            tuple(encoder.explain_text(query.text)) if query.text.strip() else (),
            "" if reranker is None else reranker.name,
            second.note,
            cutoff,
            found.served,
            self._warning(found, seen),
            read.note,
        )

    def _exactly_scored(
        self, found: Found, vector: FloatArray, exclude: set[int], wanted: int, seen: Snapshot
    ) -> tuple[list[int], dict[int, float], dict[int, FloatArray]]:
        """Return the found ids, best first, their exact cosines, and the vectors read to compute these.

        An approximate index knows the cosines only roughly; an exact one needs no vectors read.
        """
        near = found.neighbours
        ids = [int(i) for i in near.ids[0] if i >= 0 and i not in exclude][:wanted]
        if found.served.index_id is None or not ids:
            return ids, {int(i): float(s) for i, s in zip(near.ids[0], near.scores[0], strict=True)}, {}
        there, vectors = self.collection.sound_vectors(ids, self.encoder_name, seen)
        ids, cosines = there.tolist(), np.einsum("nd,d->n", vectors, vector)
        order = np.argsort(-cosines, kind="stable")
        scores = dict(zip(ids, map(float, cosines), strict=True))
        return [ids[at] for at in order], scores, dict(zip(ids, vectors, strict=True))

    def _named_vectors(self, ids: Sequence[int], seen: Snapshot) -> list[tuple[str, FloatArray]]:
        """Return the names and vectors of the example pictures of a query; cached until a change."""
        with self._lock:
            known = {i: self._examples[i] for i in ids if i in self._examples}
        fresh = [i for i in dict.fromkeys(ids) if i not in known]
        if fresh:
            found = read_examples(self.collection, self.encoder_name, fresh, seen)
            known |= dict(zip(fresh, found, strict=True))
            with self._lock:
                if seen.version == self._version:
                    self._examples.update({i: known[i] for i in fresh})
                while len(self._examples) > _EXAMPLES_KEPT:
                    self._examples.popitem(last=False)
        return [known[i] for i in ids]

    def _warning(self, found: Found, seen: Snapshot) -> str:
        damaged = self.collection.damaged_vectors(self.encoder_name, seen)
        return " ".join(filter(None, (self.watch.warning(found.served), damaged)))

    def _cutoff(
        self, query: Query, encoder: Encoder, alpha: float | None, size: int, seen: Snapshot
    ) -> Cutoff | None:
        kind = kind_of(query)
        if alpha is None or kind is None:
            return None
        with self._lock:
            now = (size, seen.purges, self._removed)
        return self._calibration.cutoff(kind, self.keeper, encoder, alpha, now)

    def warm_up(self) -> None:
        """Load the encoder and the index now, so that the first query does not wait for them."""
        seen = self.collection.snapshot(self.encoder_name)
        encoder = self.collection.encoder(self.encoder_name, seen)
        if encoder.has_text:
            encoder.encode_texts(["a picture"])
        self._refresh(seen)

    def _refresh(self, seen: Snapshot) -> bool:
        """Apply changes of the collection; returns whether there is anything to search."""
        self.keeper.refresh(seen)
        with self._lock:
            if seen.version != self._version:
                self._sample_background(seen.purges)
                self._allowed.clear()
                self._examples.clear()
                self._removed = frozenset(self.collection.removed_ids())
                self._version = seen.version
            return len(self._background) > 0

    def _sample_background(self, purges: int) -> None:
        """Draw a new background sample once the collection has grown by a tenth, or vectors were deleted."""
        size = self.keeper.size
        if purges == self._background_of[1] and 0 < size < 1.1 * self._background_of[0]:
            return
        ids = np.sort(self.collection.vector_ids(self.encoder_name))
        chosen = np.sort(np.random.default_rng(0).permutation(len(ids))[:_BACKGROUND])
        self._background = (
            self.collection.sound_vectors(ids[chosen].tolist(), self.encoder_name)[1]
            if len(ids)
            else np.empty((0, 0), np.float32)
        )
        self._background_of = (size, purges)

    def _allowed_ids(self, where: Filter) -> tuple[IdArray | None, set[int]]:
        """Return the ids that may be found, or None for all except the returned few in the bin, which are
        skipped.
        """
        with self._lock:
            if where not in self._allowed:
                binned = set(self._removed) if where.empty else set()
                if where.empty and len(binned) <= _PASSED_OVER:
                    self._allowed[where] = (None, binned)
                else:
                    self._allowed[where] = (np.array(self.collection.ids(where), np.int64), set())
                while len(self._allowed) > _FILTERS_KEPT:
                    self._allowed.popitem(last=False)
            return self._allowed[where]

    def _evidence(
        self,
        of_hits: dict[int, FloatArray],
        parts: list[WeightedPart],
        spread: list[Spread],
        encoder: Encoder,
    ) -> list[Evidence]:
        if not of_hits:
            return []
        ids, vectors = list(of_hits), np.stack(list(of_hits.values()))
        cosines = vectors @ np.stack([part.vector for part in parts]).T
        concepts = self._looks_like(ids, vectors, encoder)
        return [
            Evidence(
                tuple(
                    Part(part.name, float(cosine), (float(cosine) - s.mean) / s.deviation)
                    for part, s, cosine in zip(parts, spread, row, strict=True)
                ),
                tuple(looks_like),
            )
            for row, looks_like in zip(cosines, concepts, strict=True)
        ]

    def _looks_like(self, ids: list[int], vectors: FloatArray, encoder: Encoder) -> list[list[Concept]]:
        """Return the classes that pictures resemble. An adapter's space has none: the base encoder's are used
        there.
        """
        base, adapter = split_name(self.encoder_name)
        if adapter is None:
            return encoder.explain_images(vectors)
        return self.collection.encoder(base).explain_images(self.collection.vectors_of(ids, base))


def _hit(
    rank: int, picture: Picture, score: float, why: Evidence, first_rank: int | None, cutoff: Cutoff | None
) -> Hit:
    """Build a hit, marked as a good match or not if there is a cut-off."""
    decisive = why.local is not None and why.local.decisive
    good = None if cutoff is None else decisive or score >= cutoff.score
    return Hit(rank, picture, score, why, first_rank, good)


def _ms(start: float, end: float) -> float:
    return (end - start) * 1000
