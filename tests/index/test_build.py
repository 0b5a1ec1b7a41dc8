import numpy as np
import pytest

from core.errors import IndexingError
from core.index.build import build
from core.index.spec import FLAT, Recipe
from core.jobs import Cancelled, Monitor
from tests.support.indexes import DIM, EXHAUSTIVE, RECIPES, clustered, recall


def test_every_form_agrees_with_exact_search_at_full_effort(recipe, ids, vectors, asked, exact):
    index = build(recipe, ids, vectors)
    assert index.size == len(ids)
    assert index.dim == DIM
    found, expected = index.search(asked, 10, parameters=EXHAUSTIVE), exact.search(asked, 10)
    coarse = "SQ8" in recipe.factory and "RFlat" not in recipe.factory
    assert recall(found, expected) >= (0.9 if coarse else 0.995)
    np.testing.assert_allclose(found.scores, expected.scores, atol=0.01)


def test_the_same_seed_builds_the_same_index(ids, vectors, asked):
    recipe = RECIPES["scanned codes"]
    found = [build(recipe, ids, vectors, seed=5).search(asked, 10).ids for _ in range(2)]
    assert (found[0] == found[1]).all()


def test_projection_keeps_the_order_by_inner_product(ids, asked):
    # Everything in the first of two halves: projected to it, nothing is lost, unless the mean is taken away.
    flat = clustered(2000, 3)
    flat[:, DIM // 2 :] = 0
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    index = build(Recipe("hnsw", f"PCA{DIM // 2},HNSW16", 60), ids[:2000], flat)
    expected = build(FLAT, ids[:2000], flat).search(asked, 10)
    found = index.search(asked, 10, parameters=EXHAUSTIVE)
    assert recall(found, expected) >= 0.99
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-4)


@pytest.mark.parametrize("name", ["graph", "scanned codes"])
def test_a_memory_map_that_cannot_be_written(name, tmp_path, ids, vectors, asked):
    np.save(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    found = build(RECIPES[name], ids, mapped).search(asked, 5)
    assert (found.ids >= 0).all()


def test_the_monitor_hears_of_every_vector_and_can_stop_the_work(ids, vectors):
    monitor = Monitor()
    build(RECIPES["graph"], ids, vectors, monitor)
    told = monitor.snapshot()
    assert (told.done, told.total) == (len(ids), len(ids))

    class Impatient(Monitor):
        def advance(self, n=1):
            super().advance(n)
            self.cancel()

    impatient = Impatient()
    with pytest.raises(Cancelled):
        build(RECIPES["graph"], ids, vectors, impatient)
    assert 0 < impatient.snapshot().done < len(ids)


def _with(vectors, at, value):
    changed = vectors.copy()
    changed[at] = value
    return changed


@pytest.mark.parametrize("family", ["flat", "graph", "scanned codes"])
@pytest.mark.parametrize(
    ("value", "words"), [(np.nan, "infinite value or NaN"), (np.inf, "infinite value or NaN"), (0, "zero")]
)
def test_vectors_that_nothing_is_near_to_are_refused(family, value, words, ids, vectors):
    recipe = RECIPES.get(family, FLAT)
    with pytest.raises(IndexingError, match=f"Vector 17 .*{words}"):
        build(recipe, ids[:600], _with(vectors[:600], 17, value))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [(np.array([1, 2, 2]), "twice"), (np.array([1, -2, 3]), "between 0"), (np.array([1, 2]), "3 ids")],
)
def test_ids_that_are_no_names_are_refused(wrong, words, vectors):
    with pytest.raises(IndexingError, match=words):
        build(FLAT, wrong, vectors[:3])


def test_too_few_vectors_to_train_on(ids, vectors):
    with pytest.raises(IndexingError, match="cannot train"):
        build(RECIPES["lists"], ids[:3], vectors[:3])


@pytest.mark.parametrize("factory", ["Nonsense", "PQ8x4fs", "LSH"])
def test_a_recipe_that_cannot_be_read(factory, ids, vectors):
    with pytest.raises(IndexingError, match=factory):
        build(Recipe("ivf", factory), ids, vectors)
