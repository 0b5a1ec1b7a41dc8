import shutil

import pytest

from core.collection.ingest.paths import additions
from core.errors import DriftError
from core.health import checks
from core.health.store import HealthStore
from core.report.build import build_report
from core.report.stages.health import TITLES, health_stages
from core.report.types import Settings
from tests.report.conftest import draw_shop


@pytest.fixture
def leaky(shop, tmp_path):
    """A shop whose training and test folders have a copy in common."""
    photos = draw_shop(tmp_path / "photos" / "train", each=3)
    (tmp_path / "photos" / "test" / "red").mkdir(parents=True)
    shutil.move(photos / "red" / "small copy.png", tmp_path / "photos" / "test" / "red" / "again.png")
    shutil.copy(photos / "blue" / "1.png", tmp_path / "photos" / "test" / "red" / "same.png")
    build_report(shop, additions([tmp_path / "photos"]), stages=[])
    return shop


def stage(part):
    return [one for one in health_stages() if one.name == part]


def test_every_check_has_a_section():
    assert {one.name for one in health_stages()} == set(checks.CHECKS) == set(TITLES)
    assert not any(one.reusable for one in health_stages())


def test_leaky_splits_are_shown_with_their_pictures(leaky):
    (section,) = build_report(leaky, stages=stage("splits")).sections
    assert section.state == "done"
    assert section.tone == "warn"
    assert len(section.strips[0].tiles) == 2
    assert HealthStore(leaky.catalogue).latest("splits") is not None


def test_many_pictures_are_not_scanned_in_full_for_their_splits(leaky):
    (section,) = build_report(leaky, settings=Settings(scanned=0), stages=stage("splits")).sections
    assert section.state == "done"
    assert "after a full scan" in section.notes[0]
    assert HealthStore(leaky.catalogue).latest("splits") is None  # the Health screen shows full checks alone


def test_flagged_pictures_are_shown(leaky):
    (section,) = build_report(leaky, stages=stage("quality")).sections
    assert section.state == "done"
    flagged = {figure.key: figure.value for figure in section.figures}
    assert sum(flagged.values()) >= sum(len(strip.tiles) for strip in section.strips) > 0


def test_what_cannot_be_checked_says_why(leaky, monkeypatch):
    def nothing(collection, monitor):
        raise DriftError("There is nothing to compare with.")

    monkeypatch.setitem(checks.CHECKS, "drift", nothing)
    (section,) = build_report(leaky, stages=stage("drift")).sections
    assert (section.state, section.finding) == ("missing", "There is nothing to compare with.")
