import csv
import json
import subprocess
import sys
import zipfile

import pytest

from core import cli
from core.collection.workspace import Workspace
from core.errors import CollectionError, LookalikeError
from tests.support.pictures import jpeg, write_folder


def test_from_a_folder_to_hits(answer, tmp_path):
    folder = write_folder(tmp_path / "photos", 6)
    (folder / "broken.jpg").write_bytes(b"x")
    report = answer("add", "shop", folder, "--encoder", "tiny")
    assert (report["added"], report["unchanged"]) == (6, 0)
    assert report["skipped"][0]["name"] == "broken.jpg"
    assert answer("add", "shop", folder)["unchanged"] == 6
    listed = answer("list", "shop", "--label", "a")
    assert (listed["total"], listed["labels"]) == (2, {"a": 2, "b": 2, "c": 2})
    hits = answer("search", "shop", "--image", folder / "a/0003.jpg", "-k", 2)["hits"]
    assert (hits[0]["picture"]["name"], round(hits[0]["score"], 3)) == ("a/0003.jpg", 1.0)
    mixed = answer("search", "shop", "red", "--like", 1, "--unlike", "blue", "--region", "0,0,0.5,0.5")
    assert len(mixed["hits"]) == 6
    again = answer("search", "shop", "--image", folder / "a/0003.jpg", "--rerank", "k-reciprocal")
    assert again["reranked"] == "k-reciprocal"
    assert answer("list")["collections"][0]["pictures"] == 6


@pytest.mark.parametrize("bad", ["none", "none.jpg", "none.zip", "text.zip"])
def test_what_is_not_there_makes_no_collection(run, tmp_path, bad):
    (tmp_path / "text.zip").write_text("not an archive")
    (tmp_path / "good.jpg").write_bytes(jpeg(1))
    result = run("add", "shop", tmp_path / "good.jpg", tmp_path / bad, "--encoder", "tiny")
    assert result.exit_code == 1
    assert isinstance(result.exception, LookalikeError)
    assert Workspace(tmp_path / "home").list() == []


def test_a_table_of_labels_that_is_not_there_makes_no_collection(run, tmp_path):
    folder = write_folder(tmp_path / "photos", 2)
    result = run("add", "shop", folder, "--labels", tmp_path / "none.csv", "--encoder", "tiny")
    assert (result.exit_code, type(result.exception)) == (1, CollectionError)
    assert Workspace(tmp_path / "home").list() == []


def test_zip_files_and_single_files(answer, tmp_path):
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        archive.writestr("mugs/one.jpg", jpeg(1))
        archive.writestr("../evil.jpg", jpeg(2))
    (tmp_path / "two.jpg").write_bytes(jpeg(3))
    report = answer("add", "shop", tmp_path / "pictures.zip", tmp_path / "two.jpg", "--encoder", "tiny")
    assert (report["added"], len(report["skipped"])) == (2, 1)
    assert answer("list", "shop")["labels"] == {"mugs": 1, "null": 1}


def test_files_that_were_changed_meanwhile(answer, tmp_path):
    folder = write_folder(tmp_path / "photos", 3)
    answer("add", "shop", folder)
    (folder / "a" / "0000.jpg").rename(folder / "b" / "moved.jpg")
    (folder / "c" / "0002.jpg").unlink()
    report = answer("add", "shop", folder, "--full-check")
    assert (report["added"], report["known"], report["unchanged"], report["lost"]) == (0, 1, 1, 1)
    (lost,) = answer("lost", "shop")["lost"]
    assert (lost["reason"], lost["path"]) == ("missing", str(folder / "c" / "0002.jpg"))
    write_folder(folder, 3)
    assert answer("add", "shop", folder)["returned"] == 1
    assert answer("lost", "shop")["lost"] == []


