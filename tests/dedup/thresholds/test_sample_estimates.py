from dataclasses import replace

import numpy as np
import pytest

from core.dedup.labels.active_learning import draw
from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE, UNSURE
from core.dedup.thresholds.precision_guarantee import guarantee
from core.dedup.thresholds.sample_estimates import cells, recall_at
from tests.support.judged import in_order, of_probabilities

TICKETS = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])


def test_cells_by_hand():
    probability = np.array([0.95, 0.9, 0.9, 0.4, 0.1, 0.0])
    verdict = np.array([DUPLICATE, UNSURE, 0, DIFFERENT, 0, DUPLICATE], np.int8)
    laid = cells(of_probabilities(probability, TICKETS, verdict), np.array([0.9, 0.2, 0.0]))
    assert laid.pairs.tolist() == [3, 1, 2]
    assert laid.labels.tolist() == [2, 1, 0]  # the last one was judged before its turn
    assert laid.duplicates.tolist() == [1, 0, 0]
    assert laid.unsure.tolist() == [1, 0, 0]
    assert laid.predicted == pytest.approx([2.75 / 3, 0.4, 0.05])
    assert laid.totals(laid.duplicates) == pytest.approx([1.5, 0, 0.1])


def test_recall_by_hand():
    probability = np.array([0.95, 0.95, 0.4, 0.4, 0.4, 0.4])
    verdict = np.array([DUPLICATE, DUPLICATE, DUPLICATE, DIFFERENT, 0, 0], np.int8)
    found = recall_at(of_probabilities(probability, TICKETS, verdict), 0.9)
    assert found.value == pytest.approx(2 / (2 + 2))
    assert found.labels_below == 2
    assert found.interval.low < 0.5 < found.interval.high


def test_unsure_below_counts_as_missed():
    probability = np.array([0.95, 0.4])
    verdict = np.array([DUPLICATE, UNSURE], np.int8)
    assert recall_at(of_probabilities(probability, TICKETS[:2], verdict), 0.9).value == 0.5


def test_recall_is_unknown_until_something_below_is_judged_and_whole_where_nothing_is_below():
    probability = np.array([0.95, 0.4])
    verdict = np.array([DUPLICATE, 0], np.int8)
    assert recall_at(of_probabilities(probability, TICKETS[:2], verdict), 0.9) is None
    assert recall_at(of_probabilities(probability, TICKETS[:2], verdict), 0.3).value > 0.9


@pytest.mark.parametrize(
    "exponent", [1.0, 2.5], ids=["a score that is right", "a score that says too little"]
)
def test_the_interval_of_the_recall_covers_the_truth(exponent):
    rng, inside = np.random.default_rng(4), 0
    for _ in range(40):
        chance = np.concatenate([rng.beta(8, 0.3, 300), rng.beta(0.2, 12, 1200)])
        truth = rng.random(len(chance)) < chance
        pairs = of_probabilities(chance**exponent, rng.random(len(chance)))
        top = pairs.probability >= 0.8
        verdict = np.zeros(len(chance), np.int8)
        for stratum, count in ((top, 60), (~top, 90)):
            places = np.flatnonzero(stratum)
            verdict[places] = in_order(truth[places], pairs.ticket[places], count)
        found = recall_at(replace(pairs, verdict=verdict), 0.8)
        inside += truth[top].sum() / truth.sum() in found.interval
    assert inside >= 34


def test_the_random_sample_leads_from_nothing_to_a_promise_with_a_recall():
    probability = np.concatenate(
        [np.linspace(0.97, 1, 300), np.linspace(0.3, 0.6, 60), np.linspace(0, 0.1, 900)]
    )
    truth = probability > 0.5
    pairs = of_probabilities(probability)
    seen = []
    for _ in range(160):
        place = draw(pairs, guarantee(pairs))
        assert pairs.verdict[place] == 0
        seen.append(place)
        verdict = pairs.verdict.copy()
        verdict[place] = DUPLICATE if truth[place] else DIFFERENT
        pairs = replace(pairs, verdict=verdict)
    found = guarantee(pairs)
    assert found.kept is not None
    assert truth[probability >= found.kept.threshold].mean() >= 0.95
    assert found.recall.labels_below > 20
    assert truth[probability >= found.kept.threshold].sum() / truth.sum() in found.recall.interval
