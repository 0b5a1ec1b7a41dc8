"""The verb health, run in this process."""

import os

import pytest

from core.collection.collection import Collection
from tests.support.pictures import write_folder


@pytest.fixture
def filled(run, tmp_path):
    assert run("create", "shop", "--encoder", "tiny").exit_code == 0
    assert run("add", "shop", write_folder(tmp_path / "photos", 6), "--keep").exit_code == 0
    return tmp_path / "home" / "shop"


def test_a_sound_collection_is_said_to_be_sound(run, answer, filled):
    said = answer("health", "shop", "--only", "integrity")
    assert said["integrity"]["sound"] is True
    assert "✓ All 6 stored vectors are sound." in run("health", "shop").output


def test_damage_is_named_and_repaired(run, answer, filled):
    (vectors,) = (filled / "vectors").glob("*.f32")
    os.truncate(vectors, vectors.stat().st_size // 2)
    found = answer("health", "shop", "--only", "integrity")["integrity"]
    (damaged,) = [check for check in found["checks"] if check["bad"]]
    assert (damaged["name"], damaged["bad"], damaged["repairable"]) == ("vectors", 3, True)
    said = answer("health", "shop", "--only", "integrity", "--repair")
    assert "3 of 3" in said["repaired"]["vectors"]
    assert said["integrity"]["sound"] is True


def test_every_part_is_checked_and_the_score_says_why(run, answer, filled):
    said = answer("health", "shop")
    assert set(said) >= {"integrity", "quality", "splits", "slices", "score"}
    assert 0 <= said["score"]["value"] <= 100
    text = run("health", "shop").output
    assert text.startswith("Health: ")
    assert "There is no split" in text


def test_flagged_pictures_and_leaks_are_written_as_csv(run, answer, filled, tmp_path):
    out = tmp_path / "flagged.csv"
    said = answer("health", "shop", "--only", "quality", "--csv", out)
    rows = out.read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + sum(said["quality"]["counts"].values())
    split = tmp_path / "split.csv"
    split.write_text("name,role\na/0000.jpg,query\na/0003.jpg,gallery\n")
    said = answer("health", "shop", "--only", "splits", "--split", split, "--csv", out)
    assert said["splits"]["parts"] == {"gallery": 1, "query": 1}
    assert out.read_text(encoding="utf-8").startswith("part,name")


def test_options_that_do_not_go_together(run, filled, tmp_path):
    for options in (["--csv", "x.csv"], ["--split", "x.csv"], ["--only", "quality", "--repair"]):
        assert run("health", "shop", *options).exit_code == 2


def test_a_collection_without_labels_says_so_for_that_part_alone(run, answer, tmp_path):
    run("create", "plain", "--encoder", "tiny")
    run("add", "plain", write_folder(tmp_path / "p", 3) / "a", "--labels", "none")
    said = answer("health", "plain")
    assert "has a label" in said["slices"]["error"]
    assert said["integrity"]["sound"]
    assert run("health", "plain", "--only", "slices").exit_code != 0


def test_a_part_that_is_not_there(run, filled):
    result = run("health", "shop", "--only", "nothing")
    assert result.exit_code == 2
    assert "integrity" in result.output


@pytest.fixture
def grown(run, filled, tmp_path):
    """A second and a third addition."""
    for number, start in enumerate((6, 40)):
        folder = write_folder(tmp_path / f"more{number}", 30, start=start)
        assert run("add", "shop", folder, "--labels", "none").exit_code == 0
    return filled


def test_a_look_at_the_newest_addition(run, answer, grown):
    said = answer("health", "shop", "--only", "drift")["drift"]
    assert (said["reference"]["count"], said["batch"]["count"]) == (36, 30)
    assert said["number"] == 1 and 0 < said["p_value"] <= 1
    again = answer("health", "shop", "--only", "drift", "--seed", "5")["drift"]
    assert again["repeats"] > 0 and again["alarm"] == said["alarm"]
    text = run("health", "shop", "--only", "drift").output
    assert "everything added before" in text and "95 % interval" in text


def test_a_comparison_of_ones_own(run, answer, grown):
    said = answer("health", "shop", "--only", "drift", "--reference", "2", "--batch", "3")["drift"]
    assert (said["reference"]["count"], said["batch"]["count"]) == (30, 30)
    assert not said["follows"]
    refused = run("health", "shop", "--only", "drift", "--batch", "folder:nowhere")
    assert refused.exit_code == 1
    assert "no pictures in a folder “nowhere”" in str(refused.exception)
    assert run("health", "shop", "--batch", "3").exit_code == 2


def test_one_addition_cannot_be_compared_and_the_rest_is_checked_all_the_same(run, answer, filled):
    assert run("health", "shop", "--only", "drift").exit_code == 1
    said = answer("health", "shop")
    assert "came with one addition" in said["drift"]["error"]
    assert said["integrity"]["sound"] is True


def test_norms_that_are_not_known_are_measured_on_request(run, answer, filled):
    assert answer("embed", "shop", "--norms")["added"] == 0
    assert run("embed", "shop", "--norms", "--encoder", "tiny").exit_code == 2


def test_repair_says_how_to_get_norms_that_are_not_known(run, answer, filled):
    assert answer("repair", "shop")["norms_unknown"] == 0
    with Collection(filled).catalogue.transaction() as tx:
        tx.execute("UPDATE vector SET norm = NULL")
    assert answer("repair", "shop")["norms_unknown"] == 6
    assert "embed shop --norms" in run("repair", "shop").output
    assert "6 pictures was measured" in run("embed", "shop", "--norms").output
    assert answer("repair", "shop")["norms_unknown"] == 0
