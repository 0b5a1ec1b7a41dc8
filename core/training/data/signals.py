"""Turning what is known of images into training items: embeddings that belong together share a group."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import TrainingError
from ..settings import Signal
from .dataset import BoolArray, FloatArray, IntArray, TrainingDataset
from .links import joined, verdict_groups

Key = tuple[str, str | int]
"""What an item belongs to: a label, or a photo."""


@dataclass(frozen=True, eq=False)
class TrainingItems:
    """M items to learn from: images, altered copies of them, and texts.

    Attributes:
        embeddings: ``(M, d)`` float32, L2-normalised, without any adapter.
        groups: ``(M,)`` int64 from 0; items of one group belong together.
        rows: ``(M,)`` int64, the row of the dataset that an item shows, −1 for a text.
        named: ``(M,)`` whether the group is a label. A labelled and an unlabelled item may well belong
            together, so neither is a negative of the other.
        notes: plain sentences about what was left out.
    """

    embeddings: FloatArray
    groups: IntArray
    rows: IntArray
    named: BoolArray
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.groups)


class _Items:
    def __init__(self) -> None:
        self.embeddings: list[FloatArray] = []
        self.keys: list[Key] = []
        self.rows: list[int] = []
        self.images: set[int] = set()

    def add(self, embedding: FloatArray, key: Key, row: int) -> None:
        self.embeddings.append(embedding)
        self.keys.append(key)
        self.rows.append(row)

    def add_image(self, dataset: TrainingDataset, row: int, key: Key) -> None:
        if row not in self.images:
            self.images.add(row)
            self.add(dataset.embeddings[row], key, row)


def collect_items(
    dataset: TrainingDataset,
    signals: Sequence[Signal],
    rows: IntArray,
    excluded_labels: frozenset[str] = frozenset(),
) -> TrainingItems:
    """The items that `signals` make of the images at `rows`.

    With ``labels`` an image belongs to its label, and so do its copies, its caption and the label's own word
    where the encoder has words. Without a label it belongs to its photo (itself, its copies, and what was
    judged a duplicate) and to the images with the same caption.

    Args:
        dataset: everything known.
        signals: which of it to use.
        rows: ``(R,)``, the images that may be used; what concerns others is left out.
        excluded_labels: images with these labels are left out: the classes that are held back.

    Raises:
        TrainingError: a signal has nothing to say, or there are not two groups of two or more.
    """
    held = np.array([dataset.labels[r] in excluded_labels for r in rows], bool)
    usable = rows[~held] if len(rows) else rows
    allowed = {int(r) for r in usable}
    key, notes = _keys(dataset, signals, allowed)
    items = _Items()
    if "labels" in signals:
        _add_labels(dataset, sorted(allowed), key, items)
    if "verdicts" in signals:
        _add_verdicts(dataset, allowed, key, items)
    if "captions" in signals:
        _add_captions(dataset, sorted(allowed), key, items)
    if "copies" in signals:
        _add_copies(dataset, allowed, key, items)
    return _finish(items, dataset, notes)


def _keys(
    dataset: TrainingDataset, signals: Sequence[Signal], allowed: set[int]
) -> tuple[dict[int, Key], list[str]]:
    """What each image belongs to, and sentences about contradictions."""
    notes: list[str] = []
    roots = {row: row for row in allowed}
    if "verdicts" in signals:
        groups = verdict_groups(dataset, use_labels="labels" in signals)
        roots = {row: int(groups.root[row]) for row in allowed if row not in groups.contradictory}
        notes += groups.notes
    if "captions" in signals:
        roots = _joined_by_caption(dataset, roots)
    key: dict[int, Key] = {row: ("photo", root) for row, root in roots.items()}
    if "labels" in signals:
        key |= {row: ("label", label) for row in key if (label := dataset.labels[row])}
    return key, notes


def _joined_by_caption(dataset: TrainingDataset, roots: dict[int, int]) -> dict[int, int]:
    first: dict[str, int] = {}
    pairs = [
        (root, first.setdefault(text, root))
        for row, root in sorted(roots.items())
        if (text := _text(dataset.captions[row]))
    ]
    root_of = joined(len(dataset.ids), pairs)
    return {row: int(root_of[root]) for row, root in roots.items()}


def _add_labels(dataset: TrainingDataset, rows: Sequence[int], key: dict[int, Key], items: _Items) -> None:
    labelled = [row for row in rows if dataset.labels[row] and row in key]
    counts = Counter(str(dataset.labels[row]) for row in labelled)
    if not counts:
        raise TrainingError("No image has a label. Give labels to some images, or learn from another signal.")
    if len(counts) == 1:
        raise TrainingError(
            f"All labelled images have the label “{next(iter(counts))}”. Learning what tells labels apart "
            "needs at least two labels with two or more images each."
        )
    enough = sum(count > 1 for count in counts.values())
    if enough < 2:
        raise TrainingError(
            f"Only {enough} of {len(counts)} labels {'has' if enough == 1 else 'have'} two or more images to "
            "train on; at least two labels need that. Label more images."
        )
    for row in labelled:
        items.add_image(dataset, row, key[row])
    if dataset.encode_texts is not None:
        names = sorted(counts)
        for name, vector in zip(names, dataset.encode_texts(names), strict=True):
            if np.any(vector):
                items.add(vector, ("label", name), -1)


def _add_verdicts(dataset: TrainingDataset, allowed: set[int], key: dict[int, Key], items: _Items) -> None:
    judged = [p for p in dataset.verdicts if p.verdict != "unsure" and {p.a, p.b} <= allowed]
    if not any(p.verdict == "duplicate" for p in judged):
        raise TrainingError(
            "No pair of the images to train on was judged a duplicate. Judge pairs on Duplicates first, or "
            "learn from another signal."
        )
    for row in sorted({row for p in judged for row in (p.a, p.b)}):
        if row in key:
            items.add_image(dataset, row, key[row])


def _add_captions(dataset: TrainingDataset, rows: Sequence[int], key: dict[int, Key], items: _Items) -> None:
    if dataset.encode_texts is None:
        raise TrainingError("This encoder has no words, so it cannot learn from captions.")
    captioned = [row for row in rows if _text(dataset.captions[row]) and row in key]
    if not captioned:
        raise TrainingError("No image has a caption. Add a CSV with captions, or learn from another signal.")
    texts = [_text(dataset.captions[row]) for row in captioned]
    distinct = sorted(set(texts))
    vectors = dict(zip(distinct, dataset.encode_texts(distinct), strict=True))
    said: set[tuple[Key, str]] = set()
    for row, text in zip(captioned, texts, strict=True):
        items.add_image(dataset, row, key[row])
        if (key[row], text) not in said and np.any(vectors[text]):
            said.add((key[row], text))
            items.add(vectors[text], key[row], -1)


def _add_copies(dataset: TrainingDataset, allowed: set[int], key: dict[int, Key], items: _Items) -> None:
    if dataset.copies is None or not len(dataset.copies.source):
        raise TrainingError("There are no altered copies to learn from; none of the images could be opened.")
    for vector, source in zip(dataset.copies.embeddings, dataset.copies.source, strict=True):
        row = int(source)
        if row in allowed and row in key:
            items.add_image(dataset, row, key[row])
            items.add(vector, key[row], row)


def _finish(items: _Items, dataset: TrainingDataset, notes: list[str]) -> TrainingItems:
    codes: dict[Key, int] = {}
    groups = np.array([codes.setdefault(key, len(codes)) for key in items.keys], np.int64)
    named = np.array([_is_label(key) for key in items.keys], bool)
    sizes = np.bincount(groups, minlength=len(codes))
    if np.count_nonzero(sizes > 1) < 2:
        raise TrainingError(
            "There is too little to learn from: at least two groups of images that belong together "
            "are needed."
        )
    rows = np.array(items.rows, np.int64)
    images = np.bincount(groups[rows >= 0], minlength=len(codes))
    alone = [key[1] for key, code in codes.items() if _is_label(key) and images[code] == 1]
    if alone:
        notes = [
            *notes,
            f"{len(alone)} {'label has' if len(alone) == 1 else 'labels have'} one image only to train on "
            f"(such as “{alone[0]}”); such a label cannot be learned from images alone.",
        ]
    embeddings = np.asarray(items.embeddings, np.float32).reshape(len(groups), dataset.dim)
    return TrainingItems(embeddings, groups, rows, named, tuple(notes))


def _is_label(key: Key) -> bool:
    return key[0] == "label"


def _text(caption: str | None) -> str:
    return (caption or "").strip()
