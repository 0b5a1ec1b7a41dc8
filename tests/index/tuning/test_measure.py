import faiss
import numpy as np

from core.index.base import AS_BUILT, SearchParameters
from core.index.flat import FlatIndex
from core.index.tuning.ground_truth import exact_neighbours
from core.index.tuning.measure import latencies, one_thread, recalls
from core.jobs import Monitor


def test_recall_and_time_of_exact_search(gallery, queries):
    asked = queries["image"].choosing
    index = FlatIndex(asked.shape[1])
    index.add(gallery.ids[::2], gallery.vectors[::2])
    truth = exact_neighbours(gallery, asked, 10)
    values = recalls(index, asked, truth, 10, AS_BUILT, Monitor())
    assert values.shape == (200,)
    assert 0.4 < values.mean() < 0.6  # half of the pictures are missing
    (took,) = latencies(index, asked, 10, [AS_BUILT], Monitor())
    assert took.queries == 200
    assert 0 < took.p50_ms <= took.p95_ms
    assert latencies(index, asked, 10, [AS_BUILT], Monitor(), at_most_s=0)[0].queries == 5


def test_settings_take_turns_and_none_asks_what_the_other_just_asked(queries):
    asked = queries["image"].choosing[:12]
    seen = []

    class Noting:
        def search(self, vectors, k, allowed=None, parameters=AS_BUILT):
            seen.append((parameters.ef_search, int(np.flatnonzero((asked == vectors).all(axis=1))[0])))

    settings = [SearchParameters(ef_search=ef) for ef in (1, 2, 3)]
    assert [took.queries for took in latencies(Noting(), asked, 10, settings, Monitor())] == [12, 12, 12]
    after_warm_up = seen[5:]
    assert after_warm_up[:4] == [(1, 0), (2, 4), (3, 8), (1, 1)]
    assert sorted(after_warm_up) == [(ef, query) for ef in (1, 2, 3) for query in range(12)]


def test_one_thread_is_given_back():
    before = faiss.omp_get_max_threads()
    with one_thread():
        assert faiss.omp_get_max_threads() == 1
    assert faiss.omp_get_max_threads() == before
