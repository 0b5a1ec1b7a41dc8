"""The verb events, run in this process."""

import csv
from datetime import datetime, timedelta

import pytest

from tests.support.photos import LISBON, photo

HOSTILE = "=cmd.jpg"


@pytest.fixture
def folder(tmp_path):
    """Four pictures in Lisbon, two days later another, and one without a date."""
    folder = tmp_path / "photos"
    folder.mkdir()
    start = datetime(2025, 6, 14, 10)
    for i in range(4):
        name = HOSTILE if i == 0 else f"{i}.jpg"
        (folder / name).write_bytes(photo(i, start + timedelta(minutes=i), LISBON))
    (folder / "later.jpg").write_bytes(photo(9, start + timedelta(days=2), None))
    (folder / "undated.jpg").write_bytes(photo(11))
    return folder


@pytest.fixture
def shop_with(run, folder):
    assert run("create", "shop", "--encoder", "tiny").exit_code == 0
    assert run("add", "shop", folder, "--labels", "none").exit_code == 0


def test_found_listed_and_written(run, answer, shop_with, tmp_path):
    said = answer("events", "shop", "--csv", tmp_path / "events.csv")
    assert [(e["title"].split(":")[0], e["pictures"], e["place"]) for e in said["events"]] == [
        ("Sat 14 June 2025, Lisbon", 4, "Lisbon"),
        ("Mon 16 June 2025", 1, None),
    ]
    assert said["events"][0]["start"] == "2025-06-14T10:00:00"
    assert said["events"][0]["latitude"] == pytest.approx(38.72, abs=1e-3)
    assert said["undated"] == 1
    with (tmp_path / "events.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert rows[0]["name"] == f"'{HOSTILE}"
    assert (rows[0]["title"], rows[5]["title"]) == (said["events"][0]["title"], "")
    again = answer("events", "shop", "--stored")
    assert again["events"] == said["events"]
    text = run("events", "shop", "--gap", "100").output
    assert "14–16 June 2025, Lisbon" in text
    assert "1 event in “shop”." in text


def test_nothing_to_find(run, tmp_path):
    run("create", "shop", "--encoder", "tiny")
    assert "Nobody has looked for events" in str(run("events", "shop", "--stored").exception)
    assert "holds no pictures" in str(run("events", "shop").exception)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.jpg").write_bytes(photo(1))
    run("add", "shop", tmp_path / "a")
    assert "The only picture of “shop” does not say when it was taken" in str(run("events", "shop").exception)
    assert run("events", "shop", "--gap", "2", "--stored").exit_code == 2
