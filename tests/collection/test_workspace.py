import os
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress

import pytest
from filelock import FileLock

from core import Query, SearchEngine
from core.collection.ingest.pending import Plan, Spool, begin
from core.collection.storage.feature_cache import FeatureCache
from core.collection.storage.schema import MIGRATIONS
from core.collection.workspace import Workspace
from core.dedup.scan import scan
from core.dedup.scoring import model_store
from core.dedup.scoring.model import default_judge
from core.errors import CollectionError, LookalikeError
from core.index.spec import Recipe
from core.index_manager.custom import build_index
from tests.support.pictures import jpeg

RECIPE = Recipe("hnsw", "HNSW8", 20)


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


def test_renaming_keeps_everything(workspace, shop):
    shop.add_files([("a.jpg", jpeg(seed=1)), ("b.jpg", jpeg(seed=2))])
    shop.set_label([1], "mug")
    identity, before = shop.identity, shop.page()
    renamed = workspace.rename("shop", "Été")
    assert [s.name for s in workspace.list()] == ["Été"]
    assert (renamed.name, renamed.identity, renamed.page()) == ("Été", identity, before)
    renamed.add_files([("c.jpg", jpeg(seed=3))])
    assert renamed.count() == 3
    with pytest.raises(CollectionError, match="deleted or moved"):
        shop.set_label([1], "cup")
    with pytest.raises(CollectionError, match="no collection “shop”"):
        workspace.rename("shop", "other")


def test_a_new_collection_under_an_old_name_is_another(workspace, shop):
    shop.add_files([("a.jpg", jpeg(seed=1))])
    workspace.rename("shop", "old")
    new = workspace.create("shop", encoder="tiny")
    with pytest.raises(CollectionError, match="deleted or moved"):
        shop.remove([1])
    assert new.count() == 0
    assert workspace.open("old").count() == 1


@pytest.mark.parametrize("name", ["other", "shop", "file", "../x", ""])
def test_a_name_that_cannot_be_had_changes_nothing(workspace, shop, tiny, name):
    workspace.create("other", encoder="tiny")
    (workspace.path / "file").write_text("")
    with pytest.raises(CollectionError, match=r"already|cannot be"):
        workspace.rename("shop", name)
    assert [s.name for s in workspace.list()] == ["other", "shop"]


def test_renaming_waits_for_nobody(workspace, shop):
    with shop._lock(), pytest.raises(CollectionError, match="before renaming"):
        workspace.rename("shop", "other")
    with FileLock(shop.indexes.lock_file), pytest.raises(CollectionError, match="before renaming"):
        workspace.rename("shop", "other")
    assert workspace.open("shop").count() == 0


def test_an_addition_that_was_cut_off_goes_on_under_the_new_name(workspace, shop):
    spool = Spool(shop.root)
    items = [("a.jpg", spool.place(jpeg(seed=1)))]
    labels = spool.place_labels(b"path,label\na.jpg,mug\n")
    begin(shop._catalogue, Plan("files", "1 file", items=items, labels=labels, spool=spool.name))
    renamed = workspace.rename("shop", "renamed")
    assert renamed.resume().added == 1
    assert [(p.name, p.label) for p in renamed.page()] == [("a.jpg", "mug")]


def older(root, version):
    """Make the catalogue of a collection one of an earlier version, and return its bytes."""
    path = root / "catalogue.sqlite"
    for file in root.glob("catalogue.sqlite*"):
        file.unlink()
    with closing(sqlite3.connect(path)) as old:
        old.create_function("nfc", 1, lambda text: text)
        old.create_function("folded", 1, lambda text: text)
        old.create_function("without_secrets", 1, lambda text: text)
        old.executescript("".join(MIGRATIONS[:version]) + f"PRAGMA user_version = {version};")
        old.execute("INSERT INTO meta VALUES ('encoder', 'tiny')")
        old.commit()
        old.execute("PRAGMA journal_mode = WAL")
    return path.read_bytes()


def snapshot(folder):
    return {
        path.relative_to(folder): (path.stat().st_mtime_ns, path.stat().st_mode) for path in folder.rglob("*")
    }


@pytest.mark.parametrize("version", [1, len(MIGRATIONS) - 1, len(MIGRATIONS)])
def test_a_listing_changes_nothing_on_disk(workspace, tiny, version):
    root = workspace.create("shop", encoder="tiny").root
    older(root, version)
    before = snapshot(workspace.path)
    assert [(s.name, s.pictures, s.encoder, s.problem) for s in workspace.list()] == [("shop", 0, "tiny", "")]
    assert snapshot(workspace.path) == before


