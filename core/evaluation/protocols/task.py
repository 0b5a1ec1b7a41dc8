"""What a protocol turns a collection into: queries, a gallery, and which of it answers each query."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...collection.types import Picture
from ...index.base import IdArray


@dataclass(frozen=True)
class EvalQuery:
    """One query of an evaluation: a picture of the collection, or a sentence.

    `key` is the content hash of the picture or the sentence itself, so that the same query is known again
    in another run; `category` is what its figures are grouped by.
    """

    key: str
    name: str
    category: str
    picture_id: int | None = None

    @property
    def text(self) -> str:
        """The sentence, or an empty string where a picture asks."""
        return self.key if self.picture_id is None else ""


@dataclass(frozen=True, eq=False)
class Task:
    """Queries over a fixed gallery, judged. The same for every encoder and re-ranker that is measured on it.

    Attributes:
        queries: what is asked, Q of them.
        gallery: ids of the pictures that are searched, ``(G,)`` int64, ascending.
        groups: sets of relevant ids, ascending; queries share them, as all pictures of a label do.
        group_of: for each query the group that answers it, ``(Q,)`` int64.
        excluded: for each query the ids that are kept out of its gallery (itself, its known copies),
            ascending; they are neither found nor missed.
        notes: plain sentences on what was left out and sampled.
        hashes: content hash and label of every picture that takes part, by id.
    """

    queries: tuple[EvalQuery, ...]
    gallery: IdArray
    groups: tuple[IdArray, ...]
    group_of: IdArray
    excluded: tuple[IdArray, ...]
    notes: tuple[str, ...] = ()
    hashes: Mapping[int, tuple[str, str | None]] = field(default_factory=dict, repr=False)

    def relevant(self, query: int) -> IdArray:
        """Ids of the gallery that answer the query in this row, ascending."""
        group = self.groups[int(self.group_of[query])]
        return group[~np.isin(group, self.excluded[query], assume_unique=True)]

    def relevant_counts(self) -> IdArray:
        """How many ids answer each query, ``(Q,)`` int64."""
        groups = [self.groups[int(g)] for g in self.group_of]
        return np.array(
            [
                len(group) - np.count_nonzero(np.isin(excluded, group, assume_unique=True))
                for group, excluded in zip(groups, self.excluded, strict=True)
            ],
            np.int64,
        )

    @property
    def text(self) -> bool:
        """Whether sentences ask, not pictures."""
        return any(query.picture_id is None for query in self.queries)

    def data_hash(self) -> str:
        """Hex digest of (content hash, label) of every picture that takes part, whatever their ids."""
        lines = sorted(f"{sha256}\t{label or ''}" for sha256, label in self.hashes.values())
        return _digest(lines)

    def judgement_hash(self) -> str:
        """Hex digest of what is asked and which pictures answer it, whatever their ids."""
        groups = [_digest(sorted(self._hash(i) for i in group)) for group in self.groups]
        lines = []
        for row, query in enumerate(self.queries):
            kept_out = ",".join(sorted(self._hash(i) for i in self.excluded[row]))
            lines.append(f"{query.key}\t{groups[int(self.group_of[row])]}\t{kept_out}")
        return _digest(sorted(lines))

    def _hash(self, picture_id: int) -> str:
        return self.hashes[int(picture_id)][0]


def hashes_of(pictures: Sequence[Picture]) -> dict[int, tuple[str, str | None]]:
    """Content hash and label by id, as a `Task` keeps them."""
    return {p.id: (p.sha256, p.label) for p in pictures}


def as_ids(ids: Sequence[int] | set[int] | frozenset[int]) -> IdArray:
    """Ascending int64 array of distinct ids."""
    return np.array(sorted(set(ids)), np.int64)


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
