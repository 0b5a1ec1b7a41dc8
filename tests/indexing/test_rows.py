import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import IndexingError
from core.indexing.rows import RowTable


def test_rows_and_ids_by_hand():
    table = RowTable()
    table.append(np.array([9, 4]))
    table.append(np.array([7]))
    assert table.ids.tolist() == [9, 4, 7]
    assert table.rows(np.array([7, 9, 5, -1, 1000])).tolist() == [2, 0]
    table.kill(np.array([4, 4, 77]))
    assert (table.count, table.dead) == (3, 1)
    assert table.ids_of(np.array([[0, 1, 2, -1]])).tolist() == [[9, -1, 7, -1]]
    with pytest.raises(IndexingError, match="id 7"):
        table.check_new(np.array([4, 7]), 2)
    table.check_new(np.array([4]), 1)


def test_an_id_beyond_what_the_table_can_hold():
    with pytest.raises(IndexingError, match="between 0 and"):
        RowTable().check_new(np.array([2**40]), 1)


@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 60), max_size=8)), max_size=12))
def test_the_same_as_a_dictionary(steps):
    table, rows, count = RowTable(), {}, 0
    for adding, names in steps:
        ids = np.array(sorted(names), np.int64)
        if adding:
            ids = ids[[int(i) not in rows for i in ids]] if len(ids) else ids
            table.append(ids)
            rows |= {int(i): count + n for n, i in enumerate(ids)}
            count += len(ids)
        else:
            table.kill(ids)
            for i in names:
                rows.pop(i, None)
        for one in (table, RowTable(table.ids)):
            assert one.count == count
            assert one.dead == count - len(rows)
            known = np.array(sorted(rows), np.int64)
            assert one.rows(known).tolist() == [rows[int(i)] for i in known]
            assert sorted(one.ids[one.ids >= 0]) == known.tolist()
            assert one.ids_of(np.array([-1])).tolist() == [-1]