def test_six_processes_open_an_old_collection_at_once(workspace, tiny):
    root = workspace.create("shop", encoder="tiny").root
    older(root, 1)
    code = (
        "import sys; from core.collection.workspace import Workspace; "
        "sys.stdin.readline(); print(Workspace(sys.argv[1]).open('shop').count())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, workspace.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=120) for process in processes] == [("0\n", "")] * 6


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 4080])
def test_an_empty_or_damaged_catalogue_is_no_empty_collection_and_can_be_deleted(workspace, tiny, content):
    root = workspace.create("shop", encoder="tiny").root
    for file in root.glob("catalogue.sqlite*"):
        file.unlink()
    (root / "catalogue.sqlite").write_bytes(content)
    (summary,) = workspace.list()
    assert "delete the collection" in summary.problem
    with pytest.raises(CollectionError, match="delete the collection"):
        workspace.open("shop")
    workspace.delete("shop")
    assert workspace.list() == []
    assert list(workspace.path.iterdir()) == []
    workspace.create("shop", encoder="tiny")


def test_a_collection_that_has_lost_its_catalogue_is_listed_and_can_be_deleted(shop, workspace):
    shop.add_files([("one.jpg", jpeg(1))])
    for file in shop.root.glob("catalogue.sqlite*"):
        file.unlink()
    (summary,) = workspace.list()
    assert "catalogue is missing" in summary.problem
    workspace.delete("shop")
    assert workspace.list() == []


def test_what_killed_processes_were_creating_or_deleting_is_not_listed_and_goes(workspace, tiny):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    workspace.create("shop", encoder="tiny")
    for name in (f".a.{gone.pid}-0a1b2c3d.new", f".b.{gone.pid}-0a1b2c3d.deleted", ".deleted-0a1b2c3d"):
        (workspace.path / name).mkdir()
        (workspace.path / name / "catalogue.sqlite").touch()
    mine = workspace.path / f".c.{os.getpid()}-0a1b2c3d.new"
    mine.mkdir()
    assert [s.name for s in workspace.list()] == ["shop"]
    workspace.create("other", encoder="tiny")
    assert {path.name for path in workspace.path.iterdir()} == {"shop", "other", mine.name}


def test_nothing_brings_a_deleted_collection_back(shop, workspace):
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(3)])
    features, engine = FeatureCache(shop), SearchEngine(shop)
    workspace.delete("shop")
    features.ensure_features([1, 2, 3])
    for work in (
        lambda: shop.add_files([("late.jpg", jpeg(9))]),
        lambda: shop.set_label([1], "late"),
        lambda: model_store.save(default_judge(), shop),
    ):
        with pytest.raises(CollectionError, match=r"not there|deleted|moved"):
            work()
    for late in (
        lambda: scan(shop),
        lambda: build_index(shop, RECIPE),
        lambda: engine.search(Query(text="red")),
    ):
        with suppress(LookalikeError):
            late()
    assert list(workspace.path.iterdir()) == []


def test_others_may_not_read_a_workspace_whatever_the_umask(tmp_path, tiny):
    before = os.umask(0)
    try:
        space = Workspace(tmp_path / "workspace")
        shop = space.create("shop", encoder="tiny")
        shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(3)])
        scan(shop)
        build_index(shop, RECIPE)
    finally:
        os.umask(before)
    open_ = [path for path in (space.path, *space.path.rglob("*")) if path.stat().st_mode & 0o077]
    assert [str(path.relative_to(space.path)) for path in open_] == []


def test_a_workspace_that_was_made_readable_for_all_is_mended_when_it_is_opened(workspace, shop):
    shop.add_files([("one.jpg", jpeg(1))])
    for path in (shop.root, *shop.root.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    workspace.open("shop")
    assert not [path for path in (shop.root, *shop.root.iterdir()) if path.stat().st_mode & 0o077]


@pytest.fixture
def read_only(shop, workspace, tmp_path):
    """The workspace, with three pictures, seen through a mount that cannot be written."""
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(3)])
    shop._catalogue.close()
    mount = tmp_path / "read-only"
    mount.mkdir()
    bound = sys.platform == "linux" and not (
        subprocess.call(["mount", "--bind", workspace.path, mount], stderr=subprocess.DEVNULL)
        or subprocess.call(["mount", "-o", "remount,bind,ro", mount], stderr=subprocess.DEVNULL)
    )
    if not bound:
        pytest.skip("needs the right to mount a folder")
    yield Workspace(mount)
    subprocess.check_call(["umount", "-l", mount])


def test_a_read_only_workspace_can_be_listed_and_searched(read_only):
    assert [(s.name, s.pictures, s.problem) for s in read_only.list()] == [("shop", 3, "")]
    shop = read_only.open("shop")
    assert len(SearchEngine(shop).search(Query(text="red"))) == 3
    assert shop.thumbnail(1) and shop.original(1) and shop.unfinished() == []
    for work in (
        lambda: shop.set_label([1], "x"),
        lambda: shop.add_files([("new.jpg", jpeg(9))]),
        lambda: scan(shop),
        lambda: read_only.delete("shop"),
        lambda: read_only.create("new", "tiny"),
    ):
        with pytest.raises(CollectionError, match="read-only"):
            work()
