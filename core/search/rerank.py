"""A second look at the first answers of a search.

    engine.search(Query(image=photo), k=10, rerank="local", depth=50)

A re-ranker is handed the first order of a query's candidates and hands back another. `rerankers` lists
those that there are for a collection, `find_reranker` makes one by its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.collection.collection import Collection
from core.collection.features import FeatureCache, features_of_file
from core.collection.vectors import FloatArray
from core.errors import CollectionError, QueryError
from core.images.decode import load_image
from core.reranking.combine import ENOUGH_INLIERS, by_score, evidence_first
from core.reranking.expansion import expand
from core.reranking.geometry import Geometry
from core.reranking.kreciprocal import k_reciprocal_distances
from core.reranking.local import LocalFeatures, local_features
from core.reranking.matching import match_many
from core.search.hits import LocalEvidence
from core.search.parts import combine, crop, query_parts, spreads
from core.search.query import Query

_ENCODER = "encoder:"


@dataclass(frozen=True, eq=False)
class FirstOrder:
    """The candidates of one query, best first.

    Attributes:
        query: what was asked.
        collection: where.
        space: name of the encoder whose space was searched.
        vector: ``(dim,)`` float32, what it was searched with.
        ids: of the candidates.
        scores: their cosines.
    """

    query: Query
    collection: Collection
    space: str
    vector: FloatArray
    ids: Sequence[int]
    scores: Sequence[float]


@dataclass(frozen=True)
class SecondOrder:
    """What became of them.

    Attributes:
        order: places in the first order, best first; each once.
        local: evidence by picture id, for those that were compared point by point.
        note: a plain sentence on why some or all of the first order stands, or empty.
    """

    order: Sequence[int]
    local: dict[int, LocalEvidence] = field(default_factory=dict)
    note: str = ""


class Reranker(Protocol):
    """A second look at the candidates of a query."""

    @property
    def name(self) -> str:
        """The name that `find_reranker` takes."""

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Another order of the same candidates.

        Raises:
            LookalikeError: it cannot be taken here; the text says what to do.
        """


@dataclass(frozen=True)
class RerankerInfo:
    """One line of the list of re-rankers: `needs` says what it asks of the query or the collection."""

    name: str
    title: str
    needs: str


def rerankers(collection: Collection) -> list[RerankerInfo]:
    """The re-rankers that `collection` can use, in the order in which to show them."""
    others = {
        space.encoder: None for space in collection.spaces() if space.encoder != collection.encoder_name
    }
    return [
        RerankerInfo("local", "Matching details", "one picture to look for, or a part of one"),
        RerankerInfo("k-reciprocal", "Mutual neighbours", "nothing"),
        RerankerInfo("expansion", "What the first answers share", "nothing"),
        *(
            RerankerInfo(f"{_ENCODER}{name}", f"Second opinion of {name}", "a query that it can read")
            for name in others
        ),
    ]


def find_reranker(name: str) -> Reranker:
    """The re-ranker called `name`.

    Raises:
        QueryError: there is none.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(_ENCODER) and name != _ENCODER:
        return EncoderReranker(name.removeprefix(_ENCODER))
    raise QueryError(
        f"There is no re-ranker “{name}”. Choose one of {', '.join(_BY_NAME)}, or {_ENCODER} and the name of "
        "another encoder that the pictures are embedded with."
    )


class LocalReranker:
    """Candidates that show the query's picture, or a part of it, point by point, come first."""

    name = "local"

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Where no candidate shares enough points with the picture, the first order stands."""
        compared = compare_locally(first)
        order = evidence_first([_inliers(compared.local.get(i)) for i in first.ids])
        return SecondOrder(order, compared.local, compared.note)


class KReciprocalReranker:
    """Candidates that are neighbours of the query and of its neighbours in turn come first."""

    name = "k-reciprocal"

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Needs only the vectors that are there."""
        vectors = first.collection.vectors_of(first.ids, first.space)
        return SecondOrder(by_score(-k_reciprocal_distances(first.vector, vectors)))


