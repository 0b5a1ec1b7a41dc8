"""`python -m core train`: from training to acceptance, export, import and the way back."""

import json
import shutil

import pytest

from core import Workspace
from core.training.settings import TrainingSettings
from core.training.train_collection import train_collection
from tests.support.adapters import adapter_for, gate, run_with, teachable
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register

FAST = ("--epochs", "6")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A workspace with the labelled collection “shop” and one adapter that passed its gates."""
    register(TinyEncoder())
    home = tmp_path_factory.mktemp("trained") / "home"
    shop = Workspace(home).create("shop", encoder="tiny")
    teachable(shop)
    found = train_collection(shop, TrainingSettings(compare=False, epochs=6)).version
    assert found.offered, found.gates
    return home


@pytest.fixture
def shop(trained, tmp_path, tiny):
    return Workspace(shutil.copytree(trained, tmp_path / "home")).open("shop")


def test_train_says_what_came_of_it_and_accepts_when_asked(run, tmp_path, tiny):
    teachable(Workspace(tmp_path / "home").create("shop", encoder="tiny"))
    result = run("train", "shop", *FAST, "--accept", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["encoder"] == found["adapter"]["name"] == "tiny+adapter-1"
    assert "held-out queries" in found["sentence"]
    names = [one["name"] for one in found["adapter"]["card"]["gates"]]
    assert names[:3] == ["trained classes", "unseen classes", "words"]
    assert found["adapter"]["card"]["data"]["images"] == 240
    listed = run("train", "shop", "--list")
    assert "→    1" in listed.stdout
    again = run("train", "shop", *FAST)  # the same seed: the same adapter, which is stored once
    assert "Adapter 1: " in again.stdout


def test_use_rollback_and_delete(run, answer, shop):
    assert answer("train", "shop", "--use", 1)["encoder"] == "tiny+adapter-1"
    assert run("train", "shop", "--delete", 1).exit_code == 1
    assert answer("train", "shop", "--rollback")["encoder"] == "tiny"
    result = run("train", "shop", "--rollback")
    assert result.exit_code == 1
    assert "nothing to go back to" in str(result.exception)
    answer("train", "shop", "--use", 1)
    assert answer("train", "shop", "--use", 0)["encoder"] == "tiny"
    answer("train", "shop", "--delete", 1)
    assert answer("train", "shop", "--list")["adapters"] == []


def test_search_and_the_rest_go_on_in_the_adapted_space(answer, shop):
    answer("train", "shop", "--use", 1)
    assert answer("search", "shop", "red")["hits"]
    found = answer("evaluate", "shop")
    assert found["setup"]["encoder"] == "tiny+adapter-1"
    assert any("flatter" in note for note in found["notes"])
    compared = answer("compare", "shop", "--encoder", "tiny", "--encoder", "tiny+adapter-1")
    assert compared


def test_an_adapter_is_exported_and_imported_elsewhere(run, answer, shop, tmp_path):
    file = tmp_path / "adapter.safetensors"
    answer("train", "shop", "--export", file)
    assert json.loads(file.with_suffix(".json").read_text())["gates"][0]["name"] == "trained classes"
    fill(Workspace(tmp_path / "home").create("other", encoder="tiny"), unit(10))
    found = answer("train", "other", "--import", file)
    assert found["adapter"]["imported"]
    assert run("train", "other", "--use", 1).exit_code == 1
    assert answer("train", "other", "--use", 1, "--overrule")["encoder"] == "tiny+adapter-1"
    file.write_bytes(file.read_bytes()[:-9])
    result = run("train", "other", "--import", file)
    assert (result.exit_code, "damaged" in str(result.exception)) == (1, True)
    result = run("train", "other", "--import", tmp_path / "none")
    assert (result.exit_code, "cannot be read" in str(result.exception)) == (1, True)


def test_an_imported_adapter_is_measured_here_and_offered_if_its_gates_hold(run, answer, shop, tmp_path):
    file = tmp_path / "adapter.safetensors"
    answer("train", "shop", "--export", file)
    other = Workspace(tmp_path / "home").create("other", encoder="tiny")
    fill(other, unit(10))
    answer("train", "other", "--import", file)
    result = run("train", "other", "--judge", 1)  # no labels: nothing to measure by
    assert (result.exit_code, "cannot be measured here" in str(result.exception)) == (1, True)
    teachable(other)
    found = answer("train", "other", "--judge", 1)["adapter"]
    assert found["offered"] and found["card"]["judged"]["offered"]
    assert answer("train", "other", "--use", 1)["encoder"] == "tiny+adapter-1"


def test_a_failed_gate_is_not_offered_and_accepting_it_takes_an_explicit_word(run, answer, shop):
    from core.training import store

    failed = gate("words", passed=False, reason="Search by words: P@10 0.80 → 0.70. This is a loss.")
    found = store.keep(shop, run_with(adapter_for(TinyEncoder(), seed=9), (gate(), failed)))
    result = run("train", "shop", "--use", found.id)
    assert (result.exit_code, "This is a loss" in str(result.exception)) == (1, True)
    assert shop.encoder_name == "tiny"
    answer("train", "shop", "--use", found.id, "--overrule")
    listed = answer("train", "shop", "--list")["adapters"]
    assert listed[-1]["overruled"]
    assert listed[-1]["card"]["overruled"]["failed_gates"] == ["words"]


def test_training_that_gains_nothing_ends_with_code_1_when_it_was_to_be_accepted(run, shop, tmp_path):
    blind = Workspace(tmp_path / "home").create("blind", encoder="tiny")
    ids = fill(blind, unit(160))
    for label in range(4):
        blind.set_label(ids[label::4], f"label {label}")  # nothing that could be seen
    result = run("train", "blind", "--epochs", 2, "--accept", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert "not offered" in found["error"]
    assert blind.encoder_name == "tiny"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--loss", "magic"), "not a known loss"),
        (("--signal", "mood"), "not a known signal"),
        (("--alpha", "2"), "between 0 and 1"),
        (("--list", "--rollback"), "cannot be combined"),
        (("--overrule",), "goes with"),
        (("--reranker", "--signal", "copies"), "labels or verdicts"),
    ],
)
def test_arguments_that_make_no_sense_end_with_code_2(run, shop, arguments, said):
    result = run("train", "shop", *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())


def test_too_little_to_learn_from_is_a_sentence(run, tmp_path, tiny):
    shop = Workspace(tmp_path / "home").create("shop", encoder="tiny")
    result = run("train", "shop")
    assert (result.exit_code, "Add pictures first" in str(result.exception)) == (1, True)
    fill(shop, unit(40))
    result = run("train", "shop", "--signal", "labels")
    assert result.exit_code == 1
    assert "label" in str(result.exception)
    result = run("train", "shop", "--export", tmp_path / "x")
    assert "no adapter to export" in str(result.exception)
    assert "needs" in str(run("train", "shop", "--reranker").exception)


def test_a_cancelled_run_leaves_nothing(shop):
    from core.jobs import Cancelled, Monitor

    class AfterOne(Monitor):
        def advance(self, n=1):
            super().advance(n)
            self.cancel()

    with pytest.raises(Cancelled):
        train_collection(shop, TrainingSettings(compare=False, epochs=6, seed=3), monitor=AfterOne())
    assert len(shop.adapters.list()) == 1
    assert shop.encoder_name == "tiny"


def test_a_collection_that_changes_while_it_trains(shop):
    from core.jobs import Monitor

    class Changing(Monitor):
        changed = False

        def advance(self, n=1):
            super().advance(n)
            if not self.changed:
                self.changed = True
                shop.remove(shop.ids()[:3])
                shop.set_label(shop.ids()[:5], "something else")
                shop.empty_bin()

    found = train_collection(shop, TrainingSettings(compare=False, epochs=3, seed=4), monitor=Changing())
    shop.adapted.use(found.version.name)
    assert len(shop.vectors().ids) == 237


def test_unfreezing_an_encoder_that_cannot_be_trained_is_explained(run, shop):
    result = run("train", "shop", "--unfreeze", 1)
    assert result.exit_code == 1
    assert "tiny cannot be trained" in str(result.exception)
    assert run("train", "shop", "--unfreeze", 1, "--signal", "copies").exit_code == 2
    assert run("train", "shop", "--unfreeze", 1, "--list").exit_code == 2
