from pathlib import Path

import pytest

from core.collection.ingest.folder_access import allowed_roots, check_folder
from core.errors import CollectionError


@pytest.fixture
def root(tmp_path, monkeypatch):
    (tmp_path / "open" / "photos").mkdir(parents=True)
    (tmp_path / "closed").mkdir()
    monkeypatch.setenv("LOOKALIKE_ROOTS", str(tmp_path / "open"))
    return tmp_path


def test_folders_under_a_root_are_allowed(root):
    assert check_folder(str(root / "open" / "photos")) == root / "open" / "photos"
    assert check_folder(f"  {root}/open ") == root / "open"


def test_what_lies_elsewhere_is_refused_however_it_is_written(root):
    (root / "open" / "link").symlink_to(root / "closed")
    for text in (root / "closed", root / "open/../closed", root / "open/link", "/", "/etc", root / "opener"):
        with pytest.raises(CollectionError, match="outside the folders"):
            check_folder(str(text))


@pytest.mark.parametrize("text", ["", "  ", "a\0b"])
def test_nothing_is_no_folder(root, text):
    with pytest.raises(CollectionError, match="Name a folder"):
        check_folder(text)


def test_a_folder_that_is_not_there(root):
    with pytest.raises(CollectionError, match="There is no folder"):
        check_folder(str(root / "open" / "nowhere"))


def test_the_home_directory_is_the_root_where_none_is_named(monkeypatch):
    monkeypatch.delenv("LOOKALIKE_ROOTS", raising=False)
    assert allowed_roots() == [Path.home().resolve()]
