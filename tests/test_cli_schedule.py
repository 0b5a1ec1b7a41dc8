import json
import sys

import pytest

from core.collection.workspace import Workspace
from tests.report.conftest import draw_shop


@pytest.fixture
def filled(answer, tmp_path):
    answer("add", "shop", draw_shop(tmp_path / "it's 100 %", each=2), "--encoder", "tiny")
    return tmp_path / "it's 100 %"


def test_it_prints_what_a_scheduler_takes(answer, run, filled, tmp_path):
    found = answer("schedule", "shop", "--every", "week", "--watch", filled, "--apply")
    assert found["command"][:5] == [sys.executable, "-m", "core", "schedule", "shop"]
    assert found["command"][5:] == [
        "--once",
        "--workspace",
        str(tmp_path / "home"),
        "--watch",
        str(filled),
        "--apply",
    ]
    assert found["crontab"].startswith("17 3 * * 0 cd ")
    assert set(found["systemd"]) == {"lookalike-shop.service", "lookalike-shop.timer"}
    said = run("schedule", "shop").stdout
    assert "crontab -e" in said
    assert "OnCalendar" in said
    assert answer("schedule", "shop", "--log")["runs"] == []  # printing runs nothing


def test_a_run_is_done_and_logged(answer, run, filled, tmp_path):
    found = answer("schedule", "shop", "--once", "--watch", filled, "--watch", tmp_path / "gone")
    by_state = {step["name"]: step["state"] for step in found["steps"]}
    assert by_state[f"Folder {tmp_path / 'gone'}"] == "attention"
    assert by_state["What is stored"] == "done"
    (logged,) = answer("schedule", "shop", "--log")["runs"]
    assert logged["steps"] == found["steps"]
    assert "Folder" in run("schedule", "shop", "--log").stdout


def test_a_run_beside_another_says_so(run, filled, tmp_path):
    shop = Workspace(tmp_path / "home").open("shop")
    with shop._writing():
        result = run("schedule", "shop", "--once", "--watch", filled, "--wait", "0", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["steps"][0]["state"] == "skipped"


@pytest.mark.parametrize(
    ("args", "code"), [(["--once", "--loop"], 2), (["--every", "blue moon"], 2), (["--wait", "-1"], 2)]
)
def test_wrong_arguments_are_exit_code_2(run, filled, args, code):
    assert run("schedule", "shop", *args).exit_code == code
