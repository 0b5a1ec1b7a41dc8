import pytest

from core.dedup.candidates.closest import compare_closest
from core.dedup.scan import pairs, scan, unscanned
from core.jobs import Cancelled, Monitor
from tests.report.conftest import draw_shop


@pytest.fixture
def drawn(shop, tmp_path):
    shop.add_folder(draw_shop(tmp_path / "photos"))
    return shop


def test_a_copy_is_found_and_a_scan_still_looks_at_everything(drawn):
    compared = compare_closest(drawn, 1000)
    found = pairs(drawn)
    assert len(found) == compared
    best = max(found, key=lambda pair: pair.probability)
    assert {drawn.get(best.a).name, drawn.get(best.b).name} == {"red/0.png", "red/small copy.png"}
    assert unscanned(drawn) == 31
    scan(drawn)
    assert unscanned(drawn) == 0
    assert len(pairs(drawn)) >= compared


def test_the_pairs_most_alike_come_first_and_no_more_than_asked(drawn):
    assert compare_closest(drawn, 3) == 3
    few = {(pair.a, pair.b): pair.evidence.cosine for pair in pairs(drawn)}
    compare_closest(drawn, 1000)
    others = [pair.evidence.cosine for pair in pairs(drawn) if (pair.a, pair.b) not in few]
    assert len(few) == 3
    assert min(few.values()) >= max(others)
    assert compare_closest(drawn, 3) == 3


def test_an_empty_collection_and_a_stop(shop, drawn):
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        compare_closest(drawn, 100, monitor)


def test_nothing_to_compare(workspace, tiny):
    assert compare_closest(workspace.create("none", "tiny"), 10) == 0
