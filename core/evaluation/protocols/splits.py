"""Declared splits: which pictures ask, and which are searched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...collection.safe_names import nfc
from ...collection.types import Picture
from ...errors import EvaluationError
from ..csv_input import read_table


@dataclass(frozen=True)
class Split:
    """Which pictures are queries and which are the gallery.

    Attributes:
        by: what the words below are compared with: the beginning of a picture's name (``"prefix"``), its
            whole name (``"name"``) or its label (``"label"``).
        query: words for queries.
        gallery: words for the gallery; where there are none, every picture is in it, and a query that is
            in it too is kept out of its own ranking.
    """

    by: Literal["prefix", "name", "label"]
    query: tuple[str, ...]
    gallery: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Write accents as names and labels are stored."""
        object.__setattr__(self, "query", tuple(map(nfc, self.query)))
        object.__setattr__(self, "gallery", tuple(map(nfc, self.gallery)))

    def apply(self, pictures: Sequence[Picture]) -> tuple[list[Picture], list[Picture]]:
        """Queries and gallery among `pictures`, in their order.

        Raises:
            EvaluationError: one of them is empty, or a whole name is not that of any picture.
        """
        if self.by == "name":
            self._refuse_unknown_names(pictures)
        asks, offers = self._matcher(self.query), self._matcher(self.gallery)
        queries = [p for p in pictures if asks(p)]
        gallery = [p for p in pictures if not self.gallery or offers(p)]
        for what, found, words in (("queries", queries, self.query), ("gallery", gallery, self.gallery)):
            if not found:
                raise EvaluationError(
                    f"The split leaves no {what}: no picture that can take part has a {self._title} "
                    f"{' or '.join(f'“{word}”' for word in words[:5])}."
                )
        return queries, gallery

    @property
    def _title(self) -> str:
        return {"prefix": "name that begins with", "name": "name", "label": "label"}[self.by]

    def _matcher(self, words: tuple[str, ...]) -> Callable[[Picture], bool]:
        if self.by == "prefix":
            return lambda picture: any(name.startswith(words) for name in picture.names)
        wanted = frozenset(words)
        if self.by == "label":
            return lambda picture: picture.label in wanted
        return lambda picture: any(name in wanted for name in picture.names)

    def _refuse_unknown_names(self, pictures: Sequence[Picture]) -> None:
        known = {name for p in pictures for name in p.names}
        unknown = [name for name in (*self.query, *self.gallery) if name not in known]
        if unknown:
            raise EvaluationError(
                f"The split names “{unknown[0]}”{f' and {len(unknown) - 1:,} more' if unknown[1:] else ''}, "
                "but no picture that can take part is called that."
            )


def split_from_csv(path: Path) -> Split:
    """Read a split from a CSV with the columns ``name`` and ``role``, the role being query or gallery.

    Raises:
        EvaluationError: the file cannot be read, a column is missing or unknown, or a role is another.
    """
    table = read_table(path, required=("name", "role"))
    names: dict[str, list[str]] = {"query": [], "gallery": []}
    for row in table.rows:
        role = row["role"].strip().lower()
        if role not in names:
            raise EvaluationError(
                f"Line {row.line} of {table.name} gives the role “{row['role']}”; "
                "it must be query or gallery."
            )
        names[role].append(row["name"])
    return Split("name", tuple(names["query"]), tuple(names["gallery"]))
