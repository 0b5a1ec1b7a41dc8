import numpy as np
import pytest

from core.collection.vectors import VectorFile
from core.errors import CollectionError


@pytest.fixture
def file(tmp_path):
    return VectorFile(tmp_path / "space.f32", 3)


def rows(*values):
    return np.array(values, np.float32)


def test_what_was_appended_is_read_back(file):
    assert file.append(rows([1, 2, 3], [4, 5, 6])) == 0
    assert file.append(rows([7, 8, 9])) == 2
    assert file.read().tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert file.read(1, 2).tolist() == [[4, 5, 6]]
    assert file.read(3).shape == (0, 3)


def test_a_torn_row_does_not_count_and_is_cut_off(file):
    file.append(rows([1, 2, 3]))
    with file.path.open("ab") as raw:
        raw.write(b"\x00\x01\x02\x03\x04")
    assert file.rows() == 1
    file.cut(1)
    assert file.path.stat().st_size == 12
    assert file.append(rows([4, 5, 6])) == 1
    assert file.read().tolist() == [[1, 2, 3], [4, 5, 6]]


def test_cutting_drops_rows_that_nobody_named(file):
    file.append(rows([1, 2, 3], [4, 5, 6]))
    file.cut(1)
    file.cut(5)  # more than there is: nothing to do
    assert file.read().tolist() == [[1, 2, 3]]


def test_a_file_that_is_too_short_is_said_to_be(file):
    file.append(rows([1, 2, 3]))
    with pytest.raises(CollectionError, match="shorter than the catalogue"):
        file.read(0, 2)


def test_other_lengths_are_refused(file):
    with pytest.raises(ValueError, match="shape"):
        file.append(np.zeros((2, 4), np.float32))
