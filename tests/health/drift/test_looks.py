from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.health.drift.looks import (
    LOOKS_A_YEAR,
    Look,
    bet,
    decide,
    evidence_needed,
    spent,
    this_year,
    weights,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def looks(p_values, follows=True, start=NOON, step=DAY, alpha=0.05):
    """The looks that these p-values make, one a day."""
    made = []
    for i, p in enumerate(p_values):
        at = start + i * step
        found = decide(made, p, p, follows, at, alpha)
        made.append(
            Look(
                run=i + 1,
                at=at,
                reference="before",
                batch=f"batch {i}",
                key=str(i),
                p_value=p,
                smooth_p=p,
                follows=follows,
                alarm=found.alarm,
                level=found.level,
                evidence=found.evidence,
                number=found.number,
                up_to=i,
            )
        )
    return made


def test_the_shares_of_a_year_make_one_whole():
    shares = weights()
    assert shares.sum() == pytest.approx(1)
    assert (np.diff(shares) < 0).all()
    assert shares[-1] > 0.001


@given(st.lists(st.floats(0.001, 1), max_size=30))
def test_the_first_looks_of_a_year_never_spend_more_than_all(p_values):
    levels = [one.level for one in looks(p_values)]
    assert sum(levels) <= 0.05
    assert spent(looks(p_values), NOON + 30 * DAY) <= 1


def test_a_bet_is_fair():
    """The mean over a uniform p-value is 1: by the midpoints of a grid, in log scale for the pole at 0."""
    edges = np.logspace(-12, 0, 20001)
    middles = np.sqrt(edges[1:] * edges[:-1])
    mean = sum(bet(p) * width for p, width in zip(middles, np.diff(edges), strict=True))
    assert mean == pytest.approx(1, abs=0.05)  # the pole keeps 0.036 below the first edge
    assert bet(1.0) == pytest.approx(0.5, abs=1e-3)
    assert bet(0.001) > 20
    assert bet(0.9999) == pytest.approx(bet(0.99991), abs=1e-3)


def test_one_sudden_change_is_an_alarm():
    (first,) = looks([0.002])
    assert first.alarm
    assert not looks([0.02])[0].alarm  # one in fifty is not enough for the first of 365 looks


def test_a_slow_change_adds_up_though_no_look_alone_is_an_alarm():
    made = looks([0.5, 0.4, *[0.01] * 12])
    alarms = [i for i, one in enumerate(made) if one.alarm]
    assert alarms and made[alarms[0]].p_value > made[alarms[0]].level
    assert made[alarms[0]].evidence >= evidence_needed(0.05)
    assert not any(one.alarm for one in looks([0.5, 0.4, *[0.01] * 12], follows=False))


def test_evidence_begins_anew_after_an_alarm():
    made = looks([0.0001, 0.5])
    assert made[0].alarm
    assert made[1].evidence < 1


def test_few_years_of_daily_looks_without_a_change_have_an_alarm():
    """At most 5 % of years: more than 5 of 25 have a probability of 0.001; the benchmark has more years."""
    rng = np.random.default_rng(0)
    years = sum(any(one.alarm for one in looks(rng.random(LOOKS_A_YEAR))) for _ in range(25))
    assert years <= 5


def test_a_new_year_has_a_new_budget():
    year = looks([0.5] * LOOKS_A_YEAR, step=timedelta(hours=1))
    assert this_year(year, year[-1].at) == []
    assert decide(year, 0.002, 0.002, True, year[-1].at, 0.05).number == 1
    monthly = looks([0.5] * 12, step=30 * DAY)
    assert decide(monthly, 0.5, 0.5, True, NOON + 366 * DAY, 0.05).number == 1
    assert decide(monthly, 0.5, 0.5, True, NOON + 360 * DAY, 0.05).number == 13


def test_a_clock_that_was_set_back_gives_no_new_budget():
    before = looks([0.5] * 5)
    assert decide(before, 0.5, 0.5, True, NOON - 1000 * DAY, 0.05).number == 6
