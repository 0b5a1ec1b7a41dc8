"""ZIP archives, honest and hostile."""

import io
import os
import struct
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collection.ingest import zip_reader as archive_module
from core.collection.ingest.sources import Candidate, Skipped, ZipSource
from core.errors import ArchiveError, ImageError


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=method)
    return out.getvalue()


def member(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3  # Unix
    info.external_attr = mode << 16
    return info


def reasons(data: bytes) -> dict[str, str]:
    return {item.name: item.reason for item in ZipSource(data) if isinstance(item, Skipped)}


def contents(data: bytes) -> dict[str, bytes]:
    return {item.name: item.read() for item in ZipSource(data) if isinstance(item, Candidate)}


GOOD = ("good.jpg", b"a good picture")


def test_members_come_in_order_with_labels_and_without_touching_the_disk(tmp_path):
    path = tmp_path / "shop.zip"
    path.write_bytes(packed(("z/dress/2.jpg", b"two"), ("a.jpg", b"one"), ("notes.txt", b""), ("z/", b"")))
    source = ZipSource(path, labels="folder")
    first, second, third = source
    assert (first.name, first.path, first.size, first.mtime_ns, first.label) == (
        "z/dress/2.jpg",
        None,
        3,
        0,
        "dress",
    )
    assert (second.name, second.label) == ("a.jpg", None)
    assert third == Skipped("notes.txt", "Not a picture, but text (.txt).")
    assert (first.read(), second.read(), first.read()) == (b"two", b"one", b"two")
    assert source.count() == 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_candidate_can_be_read_when_its_source_is_gone(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(packed(GOOD))
    (found,) = ZipSource(path)
    assert found.read() == GOOD[1]


def test_members_are_read_from_several_threads(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(packed(*((f"{i}.jpg", bytes([i]) * 50_000) for i in range(40))))
    found = list(ZipSource(path))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda item: item.read(), found)) == [bytes([i]) * 50_000 for i in range(40)]


def test_a_csv_beside_the_archive(tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("path,label\ngood.jpg,dress\nbad.jpg,hat\n")
    found, unused = ZipSource(packed(GOOD), labels=table)
    assert found.label == "dress"
    assert unused.name == "bad.jpg"


# ---- names


def test_leftovers_are_passed_over_in_silence():
    data = packed(GOOD, ("__MACOSX/._good.jpg", b"x"), ("a/.DS_Store", b"x"), ("a/Thumbs.db", b"x"))
    assert [item.name for item in ZipSource(data)] == ["good.jpg"]


def test_names_survive():
    names = ['it\'s "q" <b>.jpg', "two\nlines.jpg", "👗.jpg", "x" * 251 + ".jpg"]
    data = packed(*((name, name.encode()) for name in names))
    assert contents(data) == {
        'it\'s "q" <b>.jpg': names[0].encode(),
        "two␤lines.jpg": names[1].encode(),
        "👗.jpg": names[2].encode(),
        names[3]: names[3].encode(),
    }


def test_utf_8_without_the_flag_that_says_so():
    data = packed(("caf__.jpg", b"x")).replace(b"caf__", "café".encode())
    assert list(contents(data)) == ["café.jpg"]


def test_code_page_437_where_it_is_not_utf_8():
    data = packed(("caf_.jpg", b"x")).replace(b"caf_", b"caf\x82")
    assert list(contents(data)) == ["café.jpg"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.jpg", "leads out of the archive"),
        ("a/../../evil.jpg", "leads out of the archive"),
        ("a/..", "leads out of the archive"),
        ("..\\..\\evil.jpg", "leads out of the archive"),
        ("/etc/evil.jpg", "absolute path"),
        ("\\\\server\\evil.jpg", "absolute path"),
        ("C:\\evil.jpg", "names a drive"),
        ("c:evil.jpg", "names a drive"),
        ("inner.zip", "an archive (.zip)"),
    ],
)
def test_refused_names_are_a_line_and_the_rest_goes_on(name, words):
    data = packed((name, b"x"), GOOD)
    (reason,) = reasons(data).values()
    assert words in reason
    assert contents(data) == dict([GOOD])


def test_a_name_twice():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("a.jpg", b"first"), ("a.jpg", b"second"))
    assert contents(data) == {"a.jpg": b"first"}
    assert "holds this name twice" in reasons(data)["a.jpg"]


