"""The score: what takes how much, and that it says why."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.health.checks import CHECKS, run_check
from core.health.findings import Finding
from core.health.score import WEIGHTS, health_score, latest_score
from core.health.store import HealthStore
from tests.support.pictures import write_folder

DAMAGED = Finding("integrity", "vectors", "problem", "3 pictures have a damaged vector.", 3, 0.0, "Repair.")
BLURRY = Finding("quality", "blurry", "warning", "5 pictures are blurry.", 5, 0.05, "Look at them.")


def test_without_any_check_there_is_no_score():
    found = health_score({})
    assert (found.value, found.word, found.deductions) == (None, "not checked yet", ())
    assert set(found.unchecked) == set(WEIGHTS)


def test_what_was_not_checked_does_not_count():
    assert health_score({"quality": ()}).value == pytest.approx(100)
    assert health_score({"integrity": (), "quality": ()}).value == pytest.approx(100)
    assert sum(WEIGHTS.values()) == 100


def test_points_by_hand():
    every = dict.fromkeys(WEIGHTS, ()) | {"integrity": (DAMAGED,), "quality": (BLURRY,)}
    found = health_score(every)
    # Half of the 40 of integrity; a quarter of the 20 of quality: half of them at a tenth of the pictures.
    assert found.value == pytest.approx(100 - 20 - 5)
    assert [(one.finding.code, round(one.points, 6)) for one in found.deductions] == [
        ("vectors", 20),
        ("blurry", 5),
    ]
    assert found.word == "fair"
    assert "−20.0: 3 pictures have a damaged vector." in found.lines()[1]
    assert "Repair." in found.lines()[2]


def test_one_part_never_takes_more_than_it_has():
    many = tuple(replace(DAMAGED, code=str(i), share=1.0) for i in range(7))
    found = health_score(dict.fromkeys(WEIGHTS, ()) | {"integrity": many})
    assert found.value == pytest.approx(60)
    assert sum(one.points for one in found.deductions) == pytest.approx(40)


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
findings = st.lists(
    st.builds(
        Finding,
        part=st.sampled_from(sorted(WEIGHTS)),
        code=st.text(max_size=3),
        severity=st.sampled_from(["problem", "warning", "note"]),
        title=st.just("x"),
        count=st.integers(0, 9),
        share=st.floats(0, 1),
        advice=st.just("y"),
    ),
    max_size=8,
)


@patient
@given(findings)
def test_the_deductions_explain_the_score_and_it_stays_in_its_range(found):
    by_part = {part: tuple(one for one in found if one.part == part) for part in WEIGHTS}
    score = health_score(by_part)
    assert -1e-6 <= score.value <= 100 + 1e-6
    assert score.value == pytest.approx(100 - sum(one.points for one in score.deductions))


@patient
@given(findings, st.floats(0, 1))
def test_one_finding_more_never_raises_it(found, share):
    by_part = {part: tuple(one for one in found if one.part == part) for part in WEIGHTS}
    more = by_part | {"quality": (*by_part["quality"], replace(BLURRY, share=share))}
    assert health_score(more).value <= health_score(by_part).value + 1e-6


def test_the_last_check_of_each_part_counts(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 12))
    assert latest_score(shop).value is None
    for part in ("integrity", "quality", "splits"):
        run_check(shop, part)
    score = latest_score(shop)
    assert {one.part for one in score.parts} == {"integrity", "quality", "splits"}
    assert all(one.checked_at is not None for one in score.parts)
    HealthStore(shop.catalogue).add("integrity", {}, {"from": "another version"})
    assert "integrity" in latest_score(shop).unchecked
    assert set(CHECKS) <= set(WEIGHTS)
