import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dedup.candidates import nearest as module
from core.dedup.candidates.hash_buckets import Buckets
from core.dedup.candidates.nearest import joined, near_hashes, neighbours, shared_details
from core.dedup.types import Candidate
from core.jobs import Cancelled, Monitor
from core.local_features.orb import LocalFeatures, local_features
from tests.support.scenes import scene


def unit(seed, count, dim=16):
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def plainly(ids, vectors, new, k, floor):
    """Every pair that one of the new pictures sees among its k nearest, by comparing all."""
    found = set()
    cosines = vectors @ vectors.T
    for row in np.flatnonzero(np.isin(ids, new)):
        others = [i for i in np.argsort(-cosines[row], kind="stable") if i != row][:k]
        found |= {tuple(sorted((int(ids[row]), int(ids[i])))) for i in others if cosines[row, i] >= floor}
    return found


def pairs_of(array):
    return {tuple(row) for row in array.tolist()}


@given(st.integers(0, 40), st.integers(1, 6), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_neighbours_are_those_found_by_comparing_all(count, k, seed):
    vectors = unit(seed, count)
    ids = np.random.default_rng(seed).permutation(1000)[:count]
    new = ids[: count // 2 + 1]
    assert pairs_of(neighbours(ids, vectors, new, k, 0.1)) == plainly(ids, vectors, new, k, 0.1)


def test_a_graph_finds_nearly_all_of_them(monkeypatch):
    monkeypatch.setattr(module, "_EXACT", 0)
    vectors, ids = unit(0, 1500, 32), np.arange(1500)
    found, exact = pairs_of(neighbours(ids, vectors, ids, 5, 0.2)), plainly(ids, vectors, ids, 5, 0.2)
    assert len(found & exact) / len(exact) > 0.97
    assert len(found - exact) / len(exact) < 0.03


def test_only_new_pictures_are_looked_for():
    vectors = np.repeat(unit(0, 2), 3, axis=0)  # 0 1 2 are alike, 3 4 5 are
    assert pairs_of(neighbours(np.arange(6), vectors, np.array([2]))) == {(0, 2), (1, 2)}


@pytest.mark.parametrize("count", [0, 1])
def test_a_collection_of_one_or_none_has_no_pairs(count):
    ids = np.arange(count)
    assert neighbours(ids, unit(0, count), ids).shape == (0, 2)
    assert near_hashes(ids, np.zeros((count, 8), np.uint64), ids).shape == (0, 2)
    assert shared_details([*ids], [*ids], lambda _: {}).shape == (0, 2)


def hashes(seed, count):
    return np.random.default_rng(seed).integers(0, 2**63, (count, 8), np.uint64)


@given(st.integers(0, 6), st.integers(0, 7), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_hashes_that_differ_by_six_bits_or_less_are_always_found(bits, turn, seed):
    codes = hashes(seed, 30)
    flips = np.random.default_rng(seed).choice(64, bits, replace=False)
    codes[7, turn] = codes[20, 0] ^ np.uint64(sum(1 << int(flip) for flip in flips))
    ids = np.arange(100, 130)
    assert (107, 120) in pairs_of(near_hashes(ids, codes, np.array([107])))
    assert pairs_of(near_hashes(ids, codes, np.array([105]))) == set()


def test_a_picture_is_no_candidate_for_itself_and_few_equal_ones_are_all_proposed():
    codes = np.repeat(hashes(0, 1), 30, axis=0)
    found = pairs_of(near_hashes(np.arange(30), codes, np.arange(30)))
    assert found == {(a, b) for b in range(30) for a in range(b)}


@pytest.mark.parametrize("count", [60, 300, 1000])
def test_each_of_many_equal_ones_is_proposed_with_the_same_few(count):
    codes = np.repeat(hashes(0, 1), count, axis=0)
    codes[5::7, 0] ^= np.uint64(1 << 40)  # some a little different from the others
    ids = np.arange(count)
    found = pairs_of(near_hashes(ids, codes, ids))
    assert found >= {(a, b) for b in range(count) for a in range(min(b, 8))}
    assert len(found) <= 16 * count
    late = pairs_of(near_hashes(ids, codes, ids[-3:]))
    assert late >= {(a, b) for b in range(count - 3, count) for a in range(8)}


def details_of(images):
    return {number: local_features(image) for number, image in images.items()}


def test_pictures_that_share_most_details_are_found_cropped_mirrored_and_pasted(monkeypatch):
    monkeypatch.setattr(module, "DETAILS", 1)  # any two of these drawings share some corners
    images = {number: scene(number) for number in range(8)}
    page = scene(77, (800, 600))
    page.paste(images[1].resize((300, 225)), (200, 150))
    images |= {
        100: images[0].crop((60, 60, 260, 210)),
        101: page,
        102: images[2].transpose(0),
    }
    known = details_of(images)
    found = shared_details(list(images), [100, 101, 102], lambda ids: {i: known[i] for i in ids})
    assert pairs_of(found) == {(0, 100), (1, 101), (2, 102)}


def test_blocks_change_nothing(monkeypatch):
    images = {number: scene(number // 2).resize((400 - number, 300)) for number in range(10)}
    known = details_of(images)

    def found():
        return pairs_of(shared_details(list(images), list(images), lambda ids: {i: known[i] for i in ids}))

    whole = found()
    assert whole >= {(i, i + 1) for i in range(0, 10, 2)}
    monkeypatch.setattr(module, "_BLOCK", 3)
    assert found() >= {(i, i + 1) for i in range(0, 10, 2)}


def test_pictures_without_keypoints_share_nothing():
    none = np.empty((0, 32), np.uint8)
    empty = LocalFeatures(np.empty((0, 2), np.float32), none, none, 1, 1)
    assert shared_details([1, 2, 3], [1, 2, 3], lambda ids: dict.fromkeys(ids, empty)).shape == (0, 2)


def test_a_request_to_stop_is_heard():
    monitor = Monitor()
    monitor.cancel()
    ids = np.arange(9)
    with pytest.raises(Cancelled):
        neighbours(ids, unit(0, 9), ids, monitor=monitor)
    with pytest.raises(Cancelled):
        near_hashes(ids, hashes(0, 9), ids, monitor)
    with pytest.raises(Cancelled):
        shared_details([*ids], [*ids], lambda _: {}, monitor)


def test_every_pair_is_named_once_with_all_that_proposed_it():
    one, other = np.array([[1, 2], [3, 9]]), np.array([[1, 2]])
    assert joined([("hash", one), ("details", other)]) == [
        Candidate(1, 2, ("hash", "details")),
        Candidate(3, 9, ("hash",)),
    ]


def test_a_candidate_has_its_ids_in_order():
    with pytest.raises(ValueError, match="ascending"):
        Candidate(2, 2, ("hash",))


@given(
    st.lists(st.integers(0, 15), max_size=60), st.lists(st.integers(0, 15), max_size=60), st.integers(1, 9)
)
def test_buckets_join_equal_keys_and_leave_full_buckets_out(keys, asked, most):
    table = Buckets(np.array(keys, np.uint32), 4)
    found = [
        (int(i), int(j))
        for left, right in table.together(np.array(asked, np.uint32), most)
        for i, j in zip(left, right, strict=True)
    ]
    expected = [
        (i, j)
        for i, key in enumerate(asked)
        for j, other in enumerate(keys)
        if key == other and keys.count(key) <= most
    ]
    assert sorted(found) == expected
