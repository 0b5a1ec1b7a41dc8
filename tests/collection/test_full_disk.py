"""A disk that is really full."""

import subprocess
import sys

import pytest

from core.collection.workspace import Workspace
from core.errors import CollectionError
from tests.support.pictures import jpeg
from tests.support.tiny import TinyEncoder, register
from tests.support.whole import check_whole

PICTURES = 300


@pytest.fixture
def small_disk(tmp_path):
    """Sixteen megabytes, all of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = sys.platform == "linux" and not subprocess.call(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], stderr=subprocess.DEVNULL
    )
    if not mounted:
        pytest.skip("needs the right to mount a small disk")
    yield disk
    subprocess.check_call(["umount", "-l", disk])  # SQLite may still have a file open


def test_what_fitted_is_safe_and_the_rest_comes_when_there_is_space(small_disk, tmp_path):
    register(TinyEncoder())
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(PICTURES):  # 60 kB each, most of it after the picture's end: a good part does not fit
        (folder / f"{i:03d}.jpg").write_bytes(jpeg(i) + bytes(60_000))
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(6_000_000))
    shop = Workspace(small_disk).create("shop", encoder="tiny")
    with pytest.raises(CollectionError, match=r"disk is full: \d+ pictures were added .* are safe"):
        shop.add_folder(folder, keep=True)
    before = len(check_whole(shop))
    assert 0 < before < PICTURES
    assert len(shop.unfinished()) == 1
    ballast.unlink()
    with pytest.raises(CollectionError, match="disk is full"):
        shop.resume()
    # Not always more: pictures that are read ahead may take the room of those that wait to be committed.
    assert before <= len(check_whole(shop)) < PICTURES
    subprocess.check_call(["mount", "-o", "remount,size=200m", small_disk])
    assert shop.resume().added > 0
    assert len(check_whole(shop)) == PICTURES
    assert shop.unfinished() == []
