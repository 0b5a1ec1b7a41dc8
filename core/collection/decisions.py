"""What a person decides about pictures: labels, stars, and what is in the bin."""

from collections.abc import Sequence

from . import visibility
from .ingest import inheritance
from .ingest.inheritance import Inherited
from .reader import Reader
from .safe_names import nfc
from .types import LabelState

_A_PERSON = 3
"""The label_rank of a label that somebody gave by hand: no folder or CSV changes it."""


class Decisions(Reader):
    """A collection as one who decides about its pictures sees it; additions are no part of it."""

    def set_label(self, ids: Sequence[int], label: str | None) -> None:
        """Give these pictures a label, or take it from them with None or an empty string."""
        clean = nfc((label or "").strip()) or None
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "UPDATE picture SET label = ?, label_rank = ? WHERE id = ?",
                [(clean, _A_PERSON, i) for i in ids],
            )

    def restore_labels(self, states: Sequence[LabelState]) -> None:
        """Give pictures the labels and ranks that `label_states` found: the undo of `set_label`."""
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "UPDATE picture SET label = ?, label_rank = ? WHERE id = ?",
                [(state.label, state.rank, state.picture_id) for state in states],
            )

    def set_favourite(self, ids: Sequence[int], favourite: bool = True) -> list[int]:
        """Star these pictures, or take the star from them; returns the ids of those that it changed."""
        with self._catalogue.transaction() as tx:
            return [
                i
                for i in ids
                if tx.execute(
                    "UPDATE picture SET favourite = ?1 WHERE id = ?2 AND favourite <> ?1", (favourite, i)
                ).rowcount
            ]

    def remove(self, ids: Sequence[int]) -> int:
        """Put pictures into the bin; returns how many were not there yet."""
        with self._catalogue.transaction() as tx:
            return visibility.trash(tx, ids)

    def restore(self, ids: Sequence[int]) -> int:
        """Take pictures out of the bin; returns how many were in it.

        One whose file was found to be gone meanwhile is then listed by `lost`.
        """
        with self._catalogue.transaction() as tx:
            return visibility.restore(tx, ids)

    def bin_copies(self, kept: Sequence[tuple[int, Sequence[int]]]) -> tuple[Inherited, ...]:
        """Put the copies of kept pictures into the bin, and carry over what only a copy has.

        Takes pairs of a kept picture and its copies; returns what went over (`inheritance.bin_copies`).
        """
        with self._catalogue.transaction() as tx:
            return inheritance.bin_copies(tx, kept)

    def restore_copies(self, ids: Sequence[int], carried: Sequence[Inherited]) -> None:
        """Undo `bin_copies`: copies out of the bin, and what went over back, unless it was changed since."""
        with self._catalogue.transaction() as tx:
            inheritance.take_back(tx, carried)
            visibility.restore(tx, ids)
