"""The verb health, run in this process."""

import os

import pytest

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


def test_a_part_that_is_not_there(run, filled):
    result = run("health", "shop", "--only", "nothing")
    assert result.exit_code == 2
    assert "integrity" in result.output
