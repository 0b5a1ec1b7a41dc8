import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.index.equal_vectors import DistinctVectors, digests, first_equal


def lines(*numbers):
    return np.array([[n, 1, -n] for n in numbers], np.float32)


def test_equal_vectors_have_one_digest_and_different_ones_do_not():
    told = digests(lines(1, 2, 1, 1.0000001))
    assert told.dtype == "S16"
    assert (told[:, None] == told).tolist() == [
        [True, False, True, False],
        [False, True, False, False],
        [True, False, True, False],
        [False, False, False, True],
    ]
    assert len(digests(np.empty((0, 3), np.float32))) == 0


def test_a_digest_does_not_depend_on_how_the_vectors_are_laid_out():
    wide = np.arange(24, dtype=np.float32).reshape(4, 6)
    assert (digests(wide[:, ::2]) == digests(wide[:, ::2].copy())).all()


def test_the_first_of_those_that_are_equal():
    assert first_equal(lines(5, 3, 5, 4, 3, 5)).tolist() == [0, 1, 0, 3, 1, 0]
    assert first_equal(np.empty((0, 3), np.float32)).tolist() == []


def test_rows_of_known_and_new_vectors_by_hand():
    table = DistinctVectors()
    told = digests(lines(7, 8, 7))
    rows, new = table.assign(told, 0)
    assert (rows.tolist(), new.tolist()) == ([0, 1, 0], [0, 1])
    table.enter(told[new], rows[new])
    rows, new = table.assign(digests(lines(9, 8, 6, 9)), 2)
    assert (rows.tolist(), new.tolist()) == ([2, 1, 3, 2], [0, 2])


@given(st.lists(st.lists(st.integers(0, 12), max_size=10), max_size=8))
def test_the_same_as_a_dictionary(blocks):
    table, known = DistinctVectors(), {}
    for block in blocks:
        told = digests(lines(*block)) if block else np.empty(0, "S16")
        rows, new = table.assign(told, len(known))
        fresh = [at for at, n in enumerate(block) if n not in known and n not in block[:at]]
        for at in fresh:
            known[block[at]] = len(known)
        assert rows.tolist() == [known[n] for n in block]
        assert new.tolist() == fresh
        table.enter(told[new], rows[new])
        table = DistinctVectors(table.digests, table.rows)


def test_a_table_that_is_none():
    told = np.sort(digests(lines(1, 2)))
    for wrong, rows in ((told[::-1], [0, 1]), (told, [0]), (told[[0, 0]], [0, 1])):
        with pytest.raises(ValueError, match="ascending"):
            DistinctVectors(wrong, np.array(rows, np.int32))
