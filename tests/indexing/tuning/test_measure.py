import faiss

from core.indexing.flat import FlatIndex
from core.indexing.index import AS_BUILT
from core.indexing.tuning.measure import latency, one_thread, recalls
from core.indexing.tuning.truth import exact_neighbours
from core.jobs import Monitor


def test_recall_and_time_of_exact_search(gallery, queries):
    asked = queries["image"].choosing
    index = FlatIndex(asked.shape[1])
    index.add(gallery.ids[::2], gallery.vectors[::2])
    truth = exact_neighbours(gallery, asked, 10)
    values = recalls(index, asked, truth, 10, AS_BUILT, Monitor())
    assert values.shape == (200,)
    assert 0.4 < values.mean() < 0.6  # half of the pictures are missing
    took = latency(index, asked, 10, AS_BUILT, Monitor())
    assert took.queries == 200
    assert 0 < took.p50_ms <= took.p95_ms
    assert latency(index, asked, 10, AS_BUILT, Monitor(), at_most_s=0).queries == 5


def test_one_thread_is_given_back():
    before = faiss.omp_get_max_threads()
    with one_thread():
        assert faiss.omp_get_max_threads() == 1
    assert faiss.omp_get_max_threads() == before
