import numpy as np
import pytest

from core.errors import CollectionError, QueryError
from core.index.base import Neighbours, SearchParameters
from core.index.spec import Recipe
from core.index_manager.builder import make
from core.index_manager.manager import Found, IndexKeeper
from core.index_manager.search_settings import Settings
from core.index_manager.types import EXACT, Served
from core.search.compare_exact import Answer, Question, exactly, question, tried
from core.search.query import Query
from core.stored import to_json
from tests.support.rows import fill, unit

LINE = np.eye(48, dtype=np.float32)


class Saying:
    """A keeper whose index answers what it is told to."""

    def __init__(self, *ids):
        self.ids = ids

    def search(self, queries, k, allowed, kind, parameters):
        ids = np.array([self.ids[:k]], np.int64)
        return Found(Neighbours(ids, np.ones(ids.shape, np.float32)), 5, EXACT)


@pytest.fixture
def fan(shop):
    """Five vectors at 10°, 20°, 30°, 30° and 80° from the first axis."""
    turns = np.radians([10, 20, 30, 30, 80])
    vectors = np.cos(turns)[:, None] * LINE[0] + np.sin(turns)[:, None] * LINE[1]
    vectors[3] = np.cos(turns[3]) * LINE[0] + np.sin(turns[3]) * LINE[2]
    return shop, fill(shop, vectors.astype(np.float32))


def along(k):
    return Question(LINE[0], "image", k, None, None)


def test_the_exact_answer_with_its_cosines(fan):
    shop, ids = fan
    found = exactly(shop, along(2))
    assert found.ids == (ids[0], ids[1])
    assert found.cosines == pytest.approx((np.cos(np.radians(10)), np.cos(np.radians(20))), abs=1e-6)
    assert found.ms > 0


def test_what_is_missed_and_what_stands_there_instead(fan):
    shop, ids = fan
    exact = exactly(shop, along(3))
    found = tried(Saying(ids[4], ids[1], ids[0]), shop, along(3), exact)
    assert found.index.ids == (ids[0], ids[1], ids[4]), "ordered by their exact cosines"
    assert found.right == (True, True, False)
    assert found.missed == (exact.ids[2],)
    assert found.recall == pytest.approx(2 / 3)


def test_of_two_that_are_equally_far_either_is_right(fan):
    shop, ids = fan
    exact = exactly(shop, along(3))
    other = ids[3] if exact.ids[2] == ids[2] else ids[2]
    found = tried(Saying(ids[0], ids[1], other), shop, along(3), exact)
    assert (found.right, found.missed, found.recall) == ((True, True, True), (), 1.0)


def test_an_index_that_finds_too_few_misses_the_rest(fan):
    shop, ids = fan
    exact = exactly(shop, along(3))
    found = tried(Saying(ids[1]), shop, along(3), exact)
    assert found.missed == (exact.ids[0], exact.ids[2])
    assert tried(Saying(), shop, along(3), exact).recall == 0.0
    assert tried(Saying(), shop, along(3), Answer((), (), 0.0)).recall == 1.0


def test_a_picture_is_no_answer_to_itself_and_what_is_in_the_bin_is_none(fan):
    shop, ids = fan
    asked = question(shop, Query(like=(ids[0],)), k=3)
    assert (asked.itself, asked.kind) == (ids[0], "image")
    assert exactly(shop, asked).ids[0] == ids[1]
    shop.remove([ids[1]])
    asked = question(shop, Query(like=(ids[0],)), k=3)
    found = tried(IndexKeeper(shop, "tiny"), shop, asked, exactly(shop, asked))
    assert ids[1] not in found.exact.ids
    assert found.index.ids == found.exact.ids
    assert question(shop, Query(text="red")).kind == "text"


def test_what_cannot_be_asked(shop):
    fill(shop, unit(3))
    with pytest.raises(QueryError):
        question(shop, Query())
    with pytest.raises(CollectionError):
        question(shop, Query(like=(999,)))
    with pytest.raises(ValueError, match="one part"):
        question(shop, Query(text="red", like=(shop.ids()[0],)))
    empty = Question(LINE[0], "image", 3, None, None)
    shop.remove(shop.ids())
    shop.empty_bin()
    assert exactly(shop, empty).ids == ()


def test_the_settings_reach_the_index(shop):
    vectors = unit(600)
    fill(shop, vectors)
    record = shop.indexes.add(
        shop.space().id, to_json(Recipe("hnsw", "HNSW4", 16)), to_json(Settings()), "{}"
    )
    make(shop, record)
    shop.indexes.use(record.id)
    keeper = IndexKeeper(shop, "tiny")
    recalls = []
    for breadth in (10, 600):
        parameters = SearchParameters(ef_search=breadth)
        each = []
        for one in unit(20, seed=3):
            asked = Question(one, "image", 10, None, None)
            found = tried(keeper, shop, asked, exactly(shop, asked), parameters)
            each.append(found.recall)
            assert found.served == Served("HNSW M=4", record.id, parameters)
        recalls.append(np.mean(each))
    assert recalls[0] < recalls[1]
    assert recalls[1] > 0.95
