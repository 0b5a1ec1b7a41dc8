import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.collection.verdicts import Judgement
from core.dedup.groups.complete_linkage import Link, contradictions, group, links
from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE, judged_pairs
from tests.support.judged import judged


def members(pairs, threshold=0.5):
    return [one.ids for one in group(pairs, threshold).groups]


def test_a_triangle_is_a_group_and_its_weakest_link_is_shown():
    pairs = judged([(1, 2, 0.9), (1, 3, 0.7), (2, 3, 0.8)])
    (found,) = group(pairs, 0.5).groups
    assert found.ids == (1, 2, 3)
    assert found.weakest == Link(1, 3, 0.7, judged=False)
    assert [link.probability for link in links(pairs, found)] == [0.7, 0.8, 0.9]


def test_a_chain_is_not_a_group():
    grouping = group(judged([(1, 2, 0.9), (2, 3, 0.8), (3, 4, 0.7)]), 0.5)
    assert [one.ids for one in grouping.groups] == [(1, 2), (3, 4)]
    assert grouping.apart.tolist() == [[2, 3]]
    assert grouping.pictures == 4


def test_a_pair_below_the_threshold_keeps_its_groups_apart():
    pairs = judged([(1, 2, 0.9), (1, 3, 0.8), (2, 3, 0.4)])
    assert members(pairs) == [(1, 2)]
    assert members(pairs, 0.4) == [(1, 2, 3)]
    assert members(pairs, 0.95) == []


def test_a_verdict_goes_before_any_score():
    rows = [(1, 2, 0.99), (3, 4, 0.01)]
    assert members(judged(rows, [(1, 2, DIFFERENT), (3, 4, DUPLICATE)])) == [(3, 4)]


def test_verdicts_join_what_nothing_proposed_and_others_come_only_if_alike_to_all():
    pairs = judged([(1, 2, 0.9), (2, 3, 0.2)], joined=[(1, 3)])
    (found,) = group(pairs, 0.5).groups
    assert found.ids == (1, 3)
    assert found.weakest == Link(1, 3, None, judged=True)


def test_duplicates_of_a_duplicate_belong_together():
    pairs = judged([(1, 2, 0.1), (2, 3, 0.2)], [(1, 2, DUPLICATE), (2, 3, DUPLICATE)])
    (found,) = group(pairs, 0.5).groups
    assert found.ids == (1, 2, 3)
    assert found.weakest.judged
    assert [link.judged for link in links(pairs, found)] == [True, False, True]


def test_where_verdicts_contradict_each_other_different_holds():
    pairs = judged([(1, 2, 0.9), (2, 3, 0.9), (1, 3, 0.9)], [(1, 2, 1), (2, 3, 1), (1, 3, DIFFERENT)])
    assert members(pairs) == [(1, 2)]
    assert contradictions(pairs) == ((1, 3),)
    assert contradictions(judged([(1, 2, 0.9)], [(1, 2, DIFFERENT)])) == ()


def test_what_was_judged_different_without_being_proposed_is_kept_apart_too():
    pairs = judged([], joined=[(1, 2), (2, 3)], parted=[(1, 3)])
    assert members(pairs) == [(1, 2)]
    assert contradictions(pairs) == ((1, 3),)


def test_nothing_is_no_group():
    grouping = group(judged([]), 0.5)
    assert grouping.groups == ()
    assert grouping.apart.shape == (0, 2)


some_pairs = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] < p[1]),
    st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.sampled_from([0, 0, 0, 1, 2, 3])),
    max_size=45,
)


@given(some_pairs, st.sampled_from([0.2, 0.5, 0.8]), st.randoms())
def test_groups_hold_what_they_promise(found, threshold, random):
    rows = [(a, b, p) for (a, b), (p, _) in found.items()]
    verdicts = [(a, b, code) for (a, b), (_, code) in found.items()]
    pairs = judged(rows, verdicts)
    grouping = group(pairs, threshold)
    seen = [i for one in grouping.groups for i in one.ids]
    assert len(seen) == len(set(seen))
    for one in grouping.groups:
        tied = {i: {i} for i in one.ids}  # what verdicts alone make one picture
        for a, b in combinations(one.ids, 2):
            if found.get((a, b), (0, 0))[1] == DUPLICATE:
                joint = tied[a] | tied[b]
                for i in joint:
                    tied[i] = joint
        worst = 2.0
        for a, b in combinations(one.ids, 2):
            probability, code = found.get((a, b), (0.0, 0))
            assert code != DIFFERENT
            assert b in tied[a] or probability >= threshold
            if code == DUPLICATE:
                continue
            if probability >= threshold:
                worst = min(worst, probability)
        if worst < 2:
            assert one.weakest.probability == worst
    # Every pair found is inside a group or said to be apart.
    together = {pair for one in grouping.groups for pair in combinations(one.ids, 2)}
    apart = {tuple(pair) for pair in grouping.apart.tolist()}
    places = np.flatnonzero(pairs.found(threshold))
    assert {(int(pairs.a[i]), int(pairs.b[i])) for i in places} == apart | (together & {
        (int(pairs.a[i]), int(pairs.b[i])) for i in places
    })  # fmt: skip
    # The order of the input says nothing.
    order = list(range(len(pairs)))
    random.shuffle(order)
    shuffled = replace(
        pairs, **{name: getattr(pairs, name)[order] for name in ("a", "b", "probability", "verdict")}
    )
    mixed = group(shuffled, threshold)
    assert [one.ids for one in mixed.groups] == [one.ids for one in grouping.groups]
    assert mixed.apart.tolist() == grouping.apart.tolist()


