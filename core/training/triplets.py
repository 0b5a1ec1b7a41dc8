"""The wrong images that the search is fooled by most."""

import numpy as np

from ..embedding.adapter import Adapter
from .data.dataset import IntArray, TrainingDataset
from .data.links import NotNegatives
from .data.signals import TrainingItems, collect_items
from .fitting.filters import PairMasks
from .results import Triplet

_BLOCK = 512
_LARGEST_POOL = 20_000


def hardest_triplets(
    dataset: TrainingDataset,
    count: int,
    adapter: Adapter | None = None,
    rows: IntArray | None = None,
    seed: int = 0,
) -> tuple[Triplet, ...]:
    """For labelled images the nearest one with the same label and the nearest with another, worst first.

    Every image is an anchor once, and ranked by how much better the wrong image scores. Nothing is
    filtered by score: a false negative is just what a person should see. Near-duplicates and pairs judged
    “unsure” do not count as wrong.

    Args:
        dataset: everything known.
        count: at most this many.
        adapter: score under this adapter instead of the stored embeddings.
        rows: only these images, or all.
        seed: draws 20,000 images where there are more.

    Raises:
        TrainingError: there are not two labels with two images each.
    """
    items = collect_items(dataset, ("labels",), np.arange(len(dataset.ids)) if rows is None else rows)
    pool = np.flatnonzero(items.rows >= 0)
    if len(pool) > _LARGEST_POOL:
        pool = np.sort(np.random.default_rng(seed).choice(pool, _LARGEST_POOL, replace=False))
    masks = PairMasks(items, NotNegatives(dataset))
    embeddings = items.embeddings[pool] if adapter is None else adapter.apply(items.embeddings[pool])
    found: list[Triplet] = []
    for start in range(0, len(pool), _BLOCK):
        found += _of_block(dataset, items, masks, embeddings, pool, slice(start, start + _BLOCK))
        found = sorted(found, key=lambda t: (-t.violation, t.anchor))[:count]
    return tuple(found)


def _of_block(
    dataset: TrainingDataset,
    items: TrainingItems,
    masks: PairMasks,
    embeddings: np.ndarray,
    pool: IntArray,
    block: slice,
) -> list[Triplet]:
    scores = embeddings[block] @ embeddings.T
    right = np.where(masks.positives(pool[block], pool), scores, -np.inf)
    wrong = np.where(masks.negatives(pool[block], pool), scores, -np.inf)
    ids = dataset.ids[items.rows[pool]]
    triplets = []
    for line, (positive, negative) in enumerate(zip(right.argmax(axis=1), wrong.argmax(axis=1), strict=True)):
        own, other = float(right[line, positive]), float(wrong[line, negative])
        if np.isfinite(own) and np.isfinite(other):
            anchor = int(ids[block.start + line])
            triplets.append(Triplet(anchor, int(ids[positive]), int(ids[negative]), own, other))
    return triplets
