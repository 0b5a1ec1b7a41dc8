"""One mean over all queries, where a few labels have most of the pictures."""

import numpy as np

from ...errors import LookalikeError
from .types import FloatArray, IntArray, Series, Shown, nearest, without_self

K = 5
_MOST_BARS = 20


def imbalance(vectors: FloatArray, labels: IntArray, names: tuple[str, ...]) -> Shown:
    """P@5 over all queries (micro), and as the mean of the labels' means (macro).

    Args:
        vectors: ``(N, dim)``, L2-normalised.
        labels: ``(N,)``, the place of each label in `names`; −1 for none.
        names: of the labels.

    Raises:
        LookalikeError: there are fewer than two labels with two pictures.
    """
    vectors, labels = vectors[labels >= 0], labels[labels >= 0]
    sizes = np.bincount(labels, minlength=len(names))
    shown = np.flatnonzero(sizes >= 2)
    if len(shown) < 2:
        raise LookalikeError("This needs at least two labels with two pictures each.")
    first = nearest(without_self(vectors @ vectors.T), min(K, len(labels) - 1))
    each = (labels[first] == labels[:, None]).mean(axis=1)
    means = {label: float(each[labels == label].mean()) for label in shown}
    micro, macro = float(each.mean()), float(np.mean(list(means.values())))
    worst = min(means, key=lambda label: means[label])
    order = sorted(shown, key=lambda label: -sizes[label])[:_MOST_BARS]
    times = sizes[shown].max() / sizes[shown].min()
    unequal = f"The largest label has {times:.0f} times as many pictures as the smallest."
    if times < 2:
        unequal = "Here all labels are about equally large, so the two agree."
    return Shown(
        f"P@{K}",
        micro,
        macro,
        f"Over all {len(labels):,} queries P@{K} is {micro:.3f} (micro); with every label counting "
        "alike it is "
        f"{macro:.3f} (macro). {unequal} The worst, “{names[worst]}” ({sizes[worst]} pictures), has "
        f"{means[worst]:.2f}, which one mean does not show.",
        "Label, largest first",
        f"P@{K} (0–1)",
        (Series(f"P@{K}", tuple(names[label] for label in order), tuple(means[label] for label in order)),),
        bars=True,
    )
