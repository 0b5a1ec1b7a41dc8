import csv
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from core.collection.types import LabelState
from core.collection.verdicts import Judgement
from core.collection.workspace import Workspace
from core.dedup.store import PairStore
from core.errors import DedupError, LookalikeError
from tests.support.pictures import write_folder


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A workspace with the collection “shop”: four pictures, and one in two qualities; scanned once."""
    from tests.support.tiny import TinyEncoder, register

    register(TinyEncoder())
    base = tmp_path_factory.mktemp("scanned")
    shop = Workspace(base / "home").create("shop", "tiny")
    shop.add_folder(write_folder(base / "photos", 4), keep=True)
    noise = np.random.default_rng(0).integers(0, 255, (24, 32, 3), np.uint8)
    original = Image.fromarray(noise).resize((256, 192), Image.Resampling.BICUBIC)
    large, again = io.BytesIO(), io.BytesIO()
    original.save(large, "JPEG", quality=95)
    original.save(again, "JPEG", quality=60)
    shop.add_files([("first large.jpg", large.getvalue()), ("=first saved again.jpg", again.getvalue())])
    from core.dedup.scan import scan

    scan(shop)
    return base / "home"


@pytest.fixture
def shop(scanned, tmp_path, run):
    """A copy that a test may change, where the command line finds it."""
    shutil.copytree(scanned, tmp_path / "home")
    return Workspace(tmp_path / "home").open("shop")


def test_groups_with_what_to_keep_and_why(answer, run, shop):
    found = answer("duplicates", "shop", "--threshold", 0.5)
    (group,) = [g for g in found["groups"] if "first large.jpg" in [p["name"] for p in g["pictures"]]]
    keep = next(p["name"] for p in group["pictures"] if p["id"] == group["keep"])
    assert keep == "first large.jpg"
    assert group["reason"].startswith("Kept: ")
    assert set(group["rest"]) | {group["keep"]} == {p["id"] for p in group["pictures"]}
    assert found["guarantee"]["threshold"] is None
    assert "Fewer than 10 pairs are labelled" in found["remarks"][0]
    shown = run("duplicates", "shop", "--threshold", 0.5).stdout
    assert "weakest link" in shown
    assert "Not enough labels yet" in shown
    assert shop.count() == 6  # nothing goes unless it is asked for


def test_the_rest_goes_into_the_bin_and_comes_back(answer, run, shop):
    gone = answer("duplicates", "shop", "--threshold", 0.5, "--bin-rest")["binned"]
    assert gone
    assert shop.removed_ids() == sorted(gone)
    assert answer("restore", "shop", *gone)["restored"] == len(gone)
    assert (
        "undo: python -m core restore shop"
        in run("duplicates", "shop", "--threshold", 0.5, "--bin-rest").stdout
    )
    assert "Nothing to put into the bin" in run("duplicates", "shop", "--threshold", 0.5, "--bin-rest").stdout


def test_what_only_a_binned_copy_has_is_carried_over_and_said(answer, run, shop):
    ids = {p.name: p.id for p in shop.page()}
    kept, copy = shop.get(ids["first large.jpg"]), shop.get(ids["=first saved again.jpg"])
    shop.judgements.judge([Judgement(kept.id, 1, "different")])  # so that each knows one thing
    shop.set_label([copy.id], "dress")
    done = answer("duplicates", "shop", "--threshold", 0.5, "--bin-rest")
    assert copy.id in done["binned"]
    (carried,) = [one for one in done["carried_over"] if one["from"] == copy.id]
    assert (carried["label"], shop.get(kept.id).label) == ("dress", "dress")
    answer("restore", "shop", *done["binned"])
    assert shop.get(copy.id).label == shop.get(kept.id).label == "dress"
    shop.restore_labels([LabelState(kept.id, None, 0)])
    shown = run("duplicates", "shop", "--threshold", 0.5, "--bin-rest").stdout
    assert "Label “dress” was taken over from =first saved again.jpg to first large.jpg." in shown


def test_single_pairs_and_csv(answer, shop, tmp_path):
    pairs = answer("duplicates", "shop", "--pairs", "--threshold", 0.5, "--csv", tmp_path / "pairs.csv")[
        "pairs"
    ]
    assert [p["probability"] for p in pairs] == sorted((p["probability"] for p in pairs), reverse=True)
    with (tmp_path / "pairs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(pairs)
    assert not any(row["a"].startswith("=") or row["b"].startswith("=") for row in rows)
    answer("duplicates", "shop", "--threshold", 0.5, "--csv", tmp_path / "groups.csv")
    with (tmp_path / "groups.csv").open(encoding="utf-8") as file:
        assert {row["decision"] for row in csv.DictReader(file)} == {"keep", "bin"}


def test_a_precision_that_was_not_shown_is_a_failure_that_says_what_to_do(run, shop):
    result = run("duplicates", "shop", "--precision", 0.95)
    assert isinstance(result.exception, DedupError)
    assert "Not enough labels yet: about" in str(result.exception)
    assert "pairs next shop --random" in str(result.exception)


def test_from_labels_to_a_promise(answer, shop):
    count = 0
    while (told := answer("pairs", "next", "shop", "--random", "--precision", 0.2))["pair"] is not None:
        pair = told["pair"]
        verdict = "duplicate" if "first" in pair["a_name"] and "first" in pair["b_name"] else "different"
        verdict = "duplicate" if pair["probability"] > 0.5 else verdict
        answer("pairs", "label", "shop", pair["a"], pair["b"], verdict, "--random", "--precision", 0.2)
        count += 1
    assert count > 0
    assert {v.purpose for v in shop.verdicts()} == {"random"}
    found = answer("duplicates", "shop", "--precision", 0.2, "--confidence", 0.9)
    assert found["threshold"] == found["guarantee"]["threshold"]
    assert found["guarantee"]["sentence"].startswith("At ")


def test_binning_keeps_the_promise(answer, run, shop):
    while (pair := answer("pairs", "next", "shop", "--random", "--precision", 0.2)["pair"]) is not None:
        verdict = "duplicate" if pair["probability"] > 0.5 else "different"
        answer("pairs", "label", "shop", pair["a"], pair["b"], verdict, "--random", "--precision", 0.2)
    asked = ["duplicates", "shop", "--precision", 0.2, "--confidence", 0.9]
    before = answer(*asked)
    assert answer(*asked, "--bin-rest")["binned"]
    after = answer(*asked)
    assert after["groups"] == []
    assert after["candidates"] < before["candidates"]
    kept = ("sentence", "threshold", "labels", "recall", "recall_interval", "more_labels")
    assert [after["guarantee"][key] for key in kept] == [before["guarantee"][key] for key in kept]
    assert "went to the bin" in after["guarantee"]["remark"]
    assert "removed since" not in " ".join(after["remarks"])
    assert before["guarantee"]["sentence"] in run(*asked).stdout
    chosen = answer("pairs", "next", "shop")["pair"] or {"a": 0, "b": 0}
    assert not {chosen["a"], chosen["b"]} & set(shop.removed_ids()), "nobody is sent to the bin to teach"


def test_a_pair_in_the_bin_may_have_its_turn_in_the_random_sample(answer, run, shop):
    turn = answer("pairs", "next", "shop", "--random")["pair"]
    shop.remove([turn["a"]])
    again = answer("pairs", "next", "shop", "--random")["pair"]
    assert (again["a"], again["b"]) == (turn["a"], turn["b"])
    assert "(out of sight)" in run("pairs", "next", "shop", "--random").stdout
    answer("pairs", "label", "shop", turn["a"], turn["b"], "duplicate", "--random")


def test_what_is_judged_different_never_comes_back(answer, shop, tmp_path):
    pair = answer("duplicates", "shop", "--pairs", "--threshold", 0.5)["pairs"][0]
    answer("pairs", "label", "shop", pair["a"], pair["b"], "different", "--by", "anna")

    def shown():
        found = answer("duplicates", "shop", "--pairs", "--threshold", 0)["pairs"]
        return {frozenset((row["a_name"], row["b_name"])) for row in found}

    names = frozenset((pair["a_name"], pair["b_name"]))
    assert names not in shown()
    PairStore(shop.catalogue).forget()  # everything is compared again
    assert names not in shown()
    content = [(p.name, shop.original(p.id)) for p in shop.get_many([pair["a"], pair["b"]])]
    shop.remove([pair["a"], pair["b"]])
    shop.empty_bin()
    shop.add_files(content)
    assert names not in shown()
    assert answer("pairs", "undo", "shop")["taken_back"] is None  # anna said it, nobody else did
    assert answer("pairs", "undo", "shop", "--by", "anna")["taken_back"]["verdict"] == "different"
    assert names in shown()


def test_verdicts_go_out_and_come_back(answer, run, shop, tmp_path):
    answer("pairs", "label", "shop", 1, 5, "duplicate")
    answer("pairs", "label", "shop", 1, 6, "unsure")
    assert answer("pairs", "export", "shop", tmp_path / "out.csv")["exported"] == 2
    again = answer("pairs", "import", "shop", tmp_path / "out.csv")
    assert (again["imported"], again["unchanged"], again["skipped"]) == (0, 2, 0)
    (tmp_path / "bad.csv").write_text("a,b,verdict\nnobody.jpg,also nobody.jpg,duplicate\n")
    bad = run("pairs", "import", "shop", tmp_path / "bad.csv")
    assert bad.exit_code == 0
    assert "“nobody.jpg” is not in the collection" in bad.stdout


def test_the_next_pair_and_a_score_that_has_too_little_to_learn_from(answer, run, shop):
    told = answer("pairs", "next", "shop")
    assert told["purpose"] == "chosen"
    assert told["pair"]["evidence"]["cosine"] <= 1.0001
    assert "pairs label shop" in run("pairs", "next", "shop").stdout
    assert "learns from 10 labels" in str(run("pairs", "learn", "shop").exception)


def test_a_verdict_counts_as_random_only_in_its_turn(answer, run, shop):
    turn = answer("pairs", "next", "shop", "--random")["pair"]
    other = next(i for i in range(1, 7) if i not in (turn["a"], turn["b"]))
    result = run("pairs", "label", "shop", turn["a"], other, "duplicate", "--random")
    assert isinstance(result.exception, DedupError)
    assert "not the turn" in str(result.exception)


def test_a_collection_of_one_picture_and_of_none(answer, run, tmp_path):
    run("create", "empty", "--encoder", "tiny")
    assert "There are no candidate pairs" in answer("duplicates", "empty")["remarks"][0]
    answer("add", "one", write_folder(tmp_path / "photos", 1), "--encoder", "tiny")
    found = answer("duplicates", "one")
    assert (found["candidates"], found["groups"]) == (0, [])
    assert answer("pairs", "next", "one")["pair"] is None
    assert "look for some first" in run("pairs", "next", "one", "--random").stdout


@pytest.mark.parametrize(
    "args",
    [
        ["duplicates", "shop", "--threshold", "2"],
        ["duplicates", "shop", "--threshold", "0.5", "--precision", "0.9"],
        ["duplicates", "shop", "--pairs", "--bin-rest"],
        ["pairs", "label", "shop", "1", "2", "perhaps"],
        ["pairs", "label", "shop", "one", "2", "duplicate"],
        ["pairs", "nonsense", "shop"],
    ],
)
def test_wrong_arguments_are_exit_code_2(run, args):
    assert run(*args).exit_code == 2


def test_pictures_that_are_not_there_are_named(run, shop):
    result = run("pairs", "label", "shop", 1, 99, "duplicate")
    assert isinstance(result.exception, LookalikeError)
    assert "no picture 99" in str(result.exception)
