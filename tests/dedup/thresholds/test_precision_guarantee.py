from dataclasses import replace

import numpy as np
import pytest

from core.dedup.labels.active_learning import draw
from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE, UNSURE
from core.dedup.thresholds.precision_guarantee import THRESHOLDS, guarantee, in_turn, sequences
from core.errors import DedupError
from tests.support.judged import in_order, of_probabilities

BIMODAL = np.concatenate([np.linspace(0.981, 1, 400), np.linspace(0, 0.285, 1600)])


def labelled(probability, truth, count, seed=0):
    pairs = of_probabilities(probability, seed=seed)
    return of_probabilities(probability, pairs.ticket, in_order(truth, pairs.ticket, count))


def test_enough_labels_make_a_promise_in_the_words_agreed():
    found = guarantee(labelled(BIMODAL, BIMODAL > 0.5, 1000))
    assert found.kept.threshold == 0.98
    assert found.kept.pairs == 400
    assert found.labels == 1000
    assert found.sentence.startswith(
        "At 0.98 this finds 100 % of duplicates with precision ≥ 0.95, with 95 %"
    )
    assert found.sentence.endswith("confidence, from 1,000 labels.")
    assert "between" in found.remark


def test_without_labels_it_says_how_many_are_missing():
    found = guarantee(of_probabilities(BIMODAL))
    assert found.kept is None
    assert found.sentence == "Not enough labels yet: about 75 more."
    assert found.recall is None


def test_what_it_asks_for_suffices_where_nothing_is_wrong():
    truth = BIMODAL > 0.5
    pairs = of_probabilities(BIMODAL)
    verdict = pairs.verdict.copy()
    for _ in range(75):
        place = draw(pairs, guarantee(pairs))
        verdict[place] = DUPLICATE if truth[place] else DIFFERENT
        pairs = of_probabilities(BIMODAL, pairs.ticket, verdict)
    assert guarantee(pairs).kept.duplicates == guarantee(pairs).kept.labels <= 75


def test_a_few_pairs_are_certified_by_judging_them_all():
    probability = np.append(np.full(6, 0.97), np.full(5, 0.1))
    pairs = of_probabilities(probability)
    assert guarantee(pairs).sentence == "Not enough labels yet: about 6 more."
    verdict = np.append(np.full(6, DUPLICATE), np.zeros(5)).astype(np.int8)
    found = guarantee(of_probabilities(probability, pairs.ticket, verdict))
    assert found.kept.pairs == 6
    assert "How many it misses is not known" in found.remark


def test_what_cannot_be_promised_is_said():
    truth = np.random.default_rng(9).random(len(BIMODAL)) < 0.5
    found = guarantee(labelled(BIMODAL, truth, 1000))
    assert found.kept is None
    assert "cannot be promised" in found.sentence
    assert guarantee(of_probabilities([])).sentence.startswith("There are no candidate pairs")


def test_what_went_to_the_bin_still_counts_and_what_was_carried_over_does_not():
    rng = np.random.default_rng(0)
    probability, ticket = np.full(400, 0.97), rng.random(400)
    pairs = of_probabilities(probability, ticket, in_order(np.ones(400, bool), ticket, 90))
    before = guarantee(pairs)
    assert before.kept is not None
    binned = replace(pairs, unseen=rng.random(400) < 0.9)
    after = guarantee(binned)
    assert (after.kept, after.sentence) == (before.kept, before.sentence)
    assert after.unseen == np.count_nonzero(binned.unseen)
    assert after.remark.startswith(f"This counts all 400 pairs found so far, {after.unseen} of them")
    verdict = pairs.verdict.copy()
    verdict[pairs.verdict == 0] = DIFFERENT
    carried = replace(pairs, verdict=verdict, carried=pairs.verdict == 0)
    assert guarantee(carried).kept == before.kept
    assert draw(carried, before) == draw(pairs, before)


