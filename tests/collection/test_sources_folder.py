"""A folder as a source: what it yields, in which order, and what it makes of everything else it holds."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

import pytest

from core.collection.ingest.sources import Candidate, FolderSource, Skipped
from core.errors import CollectionError, ImageError


def fill(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode("utf-8", "surrogateescape"))


def names(source) -> list[str]:
    return [item.name for item in source if isinstance(item, Candidate)]


def skipped(source) -> dict[str, str]:
    return {item.name: item.reason for item in source if isinstance(item, Skipped)}


def test_files_come_sorted_with_what_is_known_of_them(tmp_path):
    fill(tmp_path, "b/2.jpg", "b/10.jpg", "a.png", "c", "b/deep/er/x.webp")
    source = FolderSource(tmp_path, labels="folder")
    found = list(source)
    assert [item.name for item in found] == ["a.png", "b/10.jpg", "b/2.jpg", "b/deep/er/x.webp", "c"]
    assert [item.label for item in found] == [None, "b", "b", "er", None]
    for item in found:
        status = (tmp_path / item.name).stat()
        assert (item.path, item.size, item.mtime_ns) == (
            tmp_path / item.name,
            status.st_size,
            status.st_mtime_ns,
        )
        assert item.read() == item.name.encode()
        assert item.caption is None
    assert [item.name for item in source] == [item.name for item in found]
    assert source.count() == 5


def test_leftovers_of_systems_are_passed_over_in_silence(tmp_path):
    fill(
        tmp_path,
        ".hidden.jpg",
        ".git/x.jpg",
        "__MACOSX/._a.jpg",
        "Thumbs.db",
        "desktop.ini",
        "d/.DS_Store",
        "a.jpg",
    )
    source = FolderSource(tmp_path)
    assert [item.name for item in source] == ["a.jpg"]
    assert source.count() == 1


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("#recycle", "recycle bin"),
        ("@Recycle", "recycle bin"),
        ("$RECYCLE.BIN", "recycle bin"),
        (".Trash-1000", "recycle bin"),
        (".Trashes", "recycle bin"),
        ("lost+found", "disk check"),
        ("@eaDir", "Previews"),
        (".AppleDouble", "Previews"),
        ("Catalog Previews.lrdata", "Previews"),
        ("#snapshot", "Earlier states"),
        ("Photos Library.photoslibrary", "add the folder “originals”"),
    ],
)
def test_bins_and_previews_are_skipped_with_a_reason(tmp_path, folder, words):
    fill(tmp_path, f"a/{folder}/deep/x.jpg", f"{folder}/y.jpg", "z.jpg")
    source = FolderSource(tmp_path)
    assert names(source) == ["z.jpg"]
    assert sorted(skipped(source)) == sorted([f"a/{folder}", folder])
    assert all(words in reason for reason in skipped(source).values())
    assert source.count() == 1


def test_a_file_of_such_a_name_is_a_file(tmp_path):
    fill(tmp_path, "lost+found", "x.lrdata")
    assert names(FolderSource(tmp_path)) == ["lost+found", "x.lrdata"]


def test_a_photo_library_that_is_named_itself_says_which_folder_to_add(tmp_path):
    library = tmp_path / "Photos.photoslibrary"
    fill(library, "originals/0/x.jpg", "resources/y.jpg")
    with pytest.raises(CollectionError, match="add the folder “originals”"):
        FolderSource(library)
    assert names(FolderSource(library / "originals")) == ["0/x.jpg"]


def test_a_bin_that_is_named_itself_is_read(tmp_path):
    fill(tmp_path, "#recycle/x.jpg")
    assert names(FolderSource(tmp_path / "#recycle")) == ["x.jpg"]


def test_what_is_plainly_no_picture_is_skipped_and_the_unknown_is_tried(tmp_path):
    fill(tmp_path, "notes.TXT", "film.mp4", "x.zip", "a.jpg", "IMG_0001", "b.xyz")
    source = FolderSource(tmp_path)
    assert names(source) == ["IMG_0001", "a.jpg", "b.xyz"]
    assert skipped(source) == {
        "notes.TXT": "Not a picture, but text (.txt).",
        "film.mp4": "Not a picture, but a video (.mp4).",
        "x.zip": "Not a picture, but an archive (.zip).",
    }
    assert source.count() == 3


def test_an_empty_folder(tmp_path):
    assert list(FolderSource(tmp_path)) == []
    assert FolderSource(tmp_path).count() == 0


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CollectionError, match=r"There is no folder .*none"):
        FolderSource(tmp_path / "none")
    fill(tmp_path, "file")
    with pytest.raises(CollectionError, match="is a file, not a folder"):
        FolderSource(tmp_path / "file")
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(CollectionError, match="cannot be listed"):
        FolderSource(tmp_path / "circle")


# ---- names


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b'it\'s "q" <b>&amp;.jpg', 'it\'s "q" <b>&amp;.jpg'),
        (b"two\nlines.jpg", "two␤lines.jpg"),
        ("👗 Größe.jpg".encode(), "👗 Größe.jpg"),
        (b"caf\xe9.jpg", "caf\\xe9.jpg"),
        (b"x" * 251 + b".jpg", "x" * 251 + ".jpg"),
        (b"-rf *.jpg", "-rf *.jpg"),
    ],
)
def test_names_survive(tmp_path, raw, shown):
    (tmp_path / os.fsdecode(raw)).write_bytes(b"here")
    (found,) = FolderSource(tmp_path)
    assert found.name == shown
    assert found.read() == b"here"


# ---- links and what is no file


def test_links_inside_are_read_and_links_out_are_not(tmp_path):
    root = tmp_path / "root"
    fill(root, "a.jpg", "sub/b.jpg")
    fill(tmp_path, "secret.jpg", "outside/c.jpg", "root-other/d.jpg")
    (root / "inside.jpg").symlink_to("a.jpg")
    (root / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "sibling.jpg").symlink_to(tmp_path / "root-other" / "d.jpg")
    (root / "outdir").symlink_to(tmp_path / "outside")
    (root / "indir").symlink_to("sub")
    (root / "up").symlink_to("..")
    (root / "broken.jpg").symlink_to("nowhere.jpg")
    (root / "circle.jpg").symlink_to("circle.jpg")
    source = FolderSource(root)
    assert names(source) == ["a.jpg", "inside.jpg", "sub/b.jpg"]
    reasons = skipped(source)
    assert all(
        "points outside the folder" in reasons[name] for name in ("out.jpg", "sibling.jpg", "outdir", "up")
    )
    assert "added under its own name" in reasons["indir"]
    assert "is broken" in reasons["broken.jpg"]
    assert "points to itself" in reasons["circle.jpg"]
    assert len(reasons) == 7


def test_a_folder_that_is_itself_a_link(tmp_path):
    fill(tmp_path / "real", "a.jpg")
    (tmp_path / "link").symlink_to("real")
    (found,) = FolderSource(tmp_path / "link")
    assert found.read() == b"a.jpg"


def test_pipes_and_sockets_do_not_hang(tmp_path):
    fill(tmp_path, "z.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.jpg"))
        source = FolderSource(tmp_path)
        assert names(source) == ["z.jpg"]
        assert skipped(source) == {
            "pipe.jpg": "Not a regular file, but a named pipe.",
            "s.jpg": "Not a regular file, but a device or a socket.",
        }


def test_a_file_that_turns_into_a_pipe_before_it_is_read(tmp_path):
    fill(tmp_path, "a.jpg")
    (found,) = FolderSource(tmp_path)
    (tmp_path / "a.jpg").unlink()
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(ImageError, match="named pipe"):
        found.read()


# ---- things that go away, or may not be looked at


def test_what_vanishes_half_way_is_a_line_each_and_the_rest_goes_on(tmp_path):
    fill(tmp_path, "a/1.jpg", "a/2.jpg", "b/1.jpg", "c/1.jpg")
    walk = iter(FolderSource(tmp_path))
    first = next(walk)
    (tmp_path / "a/2.jpg").unlink()
    shutil.rmtree(tmp_path / "b")
    rest = list(walk)
    assert first.name == "a/1.jpg"
    assert [item.name for item in rest] == ["a/2.jpg", "b", "c/1.jpg"]
    assert "The file is gone" in rest[0].reason
    assert "The folder is gone" in rest[1].reason
    (tmp_path / "a/1.jpg").unlink()
    with pytest.raises(ImageError, match="The file is gone"):
        first.read()


def test_the_whole_folder_vanishes(tmp_path):
    root = tmp_path / "root"
    fill(root, "a.jpg", "b.jpg")
    source = FolderSource(root)
    walk = iter(source)
    next(walk)
    shutil.rmtree(root)
    assert [type(item) for item in walk] == [Skipped]
    (only,) = source
    assert "The folder is gone" in only.reason
    assert source.count() == 0


def test_without_permission_the_rest_goes_on():
    # Whoever runs the tests may be allowed everything, so an unprivileged child looks.
    if os.geteuid() != 0:
        pytest.skip("needs to be root to become somebody else")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        fill(root, "a.jpg", "locked/b.jpg", "private.jpg", "z.jpg")
        (root / "locked").chmod(0o700)
        (root / "private.jpg").chmod(0o600)
        script = (
            "import os, sys\n"
            "from pathlib import Path\n"
            "from core.collection.ingest.sources import FolderSource, Skipped\n"
            "from core.errors import ImageError\n"
            "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            "for item in FolderSource(Path(sys.argv[1])):\n"
            "    try:\n"
            "        print(item.name, '|', item.reason if isinstance(item, Skipped) else len(item.read()))\n"
            "    except ImageError as error:\n"
            "        print(item.name, '|', error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, name],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.splitlines() == [
        "a.jpg | 5",
        "locked | No permission to list the folder.",
        "private.jpg | No permission to read the file.",
        "z.jpg | 5",
    ]


# ---- large trees


def test_nothing_is_looked_at_before_its_turn(tmp_path, monkeypatch):
    fill(tmp_path, *(f"{i:04d}.jpg" for i in range(500)))
    looked: list[str] = []
    real = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda self: (looked.append(self.name), real(self))[1])
    assert [item.name for item in islice(FolderSource(tmp_path), 3)] == ["0000.jpg", "0001.jpg", "0002.jpg"]
    assert [name for name in looked if name.endswith(".jpg")] == ["0000.jpg", "0001.jpg", "0002.jpg"]


def test_a_tree_deeper_than_pythons_stack(tmp_path):
    depth, here = 1500, os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("x.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    try:
        (found,) = FolderSource(tmp_path, labels="folder")
    finally:  # Python's own way to delete a tree cannot go as deep
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
    assert found.name == "d/" * depth + "x.jpg"
    assert found.label == "d"


# ---- a CSV


def test_labels_and_captions_from_a_csv_in_the_folder(tmp_path):
    fill(tmp_path, "a/1.jpg", "2.jpg", "other.csv")
    table = tmp_path / "labels.csv"
    table.write_text("path,label,caption,price\na/1.jpg,dress,a red dress,9\nnone.jpg,hat,,9\n")
    source = FolderSource(tmp_path, labels=table)
    for _ in range(2):  # a second pass says the same
        found = list(source)
        assert [(item.name, item.label, item.caption) for item in found if isinstance(item, Candidate)] == [
            ("2.jpg", None, None),
            ("a/1.jpg", "dress", "a red dress"),
        ]
        assert [(item.name, item.reason) for item in found if isinstance(item, Skipped)] == [
            ("labels.csv", "Only path, label and caption are read; ignored: “price”."),
            ("other.csv", "Not a picture, but a table (.csv)."),
            ("none.jpg", "Line 3 of labels.csv names a picture that was not found."),
        ]


def test_a_bad_csv_is_refused_at_once(tmp_path):
    (tmp_path / "labels.csv").write_text("file,label\n")
    with pytest.raises(CollectionError, match="no column “path”"):
        FolderSource(tmp_path, labels=tmp_path / "labels.csv")
