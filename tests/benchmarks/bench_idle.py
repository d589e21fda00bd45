"""What a lecture costs a laptop's battery: processor time of a window that plays slowly, and of one that is paused."""

from __future__ import annotations

import gc
import time

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from dropout_viz.app.look.theme import prepare
from dropout_viz.app.platform.collector import Collector
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import furnish
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.benchmarks.bench_window import spin
from tests.benchmarks.ratios import report

SECONDS = 8.0
PRESETS = ("three-lines", "moons", "digits")
_playing: dict[str, float] = {}
_paused: dict[str, float] = {}


def share() -> float:
    """Return how many hundredths of a core this process, all its threads, takes for a while."""
    begun, before = time.perf_counter(), time.process_time()
    spin(SECONDS)
    return 100 * (time.process_time() - before) / (time.perf_counter() - begun)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_window_at_4_steps_a_second(preset: str, qapp: QApplication) -> None:
    prepare(qapp)
    window = Window()
    window.resize(1440, 900)
    window.show()
    session = Session(Trainer(load_preset(preset)), preset)
    furnish(window, session)
    collector = Collector(qapp)  # as the program has it: else the interpreter looks through all that there is
    collector.leave_alone()
    session.set_speed(4.0)
    session.play_pause()
    spin(3.0)
    _playing[preset] = share()
    session.play_pause()
    spin(2.0)
    _paused[preset] = share()
    collector.stop()
    gc.unfreeze()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    report("at 4 steps a second, % of a core", _playing)
    report("paused, % of a core", _paused)
