"""Single files as a source."""

import os

import pytest

from core.collection.ingest.sources import Candidate, FilesSource, Skipped
from core.errors import ImageError


def test_bytes_and_paths(tmp_path):
    path = tmp_path / "on-disk"
    path.write_bytes(b"two!")
    table = tmp_path / "labels.csv"
    table.write_text("path,label\na.jpg,dress\nb.jpg,hat\nc.jpg,none\n")
    source = FilesSource([("a.jpg", b"one"), ("b.jpg", path)], labels=table)
    first, second, unused = source
    assert (first.name, first.path, first.size, first.mtime_ns, first.label) == ("a.jpg", None, 3, 0, "dress")
    assert (second.name, second.path, second.size, second.label) == ("b.jpg", path, 4, "hat")
    assert second.mtime_ns == path.stat().st_mtime_ns
    assert (first.read(), second.read()) == (b"one", b"two!")
    assert unused == Skipped("c.jpg", "Line 4 of labels.csv names a picture that was not found.")
    assert source.count() == 2


def test_every_bad_file_is_a_line_and_the_rest_goes_on(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    source = FilesSource(
        [
            ("notes.txt", b"x"),
            ("gone.jpg", tmp_path / "gone"),
            ("pipe.jpg", tmp_path / "pipe"),
            ("dir.jpg", tmp_path),
            ("folder\\sub\nx.jpg", b"y"),
        ]
    )
    found = list(source)
    assert [type(item) for item in found] == [Skipped] * 4 + [Candidate]
    assert [item.reason for item in found[:4]] == [
        "Not a picture, but text (.txt).",
        "The file is gone: it may have been moved or deleted since it was listed.",
        "Not a regular file, but a named pipe.",
        "This is a folder, not a file.",
    ]
    assert found[4].name == "folder/sub␤x.jpg"


def test_a_file_that_goes_before_it_is_read(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"1")
    (found,) = FilesSource([("x.jpg", path)])
    path.unlink()
    with pytest.raises(ImageError, match="The file is gone"):
        found.read()


def test_folders_in_names_give_labels():
    (found,) = FilesSource([("shop/dress/1.jpg", b"x")], labels="folder")
    assert found.label == "dress"
