from dataclasses import replace

import numpy as np
import pytest

from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE, UNSURE
from core.dedup.thresholds.costs import cheapest, costs
from core.dedup.thresholds.threshold_effects import change, curve, effect, histogram, label_counts
from core.errors import DedupError
from tests.support.judged import in_order, judged, of_probabilities

FOUR = judged([(1, 2, 0.9), (3, 4, 0.6), (5, 6, 0.3), (7, 8, 0.1)])
SAID = judged(
    [(1, 2, 0.9), (3, 4, 0.6), (5, 6, 0.3), (7, 8, 0.1)],
    [(1, 2, DIFFERENT), (7, 8, DUPLICATE)],
    joined=[(1, 9)],
)


def test_what_a_threshold_makes_of_the_candidates():
    at = effect(FOUR, 0.5)
    assert (at.pairs, [one.ids for one in at.grouping.groups]) == (2, [(1, 2), (3, 4)])
    at = effect(SAID, 0.5)
    assert (at.pairs, [one.ids for one in at.grouping.groups]) == (3, [(1, 9), (3, 4), (7, 8)])


def test_pairs_that_change_sides():
    down = change(FOUR, 0.8, 0.2)
    assert (down.gained.tolist(), down.lost.tolist()) == ([1, 2], [])
    assert change(FOUR, 0.2, 0.8).lost.tolist() == [1, 2]
    assert change(SAID, 0.95, 0.05).gained.tolist() == [1, 2]  # what was judged stays where it is


def test_the_histogram_counts_every_pair_once():
    bins = histogram(replace(FOUR, verdict=np.array([0, DUPLICATE, DIFFERENT, UNSURE], np.int8)), 10)
    assert len(bins.edges) == 11
    assert (bins.unjudged.argmax(), bins.duplicates.argmax()) == (9, 6)
    assert (bins.different.argmax(), bins.unsure.argmax()) == (3, 1)
    whole = bins.unjudged + bins.duplicates + bins.different + bins.unsure
    assert whole.sum() == 4
    assert histogram(of_probabilities([1.0]), 10).unjudged[-1] == 1


def test_counts_of_labels():
    assert label_counts(SAID) == {"duplicate": 2, "different": 1, "unsure": 0, "unjudged": 2}


def test_costs_by_hand():
    at_half, at_nothing = costs(FOUR, np.array([0.5, 0.0]), 3)
    assert (at_half.false_alarms, at_half.missed) == pytest.approx((0.5, 0.4))
    assert at_half.cost == pytest.approx(0.5 + 3 * 0.4)
    assert (at_nothing.false_alarms, at_nothing.missed) == pytest.approx((2.1, 0))
    (judged_ones,) = costs(SAID, np.array([0.5]), 1)
    assert (judged_ones.false_alarms, judged_ones.missed) == pytest.approx((0.4, 0.3))


def test_the_cheapest_threshold_is_the_cheapest_of_all():
    pairs = of_probabilities(np.random.default_rng(0).random(500))
    for worth in (0.2, 1, 9):
        least = cheapest(pairs, worth)
        assert least.threshold == pytest.approx(1 / (1 + worth))
        assert least.cost <= min(one.cost for one in costs(pairs, np.linspace(0, 1, 101), worth)) + 1e-9
    with pytest.raises(DedupError):
        cheapest(pairs, 0)
    with pytest.raises(DedupError):
        costs(pairs, np.array([0.5]), -1)


def test_the_curve_is_the_truth_where_everything_is_judged():
    probability = np.array([0.995, 0.97, 0.97, 0.7, 0.4, 0.4, 0.05, 0.01, 0.01, 0.01])
    truth = np.array([1, 1, 0, 1, 0, 1, 0, 0, 0, 0], bool)
    pairs = of_probabilities(probability)
    pairs = replace(pairs, verdict=in_order(truth, pairs.ticket, 10))
    found = curve(pairs)
    assert found.thresholds[0] == 0.99
    at = found.thresholds.tolist().index(0.65)
    assert (found.precision[at], found.recall[at]) == (0.75, 0.75)
    assert found.precision_low[at] == found.precision_high[at] == 0.75
    assert found.recall[-1] == 1
    assert found.labels == 10


def test_the_curve_has_bands_around_it_and_needs_ten_labels():
    rng = np.random.default_rng(1)
    probability = rng.beta(0.4, 0.4, 2000)
    truth = rng.random(2000) < probability
    pairs = of_probabilities(probability)
    found = curve(replace(pairs, verdict=in_order(truth, pairs.ticket, 200)))
    assert (found.precision_low <= found.precision).all()
    assert (found.precision <= found.precision_high).all()
    assert (found.recall_low <= found.recall).all()
    assert (np.diff(found.recall) >= 0).all()
    actual = np.array([truth[probability >= t].mean() for t in found.thresholds])
    assert np.mean((found.precision_low <= actual) & (actual <= found.precision_high)) > 0.7
    with pytest.raises(DedupError, match="there are 9"):
        curve(replace(pairs, verdict=in_order(truth, pairs.ticket, 9)))
    with pytest.raises(DedupError, match="none yet"):
        curve(pairs)
