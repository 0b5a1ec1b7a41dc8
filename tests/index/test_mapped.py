import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.index import mapped
from core.index.flat import FlatIndex
from core.index.mapped import MappedIndex


def unit(rng, count, dim=8):
    vectors = rng.standard_normal((count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 60),
    k=st.integers(1, 12),
    seed=st.integers(0, 9999),
    removed=st.sets(st.integers(0, 59), max_size=20),
    allow=st.none() | st.sets(st.integers(0, 70), max_size=40),
)
def test_it_answers_as_the_flat_index_does(count, k, seed, removed, allow):
    rng = np.random.default_rng(seed)
    vectors, queries = unit(rng, count), unit(rng, 3)
    ids = rng.permutation(60)[:count].astype(np.int64)
    allowed = None if allow is None else np.array(sorted(allow), np.int64)
    answers = []
    for index in (FlatIndex(8), MappedIndex(8)):
        index.add(ids[: count // 2], vectors[: count // 2])
        index.add(ids[count // 2 :], vectors[count // 2 :])
        index.remove(np.array(sorted(removed), np.int64))
        assert sorted(index.ids) == sorted(set(ids) - removed)
        assert index.size == len(index.ids)
        answers.append(index.search(queries, k, allowed))
    flat, ours = answers
    assert np.array_equal(flat.ids, ours.ids)
    assert ours.scores == pytest.approx(flat.scores, abs=1e-5)


def test_blocks_are_joined(monkeypatch):
    monkeypatch.setattr(mapped, "_BLOCK", 7)
    rng = np.random.default_rng(0)
    vectors, queries = unit(rng, 50), unit(rng, 4)
    ours, flat = MappedIndex(8), FlatIndex(8)
    for index in (ours, flat):
        index.add(np.arange(50), vectors)
    assert np.array_equal(ours.search(queries, 20).ids, flat.search(queries, 20).ids)


def test_vectors_stay_in_their_file(tmp_path):
    np.save(tmp_path / "v.npy", unit(np.random.default_rng(0), 5000, 64))
    vectors = np.load(tmp_path / "v.npy", mmap_mode="r")
    index = MappedIndex(64)
    index.add(np.arange(5000), vectors)
    assert index._chunks[0][1] is vectors
    assert index.search(np.asarray(vectors[7:8]), 1).ids[0, 0] == 7


def test_what_does_not_fit_is_refused():
    index = MappedIndex(8)
    assert index.search(np.zeros((1, 8), np.float32), 2).ids.tolist() == [[-1, -1]]
    with pytest.raises(ValueError, match="length 8"):
        index.add(np.arange(2), np.zeros((2, 7), np.float32))
    with pytest.raises(ValueError, match="k ≥ 1"):
        index.search(np.zeros((1, 8), np.float32), 0)
