"""Which images train, which validate and which test, with duplicates kept together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import TrainingError
from .dataset import IntArray, Part, TrainingDataset
from .links import photo_groups

_SHARES: dict[Part, float] = {"test": 0.2, "validation": 0.15}
"""Of each label's photos. The rest trains."""


@dataclass(frozen=True, eq=False)
class Split:
    """Rows of the dataset, each in one part: ``(R,)`` int64, rising. `notes` are plain sentences."""

    train: IntArray
    validation: IntArray
    test: IntArray
    notes: tuple[str, ...] = ()


def make_split(dataset: TrainingDataset, seed: int) -> Split:
    """Put every image into a part: as declared, else at random by label.

    Images of one photo (a duplicate group, or joined by verdicts) are always in one part. Where a declared
    split tears such a group apart, its images go to the training part.

    Raises:
        TrainingError: no image is left to train on.
    """
    photo = photo_groups(dataset)
    if dataset.parts is None:
        parts, moved = _drawn(dataset.labels, photo, seed), 0
    else:
        parts, moved = _declared(dataset.parts, photo)
    rows = {name: np.flatnonzero(parts == name) for name in ("train", "validation", "test")}
    if not len(rows["train"]):
        raise TrainingError("There is no image to train on.")
    note = f"{moved:,} images have a duplicate in another part of the declared split; they now train."
    return Split(rows["train"], rows["validation"], rows["test"], (note,) if moved else ())


def class_halves(labels: Sequence[str], seed: int) -> tuple[frozenset[str], frozenset[str]]:
    """Divide the distinct `labels` at random into two sets whose sizes differ by at most one.

    Each set is held back once while the other trains, so that every class is queried as one never seen.
    """
    distinct = sorted(set(labels))
    order = np.random.default_rng(seed).permutation(len(distinct))
    first = frozenset(distinct[i] for i in order[: (len(distinct) + 1) // 2])
    return first, frozenset(distinct) - first


def _drawn(labels: Sequence[str | None], photo: IntArray, seed: int) -> np.ndarray:
    """Each label's photos, in random order: the first to test, the next to validation, the rest to train."""
    first_label: dict[int, str] = {}
    for code, label in zip(photo.tolist(), labels, strict=True):
        first_label[code] = first_label.get(code) or label or ""
    by_label: dict[str, list[int]] = defaultdict(list)
    for code in sorted(first_label):
        by_label[first_label[code]].append(code)
    part_of = np.full(int(photo.max(initial=-1)) + 1, "train", "<U10")
    rng = np.random.default_rng(seed)
    for label in sorted(by_label):
        codes = rng.permutation(by_label[label])
        start = 0
        for part, share in _SHARES.items():
            # Of two or three photos none can be spared: one alone has nothing to be trained with.
            count = round(share * len(codes)) if len(codes) > 3 else 0
            part_of[codes[start : start + count]] = part
            start += count
    drawn: np.ndarray = part_of[photo]
    return drawn


def _declared(parts: Sequence[Part], photo: IntArray) -> tuple[np.ndarray, int]:
    """The parts as given, but for groups that they tear apart; and how many images those are."""
    given = np.array(parts)
    _, which = np.unique(given, return_inverse=True)
    pairs = np.unique(np.stack([photo, which], axis=1), axis=0)
    group, count = np.unique(pairs[:, 0], return_counts=True)
    torn = np.isin(photo, group[count > 1])
    given[torn] = "train"
    return given, int(np.count_nonzero(torn))
