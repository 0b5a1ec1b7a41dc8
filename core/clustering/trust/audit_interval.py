"""How many pictures belong in their cluster, estimated from those that a person has looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose

import numpy as np
from scipy.special import betaincinv
from scipy.stats import t as student

from ...stats.binomial_interval import clopper_pearson
from ...stats.interval import Interval

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """The share of some pictures that belong where they are.

    Attributes:
        judged: how many a person has looked at.
        odd: how many of those were marked odd.
        pictures: how many there are.
        share: estimate of the share that is not odd, in ``[0, 1]``; 0 before anything was judged.
        interval: where that share lies with 95 % confidence.
    """

    judged: int
    odd: int
    pictures: int
    share: float
    interval: Interval


@dataclass(frozen=True)
class Coherence(Share):
    """The share of all clustered pictures that belong in their cluster, and that of each cluster.

    Attributes:
        clusters: the share of each cluster of which something was judged.
        of: how many clusters there are with pictures.
    """

    clusters: Mapping[int, Share]
    of: int


def share_of_cluster(judged: int, odd: int, pictures: int) -> Share:
    """The share of one cluster, of which `judged` pictures were drawn at random without replacement.

    The interval is that of Clopper and Pearson, exact for draws with replacement and on the safe side for
    draws without; where all were judged the share is known.
    """
    share = (judged - odd) / judged if judged else 0.0
    if judged and judged >= pictures:
        return Share(judged, odd, pictures, share, Interval(share, share, _CONFIDENCE))
    return Share(judged, odd, pictures, share, clopper_pearson(judged - odd, judged, confidence=_CONFIDENCE))


def coherence_of(clusters: Mapping[int, Share], of: int) -> Coherence:
    """The share over all clusters, from those that were judged, drawn at random among `of`.

    The estimate weighs each judged cluster by its size: the ratio estimator of two-stage sampling (Cochran,
    Sampling Techniques, 1977, 11.8), whose variance has a part between clusters as long as some were not
    looked at. The interval is Clopper and Pearson's for as many pictures as would be as sure if drawn singly
    (Korn and Graubard, "Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data", Survey Methodology 1998). With a single cluster judged of several nothing is
    known of the others, and the interval is ``[0, 1]``.
    """
    judged = sum(one.judged for one in clusters.values())
    odd = sum(one.odd for one in clusters.values())
    size = np.array([one.pictures for one in clusters.values()], np.float64)
    seen = np.array([one.judged for one in clusters.values()], np.float64)
    own = np.array([one.share for one in clusters.values()], np.float64)
    if not judged:
        return Coherence(0, 0, 0, 0.0, Interval(0.0, 1.0, _CONFIDENCE), dict(clusters), of)
    share = float(np.clip((size * own).sum() / size.sum(), 0, 1))
    if len(clusters) >= of and bool((seen >= size).all()):
        interval = Interval(share, share, _CONFIDENCE)
    else:
        count, freedom = _effective(size, seen, own, share, of)
        interval = _interval(share, count, freedom, judged)
    return Coherence(judged, odd, int(size.sum()), share, interval, dict(clusters), of)


def _effective(
    size: np.ndarray, seen: np.ndarray, own: np.ndarray, share: float, of: int
) -> tuple[float, float]:
    """How many pictures drawn singly would be as sure, and the degrees of freedom of that variance."""
    walked, every = len(size), max(of, len(size))
    freedom = float(walked - 1 if walked < every else max(seen.sum() - walked, 1))
    weights = size / seen
    # Kish's effective size, for unequal weights alone: where nothing varies no variance can be seen.
    kish = float((seen * weights).sum() ** 2 / (seen * weights**2).sum())
    if share in {0.0, 1.0} or isclose(share, 1.0):
        return kish, freedom
    part = walked / every
    within = np.where(seen > 1, seen / np.maximum(seen - 1, 1) * own * (1 - own), share * (1 - share))
    inside = (size**2 * (1 - seen / size) * within / seen).sum() / size.sum() ** 2
    variance = part * inside
    if walked < every and walked > 1:
        between = (size**2 * (own - share) ** 2).sum() / (walked - 1)
        variance += (1 - part) * between / (walked * size.mean() ** 2)
    return min(kish, share * (1 - share) / variance) if variance > 0 else kish, freedom


def _interval(share: float, count: float, freedom: float, judged: int) -> Interval:
    tail = (1 - _CONFIDENCE) / 2
    if freedom < 1:
        return Interval(0.0, 1.0, _CONFIDENCE)
    count *= float(student.ppf(tail, max(judged - 1, 1)) / student.ppf(tail, freedom)) ** 2
    good, bad = share * count, (1 - share) * count
    low = float(betaincinv(good, bad + 1, tail)) if good > 0 else 0.0
    high = float(betaincinv(good + 1, bad, 1 - tail)) if bad > 0 else 1.0
    return Interval(low, high, _CONFIDENCE)
