import numpy as np
import pytest

from core.clustering.trust.audit_interval import coherence_of, share_of_cluster


def test_one_cluster_is_clopper_and_pearson_s():
    found = share_of_cluster(10, 1, 500)
    assert found.share == 0.9
    assert (found.interval.low, found.interval.high) == pytest.approx((0.55498, 0.99747), abs=1e-4)


def test_all_judged_is_known():
    assert share_of_cluster(10, 1, 10).interval.width == 0


def test_the_estimate_weighs_by_size():
    found = coherence_of({0: share_of_cluster(10, 0, 900), 1: share_of_cluster(10, 10, 100)}, 2)
    assert found.share == pytest.approx(0.9)
    assert found.judged == 20


def test_nothing_odd_leaves_a_lower_bound_of_unequal_weights():
    even = coherence_of({c: share_of_cluster(10, 0, 100) for c in range(10)}, 10)
    assert even.interval.high == 1
    assert even.interval.low == pytest.approx(0.9638, abs=1e-3)  # Clopper and Pearson, 100 of 100
    uneven = coherence_of({c: share_of_cluster(10, 0, 10_000 if c == 0 else 20) for c in range(10)}, 10)
    assert uneven.interval.low < even.interval.low


@pytest.mark.parametrize("walked", [6, 20])
def test_the_interval_covers_the_truth(walked):
    rng = np.random.default_rng(5)
    sizes = rng.integers(40, 300, 20)
    wrong = rng.binomial(sizes, rng.beta(2, 12, 20))
    truth = 1 - wrong.sum() / sizes.sum()
    covered = 0
    for _ in range(300):
        chosen = rng.choice(20, walked, replace=False)
        shares = {
            int(c): share_of_cluster(
                10, int(rng.hypergeometric(wrong[c], sizes[c] - wrong[c], 10)), int(sizes[c])
            )
            for c in chosen
        }
        covered += truth in coherence_of(shares, 20).interval
    assert covered >= 0.93 * 300
