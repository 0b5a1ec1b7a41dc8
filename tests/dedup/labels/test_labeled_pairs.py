import hashlib

import numpy as np
import pytest

from core.collection.verdicts import Judgement
from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE, judged_pairs, tickets
from tests.support.judged import judged, scored
from tests.support.pictures import jpeg, write_folder


@pytest.fixture
def four(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 4))
    return shop


def test_pairs_beside_the_verdicts_on_them(four):
    four.judgements.judge(
        [
            Judgement(3, 1, "different", purpose="random"),
            Judgement(1, 2, "duplicate"),
            Judgement(2, 4, "duplicate"),
            Judgement(3, 4, "different"),
        ]
    )
    pairs = judged_pairs(four, [scored(2, 3, 0.5), scored(1, 3, 0.2), scored(1, 2, 0.9)])
    assert pairs.a.tolist() == [1, 1, 2]
    assert pairs.b.tolist() == [2, 3, 3]
    assert pairs.probability.tolist() == [0.9, 0.2, 0.5]
    assert pairs.verdict.tolist() == [DUPLICATE, DIFFERENT, 0]
    assert pairs.learnable.tolist() == [True, False, False]
    assert pairs.joined.tolist() == [[2, 4]]
    assert pairs.parted.tolist() == [[3, 4]]
    assert [one.b for one in pairs.scored] == [2, 3, 3]
    assert [pairs.place(3, 1), pairs.place(2, 4), pairs.place(9, 8)] == [1, None, None]


def test_pairs_with_a_picture_in_the_bin_stay_judged_and_are_out_of_sight(four):
    four.judgements.judge([Judgement(1, 2, "duplicate"), Judgement(1, 4, "duplicate")])
    both = [scored(1, 2, 0.9), scored(2, 3, 0.5)]
    before = judged_pairs(four, both)
    assert before.in_sight is before
    four.remove([1])
    pairs = judged_pairs(four, both)
    assert pairs.verdict.tolist() == [DUPLICATE, 0]
    assert pairs.ticket.tolist() == before.ticket.tolist()
    assert (pairs.unseen.tolist(), pairs.gone, pairs.joined.tolist()) == ([True, False], 1, [])
    assert (pairs.in_sight.a.tolist(), pairs.in_sight.b.tolist()) == ([2], [3])
    assert [(one.a, one.b) for one in pairs.in_sight.scored] == [(2, 3)]
    four.restore([1])
    again = judged_pairs(four, both)
    assert (len(again.in_sight), again.joined.tolist(), again.gone) == (2, [[1, 4]], 0)


def test_pairs_of_a_picture_that_is_deleted_are_left_out(four):
    four.judgements.judge([Judgement(1, 2, "duplicate")])
    four.remove([1])
    four.empty_bin()
    pairs = judged_pairs(four, [scored(1, 2, 0.9), scored(2, 3, 0.5)])
    assert (len(pairs), pairs.gone) == (1, 1)


def test_what_was_carried_over_decides_but_neither_certifies_nor_teaches(four):
    four.judgements.judge([Judgement(2, 3, "different", purpose="random"), Judgement(2, 4, "duplicate")])
    four.bin_copies([(1, [2])])
    pairs = judged_pairs(four, [scored(1, 3, 0.9), scored(1, 4, 0.2)])
    assert pairs.verdict.tolist() == [DIFFERENT, DUPLICATE]
    assert pairs.found(0.5).tolist() == [False, True]
    assert pairs.looked_at.tolist() == [0, 0]
    assert pairs.learnable.tolist() == [False, False]
    four.judgements.judge([Judgement(1, 3, "different")])
    pairs = judged_pairs(four, [scored(1, 3, 0.9), scored(1, 4, 0.2)])
    assert (pairs.looked_at.tolist(), pairs.learnable.tolist()) == ([DIFFERENT, 0], [True, False])


def test_a_picture_that_comes_back_under_another_id_keeps_verdict_and_turn(four):
    four.judgements.judge([Judgement(1, 2, "different")])
    before = judged_pairs(four, [scored(1, 2, 0.9)])
    four.remove([1])
    four.empty_bin()
    four.add_files([("again.jpg", jpeg(0))])
    after = judged_pairs(four, [scored(2, max(four.ids()), 0.9)])
    assert after.verdict.tolist() == [DIFFERENT]
    assert after.ticket.tolist() == before.ticket.tolist()


def test_verdicts_go_before_the_score():
    pairs = judged(
        [(1, 2, 0.9), (1, 3, 0.9), (1, 4, 0.1), (1, 5, 0.1)], [(1, 2, DIFFERENT), (1, 5, DUPLICATE)]
    )
    assert pairs.found(0.5).tolist() == [False, True, False, True]


def test_tickets_are_even_and_do_not_depend_on_the_order_of_the_two():
    names = [hashlib.sha256(bytes([i % 256, i // 256])).hexdigest() for i in range(4001)]
    drawn = tickets(names[:-1], names[1:], 7)
    assert (drawn == tickets(names[1:], names[:-1], 7)).all()
    assert not np.isclose(drawn, tickets(names[:-1], names[1:], 8)).any()
    assert len(np.unique(drawn)) == 4000
    counts = np.histogram(drawn, bins=20, range=(0, 1))[0]
    assert ((counts - 200) ** 2 / 200).sum() < 43.8  # χ² with 19 degrees of freedom, one in a thousand
