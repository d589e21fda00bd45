"""What saving a run as it goes costs the trainer: short turns with one saving each, beside the same without."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable

import pytest

from dropout_viz.engine import autosave, recovery
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.autosave import Autosave
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import MissingData
from tests.benchmarks.ratios import rates, report

_TURN = 0.4  # seconds: a saving in each shows eight times as clearly as one every three seconds
_NEVER = 1e6


def turn(runner: Runner, amid: Callable[[], object]) -> Callable[[], int]:
    """Return what plays for a while, does something at about a third of it, and counts the steps."""

    def step() -> int:
        found: queue.SimpleQueue[int] = queue.SimpleQueue()
        runner.between(lambda run: found.put(run.present.step))
        return found.get()

    def play() -> int:
        before = step()
        runner.play()
        end = time.perf_counter() + _TURN
        time.sleep(_TURN / 3)
        amid()
        time.sleep(max(0.0, end - time.perf_counter()))
        runner.pause()
        return step() - before

    return play


@pytest.mark.parametrize(("preset", "step"), [("three-lines", 60_000), ("digits", 20_000), ("mnist", 50)])
def test_saving_as_it_goes(preset: str, step: int) -> None:
    if preset == "mnist" and not os.environ.get("DROPOUT_VIZ_DATA"):
        pytest.skip("DROPOUT_VIZ_DATA names no folder with MNIST")
    config = load_preset(preset).changed(steps=100_000_000)
    try:
        runs = [Arms.of(config) for _ in range(2)]
    except MissingData:
        pytest.skip("no MNIST on this computer")
    for run in runs:
        run.advance(step)
    alone, saving = (Runner(run) for run in runs)
    kept = Autosave(saving, recovery.own_place(), every=_NEVER)
    kept._least = autosave.EVERY
    try:
        found = rates({"alone": turn(alone, lambda: None), "saving": turn(saving, kept.save)}, rounds=15)
        size = kept.place.path.stat().st_size
    finally:
        kept.close()
        alone.close()
        saving.close()
    lost = _TURN * (1 - found["saving"] / found["alone"])
    rows: dict[str, float | str] = {
        "computing for one saving, ms": 1000 * kept.cost,
        "trainer's time lost by it, ms": 1000 * lost,
        "seconds between two": kept.every,
        "share of computing, % (aim: under 2)": 100 * kept.cost / kept.every,
        "share of the trainer's time, % (aim: under 2)": 100 * lost / kept.every,
        "size of the file, MB": size / 1e6,
    }
    report(f"saving as it goes: {preset} from step {step:,}", rows)
