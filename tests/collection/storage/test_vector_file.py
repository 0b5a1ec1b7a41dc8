import os

import numpy as np
import pytest

from core.collection.storage.vector_file import VectorFile, checksums, unsound
from core.errors import CollectionError
from tests.support.rows import unit


@pytest.fixture
def file(tmp_path):
    return VectorFile(tmp_path / "space.f32", 3)


def rows(*values):
    return np.array(values, np.float32)


def test_what_was_written_is_read_back(file):
    file.write(0, rows([1, 2, 3], [4, 5, 6]))
    file.write(2, rows([7, 8, 9]))
    assert file.read(0, 3).tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert file.read(1, 2).tolist() == [[4, 5, 6]]
    assert file.read(3, 3).shape == (0, 3)


def test_rows_are_written_where_they_belong_whatever_the_length_of_the_file(file):
    file.write(0, rows([1, 2, 3]))
    with file.path.open("ab") as raw:
        raw.write(b"\x00\x01\x02\x03\x04" * 5)  # a torn write of a process that died
    file.write(1, rows([4, 5, 6]))
    assert file.read(0, 2).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_writing_never_takes_rows_from_a_reader_that_has_them_mapped(file):
    file.write(0, rows([1, 2, 3], [4, 5, 6]))
    mapped = file.read(0, 2)
    file.write(0, rows([7, 8, 9]))
    os.truncate(file.path, 12)
    file.write(4, rows([1, 1, 1]))  # the file is too short: a new one takes its place
    assert file.read(0, 5).tolist() == [[7, 8, 9], [0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 1, 1]]
    assert [path.name for path in file.path.parent.iterdir()] == ["space.f32"]
    assert mapped.shape == (2, 3)


def test_a_file_that_is_too_short_is_said_to_be(file):
    assert file.rows() == 0
    file.write(0, rows([1, 2, 3]))
    with pytest.raises(CollectionError, match="holds 1 of the 2 rows"):
        file.read(0, 2)


def test_other_lengths_are_refused(file):
    with pytest.raises(ValueError, match="shape"):
        file.write(0, np.zeros((2, 4), np.float32))


def test_only_its_owner_may_read_it(file):
    before = os.umask(0)
    try:
        file.write(0, rows([1, 2, 3]))
    finally:
        os.umask(before)
    assert file.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 1e30])
def test_vectors_that_are_not_of_unit_length_are_unsound(value):
    vectors = unit(4)
    vectors[2] = value
    assert unsound(vectors, np.full(4, -1)).tolist() == [False, False, True, False]


def test_every_flipped_bit_is_seen_by_the_checksum():
    vectors = unit(1)
    expected = checksums(vectors)
    assert not unsound(vectors, expected).any()
    for bit in range(vectors.nbytes * 8):
        flipped = vectors.copy()
        flipped.view(np.uint8)[0, bit // 8] ^= 1 << bit % 8
        assert unsound(flipped, expected).all()


def test_another_picture_s_vector_is_unsound_in_this_place():
    vectors = unit(3)
    assert unsound(vectors[[1, 0, 2]], checksums(vectors)).tolist() == [True, True, False]
