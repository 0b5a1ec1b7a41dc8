import numpy as np
import pytest

from core.errors import IndexingError
from core.index.flat import FlatIndex
from core.index.tuning import ground_truth
from core.index.tuning.ground_truth import exact_neighbours
from core.index.tuning.types import Gallery
from core.jobs import Cancelled, Monitor


def test_exact_search_is_right_throughout(gallery, queries, monkeypatch):
    monkeypatch.setattr(
        ground_truth, "_BLOCK", 300
    )  # the last block of 200 holds fewer than are looked for in one
    index = FlatIndex(gallery.vectors.shape[1])
    index.add(gallery.ids, gallery.vectors)
    asked = queries["image"].choosing
    answers = exact_neighbours(gallery, asked, 10)
    assert (answers.recalls(index.search(asked, 10).ids) == 1).all()
    assert (answers.counts == 10).all()


def test_a_block_smaller_than_k_adds_no_answers_of_its_own(monkeypatch):
    monkeypatch.setattr(ground_truth, "_BLOCK", 4)
    vectors = np.eye(5, dtype=np.float32)
    answers = exact_neighbours(Gallery(np.arange(5), vectors), vectors[4:], 3)
    assert answers.recalls(np.array([[4, 0, 1]])) == [1.0]
    assert answers.recalls(np.array([[0, 1, -1]])) == [pytest.approx(2 / 3)], "−1 is no answer"


def test_recall_counts_right_answers_wherever_they_stand():
    line = np.array([[1, 0], [0.9, 0.436], [0.8, 0.6], [0, 1]], np.float32)
    answers = exact_neighbours(Gallery(np.array([7, 8, 9, 10]), line), line[:1], 2)
    assert answers.recalls(np.array([[8, 7]])) == [1.0]
    assert answers.recalls(np.array([[7, 9]])) == [0.5]
    assert answers.recalls(np.array([[-1, -1]])) == [0.0]


def test_any_of_equally_near_pictures_is_right():
    same = np.array([[1, 0]] * 4 + [[0, 1]], np.float32)
    answers = exact_neighbours(Gallery(np.arange(5), same), same[:1], 2)
    for found in ([0, 1], [2, 3], [3, 0]):
        assert answers.recalls(np.array([found])) == [1.0]
    assert answers.recalls(np.array([[0, 4]])) == [0.5]


def test_any_of_many_copies_is_right_however_many_there_are():
    """Sixty equal vectors: counted by id, an index that found any ten of them had a recall of 0.8."""
    copies = np.tile(np.float32([1, 0]), (60, 1))
    gallery = Gallery(np.arange(100, 160), copies)
    answers = exact_neighbours(gallery, copies[:3], 10, own=np.array([100, 101, 102]))
    found = np.array([range(150, 160), range(102, 112), range(102, 112)])
    assert answers.recalls(found).tolist() == [1.0, 1.0, 0.9], "the picture itself is no answer"
    assert answers.recalls(np.array([[150] * 10] * 3)).tolist() == [0.1] * 3, "one picture counts once"
    assert answers.part(2, 3).recalls(found[2:]).tolist() == [0.9]


def test_what_cannot_be_measured_is_refused(gallery, queries):
    asked = queries["image"].choosing
    few = Gallery(gallery.ids[:5], gallery.vectors[:5])
    with pytest.raises(IndexingError, match="10 neighbours were asked for, but there are only 5"):
        exact_neighbours(few, asked, 10)
    with pytest.raises(IndexingError, match="no vectors"):
        exact_neighbours(Gallery(gallery.ids[:0], gallery.vectors[:0]), asked, 10)
    with pytest.raises(IndexingError, match="length 7, the pictures of length 16"):
        exact_neighbours(gallery, asked[:, :7], 10)
    broken = gallery.vectors.copy()
    broken[1234, 3] = np.nan
    with pytest.raises(IndexingError, match="NaN or infinite"):
        exact_neighbours(Gallery(gallery.ids, broken), asked, 10)
    with pytest.raises(IndexingError, match="of a query holds NaN or infinite values"):
        exact_neighbours(gallery, np.full((1, 16), np.inf, np.float32), 10)


def test_it_stops_when_asked(gallery, queries):
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        exact_neighbours(gallery, queries["image"].choosing, 10, monitor)


def test_ids_and_vectors_belong_together(gallery):
    with pytest.raises(ValueError, match="do not fit"):
        Gallery(gallery.ids[:3], gallery.vectors)
