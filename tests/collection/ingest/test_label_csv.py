"""Labels from folder names and from a CSV: what is understood, what is noted, what is refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collection.ingest.label_csv import Annotation, Labeller, read_label_file
from core.errors import CollectionError


@pytest.fixture
def table(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "labels.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_labels_from_folders():
    labeller = Labeller("folder")
    assert labeller.annotate("a/dress/1.jpg") == Annotation("dress", None)
    assert labeller.annotate("dress/1.jpg").label == "dress"
    assert labeller.annotate("1.jpg") == Annotation(None, None)
    assert Labeller(None).annotate("dress/1.jpg") == Annotation(None, None)


@pytest.mark.parametrize(
    "content",
    [
        "path,label,caption\na/1.jpg,dress,a red dress\n",
        "caption,path,label\na red dress,a/1.jpg,dress\n",
        "Path , LABEL,Caption\r\n a/1.jpg , dress , a red dress \r\n",
        "path;label;caption\na/1.jpg;dress;a red dress\n",
        "path\tlabel\tcaption\na/1.jpg\tdress\ta red dress\n",
        '"path","label","caption"\n"a/1.jpg","dress","a red dress"\n',
        "\ufeffpath,label,caption\na/1.jpg,dress,a red dress",
        "path,label,caption\n.\\a\\1.jpg,dress,a red dress\n\n,,\n"[:-4],
        "path,label,caption\n./a//1.jpg,dress,a red dress\n",
    ],
)
def test_spellings_of_the_same_table(table, content):
    labeller = Labeller(table(content))
    assert labeller.annotate("a/1.jpg") == Annotation("dress", "a red dress")
    assert list(labeller.notes()) == []
    assert list(labeller.unused()) == []


def test_utf_16_as_spreadsheets_write_it(table):
    labeller = Labeller(table("path\tlabel\nGröße.jpg\tKleid\n".encode("utf-16")))
    assert labeller.annotate("Größe.jpg").label == "Kleid"


def test_accents_match_however_they_are_composed(table):
    labeller = Labeller(table("path,label\ncafe\u0301.jpg,x\n"))
    assert labeller.annotate("caf\u00e9.jpg").label == "x"


def test_only_paths_and_empty_cells(table):
    assert Labeller(table("path\n1.jpg\n")).annotate("1.jpg") == Annotation(None, None)
    assert Labeller(table("path,label,caption\n1.jpg,,\n")).annotate("1.jpg") == Annotation(None, None)
    assert Labeller(table("path,label,caption\n1.jpg,dress\n")).annotate("1.jpg") == Annotation("dress", None)


def test_a_quoted_caption_may_hold_commas_and_lines(table):
    labeller = Labeller(table('path,label,caption\n1.jpg,dress,"red, ""long""\nand new"\n2.jpg,hat,\n'))
    assert labeller.annotate("1.jpg").caption == 'red, "long"␤and new'
    assert labeller.annotate("2.jpg").label == "hat"


def test_odd_rows_are_noted_and_the_rest_counts(table):
    labeller = Labeller(table("path,label,price,x\n1.jpg,a,9,z\n1.jpg,b,9,z\n,c,9,z\n2.jpg,d,9,z,extra\n"))
    assert [labeller.annotate(f"{i}.jpg").label for i in (1, 2)] == ["a", "d"]
    assert [note for name, note in labeller.notes() if name == "labels.csv"] == [
        "Only path, label and caption are read; ignored: “price”, “x”.",
        "Line 3 repeats 1.jpg of line 2; the first counts.",
        "Line 4 names no picture.",
        "Line 5 has 5 values for 4 columns; the rest is ignored.",
    ]


def test_a_column_twice(table):
    labeller = Labeller(table("path,label,label\n1.jpg,a,b\n"))
    assert labeller.annotate("1.jpg").label == "a"
    assert [note for _, note in labeller.notes()] == ["The column “label” comes 2 times; the first counts."]


def test_rows_that_no_picture_was_found_for(table):
    labeller = Labeller(table("path,label\n1.jpg,a\nnone.jpg,b\n"))
    labeller.annotate("1.jpg")
    assert list(labeller.unused()) == [
        ("none.jpg", "Line 3 of labels.csv names a picture that was not found.")
    ]
    labeller.restart()
    assert len(list(labeller.unused())) == 2


def test_a_table_for_another_folder_does_not_flood_the_report(table):
    labeller = Labeller(table("path\n" + "".join(f"{i}.jpg\n" for i in range(5000))))
    unused = list(labeller.unused())
    assert len(unused) == 101
    assert unused[-1] == ("labels.csv", "4900 more lines name pictures that were not found.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "has no header"),
        ("\n", "has no header"),
        ("file,label\n1.jpg,a\n", "has no column “path”.*it is file,label"),
        (b"path,label\nGr\xf6\xdfe.jpg,a\n", r"not UTF-8 text \(line 2\)"),
        (b"path,label\n\0\0\0", "not text: it holds zero bytes"),
        (b"\xff\xfep\0a\0", "has no column"),
        ("path,label\n" + "x" * 200_000 + ",a\n", "Line 2 of labels.csv is not readable as CSV"),
    ],
)
def test_tables_that_are_refused(table, content, words):
    with pytest.raises(CollectionError, match=words):
        read_label_file(table(content))


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(CollectionError, match=r"The label file none.csv cannot be read. The file is gone"):
        read_label_file(tmp_path / "none.csv")
    with pytest.raises(CollectionError, match="folder, not a file"):
        read_label_file(tmp_path)


@given(st.binary(max_size=200), st.sampled_from([b"", b"path,label\n", b"path;caption\n", b"\xff\xfe"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_table_or_a_sentence(tmp_path_factory, data, start):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(start + data)
    try:
        labeller = Labeller(path)
    except CollectionError as error:
        assert str(error)
    else:
        for name, note in [*labeller.notes(), *labeller.unused()]:
            (name + note).encode("utf-8")
