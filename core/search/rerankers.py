"""A second look at the first answers of a search: the re-rankers that there are.

    engine.search(Query(image=photo), k=10, rerank="local", depth=50)

`rerankers` lists those of a collection, `find_reranker` makes one by its name.
"""

from dataclasses import dataclass

from ..collection.collection import Collection
from ..embedding.adapted_encoder import split_name
from ..errors import CollectionError, QueryError
from ..reranking.evidence_first import by_score, evidence_first
from ..reranking.k_reciprocal import k_reciprocal_distances
from ..reranking.query_expansion import expand
from .learned import KeptReranker, load
from .local_match import FirstOrder, Reranker, SecondOrder, compare_locally
from .query_vectors import combine, query_parts, spreads
from .results import LocalEvidence

__all__ = ["FirstOrder", "Reranker", "RerankerInfo", "SecondOrder", "find_reranker", "rerankers"]

_ENCODER = "encoder:"
_PICTURE = "one picture to look for, or a part of one"


@dataclass(frozen=True)
class RerankerInfo:
    """One line of the list of re-rankers: `needs` says what it asks of the query or the collection."""

    name: str
    title: str
    needs: str


def rerankers(collection: Collection) -> list[RerankerInfo]:
    """The re-rankers that `collection` can use, in the order in which to show them."""
    own = collection.base_encoder_name
    others = {s.encoder: None for s in collection.spaces() if split_name(s.encoder)[0] != own}
    return [
        RerankerInfo("local", "Matching details", _PICTURE),
        RerankerInfo("k-reciprocal", "Mutual neighbours", "nothing"),
        RerankerInfo("expansion", "What the first answers share", "nothing"),
        *([RerankerInfo("learned", "What people have taught it", _PICTURE)] if load(collection) else []),
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


def _inliers(evidence: LocalEvidence | None) -> int:
    return 0 if evidence is None else evidence.inliers


_BY_NAME: dict[str, Reranker] = {
    one.name: one for one in (LocalReranker(), KReciprocalReranker(), ExpansionReranker(), KeptReranker())
}
