"""The test where nothing has changed: how often it would cry wolf on the pictures of this collection."""

import numpy as np

from ...collection.storage.vector_file import FloatArray
from ...jobs import Monitor
from ...stats.arrays import IntArray
from ...stats.binomial_interval import clopper_pearson
from .mmd import drift_kernel, permutation_test
from .types import Control

TESTS = 100
LARGEST = 800
"""Pictures that take part: the rate does not depend on how many, the time does."""
_PERMUTATIONS = 199
_FEWEST = 20


def no_drift_control(
    reference: FloatArray,
    groups: list[IntArray],
    batch: int,
    alpha: float,
    *,
    tests: int = TESTS,
    seed: int = 0,
    monitor: Monitor | None = None,
) -> Control | None:
    """Part the reference at random, `tests` times, and test each part against the rest of it.

    Args:
        reference: ``(n, dim)`` float32.
        groups: as for `drift_kernel`, each ``(n,)``.
        batch: pictures in the part, as many as the batch has, but no more than half of the reference.
        alpha: a test with a p-value of at most this counts as an alarm.
        tests: how many.
        seed: of the parts and of the permutations.
        monitor: may stop it.

    Returns:
        None where the reference has fewer than 20 pictures.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.permutation(len(reference))[:LARGEST])
    if len(chosen) < _FEWEST:
        return None
    kernel = drift_kernel(
        reference[chosen], [np.unique(one[chosen], return_inverse=True)[1] for one in groups]
    )
    part = max(2, min(batch, len(chosen) // 2))
    alarms = 0
    for number in range(tests):
        order = rng.permutation(len(chosen))
        mixed = kernel[np.ix_(order, order)]
        test = permutation_test(mixed, part, permutations=_PERMUTATIONS, seed=seed + number, monitor=monitor)
        alarms += test.p_value <= alpha
    interval = clopper_pearson(alarms, tests)
    return Control(tests, alarms, interval.low, interval.high)
