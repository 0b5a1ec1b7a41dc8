import threading

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import IndexingError
from core.index.base import SearchParameters
from core.index.build import build
from core.index.spec import FLAT, Recipe
from tests.support.indexes import COUNT, DIM, EXHAUSTIVE, RECIPES, clustered, recall


@pytest.fixture(scope="module")
def built(ids, vectors):
    """Every form, not to be changed."""
    return {recipe.factory: build(recipe, ids, vectors) for recipe in RECIPES.values()}


def unit(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_points_on_a_circle_come_back_in_order_of_angle():
    index = build(Recipe("hnsw", "HNSW8"), np.array([10, 20, 30, 40]), unit(0, 30, 60, 90))
    found = index.search(unit(20), 3)
    assert found.ids.tolist() == [[20, 10, 30]]
    assert found.scores[0] == pytest.approx(np.cos(np.radians([10, 20, 40])), abs=1e-6)


def test_an_honest_short_list(built, recipe, ids, vectors):
    index = built[recipe.factory]
    found = index.search(vectors[:2], 4, allowed=ids[[5, 9]], parameters=EXHAUSTIVE)
    assert set(found.ids[0]) == {ids[5], ids[9], -1}
    assert np.isneginf(found.scores[:, 2:]).all()
    assert np.isfinite(found.scores[:, :2]).all()
    nothing = index.search(vectors[:2], 4, allowed=np.array([-3, 10**9]))
    assert (nothing.ids == -1).all()
    assert np.isneginf(nothing.scores).all()


def test_k_beyond_the_size():
    index = build(Recipe("hnsw", "HNSW8"), np.arange(5), clustered(5, 0))
    found = index.search(clustered(1, 1), 9)
    assert sorted(found.ids[0, :5]) == [0, 1, 2, 3, 4]
    assert found.ids[0, 5:].tolist() == [-1] * 4
    index.remove(np.arange(5))
    assert (index.search(clustered(1, 1), 2).ids == -1).all()


@pytest.mark.parametrize("share", [0.005, 0.05, 0.4])
def test_a_filter_costs_no_recall(built, recipe, share, ids, asked, exact):
    allowed = np.random.default_rng(3).choice(ids, int(share * COUNT), replace=False)
    effort = SearchParameters(ef_search=256, nprobe=8, refine=600)
    found = built[recipe.factory].search(asked, 10, allowed, effort)
    assert np.isin(found.ids, [*allowed, -1]).all()
    lossy = "SQ8" in recipe.factory and "RFlat" not in recipe.factory
    assert recall(found, exact.search(asked, 10, allowed)) >= (0.9 if lossy else 0.98)


def test_more_effort_finds_more(built, recipe, asked, exact):
    index, expected = built[recipe.factory], exact.search(asked, 10)
    least = SearchParameters(ef_search=1, nprobe=1, refine=1)
    low = recall(index.search(asked, 10, parameters=least), expected)
    high = recall(index.search(asked, 10, parameters=EXHAUSTIVE), expected)
    assert low < high


def test_parameters_of_one_query_do_not_reach_another(built, recipe, asked):
    index = built[recipe.factory]
    settings = [SearchParameters(ef_search=1, nprobe=1, refine=10), EXHAUSTIVE]
    alone = [index.search(asked[:1], 10, parameters=one).ids for one in settings]
    wrong = []

    def ask(which):
        for _ in range(60):
            if (index.search(asked[:1], 10, parameters=settings[which]).ids != alone[which]).any():
                wrong.append(which)

    threads = [threading.Thread(target=ask, args=(number % 2,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_batch_is_as_good_as_one_by_one(built, recipe, asked):
    index = built[recipe.factory]
    together = index.search(asked, 10, parameters=EXHAUSTIVE)
    alone = [index.search(one[None], 10, parameters=EXHAUSTIVE).scores[0] for one in asked]
    np.testing.assert_allclose(together.scores, alone, atol=1e-5)


def test_the_same_as_faiss_alone_with_the_same_parameters(ids, vectors, asked):
    index = build(RECIPES["graph"], ids, vectors)
    bare = index.structure.search(asked, 10, params=faiss.SearchParametersHNSW(efSearch=40))
    found = index.search(asked, 10, parameters=SearchParameters(ef_search=40))
    assert (found.ids == ids[bare[1]]).all()
    assert (found.scores == bare[0]).all()


@pytest.mark.parametrize("k", [0, -1])
def test_a_k_that_is_not_positive_is_refused(built, recipe, k, asked):
    with pytest.raises(IndexingError, match="k ≥ 1"):
        built[recipe.factory].search(asked, k)


@pytest.mark.parametrize(
    "query", [np.zeros((1, DIM)), np.full((1, DIM), np.nan), np.ones((1, DIM + 1)), np.ones(DIM)]
)
def test_a_question_without_an_answer_is_refused(built, query):
    with pytest.raises(IndexingError):
        built["HNSW16"].search(query.astype(np.float32), 3)


def test_ids_that_are_there_already_are_refused_and_nothing_is_added(ids, vectors):
    index = build(RECIPES["graph"], ids[:100], vectors[:100])
    with pytest.raises(IndexingError, match=f"The id {ids[4]} is in the index already"):
        index.add(np.array([1, ids[4]]), vectors[200:202])
    assert index.size == 100
    index.remove(ids[4:5])
    index.add(ids[4:5], vectors[200:201])
    assert index.search(vectors[200:201], 1).ids.tolist() == [[ids[4]]]


def test_memory_is_what_the_parts_take(built):
    links = COUNT * 32 * 4
    assert built["HNSW16"].memory_bytes == pytest.approx(COUNT * 4 * DIM + links, rel=0.35)
    compressed, whole = built["HNSW16_SQ8"].memory_bytes, built["HNSW16"].memory_bytes
    assert whole - compressed == COUNT * 3 * DIM
    assert built["IVF16,Flat"].memory_bytes == pytest.approx(COUNT * (4 * DIM + 16 + 12 + 20), rel=0.1)


@pytest.mark.parametrize("name", list(RECIPES))
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), removed=st.floats(0.0, 0.9), added=st.integers(0, 50))
def test_what_was_removed_never_comes_back_and_what_was_added_is_found(name, seed, removed, added):
    rng = np.random.default_rng(seed)
    ids = rng.choice(5000, 700, replace=False).astype(np.int64)
    vectors = clustered(700, seed)
    index, exact = build(RECIPES[name], ids, vectors), build(FLAT, ids, vectors)
    gone = rng.choice(ids, int(removed * 700), replace=False)
    late, late_vectors = np.arange(6000, 6000 + added), clustered(added, seed + 1)
    for one in (index, exact):
        one.remove(gone)
        one.remove(np.array([-5, 99_999]))
        one.add(late, late_vectors)
    assert index.size == exact.size == 700 - len(gone) + added
    assert set(index.ids) == (set(ids) - set(gone)) | set(late)
    queries = clustered(5, seed + 2)
    found, expected = index.search(queries, 20, parameters=EXHAUSTIVE), exact.search(queries, 20)
    assert not np.isin(found.ids, gone).any()
    assert (np.isfinite(found.scores) == (found.ids >= 0)).all()
    assert ((found.ids >= 0) == (expected.ids >= 0)).all()
    np.testing.assert_allclose(found.scores, expected.scores, atol=0.06)


def test_equal_vectors_are_stored_once_and_found_under_all_their_ids():
    index = build(Recipe("hnsw", "HNSW8"), np.array([40, 10, 30, 20]), unit(30, 0, 30, 60))
    index.add(np.array([50, 15, 35]), unit(0, 90, 30))
    assert (index.size, index.structure.ntotal) == (7, 4)
    assert index.ids.tolist() == [10, 15, 20, 30, 35, 40, 50]
    found = index.search(unit(20, 85), 5)
    assert found.ids.tolist() == [[30, 35, 40, 10, 50], [15, 20, 30, 35, 40]]
    assert found.scores[0] == pytest.approx(np.cos(np.radians([10, 10, 10, 20, 20])), abs=1e-6)
    few = index.search(unit(20), 4, allowed=np.array([35, 50, 999]))
    assert few.ids.tolist() == [[35, 50, -1, -1]]
    index.remove(np.array([30, 10]))
    assert index.search(unit(20), 3).ids.tolist() == [[35, 40, 50]]
    index.remove(np.array([35, 40]))
    assert index.search(unit(20), 3).ids.tolist() == [[50, 20, 15]]
    index.add(np.array([5]), unit(30))
    assert (index.size, index.structure.ntotal) == (4, 4)
    assert index.search(unit(20), 2).ids.tolist() == [[5, 50]]


def test_a_graph_loses_nothing_among_hundreds_of_copies_of_one_vector():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(501, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    gallery = vectors[np.append(np.arange(500), np.full(300, 500))]
    asked = vectors[400:] + 0.1 * vectors[:101]
    index = build(RECIPES["graph"], np.arange(800), gallery)
    found = index.search(asked, 10, parameters=EXHAUSTIVE)
    exact = -np.sort(-asked @ gallery.T, axis=1)[:, :10]
    assert (np.diff(np.sort(found.ids), axis=1) > 0).all()
    np.testing.assert_allclose(found.scores, exact, atol=1e-5)


@pytest.mark.parametrize("name", ["graph", "lists", "projected codes"])
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    different=st.integers(60, 120),
    steps=st.lists(st.sampled_from(["add", "remove", "filter"]), max_size=6),
)
def test_the_same_as_comparing_with_each_vector_where_many_are_equal(name, seed, different, steps):
    rng = np.random.default_rng(seed)
    pool = clustered(different, seed)
    which = dict(enumerate((rng.integers(0, different, 300) ** 2 // different).tolist()))
    index = build(RECIPES[name], np.array(list(which)), pool[list(which.values())])
    asked, allowed = clustered(3, seed + 1), None
    for step in ["search", *steps]:
        if step == "add":
            late = rng.choice(np.setdiff1d(np.arange(600), list(which)), 40, replace=False)
            which |= {int(i): int(rng.integers(different)) for i in late}
            index.add(late, pool[[which[int(i)] for i in late]])
        if step == "remove":
            gone = rng.choice(list(which), len(which) // 2, replace=False)
            index.remove(gone)
            which = {i: at for i, at in which.items() if i not in gone}
        if step == "filter":
            allowed = rng.choice(600, int(rng.integers(1, 200)), replace=False)
        assert set(index.ids) == set(which)
        there = [i for i in which if allowed is None or i in allowed]
        score_of = np.full((3, 601), -np.inf)
        score_of[:, there] = asked @ pool[[which[i] for i in there]].T
        for k in (1, 7, 50, 400):
            found = index.search(asked, k, allowed, EXHAUSTIVE)
            expected = np.pad(-np.sort(-score_of, axis=1), [(0, 0), (0, 400)], constant_values=-np.inf)
            np.testing.assert_allclose(found.scores, expected[:, :k], atol=1e-5)
            np.testing.assert_allclose(np.take_along_axis(score_of, found.ids, 1), found.scores, atol=1e-5)
            assert all(len(set(ids[ids >= 0])) == min(k, len(there)) for ids in found.ids)