class ExpansionReranker:
    """Candidates close to what the first ten have in common with the query come first."""

    name = "expansion"

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Needs only the vectors that are there."""
        vectors = first.collection.vectors_of(first.ids, first.space)
        return SecondOrder(by_score(vectors @ expand(first.vector, vectors)))


@dataclass(frozen=True)
class EncoderReranker:
    """Candidates in the order of another encoder, usually a heavier one."""

    encoder: str

    @property
    def name(self) -> str:
        """``"encoder:"`` and the encoder's name."""
        return f"{_ENCODER}{self.encoder}"

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """The pictures must be embedded with that encoder (`Collection.add_space`)."""
        collection = first.collection
        if collection.space(self.encoder) is None:
            raise QueryError(
                f"The pictures of “{collection.name}” are not embedded with {self.encoder} yet; "
                "embed them with it first."
            )
        encoder = collection.encoder(self.encoder)
        parts = query_parts(first.query, collection, self.encoder, encoder)
        try:
            vectors = collection.vectors_of(first.ids, self.encoder)
        except CollectionError as error:
            raise QueryError(
                f"Some pictures of “{collection.name}” are not embedded with {self.encoder} yet; "
                "embed them with it once more."
            ) from error
        return SecondOrder(by_score(vectors @ combine(parts, spreads(parts, vectors))))


@dataclass(frozen=True)
class LocalComparison:
    """Evidence by picture id; empty, with a note, where the query has no one picture to compare."""

    local: dict[int, LocalEvidence]
    note: str = ""


def compare_locally(first: FirstOrder) -> LocalComparison:
    """Compare the query's picture with every candidate, point by point.

    Raises:
        ImageError: the query's picture cannot be read.
        CollectionError: the original of the picture in `like` is gone.
    """
    reason = _no_picture(first.query)
    if reason:
        return LocalComparison({}, reason)
    cache = FeatureCache(first.collection)
    own = _query_features(first, cache)
    if not len(own):
        return LocalComparison({}, "The picture has no details to compare; the first order stands.")
    there = cache.of(first.ids)
    ids = [i for i in first.ids if i in there.found]
    found = match_many(own, [there.found[i] for i in ids])
    note = ""
    if there.skipped:
        one = len(there.skipped) == 1
        note = (
            f"{len(there.skipped)} {'picture' if one else 'pictures'} could not be compared point by point. "
            f"{there.skipped[0].name}: {there.skipped[0].reason}"
        )
    return LocalComparison({i: _evidence(g) for i, g in zip(ids, found, strict=True)}, note)


def _no_picture(query: Query) -> str:
    """Why the query has no single picture to be compared, or nothing if it has."""
    pictures = [i for i in query.like if isinstance(i, int)]
    words = bool(query.text.strip()) or len(pictures) < len(query.like)
    if query.image is None and not pictures:
        return "Matching details needs a picture to look for; for words the first order stands."
    if words or query.unlike or len(pictures) + (query.image is not None) > 1:
        return "Matching details needs one picture and nothing else in the query; the first order stands."
    return ""


def _query_features(first: FirstOrder, cache: FeatureCache) -> LocalFeatures:
    query = first.query
    picture_id = next((i for i in query.like if isinstance(i, int)), 0)
    if query.region is None:
        if query.image is not None:
            return features_of_file(query.image)
        known = cache.of([picture_id])
        if picture_id in known.found:
            return known.found[picture_id]
        raise CollectionError(known.skipped[0].reason)
    data = query.image if query.image is not None else first.collection.original(picture_id)
    return local_features(crop(load_image(data).image, query.region))


def _evidence(geometry: Geometry) -> LocalEvidence:
    lines = tuple(tuple(round(float(value), 4) for value in line) for line in geometry.lines)
    return LocalEvidence(
        geometry.inliers,
        geometry.matches,
        lines,  # type: ignore[arg-type]  # four numbers each
        geometry.overlap_a,
        geometry.overlap_b,
        geometry.mirrored,
        geometry.inliers >= ENOUGH_INLIERS,
    )


def _inliers(evidence: LocalEvidence | None) -> int:
    return 0 if evidence is None else evidence.inliers


_BY_NAME: dict[str, Reranker] = {
    one.name: one for one in (LocalReranker(), KReciprocalReranker(), ExpansionReranker())
}