def test_labels_bin_export_and_delete(answer, run, tmp_path):
    answer("add", "shop", write_folder(tmp_path / "photos", 4), "--encoder", "tiny")
    answer("label", "shop", "best", 1, 2)
    assert answer("remove", "shop", 2, 3)["removed"] == 2
    assert answer("restore", "shop", 2)["restored"] == 1
    assert answer("empty-bin", "shop")["deleted"] == 1
    assert answer("export", "shop", tmp_path / "out.csv")["exported"] == 3
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == ["best", "best", "c"]
    assert run("delete", "shop").exit_code == 1  # nobody there to say yes
    assert answer("delete", "shop", "--yes")["deleted"]
    assert answer("list")["collections"] == []


def test_favourites(answer, run, tmp_path):
    answer("add", "shop", write_folder(tmp_path / "photos", 4), "--encoder", "tiny")
    assert answer("favourite", "shop", 1, 3, 99)["changed"] == [1, 3]
    assert [one["id"] for one in answer("list", "shop", "--favourites")["pictures"]] == [1, 3]
    assert answer("favourite", "shop", 3, "--off")["changed"] == [3]
    assert "★" in run("list", "shop").stdout
    assert answer("export", "shop", tmp_path / "out.csv", "--favourites")["exported"] == 1
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        assert [row["favourite"] for row in csv.DictReader(file)] == ["1"]


def test_create_says_what_to_do_next(run):
    result = run("create", "shop", "--encoder", "tiny")
    assert result.exit_code == 0
    assert "python -m core add shop" in result.stdout
    assert "Begin with: python -m core sample" not in run("list").stdout


@pytest.mark.parametrize(
    "args", [["frobnicate"], ["add"], ["search", "shop", "-k", "many"], ["list", "--limit", "0"]]
)
def test_wrong_arguments_are_exit_code_2(run, args):
    assert run(*args).exit_code == 2


def main_in_process(monkeypatch, capsys, *args):
    monkeypatch.setattr(sys, "argv", ["core", *args])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


def test_a_users_error_is_a_sentence_and_exit_code_1(run, monkeypatch, capsys):
    code, out, err = main_in_process(monkeypatch, capsys, "search", "nowhere", "red", "--json")
    assert code == 1
    assert "There is no collection “nowhere”" in json.loads(out)["error"]
    assert "Traceback" not in err
    code, out, err = main_in_process(monkeypatch, capsys, "search", "nowhere", "red")
    assert (code, out) == (1, "")
    assert err.startswith("There is no collection")


def test_nothing_heavy_is_imported_before_it_is_needed():
    heavy = "torch", "transformers", "streamlit", "faiss", "onnxruntime", "pandas", "sklearn"
    code = f"import sys, core, core.cli; print([m for m in {heavy!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def python_m_core(*arguments, home):
    return subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments), "--workspace", home],
        check=False,
        capture_output=True,
        text=True,
        cwd=cli.__file__.rsplit("/core/", 1)[0],
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["search", "--json"], 2),
        (["search", "shop", "red", "-k", "many", "--json"], 2),
        (["nonsense", "--json"], 2),
        (["search", "shop", "red", "--json"], 1),
        (["delete", "shop", "--json"], 1),
    ],
)
def test_json_is_one_object_on_errors_too(tmp_path, capsys, arguments, status):
    assert cli.run([*arguments, "--workspace", str(tmp_path)]) == status
    told = capsys.readouterr()
    assert told.out.count("\n") == 1
    assert json.loads(told.out)["error"]
    assert "Traceback" not in told.err


def test_a_fault_of_the_program_is_one_object_without_a_traceback(tmp_path, capsys, monkeypatch):
    def broken(self):
        raise KeyError("oops")

    monkeypatch.setattr(Workspace, "list", broken)
    assert cli.run(["list", "--json", "--workspace", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "KeyError" in json.loads(told.out)["error"]
    assert "Traceback" not in told.err


def test_the_process_ends_with_the_status(tmp_path):
    told = python_m_core("list", "shop", "--json", home=tmp_path)
    assert (told.returncode, list(json.loads(told.stdout))) == (1, ["error"])
