"""The alarm: do two sets of pictures come from one distribution? A permutation test of the MMD.

The maximum mean discrepancy compares all pairs within each set with all pairs across them by a kernel:
Gretton et al., "A Kernel Two-Sample Test", JMLR 2012. Its p-value comes from permutations: if there is no
difference, every way to part the pooled pictures is as likely as the one seen, so the p-value is exact for
any kernel that is made without knowledge of the parts.

Pictures that have labels are also compared by these, in the same test: their kernels are added, each scaled
to the same spread under permutations (as Biggs, Schrab and Gretton, "MMD-FUSE", NeurIPS 2023, do before they
combine kernels). See benchmarks/drift.py for what other kernels gave.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...collection.storage.vector_file import FloatArray
from ...jobs import Monitor
from ...stats.arrays import FloatArray as Floats
from ...stats.arrays import IntArray

LARGEST = 2000
"""Pictures of each side that are compared, drawn at random where there are more (a kernel of 64 MB)."""
GROUP_WEIGHT = 2.0
"""How much a kernel over labels counts against the one over the embeddings. Chosen on half of the clothing
photos, over 200 batches in which one class of ten grew from 10 to 30 % (100 pictures against 300): power at
p ≤ 0.05 without labels 0.64, at weights 0.5, 1, 2 and 4 0.84, 0.89, 0.93 and 0.93, of labels alone 0.94."""
_AT_A_TIME = 500
_ENOUGH = 25
"""Permutations beyond the observed value after which more of them would change no decision."""


@dataclass(frozen=True)
class MmdTest:
    """What a permutation test found.

    Attributes:
        statistic: the observed discrepancy, in standard deviations of its values under permutations.
        p_value: chance of a statistic at least as large without a difference, in ``(0, 1]``.
        smooth_p: the same with ties broken at random: exactly uniform in ``(0, 1)`` without a difference, as
            `core.health.drift.looks` needs it.
        permutations: how many were drawn.
    """

    statistic: float
    p_value: float
    smooth_p: float
    permutations: int


def mmd_squared(kernel: FloatArray, members: FloatArray) -> Floats:
    """Unbiased squared MMD between the members and the others, for each row of `members`.

    Args:
        kernel: ``(N, N)``, symmetric; its diagonal does not count.
        members: ``(B, N)`` float32 of zeros and ones, with the same number of ones, from 2 to N − 2, in
            each row.

    Returns:
        ``(B,)`` float64; around 0 where there is no difference.
    """
    count = kernel.shape[0]
    diagonal = np.diagonal(kernel)
    first = int(members[0].sum())
    second = count - first
    product = members @ kernel
    within = np.einsum("bn,bn->b", product, members, dtype=np.float64) - members @ diagonal
    sums = kernel.sum(axis=1, dtype=np.float64) - diagonal
    across = members @ sums - within
    others = sums.sum() - within - 2 * across
    return np.asarray(
        within / (first * (first - 1)) + others / (second * (second - 1)) - 2 * across / (first * second)
    )


def drift_kernel(vectors: FloatArray, groups: Sequence[IntArray] = ()) -> FloatArray:
    """The kernel of the test, ``(N, N)`` float32: a sum of scaled kernels over the pooled pictures.

    - Gaussian over the embeddings, its bandwidth the median squared distance (Gretton et al., section 8);
    - for each of `groups`: whether two pictures are in one, weighed by the inverse of the group's size as
      in a chi-squared test of shares.

    Args:
        vectors: ``(N, dim)`` float32, both sides pooled.
        groups: such as labels, ``(N,)`` integers from 0 each.
    """
    total = _scaled(_gaussian(_squared_distances(vectors)))
    for group in groups:
        sizes = np.bincount(group)
        same = ((group[:, None] == group[None]) / sizes[group]).astype(np.float32)
        total += np.float32(GROUP_WEIGHT) * _scaled(same)
    return total


def permutation_test(
    kernel: FloatArray,
    first: int,
    *,
    permutations: int = 999,
    most: int = 0,
    seed: int = 0,
    monitor: Monitor | None = None,
) -> MmdTest:
    """Test whether the first `first` rows of the kernel differ from the others.

    The kernel is computed once; a permutation only chooses other rows. After `permutations` draws the test
    goes on up to `most` where few have reached the observed value, so that a small p-value is resolved
    (sequential Monte Carlo p-values: Besag and Clifford, Biometrika 1991); a large one is not worth the
    time.

    Raises:
        ValueError: fewer than 2 rows on a side.
        Cancelled: the monitor was asked to stop.
    """
    count = kernel.shape[0]
    if first < 2 or count - first < 2:
        raise ValueError(f"at least 2 rows on each side expected, got {first} and {count - first}")
    rng = np.random.default_rng(seed)
    observed = float(mmd_squared(kernel, _members(np.arange(count)[None], first))[0])
    limit, rank = max(permutations, most), rng.random()
    drawn: list[Floats] = []
    reached: list[IntArray] = []  # which draws were at least as large, ties broken at random
    done = ties = hits = 0
    while done < limit and (done < permutations or hits < _ENOUGH):
        if monitor is not None:
            monitor.check()
        size = min(_AT_A_TIME, (permutations if done < permutations else limit) - done)
        orders = rng.permuted(np.broadcast_to(np.arange(count, dtype=np.int32), (size, count)), axis=1)
        values = mmd_squared(kernel, _members(orders, first))
        # The split that was seen, met again, has to count as equal, whatever the order of summation.
        equal = np.abs(values - observed) <= 1e-5 * max(abs(observed), 1e-9)
        ties += int(equal.sum())
        above = np.where(equal, rng.random(size) > rank, values > observed)
        reached.append(done + 1 + np.flatnonzero(above))
        done, hits = done + size, hits + int(above.sum())
        drawn.append(values)
    spread = float(np.concatenate(drawn).std())
    highest = _highest(np.concatenate(reached), permutations, done)
    return MmdTest(
        statistic=observed / spread if spread > 0 else 0.0,
        p_value=min(1.0, highest[1] + ties / (done + 1)),
        smooth_p=float(rng.uniform(*highest)),
        permutations=done,
    )


def _highest(reached: IntArray, permutations: int, done: int) -> tuple[float, float]:
    """The step of the uniform distribution that the p-value is in, from the draws that reached what was seen.

    Where the draws went on, they count up to the one that was the last needed (Besag and Clifford).
    """
    if done > permutations and len(reached) >= _ENOUGH:
        last = int(reached[_ENOUGH - 1])
        return _ENOUGH / (last + 1), _ENOUGH / last
    return len(reached) / (done + 1), (len(reached) + 1) / (done + 1)


def _members(orders: IntArray, first: int) -> FloatArray:
    """Which rows are on the first side, ``(B, N)``: those that each order begins with."""
    members = np.zeros(orders.shape, np.float32)
    np.put_along_axis(members, orders[:, :first].astype(np.int64), 1.0, axis=1)
    return members


def _squared_distances(vectors: FloatArray) -> FloatArray:
    squares = np.einsum("ij,ij->i", vectors, vectors)
    distances = squares[:, None] + squares[None] - 2 * (vectors @ vectors.T)
    return np.asarray(np.maximum(distances, 0), np.float32)


def _gaussian(squared: FloatArray) -> FloatArray:
    """``exp(−d² / median d²)``; whether two are equal where more than half of all pairs are."""
    width = float(np.median(squared[np.triu_indices(len(squared), 1)]))
    if width <= 0:
        return np.asarray(squared <= 0, np.float32)
    np.divide(squared, np.float32(-width), out=squared)
    return np.exp(squared, out=squared)


def _scaled(kernel: FloatArray) -> FloatArray:
    """The kernel without the part that no split can change, scaled so that its values spread alike.

    Every row of the result sums to 0 beside the diagonal (U-centring: Székely and Rizzo, "Partial distance
    correlation", Annals of Statistics 2014). A kernel without any difference gives zeros.
    """
    count = len(kernel)
    np.fill_diagonal(kernel, 0)
    sums = kernel.sum(axis=1, dtype=np.float64)
    shift = sums / (count - 2) - sums.sum() / (2 * (count - 1) * (count - 2))
    centred = kernel - np.asarray(shift[:, None] + shift[None], np.float32)
    np.fill_diagonal(centred, 0)
    size = float(np.sqrt(np.mean(np.square(centred), dtype=np.float64)))
    if size <= 1e-5 * float(np.abs(kernel).max(initial=0)):  # rounding, and nothing else
        return np.zeros_like(kernel)
    return np.asarray(centred / np.float32(size), np.float32)
