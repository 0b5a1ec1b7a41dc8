import numpy as np
import pytest

from core.index.shared_rows import NONE_SHARED, SharedRows

SHARED = SharedRows(np.array([1, 1, 1, 4, 4]), np.array([10, 20, 30, 5, 6]))
ROWS = np.array([[4, 0, 1], [1, -1, -1]])
SINGLE = np.array([[5, 99, 10], [10, -1, -1]])
SCORES = np.array([[0.9, 0.8, 0.7], [0.6, -np.inf, -np.inf]], np.float32)


@pytest.mark.parametrize(
    ("k", "ids"),
    [
        (1, [[5], [10]]),
        (3, [[5, 6, 99], [10, 20, 30]]),
        (5, [[5, 6, 99, 10, 20], [10, 20, 30, -1, -1]]),
        (7, [[5, 6, 99, 10, 20, 30, -1], [10, 20, 30, -1, -1, -1, -1]]),
    ],
)
def test_rows_become_ids_by_hand(k, ids):
    found = SHARED.expand(ROWS, SINGLE, SCORES, k)
    assert found.ids.tolist() == ids
    score_of = {5: 0.9, 6: 0.9, 99: 0.8, 10: 0.7, 20: 0.7, 30: 0.7}
    assert found.scores[0].tolist() == pytest.approx([score_of.get(i, -np.inf) for i in ids[0]])
    assert found.scores[1].tolist() == pytest.approx([0.6 if i >= 0 else -np.inf for i in ids[1]])


def test_a_row_may_be_left_with_one_id():
    some = SHARED.only(np.isin(SHARED.ids, [20, 6, 5]))
    assert some.expand(ROWS, SINGLE, SCORES, 4).ids.tolist() == [[5, 6, 99, 20], [20, -1, -1, -1]]
    assert some.several().ids.tolist() == [5, 6]
    assert SHARED.several().ids.tolist() == SHARED.ids.tolist()


def test_whether_any_row_is_shared():
    assert [SHARED.has_any(np.array([[row, 0, -1]])) for row in (-1, 0, 1, 3, 4, 9)] == [0, 0, 1, 0, 1, 0]
    assert not NONE_SHARED.has_any(ROWS)


def test_no_row_is_shared():
    assert len(NONE_SHARED) == len(NONE_SHARED.several()) == NONE_SHARED.memory_bytes == 0
    assert NONE_SHARED.expand(ROWS, SINGLE, SCORES, 2).ids.tolist() == [[5, 99], [10, -1]]
