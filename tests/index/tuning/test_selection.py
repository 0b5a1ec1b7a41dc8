import numpy as np
import pytest

from core.index.base import SearchParameters
from core.index.spec import Recipe
from core.index.tuning.selection import Trial, certify, merit, path, promising, provable
from core.index.tuning.sweep import measured
from core.index.tuning.types import Goal, Latency

RECIPE = Recipe("hnsw", "HNSW32")
GOAL = Goal({"image": 0.9, "text": 0.9})
COUNTS = {"image": 500, "text": 500}


def trial(right, ms, kind="image", asked=200):
    """A trial in which `right` of the `asked` queries have all answers right and the others none."""
    values = np.arange(asked) < right
    made = measured(
        RECIPE, SearchParameters(ef_search=int(ms * 10)), kind, values.astype(float), Latency(ms, ms, 9)
    )
    return Trial(made, values.astype(float))


def test_promising_leaves_room_for_the_interval():
    assert promising(trial(198, 1).values, 500, 0.9)
    assert not promising(trial(181, 1).values, 500, 0.9)  # 0.905: too little above to be shown
    assert not promising(trial(179, 1).values, 500, 0.9)
    assert not promising(trial(190, 1).values, 20, 0.9)


@pytest.mark.parametrize(
    ("target", "queries", "possible"), [(0.99, 368, False), (0.99, 400, True), (0.9, 36, False)]
)
def test_so_few_queries_prove_nothing(target, queries, possible):
    # (1 − 0.975) < target^n is the least that any test needs: 0.99^367 and 0.9^35 are still above 0.025.
    assert provable(target, queries) is possible


def test_the_path_goes_from_safe_to_cheap_and_passes_over_what_is_slower_for_nothing():
    made = [trial(150, 1), trial(180, 2), trial(170, 3), trial(199, 4), trial(200, 11), trial(200, 8)]
    assert [t.measured.latency.p50_ms for t in path(made, GOAL)] == [8, 4, 2, 1]
    close = [trial(200, 4), trial(199, 4.4), trial(198, 3)]  # which of the first two is faster is uncertain
    assert [t.measured.latency.p50_ms for t in path(close, GOAL)] == [4, 4.4, 3]


def test_certifying_stops_at_the_first_that_fails():
    steps = path([trial(200, 4), trial(198, 3), trial(190, 2), trial(188, 1)], GOAL)
    again = {4.0: 198, 3.0: 197, 2.0: 181, 1.0: 200}
    seen = []

    def prove(step):
        ms = step.measured.latency.p50_ms
        seen.append(ms)
        return trial(again[ms], ms).measured

    proof = certify(steps, prove, GOAL)
    assert seen == [4, 3, 2]  # the last would have passed, by luck; it is never looked at
    assert [one.latency.p50_ms for one in proof.proven] == [4, 3]
    assert proof.failed.latency.p50_ms == 2


def test_nothing_is_proven_where_the_safest_fails():
    proof = certify([trial(190, 1)], lambda step: trial(170, 1).measured, GOAL)
    assert not proof.proven
    assert proof.failed.recall == 0.85
    assert certify([], lambda step: None, GOAL).failed is None


def test_merit_puts_what_reaches_every_target_first_and_then_the_cheaper():
    fast = {"image": [trial(199, 1), trial(200, 2)], "text": [trial(150, 1, "text"), trial(199, 3, "text")]}
    slow = {"image": [trial(199, 2)], "text": [trial(199, 4, "text")]}
    lame = {"image": [trial(200, 0.1)], "text": [trial(150, 0.1, "text")]}
    blind = {"image": [trial(200, 0.1)], "text": [trial(20, 0.1, "text")]}
    assert merit(fast, COUNTS, GOAL) == (0, 2.0)
    assert sorted([blind, lame, slow, fast], key=lambda t: merit(t, COUNTS, GOAL)) == [
        fast,
        slow,
        lame,
        blind,
    ]


def test_the_certificate_holds_as_often_as_it_says():
    """Settings that all lie just below the target: one is certified in at most 2.5 % of all tunings."""
    rng = np.random.default_rng(0)
    steps = [trial(199, ms) for ms in (4, 3, 2, 1)]

    def prove(step):
        values = rng.binomial(10, 0.895, 400) / 10
        return measured(RECIPE, step.measured.parameters, "image", values, step.measured.latency)

    wrong = sum(certify(steps, prove, GOAL).proven != () for _ in range(400))
    assert wrong < 21  # 10 are allowed on average; 21 or more happen once in a thousand times at that rate
