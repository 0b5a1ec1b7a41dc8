import sqlite3

import pytest

from core.collection.workspace import Workspace
from core.errors import CollectionError


def test_create_list_open_delete(workspace, tiny):
    assert workspace.list() == []
    workspace.create("shop", encoder="tiny")
    workspace.create("Été 2024", encoder="tiny")
    assert [(s.name, s.pictures, s.encoder) for s in workspace.list()] == [
        ("shop", 0, "tiny"),
        ("Été 2024", 0, "tiny"),
    ]
    assert workspace.open("shop").name == "shop"
    workspace.delete("shop")
    assert [s.name for s in workspace.list()] == ["Été 2024"]
    with pytest.raises(CollectionError, match="no collection “shop”"):
        workspace.open("shop")


@pytest.mark.parametrize(
    "name", ["", " ", ".", "..", "../x", "a/b", "/etc", "a\0b", ".hidden", "x" * 65, "a\n", "end."]
)
def test_names_that_could_leave_the_workspace_are_refused(workspace, name):
    with pytest.raises(CollectionError, match="cannot be a collection's name"):
        workspace.create(name)


def test_a_name_is_taken_once(workspace, tiny):
    workspace.create("shop", encoder="tiny")
    with pytest.raises(CollectionError, match="already"):
        workspace.create("shop", encoder="tiny")


def test_the_environment_says_where(monkeypatch, tmp_path):
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "there"))
    assert Workspace().path == tmp_path / "there"
    assert Workspace(tmp_path).path == tmp_path


def test_a_damaged_collection_is_listed_with_its_problem_and_does_not_hide_the_others(workspace, tiny):
    workspace.create("good", encoder="tiny")
    bad = workspace.create("bad", encoder="tiny").root / "catalogue.sqlite"
    for file in bad.parent.glob("catalogue.sqlite*"):
        file.unlink()
    bad.write_bytes(b"this is no database, " * 100)
    listed = {s.name: s.problem for s in workspace.list()}
    assert listed["good"] == ""
    assert "cannot be read" in listed["bad"]


def test_a_catalogue_of_a_newer_program_is_left_alone(workspace, tiny):
    root = workspace.create("shop", encoder="tiny").root
    with sqlite3.connect(root / "catalogue.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CollectionError, match="newer Lookalike"):
        workspace.open("shop")


def test_deleting_waits_for_nobody(workspace, tiny):
    shop = workspace.create("shop", encoder="tiny")
    with shop._lock(), pytest.raises(CollectionError, match="cancel that"):
        workspace.delete("shop")
    assert workspace.open("shop").count() == 0
