"""Training on pairs that anyone can tell apart: most of them teach nothing."""

import numpy as np

from ...errors import LookalikeError
from .types import FloatArray, IntArray, Series, Shown, without_self

MARGIN = 0.2


def easy_negatives(vectors: FloatArray, labels: IntArray, seed: int = 0) -> Shown:
    """The share of triplets with a loss above 0: with random negatives, semi-hard and hardest ones.

    A triplet teaches if its negative scores less than the margin below its positive; otherwise its loss, and
    so its gradient, is 0 (Schroff et al., FaceNet, 2015).

    Args:
        vectors: ``(N, dim)``, L2-normalised.
        labels: ``(N,)``, a number for each label; −1 for none.
        seed: of the random positives and negatives.

    Raises:
        LookalikeError: there are fewer than two labels with two pictures each.
    """
    vectors, labels = vectors[labels >= 0], labels[labels >= 0]
    _, counts = np.unique(labels, return_counts=True)
    if (counts >= 2).sum() < 2:
        raise LookalikeError("This needs at least two labels with two pictures each.")
    random = np.random.default_rng(seed)
    cosine = without_self(vectors @ vectors.T)
    rows: dict[str, list[float]] = {"Random": [], "Semi-hard": [], "Hardest": []}
    for anchor in range(len(labels)):
        same = np.flatnonzero((labels == labels[anchor]) & np.isfinite(cosine[anchor]))
        other = np.flatnonzero(labels != labels[anchor])
        if not len(same) or not len(other):
            continue
        positive = cosine[anchor, random.choice(same)]
        negatives = cosine[anchor, other]
        below = negatives[negatives < positive]
        rows["Random"].append(float(random.choice(negatives) - positive))
        rows["Semi-hard"].append(float((below.max() if len(below) else negatives.min()) - positive))
        rows["Hardest"].append(float(negatives.max() - positive))
    shares = {name: float((np.array(values) + MARGIN > 0).mean()) for name, values in rows.items()}
    losses = {name: float(np.maximum(0, np.array(v) + MARGIN).mean()) for name, v in rows.items()}
    return Shown(
        "triplets that teach",
        shares["Random"],
        shares["Hardest"],
        f"With random negatives {shares['Random']:.0%} of the triplets have a loss at a margin of {MARGIN}; "
        f"with semi-hard ones {shares['Semi-hard']:.0%}, with the hardest {shares['Hardest']:.0%}. The loss "
        f"starts at {losses['Random']:.3f} instead of {losses['Hardest']:.3f}, and looks as if there were "
        "nothing left to learn.",
        "How negatives are chosen",
        "Share of triplets, or mean loss (0–1)",
        (
            Series("Triplets with a loss", tuple(shares), tuple(shares.values())),
            Series("Mean triplet loss", tuple(losses), tuple(losses.values())),
        ),
        bars=True,
    )
