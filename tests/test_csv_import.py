import pytest

from core.csv_import import read_csv
from core.errors import CollectionError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_and_delimiter_are_found(encoding, mark):
    text = f'Query {mark} "Label"\n\n{mark}\nGru\u0308n{mark}"a{mark}b"\n'
    read = read_csv(text.encode(encoding), "some.csv", "query", CollectionError)
    assert read.columns == ("query", "label")
    assert list(read.lines) == [(4, ["Grün", f"a{mark}b"])]


def test_an_empty_file_has_no_columns():
    read = read_csv(b"", "some.csv", "query", CollectionError)
    assert (read.columns, list(read.lines)) == ((), [])


@pytest.mark.parametrize(
    ("data", "strict", "words"),
    [
        (b"query\n\xff", False, r"some.csv is not UTF-8 text \(line 2\)"),
        (b"query\n\0", False, "zero bytes"),
        (b"query\n" + b"x" * 200_000, False, "Line 2 of some.csv is not readable as CSV"),
        (b'query\n"open\n', True, "Line 2 of some.csv is not readable as CSV"),
    ],
)
def test_what_is_no_csv_is_an_error_that_names_the_file(data, strict, words):
    with pytest.raises(CollectionError, match=words):
        list(read_csv(data, "some.csv", "query", CollectionError, strict).lines)
