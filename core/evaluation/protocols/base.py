"""What every protocol is: a declaration of what is asked, what is searched and what counts as right."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from ...errors import EvaluationError
from ...index.base import IdArray
from ..rankings.eval_set import Pool
from .task import EvalQuery, Task, as_ids, hashes_of


class EvaluationProtocol(Protocol):
    """A frozen declaration that can be stored, and built over a collection again.

    Building is deterministic: the same pictures, labels and seed give the same task, whatever the order in
    which the pictures were added.
    """

    name: ClassVar[str]
    """What `protocol_from` knows it by."""
    needs_words: ClassVar[bool]
    """Whether an encoder must be able to embed sentences."""

    @property
    def title(self) -> str:
        """What it measures, in a few words."""

    def build(self, pool: Pool, seed: int) -> Task:
        """The queries, the gallery and what answers each query.

        Raises:
            EvaluationError: nothing says what is right, or no query has anything to find.
        """

    def parameters(self) -> dict[str, Any]:
        """All that `restore` needs, as plain values for JSON."""

    @classmethod
    def restore(cls, parameters: Mapping[str, Any]) -> Self:
        """The protocol that had these parameters."""


class Declared:
    """The parts that all protocols share; they are dataclasses of plain values."""

    def parameters(self) -> dict[str, Any]:
        """All that `restore` needs, as plain values for JSON."""
        return asdict(self)  # type: ignore[call-overload,no-any-return]

    @classmethod
    def restore(cls, parameters: Mapping[str, Any]) -> Self:
        """The protocol that had these parameters; lists become the tuples that they were."""
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()})


@dataclass
class Draft:
    """A task in the making: every query that could be asked, answerable or not."""

    pool: Pool
    gallery: IdArray
    queries: list[EvalQuery] = field(default_factory=list)
    groups: list[IdArray] = field(default_factory=list)
    group_of: list[int] = field(default_factory=list)
    excluded: list[IdArray] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, query: EvalQuery, group: int, excluded: Sequence[int] | set[int] = ()) -> None:
        """Ask `query`; the group in this place answers it, `excluded` ids of the gallery are kept out."""
        self.queries.append(query)
        self.group_of.append(group)
        self.excluded.append(as_ids(set(excluded)))

    def settle(self, seed: int, max_queries: int, nothing_to_find: str) -> Task:
        """Drop queries that nothing answers, draw a sample of the rest, say so in notes.

        Raises:
            EvaluationError: no query is left; `nothing_to_find` says why in a sentence.
        """
        if max_queries < 1:
            raise EvaluationError("At least one query must be asked.")
        answerable = [row for row in range(len(self.queries)) if self._answerable(row)]
        if not answerable:
            raise EvaluationError(nothing_to_find)
        notes = list(self.notes)
        if self.pool.left_out:
            notes.append(
                f"{self.pool.left_out:,} pictures take no part: they are not embedded with every encoder."
            )
        missing = sorted(set(range(len(self.queries))) - set(answerable))
        if missing:
            names = ", ".join(f"“{self.queries[row].name}”" for row in missing[:3])
            notes.append(
                f"{len(missing):,} of {len(self.queries):,} queries have nothing to find in the gallery and "
                f"do not count ({names}{', …' if missing[3:] else ''})."
            )
        rows = answerable
        if len(rows) > max_queries:
            # By key and not by id, so that the same pictures give the same sample in any collection.
            by_key = sorted(rows, key=lambda row: self.queries[row].key)
            drawn = np.random.default_rng(seed).permutation(len(by_key))[:max_queries]
            rows = sorted(by_key[int(i)] for i in drawn)
            notes.append(f"{len(rows):,} of {len(answerable):,} queries were drawn at random (seed {seed}).")
        return self._task(rows, notes)

    def _answerable(self, row: int) -> bool:
        group, excluded = self.groups[self.group_of[row]], self.excluded[row]
        return len(group) > int(np.isin(excluded, group, assume_unique=True).sum())

    def _task(self, rows: list[int], notes: list[str]) -> Task:
        gallery = set(self.gallery.tolist())
        taking_part = gallery | {q.picture_id for row in rows if (q := self.queries[row]).picture_id}
        return Task(
            tuple(self.queries[row] for row in rows),
            self.gallery,
            tuple(self.groups),
            np.array([self.group_of[row] for row in rows], np.int64),
            tuple(self.excluded[row] for row in rows),
            tuple(notes),
            hashes_of([p for p in self.pool.pictures if p.id in taking_part]),
        )
