"""One gallery, exact search over it, and every form of index."""

import numpy as np
import pytest

from core.index.build import build
from core.index.spec import FLAT
from tests.support.indexes import COUNT, RECIPES, clustered


@pytest.fixture(scope="session")
def vectors():
    return clustered(COUNT, 0)


@pytest.fixture(scope="session")
def ids():
    return np.arange(COUNT, dtype=np.int64) * 3 + 7


@pytest.fixture(scope="session")
def asked():
    return clustered(40, 1)


@pytest.fixture(scope="session")
def exact(ids, vectors):
    return build(FLAT, ids, vectors)


@pytest.fixture(params=list(RECIPES))
def recipe(request):
    return RECIPES[request.param]
