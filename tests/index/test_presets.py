import re

import numpy as np
import pytest

from core.index.build import build
from core.index.presets import LARGE, SMALL, candidate_recipes, settings
from core.index.spec import FLAT
from tests.support.indexes import clustered


def test_few_vectors_stay_exact():
    assert candidate_recipes(SMALL, 1280) == [FLAT]
    assert candidate_recipes(SMALL + 1, 1280)[0] != FLAT


@pytest.mark.parametrize("size", [SMALL + 1, 100_000, LARGE, 3_000_000])
@pytest.mark.parametrize("dim", [4, 64, 384, 1296])
def test_every_candidate_can_be_built_and_listens_to_its_settings(size, dim):
    recipes = candidate_recipes(size, dim)
    assert FLAT in recipes
    for recipe in recipes:
        width, lists = (re.search(f"{name}(\\d+)", recipe.factory) for name in ("PCAR", "IVF"))
        if width:
            assert int(width[1]) <= dim
        if lists:
            assert min(one.nprobe for one in settings(recipe)) >= 1
            assert max(one.nprobe for one in settings(recipe)) == int(lists[1])
            assert int(lists[1]) < size / 30
        if recipe.family == "hnsw":
            assert all(one.ef_search for one in settings(recipe))


def test_settings_go_from_cheap_to_dear():
    for recipe in candidate_recipes(100_000, 1296):
        for cheap, dear in zip(settings(recipe), settings(recipe)[1:], strict=False):
            assert (cheap.ef_search or 0) <= (dear.ef_search or 0)
            assert (cheap.nprobe or 0) <= (dear.nprobe or 0)
            if cheap.nprobe == dear.nprobe:
                assert (cheap.refine or 0) <= (dear.refine or 0)
            assert cheap != dear


@pytest.mark.parametrize("dim", [8, 50])
def test_the_first_candidate_finds_everything_at_its_dearest(dim):
    rng = np.random.default_rng(0)
    vectors = clustered(SMALL + 200, 0)[:, :dim]
    if dim > vectors.shape[1]:
        vectors = np.concatenate([vectors, rng.normal(size=(len(vectors), dim - vectors.shape[1]))], axis=1)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    recipe = candidate_recipes(len(vectors), dim)[0]
    index = build(recipe, np.arange(len(vectors)), vectors)
    found = index.search(vectors[:20], 1, parameters=settings(recipe)[-1])
    assert found.ids[:, 0].tolist() == list(range(20))
