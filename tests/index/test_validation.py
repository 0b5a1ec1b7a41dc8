import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import IndexingError, LookalikeError
from core.index.validation import check_ids, check_question, check_vectors


def test_the_error_is_told_to_the_user_and_is_a_value_error():
    assert issubclass(IndexingError, LookalikeError)
    assert issubclass(IndexingError, ValueError)


@given(st.integers(0, 9), st.integers(0, 3), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_one_bad_number_is_found_wherever_it_is(row, column, value):
    vectors = np.ones((10, 4), np.float32)
    check_vectors(vectors, 4)
    vectors[row, column] = value
    with pytest.raises(IndexingError, match=f"Vector {row} contains"):
        check_vectors(vectors, 4)
    with pytest.raises(IndexingError, match="Vector 0 contains"):
        check_question(vectors[row : row + 1], 1, 4)


@given(st.lists(st.integers(-1, 12), max_size=8))
def test_ids_are_different_and_not_negative(ids):
    good = len(set(ids)) == len(ids) and all(i >= 0 for i in ids)
    if good:
        check_ids(np.array(ids, np.int64), len(ids))
    else:
        with pytest.raises(IndexingError):
            check_ids(np.array(ids, np.int64), len(ids))


def test_empty_additions_and_batches_pass():
    check_vectors(np.empty((0, 4), np.float32), 4)
    check_ids(np.empty(0, np.int64), 0)
    check_question(np.empty((0, 4), np.float32), 1, 4)
