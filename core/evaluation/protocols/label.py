"""Picture to picture: a picture of the same label is a right answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

import numpy as np

from ...collection.types import Picture
from ...errors import EvaluationError
from ..rankings.eval_set import Pool, near_copies
from .base import Declared, Draft
from .splits import Split
from .task import EvalQuery, Task, as_ids


@dataclass(frozen=True)
class LabelProtocol(Declared):
    """Every labelled picture asks for the others of its label: leave-one-out, or over a declared split.

    Attributes:
        split: which pictures ask and which are searched; without one every labelled picture does both, and
            is kept out of its own ranking.
        copies: known copies of a query (verdict “duplicate”) are kept out of its gallery (``"out"``), as
            finding them shows nothing, or left in it (``"in"``).
        near: also keep out pictures whose vector lies at this cosine or above, under the collection's own
            encoder; in ``(0, 1]``.
        max_queries: at most so many are asked, drawn by the seed.
    """

    split: Split | None = None
    copies: Literal["out", "in"] = "out"
    near: float | None = None
    max_queries: int = 4000

    name: ClassVar[str] = "labels"
    needs_words: ClassVar[bool] = False

    @property
    def title(self) -> str:
        """What it measures, in a few words."""
        how = "leave-one-out" if self.split is None else "declared split"
        return f"picture to picture, same label is right ({how})"

    @classmethod
    def restore(cls, parameters: Mapping[str, Any]) -> Self:
        """The protocol that had these parameters."""
        split = parameters.get("split")
        if split is not None:
            split = Split(split["by"], tuple(split["query"]), tuple(split["gallery"]))
        return cls(**{**parameters, "split": split})

    def build(self, pool: Pool, seed: int) -> Task:
        """The queries, the gallery and what answers each query.

        Raises:
            EvaluationError: there are fewer than two labels, the split is empty, `near` is no cosine, or no
                query has anything to find.
        """
        if self.near is not None and not 0 < self.near <= 1:
            raise EvaluationError("The cosine from which pictures count as copies must lie between 0 and 1.")
        labelled = labelled_pictures(pool)
        queries, gallery = (labelled, labelled) if self.split is None else self.split.apply(labelled)
        draft = Draft(pool, as_ids([p.id for p in gallery]))
        note_unlabelled(draft, len(labelled))
        place = _groups(draft, gallery)
        inside = set(draft.gallery.tolist())
        for picture in queries:
            own = {picture.id} | (pool.copies.get(picture.id, frozenset()) if self.copies == "out" else set())
            label = picture.label or ""
            query = EvalQuery(picture.sha256, picture.name, label, picture.id)
            draft.add(query, place.get(label, 0), own & inside)
        task = draft.settle(seed, self.max_queries, _why_nothing(labelled, self.split))
        return task if self.near is None else self._without_near(task, pool)

    def _without_near(self, task: Task, pool: Pool) -> Task:
        assert self.near is not None  # noqa: S101 - the caller has looked
        asked = np.array([q.picture_id for q in task.queries], np.int64)
        near = near_copies(pool.collection, asked, task.gallery, self.near)
        excluded = tuple(
            np.union1d(known, near[int(i)]) for known, i in zip(task.excluded, asked, strict=True)
        )
        closer = replace(task, excluded=excluded)
        kept = [row for row in range(len(asked)) if len(closer.relevant(row))]
        if not kept:
            raise EvaluationError(
                f"With every picture at a cosine of {self.near} or above kept out, no query has anything "
                "left to find; choose a higher cosine."
            )
        notes = [*task.notes, f"Pictures at a cosine of {self.near} or above count as copies of the query."]
        if len(kept) < len(asked):
            notes.append(f"{len(asked) - len(kept):,} queries had nothing but such copies to find.")
        return replace(
            closer,
            queries=tuple(task.queries[row] for row in kept),
            group_of=task.group_of[kept],
            excluded=tuple(excluded[row] for row in kept),
            notes=tuple(notes),
        )


def labelled_pictures(pool: Pool) -> list[Picture]:
    """The pictures with a label.

    Raises:
        EvaluationError: there are fewer than two labels.
    """
    labelled = [p for p in pool.pictures if p.label]
    name = pool.collection.name
    if not labelled:
        raise EvaluationError(
            f"No picture of “{name}” has a label, so nothing says which answers are right. Label some "
            "pictures, or give queries with their answers as a CSV."
        )
    labels = {p.label for p in labelled}
    if len(labels) == 1:
        raise EvaluationError(
            f"Every labelled picture of “{name}” is “{labels.pop()}”, so any answer would be right. "
            "At least two labels are needed."
        )
    return labelled


def note_unlabelled(draft: Draft, labelled: int) -> None:
    """Report how many pictures are excluded because their relevance is unknown."""
    without = len(draft.pool.pictures) - labelled
    if without:
        draft.notes.append(f"{without:,} pictures without a label take no part.")


def _groups(draft: Draft, gallery: Sequence[Picture]) -> dict[str, int]:
    """Add a group of relevant ids a label; returns the place of each label's. Place 0 holds nothing."""
    draft.groups.append(np.empty(0, np.int64))
    ids: dict[str, list[int]] = {}
    for picture in gallery:
        if picture.label:
            ids.setdefault(picture.label, []).append(picture.id)
    for members in ids.values():
        draft.groups.append(as_ids(members))
    return {label: place for place, label in enumerate(ids, start=1)}


def _why_nothing(labelled: Sequence[Picture], split: Split | None) -> str:
    if split is not None:
        return "No query of the split has a picture of its label in the gallery, its own copies aside."
    if max(Counter(p.label for p in labelled).values()) == 1:
        return (
            "Every label stands on one picture only, so that no picture has another to find. "
            "Give at least one label to two pictures or more."
        )
    return (
        "Each picture's only others of its label are its own known copies, so that there is nothing to find. "
        "Label more pictures alike."
    )
