"""The window while it trains: frames a second, frame intervals, and the trainer's rate over its headless rate.

Headless and windowed turns alternate in one process. Both go on from the same step, behind those early ones at which a
large net is measured every few steps: else the two would not do the same.
"""

from __future__ import annotations

import gc
import os
import time
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from dropout_viz.app.look.theme import prepare
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import furnish
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine import threads
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.state import RunState
from dropout_viz.engine.trainer import Trainer, load_data
from tests.benchmarks.ratios import report

SECONDS = float(os.environ.get("DROPOUT_VIZ_SECONDS", "4"))
TURNS = 3
FOLDER = os.environ.get("DROPOUT_VIZ_DATA", "")  # read now: a test sees the small stand-in there
WARM, WARM_LARGE, WARM_MAPS = 7_000, 660, 45
"""Steps done before anything is timed: of small nets, of those of MNIST, and of those with convolutions."""
SMOOTH = 1e9  # a number of steps a second that is never reached: full speed at the screen's rate
DIGITS = load_preset("digits").changed(hidden=256)
EIGHT = ("network", "loss", "landscape", "masks", "code", "ensemble", "features", "activations")
"""Panels that are open, side by side, where eight are."""


@dataclass(frozen=True)
class Case:
    """A run, at a speed, beside the panels of its stage or beside eight."""

    config: RunConfig
    speed: float | None = SMOOTH
    eight: bool = False


CASES = {
    "three-lines": Case(load_preset("three-lines")),
    "three-lines, eight panels": Case(load_preset("three-lines"), eight=True),
    "three-lines, as fast as it goes": Case(load_preset("three-lines"), None),
    "digits 64-256-10": Case(DIGITS),
    "digits 64-256-10, eight panels": Case(DIGITS, eight=True),
    "digits 64-256-10, as fast as it goes": Case(DIGITS, None),
    "mnist": Case(load_preset("mnist")),
    "mnist, eight panels": Case(load_preset("mnist"), eight=True),
    "mnist, as fast as it goes": Case(load_preset("mnist"), None),
    "tutorial": Case(load_preset("tutorial")),
}


@cache
def data_of(config: RunConfig) -> DataSet:
    """Return a config's data, read once."""
    return load_data(config)


@cache
def warm(config: RunConfig) -> RunState:
    """Return the state that every turn of a run goes on from."""
    run = Arms([Trainer(config.changed(steps=100_000_000), data_of(config))])
    run.advance(WARM_MAPS if config.maps else WARM_LARGE if config.data == "mnist" else WARM)
    return run.state()


def headless_rate(config: RunConfig) -> float:
    trainer = Arms.from_state(warm(config)).first
    begun, first = time.perf_counter(), trainer.step
    while time.perf_counter() - begun < SECONDS / 2:
        trainer.advance(64 if config.data == "three-lines" else 4)
    return (trainer.step - first) / (time.perf_counter() - begun)


def windowed(case: Case) -> tuple[float, np.ndarray]:
    """Return steps a second and the intervals between frames, in seconds, of a visible window of 1440 x 900.

    As in the program, a step has one thread beside the window.
    """
    config = case.config
    window = Window()
    window.resize(1440, 900)
    window.show()
    session = Session(Arms.from_state(warm(config)), "benchmark")
    furnish(window, session)
    workbench = window.workbench
    assert workbench is not None
    workbench.log_frames()
    if case.eight:
        workbench.layout.reset(EIGHT[:3], setup=False)
        for beside, key in zip(EIGHT, EIGHT[3:], strict=False):
            window.splitDockWidget(workbench.panel(beside), workbench.panel(key), Qt.Orientation.Horizontal)
            workbench.panel(key).show()
    gc.collect()
    gc.freeze()  # as app.main does
    session.set_speed(case.speed)
    spin(0.5)
    session.play_pause()
    spin(2.5)  # until its steps are carried out where they will be
    log = workbench.log_frames()
    log.frames.clear()
    begun, first = time.perf_counter(), session.runner.latest[0].step
    spin(SECONDS)
    rate = (session.runner.latest[0].step - first) / (time.perf_counter() - begun)
    intervals = np.array([frame["interval"] for frame in log.frames if frame["interval"] is not None]) / 1000
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    spin(0.2)
    return rate, intervals


def spin(seconds: float) -> None:
    """Run the real event loop, as the program does."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


@pytest.mark.parametrize("name", CASES)
def test_the_window_while_it_trains(name: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name]
    if case.config.data == "mnist":
        if not FOLDER:
            pytest.skip("needs DROPOUT_VIZ_DATA, a folder with the real MNIST")
        monkeypatch.setenv("DROPOUT_VIZ_DATA", FOLDER)
    prepare(qapp)
    alone, together, intervals = [], [], []
    for _ in range(TURNS):
        alone.append(headless_rate(case.config))
        with monkeypatch.context() as patched:
            patched.setenv(threads.VARIABLE, "1")
            rate, gaps = windowed(case)
        together.append(rate)
        intervals.append(gaps)
    gaps = np.concatenate(intervals)
    report(
        f"window, {name}",
        {
            "trainer over headless": float(np.median(np.array(together) / np.array(alone))),
            "headless, steps/s": float(np.median(alone)),
            "frames/s": float(1 / gaps.mean()),
            "frame interval, ms, 50 %": float(1000 * np.quantile(gaps, 0.5)),
            "frame interval, ms, 99 %": float(1000 * np.quantile(gaps, 0.99)),
            "frame interval, ms, longest": float(1000 * gaps.max()),
            "share of intervals under 18 ms": float((gaps < 0.018).mean()),
        },
    )
