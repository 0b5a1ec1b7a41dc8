"""Presets: stored with a collection, and applied as defaults."""

import pytest

from core.embedding.registry import list_encoders
from core.errors import LookalikeError
from core.presets import PRESETS, preset, preset_of, set_preset
from core.search.match_cutoff import check_alpha
from core.search.rerankers import find_reranker
from tests.support.pictures import jpeg


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.key)
def test_every_preset_names_what_there_is(one):
    assert one.encoder in {info.name for info in list_encoders() if info.usable}
    check_alpha(one.alpha)
    if one.reranker:
        find_reranker(one.reranker)
    assert len(one.starts) >= 2
    assert preset(one.key) is one


def test_a_preset_is_stored_with_the_collection(workspace, shop):
    assert preset_of(shop) is None
    set_preset(shop, "logos")
    assert preset_of(workspace.open("shop")).title == "Brand-logo monitoring"
    assert preset_of(workspace.duplicate("shop", "twin")).key == "logos"
    with pytest.raises(LookalikeError, match="no preset “x”"):
        set_preset(shop, "x")
    assert preset_of(shop).key == "logos"
    set_preset(shop, "")
    assert preset_of(shop) is None


def test_a_preset_of_another_program_counts_as_none(shop):
    with shop.catalogue.transaction() as tx:
        tx.execute("INSERT INTO meta VALUES ('preset', 'from the future')")
    assert preset_of(shop) is None


def test_the_commands(run, answer):
    assert {one["key"] for one in answer("preset")["presets"]} == {one.key for one in PRESETS}
    assert run("create", "shop", "--encoder", "tiny", "--preset", "fashion").exit_code == 0
    assert answer("preset", "shop")["preset"]["key"] == "fashion"
    assert answer("preset", "shop", "none")["preset"] is None
    assert run("create", "other", "--preset", "nothing").exit_code == 1
    assert [one["name"] for one in answer("list")["collections"]] == ["shop"]


def test_learning_by_command(run, answer, tmp_path):
    run("create", "shop", "--encoder", "tiny")
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(jpeg(seed=number))
        run("add", "shop", tmp_path / f"{number}.jpg")
    found = answer("learn", "shop", "--run", "order")
    assert len(found["drills"]) == 10
    assert found["ran"]["same"] is True
    assert found["drills"][1]["share"] == 1
    assert run("learn", "shop", "--run", "nothing").exit_code == 1
    assert "needs at least 100" in str(run("learn", "shop", "--run", "probes").exception)


def test_rename_and_duplicate_by_command(run, answer):
    run("create", "shop", "--encoder", "tiny")
    assert answer("rename", "shop", "store")["was"] == "shop"
    assert answer("duplicate", "store", "twin")["pictures"] == 0
    assert [one["name"] for one in answer("list")["collections"]] == ["store", "twin"]
    assert run("duplicate", "store", "twin").exit_code == 1
