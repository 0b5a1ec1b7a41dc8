import numpy as np
import pytest

from core.embedding.adapter import Adapter
from core.training.fitting.blend import SHARES, Guard, Trial, choose_alpha
from core.training.gates.gates import judge
from core.training.gates.tasks import Task, threshold_at_precision
from tests.training.support import circle

SWAP = Adapter("linear", {"residual": np.float32([[-1, 0], [0, 0]])}, 1.0, "base")
"""Drops the first axis: what is left is up or down."""


def task(queries, gallery, relevant, categories=None, metric="reciprocal rank"):
    return Task(
        metric,
        circle(*queries),
        circle(*gallery),
        np.array(relevant, bool),
        None,
        tuple(categories or ["x"] * len(queries)),
    )


def better(count=20):
    """The first axis misleads: the query at 10° belongs to 100°, and 350° is nearer."""
    return task([10] * count, [100, 350], [[True, False]] * count)


def worse(count=20, categories=None):
    """The other way round: the first axis is all that tells right from wrong."""
    return task([10] * count, [350, 100], [[True, False]] * count, categories)


def test_a_gain_is_a_gain():
    gate = judge("trained classes", "gain", [Trial(better(), SWAP)])
    assert gate.passed and (gate.before, gate.after) == (0.5, 1.0)
    assert gate.queries == 20 and gate.p_value < 0.05 and gate.interval.low > 0


def test_no_change_is_no_gain_and_no_loss():
    same = [Trial(better(), SWAP.with_alpha(0.0))]
    assert judge("trained classes", "gain", same).passed is False
    assert judge("words", "no loss", same).passed is True


def test_a_loss_is_a_loss():
    gate = judge("words", "no loss", [Trial(worse(), SWAP)])
    assert gate.passed is False and (gate.before, gate.after) == (1.0, 0.5)


def test_the_worst_class_counts_where_the_mean_gains():
    trials = [Trial(better(100), SWAP), Trial(worse(12, ["poor"] * 12), SWAP)]
    gate = judge("unseen classes", "no loss", trials)
    assert gate.after > gate.before and gate.passed is False and "poor" in gate.reason
    # Of three queries a loss cannot be told from chance.
    trials = [Trial(better(100), SWAP), Trial(worse(3, ["poor"] * 3), SWAP)]
    assert judge("unseen classes", "no loss", trials).passed is True


def test_what_cannot_be_measured_is_neither_passed_nor_failed():
    gate = judge("copies", "no loss", [], "No copies were made for that.")
    assert (
        gate.passed is None and gate.before is None and gate.reason.endswith("No copies were made for that.")
    )


def test_the_share_is_the_best_one_that_costs_unseen_classes_nothing():
    # For `worse` the right image leads while (1 − α)·0.94 > ... : only small shares keep it.
    chosen, figures = choose_alpha([Trial(better(), SWAP)], Guard([Trial(worse(), SWAP)]))
    harmless = [one.alpha for one in figures if one.unseen == 1.0]
    assert chosen in harmless and chosen < 1.0
    assert [one.alpha for one in figures] == list(SHARES)
    assert choose_alpha([Trial(better(), SWAP)], Guard([]))[0] in [
        one.alpha for one in figures if one.trained == 1.0
    ]


def test_another_guard_limits_the_share_too_and_what_it_allows_counts():
    trained, worse_trials = [Trial(better(), SWAP)], [Trial(worse(), SWAP)]
    free, _ = choose_alpha(trained, Guard([]))
    held, _ = choose_alpha(trained, Guard([]), [Guard(worse_trials)])
    assert held == choose_alpha(trained, Guard(worse_trials))[0] and held < free
    assert choose_alpha(trained, Guard([]), [Guard(worse_trials, allowed_loss=1.0)])[0] == free


def test_a_share_above_the_largest_that_is_allowed_is_measured_and_not_chosen():
    chosen, figures = choose_alpha([Trial(better(), SWAP)], Guard([]), most=0.3)
    assert chosen <= 0.3 and [one.alpha for one in figures] == list(SHARES)
    # Also where every share costs something.
    always = [Trial(worse(), SWAP)]
    assert choose_alpha(always, Guard(always, allowed_loss=-1.0), most=0.3)[0] <= 0.3


def test_the_threshold_at_a_precision_by_hand():
    right, wrong = np.float32([0.9, 0.8, 0.6, 0.4]), np.float32([0.7, 0.5])
    assert threshold_at_precision(right, wrong, 1.0) == pytest.approx(0.8)
    assert threshold_at_precision(right, wrong, 0.75) == pytest.approx(0.6)
    assert threshold_at_precision(right, wrong, 0.6) == pytest.approx(0.4)
    assert threshold_at_precision(np.float32([0.1]), np.float32([0.9]), 0.9) == float("inf")
    # Pairs that tie stand or fall together.
    assert threshold_at_precision(np.float32([0.9, 0.5]), np.float32([0.5]), 0.9) == pytest.approx(0.9)
