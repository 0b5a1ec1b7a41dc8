from dataclasses import replace

import numpy as np

from core.dedup.labels.active_learning import choose, draw
from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE
from core.dedup.thresholds.precision_guarantee import guarantee
from tests.support.judged import judged, of_probabilities


def test_the_most_uncertain_comes_first_and_what_was_judged_does_not_come_again():
    pairs = of_probabilities([0.99, 0.5, 0.02, 0.45])
    assert choose(pairs).ask.tolist() == [1]
    learned = replace(
        pairs, verdict=np.array([0, 1, 0, 0], np.int8), learnable=np.array([False, True, False, False])
    )
    assert 1 not in choose(learned, 4).ask


def test_pairs_of_one_batch_are_spread():
    pairs = of_probabilities([0.5, 0.501, 0.502, 0.3])
    first, second = choose(pairs, 2).ask.tolist()
    assert {first, second} & {3}


def test_no_picture_comes_twice_in_a_batch():
    pairs = judged([(1, 2, 0.5), (1, 3, 0.5), (2, 3, 0.5), (4, 5, 0.4)])
    chosen = choose(pairs, 4).ask
    shown = [*pairs.a[chosen], *pairs.b[chosen]]
    assert len(shown) == len(set(shown)) == 4


def test_what_is_chosen_does_not_depend_on_the_random_sample():
    rng = np.random.default_rng(2)
    pairs = of_probabilities(rng.random(200))
    verdict = np.where(rng.random(200) < 0.4, rng.integers(1, 3, 200), 0).astype(np.int8)
    before, after = choose(pairs, 200), choose(replace(pairs, verdict=verdict), 200)
    assert len(before.known) == 0
    assert set(after.known) == set(np.flatnonzero(verdict))
    assert [i for i in before.ask if verdict[i] == 0] == after.ask.tolist()


def test_nothing_is_chosen_of_nothing():
    assert choose(of_probabilities([])).ask.tolist() == []
    assert draw(of_probabilities([]), guarantee(of_probabilities([]))) is None


def test_the_random_sample_goes_in_its_order_and_ends_when_all_are_judged():
    pairs = of_probabilities(np.full(30, 0.97))
    turn = []
    while (place := draw(pairs, guarantee(pairs))) is not None:
        turn.append(place)
        verdict = pairs.verdict.copy()
        verdict[place] = DUPLICATE if place % 3 else DIFFERENT
        pairs = replace(pairs, verdict=verdict)
    assert turn == np.argsort(pairs.ticket).tolist()
