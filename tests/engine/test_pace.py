"""How fast a run is told to go: what happens now, not what happened a while ago."""

from __future__ import annotations

import math

import pytest

from dropout_viz.engine import pace
from dropout_viz.engine.pace import Meter


class Clock:
    """Stands in for the module ``time``."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "time", made)
    return made


def test_a_speed_that_grows_is_told_as_it_is(clock: Clock) -> None:
    meter, begun = Meter(0), clock.now
    for frame in range(1, 601):  # ten seconds, in which the speed grows e-fold each second
        clock.now = begun + frame / 60
        told = meter.read(int(math.exp(frame / 60)))
        if frame > 240:
            assert 0.75 < told / math.exp(frame / 60) < 1.05


def test_a_steady_speed_is_told_within_a_twentieth(clock: Clock) -> None:
    for speed in (0.5, 4.0, 37.0, 5000.0):
        meter, begun = Meter(7), clock.now
        seen = []
        for frame in range(1, 900):
            clock.now = begun + frame / 60
            seen.append(meter.read(7 + int(speed * frame / 60)))
        assert seen[-1] == pytest.approx(speed, rel=0.05)


def test_nothing_of_a_pause_or_another_speed_is_in_it(clock: Clock) -> None:
    meter = Meter(0)
    for frame in range(60):
        clock.now += 1 / 60
        meter.read(1000 * frame)
    clock.now += 30.0  # a pause
    meter.restart(59_000)
    assert meter.read(59_000) == 0.0
    for step in range(59_001, 59_005):
        clock.now += 0.25
        told = meter.read(step)
    assert told == pytest.approx(4.0)


def test_a_run_that_stands_still_is_told_slower_and_slower(clock: Clock) -> None:
    meter = Meter(0)
    for step in range(1, 101):
        clock.now += 0.01
        meter.read(step)
    clock.now += 5.0
    assert meter.read(100) < 10
    assert meter.read(3) == 0.0  # it was rewound
