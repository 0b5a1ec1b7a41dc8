"""Uploaded files on their way to a collection."""

import gc
import io

import pytest

from core.collection.workspace import Workspace
from widgets.shared.uploads import PICTURE_TYPES, Uploads


class Uploaded(io.BytesIO):
    def __init__(self, name, content):
        super().__init__(content)
        self.name, self.file_id = name, f"id of {name}"


class Manager:
    def __init__(self):
        self.removed = []

    def remove_file(self, session_id, file_id):
        self.removed.append((session_id, file_id))


@pytest.fixture
def manager(monkeypatch):
    context = type("Context", (), {"session_id": "s", "uploaded_file_mgr": Manager()})
    monkeypatch.setattr("widgets.shared.uploads.get_script_run_ctx", lambda: context)
    return context.uploaded_file_mgr


def test_each_file_goes_to_disk_and_out_of_the_servers_memory(tmp_path, manager):
    files = [Uploaded("a.jpg", b"one"), Uploaded("../a.jpg", b"three")]
    uploads = Uploads(tmp_path / "home")
    uploads.take(files)
    assert [(name, upload.path.read_bytes()) for name, upload in uploads.items] == [
        ("a.jpg", b"one"),
        ("../a.jpg", b"three"),
    ]
    assert (len(uploads), uploads.size) == (2, 8)
    assert all(upload.path.parent.parent == tmp_path / "home" for _, upload in uploads.items)
    assert all(upload.path.stat().st_mode & 0o077 == 0 for _, upload in uploads.items)
    assert manager.removed == [("s", "id of a.jpg"), ("s", "id of ../a.jpg")]
    assert all(file.closed for file in files)


def test_what_was_never_added_goes_with_the_session(tmp_path, manager):
    uploads = Uploads(tmp_path)
    uploads.take([Uploaded("a.jpg", b"one")])
    assert len(list(tmp_path.iterdir())) == 1
    del uploads
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_cleared_uploads_leave_nothing_and_others_can_follow(tmp_path, manager):
    uploads = Uploads(tmp_path)
    uploads.take([Uploaded("a.jpg", b"one")])
    uploads.clear()
    assert (len(uploads), uploads.size, list(tmp_path.iterdir())) == (0, 0, [])
    uploads.take([Uploaded("b.jpg", b"four")])
    assert [name for name, _ in uploads.items] == ["b.jpg"]
    assert uploads.size == 4


def test_uploads_of_a_process_that_died_are_no_collection_and_are_swept(tmp_path, manager):
    left = tmp_path / ".files.999999999-0123abcd.uploads"
    left.mkdir(mode=0o700)
    (left / "000000").write_bytes(b"an upload")
    assert Workspace(tmp_path).list() == []
    Uploads(tmp_path).take([Uploaded("a.jpg", b"one")])
    assert not left.exists()


def test_pictures_and_archives_may_be_uploaded_and_videos_not():
    assert {"jpg", "heic", "dng", "zip"} <= set(PICTURE_TYPES)
    assert not {"mp4", "mov", "pdf", "exe"} & set(PICTURE_TYPES)