def test_unsure_counts_against_the_promise():
    pairs = labelled(BIMODAL, BIMODAL > 0.5, 1000)
    doubted = np.where((pairs.verdict == DUPLICATE) & (np.arange(2000) % 10 == 0), UNSURE, pairs.verdict)
    assert guarantee(of_probabilities(BIMODAL, pairs.ticket, doubted.astype(np.int8))).kept is None


def test_only_labels_in_the_random_order_count():
    pairs = of_probabilities(BIMODAL)
    verdict = np.where(BIMODAL > 0.5, DUPLICATE, 0).astype(np.int8)
    for threshold in THRESHOLDS:  # nearly all are judged, but those whose turn was first are not
        verdict[np.argmin(np.where(threshold <= BIMODAL, pairs.ticket, 2))] = 0
    assert np.count_nonzero(verdict) > 390
    found = guarantee(of_probabilities(BIMODAL, pairs.ticket, verdict))
    assert found.kept is None
    assert found.next.labels == 0


def test_the_sample_ends_where_the_first_is_not_judged():
    assert in_turn(np.array([1, 2, 3, 1], np.int8)).tolist() == [True, False, False, True]
    assert in_turn(np.array([1, 0, 1], np.int8)).tolist() == [True]
    assert in_turn(np.empty(0, np.int8)).tolist() == []


def test_the_thresholds_tried_follow_from_the_scores_alone():
    ((down, most), (from_top, rest)) = sequences(BIMODAL, 0.95)
    assert most + rest == pytest.approx(1)
    assert (np.diff(down) < 0).all()
    assert (np.diff(from_top) < 0).all()
    assert from_top.min() > down.max()
    assert set(down) | set(from_top) <= set(THRESHOLDS)
    ((every, whole),) = sequences(np.full(10, 0.2), 0.95)
    assert (every.tolist(), whole) == ([0.2], 1.0)


@pytest.mark.parametrize(("precision", "confidence"), [(0, 0.95), (1.1, 0.95), (0.9, 1.0), (0.9, 0.0)])
def test_impossible_wishes_are_refused(precision, confidence):
    with pytest.raises(DedupError):
        guarantee(of_probabilities(BIMODAL), precision, confidence)


RNG = np.random.default_rng(11)
SCORES = np.sort(np.concatenate([RNG.beta(9, 0.6, 400), RNG.beta(0.5, 6, 800)]))[::-1]
CURVES = {
    "as the score says": SCORES,
    "the score says too much": SCORES**3,
    "just short of the promise everywhere": np.full(1200, 0.895),
    "right in the middle, wrong at the top": np.where(SCORES > 0.97, 0.6, 0.98),
    "a score that says nothing": np.full(1200, 0.3),
    "good down to a cliff": np.where(SCORES > 0.7, 0.99, 0.0),
}


@pytest.mark.parametrize("curve", CURVES)
def test_the_promise_is_broken_in_no_more_than_delta_of_500_repetitions(curve):
    """Precision 0.9 with δ = 0.1, looked at whenever somebody likes, for the candidates as they are.

    The random order is new each time. Labels come evenly from all candidates or from their upper part, and
    the promise is asked for after every so many: it counts as broken if it is wrong at any of these times.
    """
    rng = np.random.default_rng(5)
    broken = 0
    for repetition in range(500):
        truth = rng.random(len(SCORES)) < CURVES[curve]
        ticket = rng.random(len(SCORES))
        order = np.argsort(ticket)
        if repetition % 2:
            order = order[SCORES[order] >= 0.6]
        wrong = False
        for count in (90, 400):
            verdict = np.zeros(len(SCORES), np.int8)
            verdict[order[:count]] = np.where(truth[order[:count]], DUPLICATE, DIFFERENT)
            kept = guarantee(of_probabilities(SCORES, ticket, verdict), 0.9, 0.9).kept
            wrong |= kept is not None and truth[kept.threshold <= SCORES].mean() < 0.9
        broken += wrong
    assert broken / 500 <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 500)
