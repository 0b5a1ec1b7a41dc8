import pytest

from core.collection.storage.media_store import MediaStore

SHA = "ab" * 32


@pytest.fixture
def media(tmp_path):
    return MediaStore(tmp_path)


def files(root):
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def test_staged_files_can_be_read_before_and_after_they_are_published(media, tmp_path):
    media.stage("media", SHA, b"original", durable=True)
    media.stage("thumbnail", SHA, b"small", durable=False)
    assert media.read("media", SHA) == b"original"
    media.publish(SHA)
    assert (media.read("media", SHA), media.read("thumbnail", SHA)) == (b"original", b"small")
    assert files(tmp_path) == [f"media/ab/{SHA}", f"thumbnails/ab/{SHA}"]


def test_settling_publishes_what_is_named_and_deletes_the_rest(media, tmp_path):
    other = "cd" * 32
    media.stage("media", SHA, b"named", durable=True)
    media.stage("media", other, b"not named", durable=True)
    (tmp_path / "staging" / f"{other}.media.1-ff.part").write_bytes(b"half")
    media.settle(lambda sha256: sha256 == SHA)
    assert files(tmp_path) == [f"media/ab/{SHA}"]
    assert media.read("media", other) is None


@pytest.mark.parametrize("forgotten", [True, False])
def test_a_deletion_cut_off_half_way_is_finished_or_undone(media, tmp_path, forgotten):
    media.stage("media", SHA, b"original", durable=True)
    media.publish(SHA)
    media.withdraw(SHA)  # the process dies here, before or after the catalogue forgot the picture
    assert media.read("media", SHA) == b"original"
    media.settle(lambda _: not forgotten)
    assert media.read("media", SHA) == (None if forgotten else b"original")
    assert not list((tmp_path / "staging").iterdir())


def test_a_failed_write_leaves_nothing_behind(media, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        media.stage("media", SHA, b"original", durable=True)
    assert files(tmp_path) == []
