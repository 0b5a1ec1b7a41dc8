"""The verb clusters, run in this process; few pictures, so that UMAP need not be compiled."""

import csv

import pytest

from core.collection.workspace import Workspace
from tests.clustering.test_runs import heaps
from tests.support.rows import fill


@pytest.fixture
def shop(run, tmp_path):
    shop = Workspace(tmp_path / "home").create("shop", encoder="tiny")
    ids = fill(shop, heaps(8, 5))
    shop.set_label(ids[:8], "=mug")
    shop.set_label(ids[8:], "hat")
    return shop


def test_it_clusters_names_lists_and_compares(answer, run, shop):
    first = answer("clusters", "shop", "--k", 2)
    assert [one["pictures"] for one in first["clusters"]] == [8, 5]
    assert len({one["name"] for one in first["clusters"]}) == 2
    assert first["labels"]["purity"] == 1
    second = answer("clusters", "shop", "--k", 3, "--name", "three", "--compare", first["name"])
    assert second["compared"]["id"] == first["id"]
    assert second["compared"]["agreement"]["pictures"] == 13
    assert [one["name"] for one in answer("clusters", "shop", "--list")["runs"]] == [first["name"], "three"]
    text = run("clusters", "shop", "--show", "three", "--compare", first["id"]).output
    assert "purity 1.000" in text
    assert "adjusted Rand" in text
    assert "three" in run("clusters", "shop", "--list").output


def test_newcomers_join_when_asked(answer, shop):
    first = answer("clusters", "shop", "--k", 2)
    fill(shop, heaps(1, 1, seed=4))
    assert answer("clusters", "shop", "--show", first["id"])["pictures"] == 13
    assert answer("clusters", "shop", "--show", first["id"], "--extend")["measured"]["joined"] == 2


def test_every_picture_is_written_and_no_formula(answer, shop, tmp_path):
    out = tmp_path / "clusters.csv"
    answer("clusters", "shop", "--k", 2, "--csv", out)
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 13
    assert {row["label"] for row in rows} == {"'=mug", "hat"}
    assert not any(row["cluster_name"].startswith("=") for row in rows)


def test_errors_are_sentences(run, shop):
    for arguments in (["--k", "1"], ["--show", "nothing"], ["--method", "hdbscan", "--k", "3"]):
        found = run("clusters", "shop", *arguments)
        assert found.exit_code != 0
        assert str(found.exception).endswith((".", "). "))
    assert run("clusters", "shop", "--extend").exit_code == 2
