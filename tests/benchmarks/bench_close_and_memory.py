"""Closing in the middle of training, and memory over a whole run with the window visible."""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from dropout_viz.app.look.theme import prepare
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import furnish
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.benchmarks.bench_window import SMOOTH, spin
from tests.benchmarks.ratios import report

CONFIGS = {
    "three-lines": load_preset("three-lines"),
    "digits 64-256-10": load_preset("digits").changed(hidden=256),
    "digits 64-1024-1024-10": load_preset("digits").changed(hidden=(1024, 1024), batch_size=200),
}


def open_window(config: RunConfig) -> tuple[Window, Session]:
    window = Window()
    window.resize(1440, 900)
    window.show()
    session = Session(Trainer(config), "benchmark")
    furnish(window, session)
    session.set_speed(SMOOTH)
    session.play_pause()
    return window, session


def drop(window: Window) -> None:
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_closing_in_the_middle_of_training(qapp: QApplication) -> None:
    prepare(qapp)
    rows: dict[str, float | str] = {}
    for name, config in CONFIGS.items():
        seconds = []
        for _ in range(5):
            window, session = open_window(config.changed(steps=10_000_000))
            spin(0.7)
            assert session.playing
            begun = time.perf_counter()
            window.close()
            seconds.append(time.perf_counter() - begun)
            assert not [t for t in threading.enumerate() if t.name == "trainer"]
            drop(window)
        rows[f"{name}, ms, median"] = 1000 * statistics.median(seconds)
        rows[f"{name}, ms, longest"] = 1000 * max(seconds)
    report("closing while training at full speed", rows)


def resident() -> float:
    """Return this process's resident memory in MiB."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_memory_over_a_whole_run(qapp: QApplication) -> None:
    prepare(qapp)
    window, session = open_window(load_preset("three-lines"))
    rows: dict[str, float | str] = {}
    while session.playing or session.frame().snapshot.step == 0:
        spin(0.02)
        step = session.frame().snapshot.step
        if step >= 10_000 and not rows:
            rows["after 10,000 steps, MiB"] = resident()
    rows["after 60,000 steps, MiB"] = resident()
    for _ in range(2):
        session.rewind()
        spin(0.1)
        session.play_pause()
        spin(0.1)
        while session.playing:
            spin(0.05)
    rows["after two more runs, MiB"] = resident()
    window.close()
    drop(window)
    report("memory, window on three-lines", rows)
