"""Judged pairs without a collection, for the maths."""

import numpy as np

from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE, JudgedPairs
from core.dedup.types import Evidence, ScoredPair

SEEN = Evidence(
    same_pixels=False,
    cosine=0.9,
    cosine_normalised=0.4,
    hash_distance=10,
    hash_turn="none",
    difference=30.0,
    keypoints=100,
    matches=40,
    mean_distance=30.0,
    inliers=20,
    overlap_a=1.0,
    overlap_b=1.0,
    agreement=0.9,
    mirrored=False,
    rotation=0.0,
    scale=1.0,
    size_a=(100, 100),
    size_b=(100, 100),
)


def scored(a, b, probability):
    """A scored pair of which the same was seen as of every other."""
    return ScoredPair(a, b, ("hash",), SEEN, probability, "edited")


def judged(rows, verdicts=(), joined=(), parted=(), seed=0):
    """Pairs from ``[(a, b, probability)]`` and verdicts from ``[(a, b, code)]``; tickets by the seed."""
    rows = sorted((min(a, b), max(a, b), p) for a, b, p in rows)
    said = {(min(a, b), max(a, b)): code for a, b, code in verdicts}
    verdict = np.array([said.get((a, b), 0) for a, b, _ in rows], np.int8)
    return JudgedPairs(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
        verdict,
        verdict > 0,
        np.random.default_rng(seed).random(len(rows)),
        np.array(joined, np.int64).reshape(-1, 2),
        np.array(parted, np.int64).reshape(-1, 2),
    )


def of_probabilities(probability, ticket=None, verdict=None, seed=0):
    """Pairs of pictures that occur once each, with these probabilities, nothing learned from."""
    n = len(probability)
    a = np.arange(n, dtype=np.int64) * 2
    return JudgedPairs(
        a,
        a + 1,
        np.asarray(probability, np.float64),
        np.zeros(n, np.int8) if verdict is None else verdict,
        np.zeros(n, np.bool_),
        np.random.default_rng(seed).random(n) if ticket is None else ticket,
        np.empty((0, 2), np.int64),
        np.empty((0, 2), np.int64),
    )


def in_order(truth, ticket, count):
    """Verdicts after the first `count` pairs of the random order were judged by this truth."""
    verdict = np.zeros(len(truth), np.int8)
    first = np.argsort(ticket)[:count]
    verdict[first] = np.where(truth[first], DUPLICATE, DIFFERENT)
    return verdict