def test_it_is_complete_linkage_as_scipy_computes_it():
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    n, rng = 40, np.random.default_rng(3)
    similarity = np.triu(rng.random((n, n)), 1)
    rows = [(i, j, similarity[i, j]) for i, j in combinations(range(n), 2)]
    distance = 1 - (similarity + similarity.T)
    np.fill_diagonal(distance, 0)
    flat = fcluster(linkage(squareform(distance), "complete"), 0.4, "distance")
    expected = {tuple(np.flatnonzero(flat == k).tolist()) for k in set(flat)}
    assert set(members(judged(rows), 0.6)) == {ids for ids in expected if len(ids) > 1}


def test_any_number_of_pictures_of_equal_pixels_is_one_group(shop):
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8))

    def written(comment):
        out = io.BytesIO()
        picture.save(out, "JPEG", comment=comment)
        return out.getvalue()

    shop.add_files([(f"{number}.jpg", written(str(number).encode())) for number in range(60)])
    nothing_compared = judged_pairs(shop, [])
    assert [len(one.ids) for one in group(nothing_compared, 0.9).groups] == [60]
    later = shop.ids()[7]
    shop.judgements.judge([Judgement(later, shop.ids()[0], "different")])
    (left,) = group(judged_pairs(shop, []), 0.9).groups
    assert len(left.ids) == 59
    assert later not in left.ids


def with_copies(rows, copies, **said):
    return replace(judged(rows, **said), copies=np.array(copies, np.int64).reshape(-1, 2))


def test_pictures_of_equal_pixels_count_as_one_when_others_join():
    rows = [(1, 9, 0.9), (2, 9, 0.3), (4, 5, 0.8)]  # 1, 2 and 3 are equal, and so are 5 and 6
    (first, second) = group(with_copies(rows, [(2, 1), (3, 1), (6, 5)]), 0.5).groups
    assert (first.ids, first.weakest) == ((1, 2, 3, 9), Link(1, 9, 0.9, judged=False))
    assert (second.ids, second.weakest) == ((4, 5, 6), Link(4, 5, 0.8, judged=False))


def test_of_equal_pixels_the_one_judged_different_leaves_alone():
    rows = [(a, b, 0.99) for a, b in combinations(range(1, 5), 2)]
    copies = [(2, 1), (3, 1), (4, 1)]
    for verdicts in [(2, 3, DIFFERENT)], [(1, 3, DIFFERENT)]:
        grouping = group(with_copies(rows, copies, verdicts=verdicts), 0.5)
        assert [one.ids for one in grouping.groups] == [(1, 2, 4)]
        assert all(3 in pair for pair in grouping.apart.tolist())
    # Another picture that one of them was judged different from stays outside; the class stays whole.
    rows += [(i, 9, 0.9) for i in range(1, 5)]
    assert members(with_copies(rows, copies, verdicts=[(3, 9, DIFFERENT)])) == [(1, 2, 3, 4)]
    assert members(with_copies([], copies, joined=[(3, 9)])) == [(1, 2, 3, 4, 9)]


def crowd(count, first=10):
    """Pairs of many copies as a scan proposes them: each with the first few, and with the one before it."""
    rows = [(a, b, 0.97) for b in range(count) for a in range(min(b, first))]
    return rows + [(b - 1, b, 0.99) for b in range(first + 1, count)]


@pytest.mark.parametrize("count", [60, 300, 1000])
def test_many_near_copies_are_one_group_though_few_pairs_were_compared(count):
    strangers = [(2000, 2001, 0.9), (2001, 2002, 0.9), (3, 2000, 0.9), (count - 1, 2003, 0.9)]
    (found, pair) = group(judged(crowd(count) + strangers), 0.5).groups
    assert found.ids == tuple(range(count))
    assert found.weakest.probability == 0.97
    assert pair.ids == (2000, 2001)
    later = crowd(count) + [(a, b, 0.96) for b in range(count, count + 20) for a in range(10)]
    assert members(judged(later)) == [tuple(range(count + 20))]
    assert members(judged(later), 0.99) != [tuple(range(count + 20))]


def test_a_verdict_parts_one_of_many_near_copies_and_brings_another_in():
    rows = crowd(300)
    assert members(judged(rows, [(4, 200, DIFFERENT)])) == [tuple(i for i in range(300) if i != 200)]
    assert members(judged(rows, parted=[(150, 250)])) == [tuple(i for i in range(300) if i != 250)]
    joined, other = [(77, 400)], tuple(range(300))
    assert members(judged(rows, joined=joined)) == [(*other, 400)]
    assert members(judged(rows, joined=joined, parted=[(99, 400)])) == [other]
    unlike = [(i, 350, 0.1) for i in range(4, 10)] + [(i, 350, 0.9) for i in range(4)]
    assert members(judged(rows + unlike)) == [other]


def test_many_small_steps_are_not_one_group_however_many_pictures_are_near_each():
    rows = [(a, b, 0.9) for b in range(200) for a in range(max(0, b - 20), b)]
    largest = members(judged(rows))[0]
    assert largest[-1] - largest[0] <= 40
