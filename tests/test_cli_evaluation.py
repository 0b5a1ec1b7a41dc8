import pytest

from core import Workspace
from core.evaluation.store import MarkStore, RunStore
from tests.evaluation.conftest import FIVE, describe, fill
from tests.support.tiny import TinyEncoder, register


@pytest.fixture
def five(run):
    shop = Workspace().create("shop", "tiny")
    fill(shop, FIVE)
    return shop


def test_evaluate_prints_and_stores_a_run(answer, run, five):
    found = answer("evaluate", "shop", "-k", 3)
    assert found["run"] == 1
    assert found["figures"]["map"]["mean"] == pytest.approx(34 / 60)
    assert found["figures"]["precision@3"]["title"] == "P@3"
    assert found["categories"]["a"]["queries"] == 3
    assert found["worst"][0]["query"] == "b-22.png"
    assert found["setup"]["k"] == 3
    assert found["costs"]["stages"][-1]["name"] == "total"
    said = run("evaluate", "shop").stdout
    assert "mAP 0.567 (95 % CI" in said
    assert "worst: 0.250  b-22.png  [b]" in said
    assert "stored as run 2" in said


def test_further_metrics_are_measured_beside_the_usual_ones(answer, run, five):
    usual = list(answer("evaluate", "shop")["figures"])
    found = answer("evaluate", "shop", "--metric", "map@r", "--metric", "P@1")["figures"]
    assert list(found) == [*usual, "map_at_r"]
    assert found["map_at_r"]["title"] == "MAP@R"
    assert run("evaluate", "shop", "--metric", "f1").exit_code == 1


def test_every_protocol_has_its_option(answer, five, tmp_path):
    describe(five, {1: "something red", 2: "something blue"})
    assert answer("evaluate", "shop", "--protocol", "words")["setup"]["queries"] == 2
    assert answer("evaluate", "shop", "--protocol", "captions", "--max-queries", 1)["setup"]["queries"] == 1
    (tmp_path / "q.csv").write_text("query,labels\nred,a\nblue,b\n", encoding="utf-8")
    assert answer("evaluate", "shop", "--queries", tmp_path / "q.csv")["setup"]["protocol"] == "csv"
    (tmp_path / "split.csv").write_text(
        "name,role\nb-22.png,query\nb-60.png,gallery\na-0.png,gallery\n", encoding="utf-8"
    )
    split = answer("evaluate", "shop", "--split", tmp_path / "split.csv")
    assert (split["setup"]["queries"], split["setup"]["pictures"]) == (1, 2)
    prefixed = answer(
        "evaluate", "shop", "--query-prefix", "b-", "--gallery-prefix", "b-6", "--gallery-prefix", "a"
    )
    assert (prefixed["setup"]["queries"], prefixed["setup"]["pictures"]) == (1, 4)
    for sha256, right in zip([p.sha256 for p in five.page()], (True, False), strict=False):
        MarkStore(five.catalogue).add("red", sha256, right)
    assert answer("evaluate", "shop", "--protocol", "marks")["setup"]["queries"] == 1


def test_evaluate_with_a_second_look_and_another_encoder(answer, five):
    register(TinyEncoder("second", "2"))
    found = answer(
        "evaluate", "shop", "--encoder", "second", "--rerank", "expansion", "--depth", 3, "--seed", 4
    )
    assert (found["setup"]["encoder"], found["setup"]["reranker"], found["setup"]["seed"]) == (
        "second",
        "expansion",
        4,
    )
    assert found["setup"]["reranker_parameters"]["depth"] == 3


def test_compare_two_runs(answer, run, five):
    answer("evaluate", "shop")
    answer("evaluate", "shop", "--rerank", "expansion")
    found = answer("compare", "shop", "--run", 1, "--run", 2)
    assert (found["before"], found["after"], found["queries"]) == (1, 2, 5)
    assert found["metrics"]["map"]["sentence"].startswith("mAP")
    assert (
        "labels · tiny (run 1) → labels · tiny + expansion (run 2)"
        in run("compare", "shop", "--run", 1, "--run", 2).stdout
    )


def test_compare_encoders(answer, run, five):
    register(TinyEncoder("second", "2"))
    found = answer("compare", "shop", "--encoder", "tiny", "--encoder", "second", "-k", 2)
    assert [row["encoder"] for row in found["encoders"]] == ["tiny", "second"]
    assert [row["run"] for row in found["encoders"]] == [1, 2]
    assert any(row["pareto"] for row in found["encoders"])
    assert found["comparisons"][0]["metrics"]["map"]["sentence"] == "mAP is the same for every query."
    said = run("compare", "shop", "--encoder", "tiny", "--encoder", "second").stdout
    assert "ms a picture" in said
    assert "tiny → second:" in said


def test_report_of_the_latest_run_or_of_one(answer, run, five, tmp_path):
    answer("evaluate", "shop")
    answer("evaluate", "shop", "--protocol", "words")
    answer("evaluate", "shop", "--rerank", "expansion")
    written = answer("evaluation-report", "shop", tmp_path / "out.html")
    assert written["run"] == 3
    assert written["bytes"] == (tmp_path / "out.html").stat().st_size
    assert answer("evaluation-report", "shop", tmp_path / "out.html", "--run", 2)["run"] == 2
    assert answer("evaluation-report", "shop", tmp_path / "out.html", "--against", 1)["against"] == 1
    assert "Compared with" in (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "Wrote run 3" in run("evaluation-report", "shop", tmp_path / "out.html").stdout


@pytest.mark.parametrize(
    "args",
    [
        ["evaluate"],
        ["evaluate", "shop", "--protocol", "guess"],
        ["evaluate", "shop", "--protocol", "csv"],
        ["evaluate", "shop", "--protocol", "words", "--queries", "q.csv"],
        ["evaluate", "shop", "--protocol", "words", "--query-prefix", "a"],
        ["evaluate", "shop", "--split", "s.csv", "--query-prefix", "a"],
        ["evaluate", "shop", "--max-queries", "0"],
        ["compare", "shop"],
        ["compare", "shop", "--run", "1"],
        ["compare", "shop", "--run", "1", "--run", "2", "--run", "3"],
        ["compare", "shop", "--run", "1", "--run", "2", "--encoder", "tiny"],
        ["compare", "shop", "--encoder", "tiny"],
        ["evaluation-report", "shop"],
    ],
)
def test_wrong_arguments_are_exit_code_2(run, five, tmp_path, monkeypatch, args):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.csv").write_text("name,role\nb-22.png,query\n", encoding="utf-8")
    assert run(*args).exit_code == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["evaluate", "shop", "-k", "0"], "between 1 and 1,000"),
        (["evaluate", "shop", "--rerank", "magic"], "no re-ranker “magic”"),
        (["evaluate", "shop", "--queries", "nothing.csv"], "cannot be read"),
        (["evaluate", "shop", "--protocol", "captions"], "has a caption"),
        (["compare", "shop", "--run", "1", "--run", "2"], "no stored run 1"),
        (["evaluation-report", "shop", "out.html"], "Nothing has been measured in “shop” yet"),
    ],
)
def test_a_users_error_is_a_sentence(run, five, args, said):
    result = run(*args)
    assert said in str(result.exception)
    assert RunStore(five.catalogue).list() == []
