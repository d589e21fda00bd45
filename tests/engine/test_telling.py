"""The telling of a run: readable first, then the whole within a minute and a half, slower where the loss falls."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_viz.engine import telling
from dropout_viz.engine.pace import AUTO
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.telling import GAINED, LOST, READ, READ_RATE, TOLD, Telling, TellingPlan
from dropout_viz.engine.trainer import Trainer

FRAME = 1 / 30


def tell(steps: int, loss: Callable[[int], float], most: float = 200.0) -> list[tuple[float, int]]:
    """Return the seconds and the steps of a run that is trained as fast as it is told."""
    one, step, now, found = Telling(steps), 0, 0.0, [(0.0, 0)]
    while step < steps and now < most:
        now += FRAME
        step = min(steps, one.go_on(FRAME, step, loss(step)))
        found.append((now, step))
    return found


@given(st.integers(1, 10**8))
def test_told_time_is_a_function_and_its_inverse(steps: int) -> None:
    plan = TellingPlan.of(steps)
    times = np.linspace(0, 1.1 * TOLD, 200)
    at = [plan.step(t) for t in times]
    assert (np.diff(at) > 0).all()
    assert [plan.told(s) for s in at] == pytest.approx(times.tolist(), rel=1e-6, abs=1e-6)
    assert plan.told(steps) == pytest.approx(min(TOLD, steps / READ_RATE), rel=1e-6)


LOSSES: dict[str, Callable[[int], float]] = {
    "flat": lambda step: 0.125,
    "falls at once": lambda step: math.exp(-step / 20),
    "falls late": lambda step: 1 / (1 + math.exp(min(50.0, (step - 3000) / 300))),
    "noise": lambda step: 1 + 0.5 * math.sin(12.9898 * step) * math.cos(78.233 * step),
    "rises": lambda step: 1 + step / 1000,
    "no number": lambda step: math.nan,
}


@pytest.mark.thinned(3)
@pytest.mark.parametrize("steps", [300, 1_000, 6_000, 60_000, 2_000_000])
@pytest.mark.parametrize("name", LOSSES)
def test_the_whole_run_takes_between_one_minute_and_one_and_a_half(steps: int, name: str) -> None:
    found = tell(steps, LOSSES[name])
    assert TOLD - GAINED - 1 <= found[-1][0] <= TOLD + LOST + 1 <= 91 and TOLD - GAINED >= 60
    assert found[-1][1] == steps
    ahead = np.diff([step for _, step in found])
    assert (ahead >= 0).all()
    first = [step for now, step in found if now <= READ]
    assert max(first) <= READ_RATE * READ + 1  # every mask can be read


def test_a_short_run_is_told_step_by_step() -> None:
    found = tell(60, LOSSES["flat"])
    assert found[-1][0] == pytest.approx(60 / READ_RATE, abs=0.1)


def test_it_slows_down_where_the_loss_falls_and_hurries_where_nothing_has_happened() -> None:
    def seconds(loss: Callable[[int], float], begin: int, end: int) -> float:
        found = tell(60_000, loss)
        when = [next(now for now, step in found if step >= edge) for edge in (begin, end)]
        return when[1] - when[0]

    late = LOSSES["falls late"]
    assert seconds(late, 30, 1500) < seconds(lambda step: 0.5 * late(2 * step), 30, 1500)
    assert seconds(late, 2200, 3800) > 1.4 * seconds(lambda step: math.nan, 2200, 3800)


def test_a_trainer_that_cannot_follow_is_not_waited_for_nor_chased() -> None:
    told, step = Telling(60_000), 0
    for _ in range(int(40 / FRAME)):  # three steps a second
        told.go_on(FRAME, step, 0.1)
        if told.plan.step(told.told) >= step + 1:
            step += int(_ % 10 == 0)
    assert told.plan.step(told.told) <= told.plan.step(told.plan.told(step) + 1.01)


def test_from_a_step_that_lies_behind_it_goes_on_as_there() -> None:
    told = Telling(60_000)
    told.at(2_000)
    assert told.go_on(0.0, 2_000, 0.1) == 2_000
    told.at(0)
    assert told.told == 0.0 and told.wait(1) == pytest.approx(1 / READ_RATE)


def test_a_runner_tells_its_run_and_trains_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_preset("three-lines").changed(steps=400)
    quick = {"TOLD": 1.0, "READ": 0.1, "READ_RATE": 60.0, "GAINED": 0.2, "LOST": 0.3}
    for name, value in quick.items():
        monkeypatch.setattr(telling, name, value)
    begun = time.perf_counter()
    runner = Runner(Trainer(config))
    try:
        runner.set_speed(AUTO)
        runner.play()
        deadline = time.perf_counter() + 20
        seen = set()
        while runner.status.phase != "paused" or not seen:
            runner.lease(None)
            if runner.status.phase == "playing":
                seen.add(runner.news.snapshots[0].step)
            assert time.perf_counter() < deadline
            time.sleep(0.002)
        assert runner.status.speed == AUTO and len(seen) > 10
        assert time.perf_counter() - begun > 0.8
        while runner.news.snapshots[0].step < 400:
            runner.lease(None)
            time.sleep(0.002)
            assert time.perf_counter() < deadline
        alone = Trainer(config)
        alone.advance(400)
        for one, other in zip(runner.news.snapshots[0].weights, alone.snapshot().weights, strict=True):
            assert np.array_equal(one, other)
        runner.play_back()  # what lies behind is gone through backwards too
        while runner.status.step > 0 or runner.status.phase == "playing":
            runner.lease(None)
            time.sleep(0.002)
            assert time.perf_counter() < deadline
    finally:
        runner.close()
