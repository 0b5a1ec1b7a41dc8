"""The first scan of a collection that brings its verdicts teaches the score; later scans leave it alone."""

from itertools import combinations

import pytest

from core.dedup import scan as scanning
from core.dedup.labels.labels import judge
from core.dedup.scan import ScanReport
from core.dedup.scoring import model_store
from core.dedup.scoring.train import scan_and_learn
from core.dedup.store import PairRecord, PairStore
from tests.support.judged import scored
from tests.support.pictures import write_folder

PAIRS = list(combinations(range(1, 7), 2))


@pytest.fixture
def six(shop, tmp_path, monkeypatch):
    """Six pictures, all pairs of which a scan would find."""
    shop.add_folder(write_folder(tmp_path / "photos", 6))
    monkeypatch.setattr(scanning, "scan", lambda *_, **__: ScanReport(6, 15, 15, (), 0.1))
    monkeypatch.setattr(scanning, "pairs", lambda *_: [scored(a, b, 0.5) for a, b in PAIRS])
    return shop


def test_verdicts_that_came_with_the_pictures_teach_the_score(six):
    for at, (a, b) in enumerate(PAIRS):
        judge(six, a, b, "duplicate" if at % 2 else "different")
    assert scan_and_learn(six).compared == 15
    assert model_store.load(six).labels == 15


def test_too_few_or_one_sided_verdicts_teach_nothing(six):
    for a, b in PAIRS:
        judge(six, a, b, "different")
    scan_and_learn(six)
    assert model_store.load(six).labels == 0


def test_a_later_scan_does_not_learn_by_itself(six):
    for at, (a, b) in enumerate(PAIRS):
        judge(six, a, b, "duplicate" if at % 2 else "different")
    PairStore(six.catalogue).mark_compared(six.space().id, six.ids())
    scan_and_learn(six)
    assert model_store.load(six).labels == 0


def test_pairs_compared_when_pictures_were_added_do_not_keep_the_first_scan_from_learning(six):
    for at, (a, b) in enumerate(PAIRS):
        judge(six, a, b, "duplicate" if at % 2 else "different")
    PairStore(six.catalogue).adopt(scanning.VERSION)
    PairStore(six.catalogue).add(six.space().id, [PairRecord(1, 2, '["hash"]', "{}")])
    scan_and_learn(six)
    assert model_store.load(six).labels == 15
    judge(six, 1, 2, "unsure")
    scan_and_learn(six)
    assert model_store.load(six).labels == 15, "it has been taught"
