from datetime import UTC, datetime, timedelta

from core.health.schedule.loop import run_loop

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that sleeping moves; `jumps` sets it to another time after so many naps."""

    def __init__(self, jumps=()):
        self.now, self.naps, self.jumps = START, 0, dict(jumps)

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert 0 < seconds <= 30
        self.naps += 1
        self.now = self.jumps.get(self.naps, self.now + timedelta(seconds=seconds))


def loop(clock, rounds, last=None):
    ran, said = [], []
    run_loop(
        lambda: ran.append(clock()),
        "hour",
        last,
        rounds=rounds,
        say=said.append,
        clock=clock,
        sleep=clock.sleep,
    )
    return ran, said


def test_two_rounds_an_hour_apart():
    ran, said = loop(Clock(), 2)
    assert ran == [START, START + timedelta(hours=1)]
    assert said == ["The next run is due at 2026-03-01 13:00 UTC."]


def test_it_goes_on_from_the_last_run_of_another_process():
    ran, _ = loop(Clock(), 1, last=START - timedelta(minutes=45))
    assert ran == [START + timedelta(minutes=15)]


def test_a_clock_set_back_while_waiting_does_not_stop_it():
    back = START - timedelta(days=2)
    ran, said = loop(Clock({10: back}), 3)
    assert ran == [START, back, back + timedelta(hours=1)]
    assert any("set back" in sentence for sentence in said)


def test_a_run_dated_in_the_future_does_not_stop_it():
    ran, said = loop(Clock(), 2, last=START + timedelta(days=400))
    assert ran == [START, START + timedelta(hours=1)]
    assert "set back" in said[0]
