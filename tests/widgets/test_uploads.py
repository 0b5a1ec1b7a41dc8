"""Uploaded files on their way to a collection."""

import io

from widgets.uploads import PICTURE_TYPES, Uploads


class Uploaded(io.BytesIO):
    def __init__(self, name, content):
        super().__init__(content)
        self.name, self.file_id = name, f"id of {name}"


class Manager:
    def __init__(self):
        self.removed = []

    def remove_file(self, session_id, file_id):
        self.removed.append((session_id, file_id))


def test_each_file_goes_to_disk_and_out_of_the_servers_memory(tmp_path, monkeypatch):
    context = type("Context", (), {"session_id": "s", "uploaded_file_mgr": Manager()})
    monkeypatch.setattr("widgets.uploads.get_script_run_ctx", lambda: context)
    files = [Uploaded("a.jpg", b"one"), Uploaded("../a.jpg", b"two")]
    with Uploads(files).on_disk(tmp_path) as items:
        assert [(name, upload.path.read_bytes()) for name, upload in items] == [
            ("a.jpg", b"one"),
            ("../a.jpg", b"two"),
        ]
        assert all(upload.path.parent.parent == tmp_path for _, upload in items)
        assert all(upload.path.stat().st_mode & 0o077 == 0 for _, upload in items)
        assert context.uploaded_file_mgr.removed == [("s", "id of a.jpg"), ("s", "id of ../a.jpg")]
        assert all(file.closed for file in files)
    assert list(tmp_path.iterdir()) == []


def test_pictures_and_archives_may_be_uploaded_and_videos_not():
    assert {"jpg", "heic", "dng", "zip"} <= set(PICTURE_TYPES)
    assert not {"mp4", "mov", "pdf", "exe"} & set(PICTURE_TYPES)
