"""A folder or file that is swapped for a link after it was checked is not read."""

import threading

import pytest

from core.collection.ingest.folder_access import check_folder
from core.collection.ingest.sources import Candidate, FolderSource, Skipped
from core.errors import CollectionError, ImageError
from core.images.files import read_file, read_unlinked
from tests.support.pictures import jpeg

OURS, SECRET = jpeg(colour=(200, 30, 30)), jpeg(colour=(30, 30, 200))


@pytest.fixture
def tree(tmp_path):
    """A folder `open/a/b` with a picture in it, and `closed`, of the same shape, with a secret one."""
    for top, data in (("open", OURS), ("closed", SECRET)):
        folder = tmp_path / top / "a" / "b"
        folder.mkdir(parents=True)
        (folder / "x.jpg").write_bytes(data)
    return tmp_path


def swap(path, target):
    path.rename(path.with_name(f"{path.name}.aside"))
    path.symlink_to(target)


@pytest.mark.parametrize("part", ["a/b/x.jpg", "a/b", "a", "."])
def test_what_was_listed_is_read_and_nothing_that_took_its_place(tree, part):
    (found,) = FolderSource(tree / "open")
    assert found.read() == OURS
    swap((tree / "open" / part).resolve(), tree / "closed" / part)
    assert read_file(found.path) == SECRET, "the path leads there now"
    with pytest.raises(ImageError):
        found.read()


def test_a_folder_that_is_swapped_while_its_parent_is_walked_is_not_listed(tree):
    (tree / "open" / "a" / "0.jpg").write_bytes(OURS)
    walk = iter(FolderSource(tree / "open"))
    assert next(walk).name == "a/0.jpg"
    swap(tree / "open" / "a" / "b", tree / "closed" / "a" / "b")
    rest = list(walk)
    assert [type(one) for one in rest] == [Skipped]


def test_a_link_inside_the_folder_is_read_where_it_led_when_it_was_checked(tree):
    (tree / "open" / "link.jpg").symlink_to("a/b/x.jpg")
    found = {one.name: one for one in FolderSource(tree / "open") if isinstance(one, Candidate)}
    assert found["link.jpg"].read() == OURS
    (tree / "open" / "link.jpg").unlink()
    (tree / "open" / "link.jpg").symlink_to(tree / "closed" / "a" / "b" / "x.jpg")
    assert found["link.jpg"].read() == OURS


def test_a_folder_swapped_between_the_check_and_the_addition_is_refused(tree, shop, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_ROOTS", str(tree / "open"))
    checked = check_folder(str(tree / "open" / "a"))
    swap(checked, tree / "closed" / "a")
    with pytest.raises(CollectionError, match="outside the folders"):
        shop.add_folder(checked, within=[tree / "open"])
    assert shop.count() == 0


def test_reading_never_follows_a_link_in_a_real_race(tree):
    real, aside = tree / "open" / "a", tree / "open" / "a.aside"
    stop = threading.Event()

    def flip():
        while not stop.is_set():
            real.rename(aside)
            real.symlink_to(tree / "closed" / "a")
            real.unlink()
            aside.rename(real)

    racing = threading.Thread(target=flip)
    racing.start()
    read = set()
    try:
        for _ in range(400):
            try:
                read.add(read_unlinked(real / "b" / "x.jpg"))
            except ImageError:
                continue
    finally:
        stop.set()
        racing.join(30)
    assert read <= {OURS}
