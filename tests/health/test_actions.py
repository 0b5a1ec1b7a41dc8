import numpy as np
import pytest

from core.collection.verdicts import Judgement
from core.dedup.scan import scan
from core.errors import CollectionError
from core.health import actions
from core.health.actions import Promise, PromisesReport, check_promises
from core.health.checks import run_check
from core.health.remedies import apply_remedy, remedies
from core.health.store import HealthStore
from core.index.base import AS_BUILT
from core.index_manager.custom import build_index, recipe_of
from core.index_manager.health_check import Check, Finding
from core.index_manager.types import EXACT, Served
from core.stats.interval import Interval
from core.stored import from_builtins
from tests.report.conftest import draw_shop


@pytest.fixture
def drawn(shop, tmp_path):
    shop.add_folder(draw_shop(tmp_path / "photos"))
    return shop


def of(report, about):
    return next(one for one in report.promises if one.about == about)


def test_exact_search_holds_and_nothing_is_certified(drawn):
    report = check_promises(drawn, seed=0)
    assert of(report, "recall").state == "holds"
    assert of(report, "duplicates").state == "none"
    assert report.hold
    assert report.findings() == report.remedies == ()


def test_an_empty_collection_is_a_sentence(shop):
    with pytest.raises(CollectionError, match="holds no pictures yet"):
        check_promises(shop)


def test_an_index_built_by_hand_promises_nothing(drawn):
    drawn.indexes.use(build_index(drawn, recipe_of("HNSW8")).id)
    assert of(check_promises(drawn, seed=0), "recall").state == "none"


@pytest.mark.parametrize(
    ("low", "high", "state"), [(0.96, 0.99, "holds"), (0.90, 0.97, "open"), (0.70, 0.80, "broken")]
)
def test_a_recall_is_held_against_what_was_shown(drawn, monkeypatch, low, high, state):
    finding = Finding("image", (low + high) / 2, Interval(low, high, 0.95), 200, 0.95)
    monkeypatch.setattr(
        actions, "check", lambda *_, **__: Check("shop", Served("HNSW", 1, AS_BUILT), 10, (finding,))
    )
    report = check_promises(drawn)
    assert of(report, "recall").state == state
    kinds = [one.kind for one in report.remedies]
    assert kinds == (["tune", "index"] if state == "broken" else [])
    found = report.findings()
    assert [one.code for one in found] == ([] if state == "holds" else [f"recall-{state}"])
    if state == "broken":
        assert found[0].severity == "problem"
        assert found[0].command == "python -m core tune shop --use"


def test_a_chance_result_is_not_taken_for_a_fault(drawn, monkeypatch):
    bad = Finding("image", 0.75, Interval(0.7, 0.8, 0.95), 200, 0.95)
    good = Finding("image", 0.98, Interval(0.96, 0.99, 0.95), 200, 0.95)
    found = iter([Check("shop", Served("HNSW", 1, AS_BUILT), 10, (one,)) for one in (bad, good)])
    monkeypatch.setattr(actions, "check", lambda *_, **__: next(found))
    assert of(check_promises(drawn), "recall").state == "holds"


def test_what_was_asked_is_what_is_checked(drawn, monkeypatch):
    heard = {}
    monkeypatch.setattr(actions, "check", lambda c, **kw: heard.update(kw) or Check("shop", EXACT, 10, ()))
    check_promises(drawn, asked=["a red thing"], queries=7, seed=4)
    assert (heard["asked"], heard["queries"], heard["seed"]) == (["a red thing"], 7, 4)


def judge_all(shop, verdict_of, purpose="random"):
    """Judge every pair that is not judged yet."""
    judged = {frozenset((v.a_sha256, v.b_sha256)) for v in shop.verdicts()}
    hashes = shop.judgements.hashes()
    judgements = [
        Judgement(pair.a, pair.b, verdict_of(pair), "person", purpose)
        for pair in scan_pairs(shop)
        if frozenset((hashes[pair.a], hashes[pair.b])) not in judged
    ]
    shop.judgements.judge(judgements)


def scan_pairs(shop):
    from core.dedup.scan import pairs

    return pairs(shop)


@pytest.fixture
def certified(shop, tmp_path):
    """A shop of sixty copies, every pair judged at random, and a minute later more pictures."""
    copies(shop, tmp_path / "old", 60)
    scan(shop)
    judge_all(shop, lambda pair: "duplicate" if pair.probability >= 0.5 else "different")
    with shop.catalogue.transaction() as tx:
        tx.execute("UPDATE picture SET added_at = '2026-01-01T00:00:00+00:00'")
        tx.execute("UPDATE verdict SET at = '2026-01-02T00:00:00+00:00'")
    return shop


def copies(shop, folder, count):
    """Add `count` pictures of noise and a smaller copy of each."""
    from PIL import Image

    folder.mkdir()
    rng = np.random.default_rng(len(folder.name))
    for i in range(count):
        image = Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8)).resize(
            (128, 128), Image.Resampling.BICUBIC
        )
        image.save(folder / f"{i}.png")
        image.resize((100, 100)).save(folder / f"{i} small.png")
    shop.add_folder(folder, None)


def test_a_certified_threshold_holds_until_pictures_come_and_then_asks_for_labels(certified, tmp_path):
    before = of(check_promises(certified, seed=0), "duplicates")
    assert before.state == "holds", before.sentence
    copies(certified, tmp_path / "newer", 40)
    scan(certified)
    report = check_promises(certified, seed=0)
    assert of(report, "duplicates").state == "open"
    assert "more at random" in of(report, "duplicates").sentence
    assert [(one.kind, one.command) for one in report.remedies] == [
        ("label", "python -m core pairs next shop --random")
    ]
    judge_all(certified, lambda pair: "duplicate")
    assert of(check_promises(certified, seed=0), "duplicates").state in {"holds", "open"}


def test_new_pairs_that_are_no_copies_break_it(certified, tmp_path):
    copies(certified, tmp_path / "newer", 40)
    scan(certified)
    judge_all(certified, lambda pair: "different")
    report = check_promises(certified, seed=0)
    assert of(report, "duplicates").state == "broken"
    assert not report.hold


def test_it_is_a_part_of_the_health_check_and_reads_back(drawn):
    report = run_check(drawn, "promises")
    run = HealthStore(drawn.catalogue).latest("promises")
    assert from_builtins(PromisesReport, {**run.settings, **run.result}) == report
    assert len(report.lines()) == 2


def test_an_alarm_about_drift_proposes_training(drawn):
    store = HealthStore(drawn.catalogue)
    holds = (Promise("recall", "holds", ""), Promise("duplicates", "none", ""))
    assert remedies(drawn, holds) == ()
    store.add("drift", {}, {"alarm": True})
    assert [one.kind for one in remedies(drawn, holds)] == ["train"]
    store.add("drift", {}, {"alarm": False})
    assert remedies(drawn, holds) == ()


def test_remedies_do_what_they_say(drawn):
    assert "serves now" in apply_remedy(drawn, "index")
    assert drawn.indexes.in_use(drawn.space().id) is not None
    assert "exact" in apply_remedy(drawn, "tune").lower()  # so few pictures need no index
    assert drawn.indexes.in_use(drawn.space().id) is None
    with pytest.raises(CollectionError, match="takes a person"):
        apply_remedy(drawn, "label")
