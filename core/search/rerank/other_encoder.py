"""Candidates in the order of another encoder, usually a heavier one."""

from dataclasses import dataclass

from ...errors import CollectionError, QueryError
from ...reranking.evidence_first import by_score
from ..local_match import FirstOrder, SecondOrder
from ..query_vectors import combine, query_parts, spreads
from .info import RerankerInfo

PREFIX = "encoder:"


@dataclass(frozen=True)
class EncoderReranker:
    """Candidates in the order of another encoder, usually a heavier one."""

    encoder: str

    @property
    def name(self) -> str:
        """``"encoder:"`` and the encoder's name."""
        return f"{PREFIX}{self.encoder}"

    @property
    def info(self) -> RerankerInfo:
        """Its line in the list."""
        about = f"As {self.encoder} ranks the first 50."
        return RerankerInfo(self.name, f"Second opinion of {self.encoder}", about)

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
