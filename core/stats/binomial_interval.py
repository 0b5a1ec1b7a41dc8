"""Confidence interval of a proportion."""

from scipy.special import betaincinv

from .interval import Interval, check_confidence


def clopper_pearson(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """Compute the exact confidence interval of a proportion, whose coverage is at least `confidence`.

    Its ends are the proportions under which `successes` or more, or as many or fewer, have a probability of
    (1 − confidence)/2: quantiles of Beta(x, n − x + 1) and Beta(x + 1, n − x). Clopper and Pearson, "The use
    of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 1934. Without trials
    the interval is ``[0, 1]``. `scipy.stats.binomtest` has the same ends to 13 digits and takes 10 ms for
    them, where the quantiles take 6 µs: a threshold slider asks for thousands.

    Raises:
        ValueError: the counts are not 0 ≤ successes ≤ trials, or `confidence` is not between 0 and 1.
    """
    check_confidence(confidence)
    if not 0 <= successes <= trials:
        raise ValueError(f"0 ≤ successes ≤ trials expected, got {successes} of {trials}")
    tail = (1 - confidence) / 2
    failures = trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return Interval(low, high, confidence)
