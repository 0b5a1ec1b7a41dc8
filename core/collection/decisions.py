"""The user's decisions about pictures: labels, stars, and the bin."""

from collections.abc import Sequence

from . import visibility
from .ingest import inheritance
from .ingest.inheritance import Inherited
from .reader import Reader
from .safe_names import nfc
from .types import LabelState

_A_PERSON = 3
"""The label_rank of a label given by hand: no folder or CSV overrides it."""


class Decisions(Reader):
    """The part of a collection that records decisions about its pictures; additions are not included."""

    def set_label(self, ids: Sequence[int], label: str | None) -> None:
        """Set the label of these pictures, or remove it with None or an empty string."""
        clean = nfc((label or "").strip()) or None
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "UPDATE picture SET label = ?, label_rank = ? WHERE id = ?",
                [(clean, _A_PERSON, i) for i in ids],
            )

    def restore_labels(self, states: Sequence[LabelState]) -> None:
        """Restore the labels and ranks returned by `label_states`: the undo of `set_label`."""
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "UPDATE picture SET label = ?, label_rank = ? WHERE id = ?",
                [(state.label, state.rank, state.picture_id) for state in states],
            )

    def set_favourite(self, ids: Sequence[int], favourite: bool = True) -> list[int]:
        """Star or unstar these pictures; returns the ids of those that changed."""
        with self._catalogue.transaction() as tx:
            return [
                i
                for i in ids
                if tx.execute(
                    "UPDATE picture SET favourite = ?1 WHERE id = ?2 AND favourite <> ?1", (favourite, i)
                ).rowcount
            ]

    def remove(self, ids: Sequence[int]) -> int:
        """Move pictures to the bin; returns how many were not there yet."""
        with self._catalogue.transaction() as tx:
            return visibility.trash(tx, ids)

    def restore(self, ids: Sequence[int]) -> int:
        """Restore pictures from the bin; returns how many were in it.

        A picture whose file is missing is then listed by `lost`.
        """
        with self._catalogue.transaction() as tx:
            return visibility.restore(tx, ids)

    def bin_copies(self, kept: Sequence[tuple[int, Sequence[int]]]) -> tuple[Inherited, ...]:
        """Move the copies of kept pictures to the bin, and transfer what only a copy has.

        Takes pairs of a kept picture and its copies; returns what was transferred (`inheritance.bin_copies`).
        """
        with self._catalogue.transaction() as tx:
            return inheritance.bin_copies(tx, kept)

    def restore_copies(self, ids: Sequence[int], carried: Sequence[Inherited]) -> None:
        """Undo `bin_copies`: restore the copies, and reverse the transfers unless changed since."""
        with self._catalogue.transaction() as tx:
            inheritance.take_back(tx, carried)
            visibility.restore(tx, ids)
