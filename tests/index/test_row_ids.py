import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import IndexingError
from core.index.row_ids import RowTable
from core.index.shared_rows import SharedRows


def placed(*pairs):
    table = RowTable()
    for ids, rows in pairs:
        table.place(np.array(ids), np.array(rows))
    return table


def test_rows_and_ids_by_hand():
    table = placed(([9, 4], [0, 1]), ([7], [2]))
    assert table.ids.tolist() == [9, 4, 7]
    assert table.rows(np.array([7, 9, 5, -1, 1000])).tolist() == [2, 0]
    table.remove(np.array([4, 4, 77]))
    assert (table.count, table.dead, table.size) == (3, 1, 2)
    assert table.ids_of(np.array([[0, 1, 2, -1]])).tolist() == [[9, -1, 7, -1]]
    with pytest.raises(IndexingError, match="id 7"):
        table.check_new(np.array([4, 7]), 2)
    table.check_new(np.array([4]), 1)


def test_several_ids_of_a_row_by_hand():
    table = placed(([9, 4, 6], [0, 1, 0]), ([7, 5], [1, 0]))
    assert table.ids.tolist() == [5, 4]
    assert (table.count, table.dead, table.size) == (2, 0, 5)
    assert table.every_id.tolist() == [4, 5, 6, 7, 9]
    assert (table.shared.rows.tolist(), table.shared.ids.tolist()) == ([0, 0, 0, 1, 1], [5, 6, 9, 4, 7])
    with pytest.raises(IndexingError, match="id 9"):
        table.check_new(np.array([1, 9]), 2)
    table.remove(np.array([5, 7]))
    assert table.ids.tolist() == [6, 4]
    assert table.shared.ids.tolist() == [6, 9]
    table.remove(np.array([6, 9]))
    assert (table.ids.tolist(), table.dead, table.size, len(table.shared)) == ([-1, 4], 1, 1, 0)
    table.place(np.array([8, 3]), np.array([0, 0]))
    assert (table.ids.tolist(), table.dead, table.size) == ([3, 4], 0, 3)


def test_an_id_beyond_what_the_table_can_hold():
    with pytest.raises(IndexingError, match="between 0 and"):
        RowTable().check_new(np.array([2**40]), 1)


@pytest.mark.parametrize(("row", "number"), [(-1, 5), (2, 5), (0, -5)])
def test_ids_of_rows_that_do_not_exist(row, number):
    with pytest.raises(ValueError, match="do not exist"):
        RowTable(np.array([5, 6]), SharedRows(np.array([0, row]), np.array([5, number])))


@given(
    st.lists(st.tuples(st.booleans(), st.dictionaries(st.integers(0, 60), st.integers(0, 9))), max_size=12)
)
def test_the_same_as_a_dictionary(steps):
    table, rows, row_of_vector = RowTable(), {}, {}
    for adding, vectors in steps:
        if adding:
            new = {i: vector for i, vector in vectors.items() if i not in rows}
            for vector in new.values():
                row_of_vector.setdefault(vector, len(row_of_vector))
            rows |= {i: row_of_vector[vector] for i, vector in new.items()}
            table.place(np.array(list(new), np.int64), np.array([rows[i] for i in new], np.int64))
        else:
            table.remove(np.array(list(vectors), np.int64))
            for i in vectors:
                rows.pop(i, None)
        for one in (table, RowTable(table.ids, table.shared)):
            known = np.array(sorted(rows), np.int64)
            assert one.every_id.tolist() == known.tolist()
            assert one.rows(known).tolist() == [rows[int(i)] for i in known]
            by_row = [sorted(i for i in rows if rows[i] == row) for row in range(len(row_of_vector))]
            assert one.ids.tolist() == [min(ids, default=-1) for ids in by_row]
            assert one.shared.ids.tolist() == [i for ids in by_row if len(ids) > 1 for i in ids]
            assert (one.count, one.size) == (len(by_row), len(rows))
            assert one.dead == by_row.count([])
            assert one.ids_of(np.array([-1])).tolist() == [-1]