# ---- kinds of members


@pytest.mark.parametrize(
    ("mode", "words"),
    [(0o120777, "a symbolic link"), (0o010644, "a device or pipe"), (0o060644, "a device or pipe")],
)
def test_members_that_are_no_files(mode, words):
    data = packed((member("x.jpg", mode), b"/etc/passwd"), GOOD)
    assert words in reasons(data)["x.jpg"]
    assert contents(data) == dict([GOOD])


def test_members_with_a_files_mode_are_read():
    assert contents(packed((member("x.jpg", 0o100644), b"x"))) == {"x.jpg": b"x"}


def test_encrypted_members():
    data = bytearray(packed(GOOD, ("b.jpg", b"x")))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert "is encrypted" in reasons(bytes(data))["good.jpg"]
    assert contents(bytes(data)) == {"b.jpg": b"x"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bounds(method):
    assert "packed by a method that is not read here" in reasons(packed(GOOD, method=method))["good.jpg"]


# ---- bombs


def test_a_member_over_the_size_of_a_picture():
    data = bytearray(packed(GOOD))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<L", 300 * 2**20)
    assert "300 MB is more than the 256 MB" in reasons(bytes(data))["good.jpg"]


def test_a_member_that_packs_too_well():
    data = packed(("zeros.bmp", bytes(40 * 2**20)), ("small.bmp", bytes(2**20)), GOOD)
    assert "more than 200 times its size" in reasons(data)["zeros.bmp"]
    assert set(contents(data)) == {"small.bmp", "good.jpg"}


def test_a_total_over_the_cap(monkeypatch):
    monkeypatch.setattr(archive_module, "TOTAL_FLOOR_BYTES", 100_000)
    data = packed(*((f"{i}.bmp", bytes(40_000)) for i in range(4)))
    source = ZipSource(data)
    assert [type(item) for item in source] == [Candidate, Candidate, Skipped, Skipped]
    assert source.count() == 2
    assert "the rest is not read" in reasons(data)["3.bmp"]


def declare_size(data: bytes, size: int) -> bytes:
    changed = bytearray(data)
    entry = changed.index(b"PK\x01\x02")
    changed[entry + 24 : entry + 28] = struct.pack("<L", size)
    return bytes(changed)


def test_a_header_that_declares_too_little_unpacks_no_more_than_that():
    (found,) = ZipSource(declare_size(packed(("x.bmp", bytes(2**20))), 1000))
    with pytest.raises(ImageError, match="damaged"):
        found.read()


def test_a_lying_bomb_takes_no_memory(tmp_path):
    # 400 MB of zeros that claim to be 1,000 bytes: a child is given far less memory than they would need.
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.bmp", "w") as out:
        for _ in range(400):
            out.write(bytes(2**20))
    path.write_bytes(declare_size(path.read_bytes(), 1000))
    script = (
        "import sys, tracemalloc\n"
        "from pathlib import Path\n"
        "from core.collection.ingest.sources import ZipSource\n"
        "from core.errors import ImageError\n"
        "tracemalloc.start()\n"
        "(found,) = ZipSource(Path(sys.argv[1]))\n"
        "try:\n"
        "    found.read()\n"
        "except ImageError as error:\n"
        "    print(tracemalloc.get_traced_memory()[1], error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    peak, _, sentence = done.stdout.partition(" ")
    assert "damaged" in sentence
    assert int(peak) < 20 * 2**20


def test_a_header_that_declares_too_much():
    (found,) = ZipSource(declare_size(packed(("x.bmp", b"short")), 1000))
    with pytest.raises(ImageError, match=r"damaged|ends in the middle"):
        found.read()


def test_members_that_overlap():
    # Two entries of the list of members that name one and the same packed data.
    data = packed(("a.bmp", bytes(os.urandom(5000))))
    entry = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    record = data[entry:end]
    twice = record + record.replace(b"a.bmp", b"b.bmp")
    tail = bytearray(data[end:])
    tail[8:16] = struct.pack("<HHL", 2, 2, len(twice))
    with pytest.raises(ArchiveError, match="members overlap"):
        ZipSource(data[:entry] + twice + bytes(tail))


def test_too_many_members(monkeypatch):
    monkeypatch.setattr(archive_module, "MAX_MEMBERS", 50)
    many = packed(*((f"{i}.jpg", b"") for i in range(51)))
    with pytest.raises(ArchiveError, match="holds more than 50 files"):
        ZipSource(many)
    assert len(contents(packed(*((f"{i}.jpg", b"") for i in range(50))))) == 50


def test_the_count_of_members_is_not_taken_from_the_header(monkeypatch):
    monkeypatch.setattr(archive_module, "MAX_MEMBERS", 50)
    data = bytearray(packed(*((f"{i}.jpg", b"") for i in range(51))))
    end = data.index(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    with pytest.raises(ArchiveError, match="holds more than 50 files"):
        ZipSource(bytes(data))


# ---- damage


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04 and nothing more", bytes(5000)])
def test_what_is_no_zip(tmp_path, data):
    with pytest.raises(ArchiveError, match="The upload is not a ZIP archive"):
        ZipSource(data)
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(ArchiveError, match=r"x\.zip is not a ZIP archive"):
        ZipSource(tmp_path / "x.zip")


def test_what_cannot_be_opened(tmp_path):
    with pytest.raises(ArchiveError, match=r"none\.zip cannot be opened\. The file is gone"):
        ZipSource(tmp_path / "none.zip")
    with pytest.raises(ArchiveError, match=r"cannot be opened|not a regular file"):
        ZipSource(tmp_path)
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(ArchiveError, match="not a regular file"):
        ZipSource(tmp_path / "pipe.zip")


def test_an_archive_cut_off_in_the_middle():
    data = packed(*((f"{i}.jpg", os.urandom(1000)) for i in range(5)))
    with pytest.raises(ArchiveError):
        ZipSource(data[: len(data) // 2])


def test_a_damaged_member_is_its_own_error():
    data = bytearray(packed(("a.jpg", os.urandom(1000)), GOOD, method=zipfile.ZIP_STORED))
    data[500] ^= 0xFF
    bad, good = ZipSource(bytes(data))
    with pytest.raises(ImageError, match="damaged"):
        bad.read()
    assert good.read() == GOOD[1]


BASE = packed(("a.jpg", b"hello " * 50), ("b/c.png", os.urandom(50)), ("d.txt", b"x"))


@given(
    st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(BASE)),
)
@settings(max_examples=400, deadline=None)
def test_any_damage_gives_members_or_sentences(changes, length):
    data = bytearray(BASE)
    for place, value in changes:
        data[place] = value
    try:
        source = ZipSource(bytes(data[: max(length, len(BASE) - 40)]))
    except ArchiveError as error:
        assert "ZIP archive" in str(error) or "overlap" in str(error)
        return
    for item in source:
        item.name.encode("utf-8")
        if isinstance(item, Candidate):
            try:
                assert len(item.read()) == item.size
            except ImageError as error:
                assert str(error).endswith(".")


def raw_entry(name: str, data: bytes = b"here") -> bytes:
    """An archive of one entry of exactly this name, and a good one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a")
        info.filename = name
        archive.writestr(info, data)
        archive.writestr(*GOOD)
    return out.getvalue()


@pytest.mark.parametrize("name", ["", ".", "./."])
def test_an_entry_without_a_name(name):
    bad, good = ZipSource(raw_entry(name))
    assert isinstance(bad, Skipped)
    assert bad.reason == "Refused: the entry has no name."
    assert good.name == GOOD[0]
    assert ZipSource(raw_entry(name)).count() == 1


def test_folders_are_passed_over_unless_they_hold_data():
    assert [item.name for item in ZipSource(raw_entry("a/", b""))] == [GOOD[0]]
    assert [item.name for item in ZipSource(raw_entry("./", b""))] == [GOOD[0]]
    bad, _ = ZipSource(raw_entry("a/"))
    assert bad.reason == "Refused: the entry is a folder that holds data."


def test_bins_and_previews_in_an_archive_are_one_line_each():
    data = packed(("a/@eaDir/1.jpg", b"1"), ("a/@eaDir/2/3.jpg", b"2"), ("#recycle/4.jpg", b"3"), GOOD)
    found = {item.name: isinstance(item, Skipped) for item in ZipSource(data)}
    assert found == {"a/@eaDir": True, "#recycle": True, GOOD[0]: False}
