"""The pictures that take part in an evaluation, and which of them are copies of each other."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...collection.collection import Collection
from ...collection.types import Picture
from ...errors import EvaluationError
from ...index.base import FloatArray, IdArray


@dataclass(frozen=True)
class Pool:
    """Pictures that have a vector in every space that is measured: the fixed pool of candidates.

    `copies` gives for each picture that has any the ids of its known copies, itself not among them.
    """

    collection: Collection
    pictures: tuple[Picture, ...]
    copies: dict[int, frozenset[int]]
    left_out: int
    """Pictures without a vector in one of the spaces."""


def gather(collection: Collection, encoders: Sequence[str]) -> Pool:
    """The pictures outside the bin that are embedded with every one of `encoders`.

    Raises:
        EvaluationError: there is no such picture.
    """
    ids = np.array(collection.ids(), np.int64)
    if not len(ids):
        raise EvaluationError(f"“{collection.name}” holds no pictures yet; add some first.")
    kept = ids
    for encoder in encoders:
        kept = np.intersect1d(kept, collection.vectors(encoder=encoder).ids)
        if not len(kept):
            raise EvaluationError(
                f"No picture of “{collection.name}” is embedded with {encoder} yet. Embed them first: "
                f"python -m core embed {shlex.quote(collection.name)} --encoder {shlex.quote(encoder)}"
            )
    pictures = tuple(collection.get_many([int(i) for i in kept]))
    return Pool(collection, pictures, verdict_copies(collection, pictures), len(ids) - len(kept))


def verdict_copies(collection: Collection, pictures: Sequence[Picture]) -> dict[int, frozenset[int]]:
    """For each picture with copies by verdict “duplicate”, the others of its group.

    Being a copy is taken to carry on: where a is a copy of b and b of c, a is one of c.
    """
    id_of = {p.sha256: p.id for p in pictures}
    parent: dict[str, str] = {}

    def root(sha256: str) -> str:
        while parent.get(sha256, sha256) != sha256:
            parent[sha256] = parent.get(parent[sha256], parent[sha256])
            sha256 = parent[sha256]
        return sha256

    # A picture in the bin still ties its copies together, so the verdicts are followed before it is dropped.
    for verdict in collection.verdicts():
        if verdict.verdict == "duplicate":
            parent.setdefault(verdict.a_sha256, verdict.a_sha256)
            parent[root(verdict.b_sha256)] = root(verdict.a_sha256)
    groups: dict[str, set[int]] = {}
    for sha256 in parent.keys() | {root(s) for s in parent}:
        if sha256 in id_of:
            groups.setdefault(root(sha256), set()).add(id_of[sha256])
    return {i: frozenset(group - {i}) for group in groups.values() if len(group) > 1 for i in group}


def vectors_for(collection: Collection, ids: IdArray, encoder: str | None = None) -> FloatArray:
    """Stored vectors of `ids`, ascending, shape ``(len(ids), dim)``, all read at once.

    Raises:
        EvaluationError: one of them has none.
    """
    rows = collection.vectors(encoder=encoder)
    order = np.argsort(rows.ids, kind="stable")
    known = rows.ids[order]
    place = np.minimum(np.searchsorted(known, ids), max(len(known) - 1, 0))
    if not len(known) or np.any(known[place] != ids):
        raise EvaluationError("Pictures were deleted while they were being evaluated; start again.")
    return np.asarray(rows.vectors[order[place]], np.float32)


def near_copies(
    collection: Collection, queries: IdArray, gallery: IdArray, threshold: float
) -> dict[int, IdArray]:
    """For each query the ids of the gallery whose vector lies at a cosine of at least `threshold`.

    The vectors are those of the collection's own encoder, whichever is being measured: what is kept out
    must not depend on what is compared.
    """
    asked, offered = vectors_for(collection, queries), vectors_for(collection, gallery)
    found = {}
    for start in range(0, len(queries), 256):
        close = asked[start : start + 256] @ offered.T >= threshold
        for row, query in enumerate(queries[start : start + 256]):
            found[int(query)] = gallery[close[row]]
    return found
