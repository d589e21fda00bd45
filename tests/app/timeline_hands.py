"""What the tests of the timeline do and ask."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.session import Session
from dropout_viz.app.timeline.bar import TimelineBar
from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from tests.app.looking import at_step, unpainted, workbench

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


def session_of(window: Window) -> Session:
    assert window.session is not None
    return window.session


def bar_of(window: Window) -> TimelineBar:
    return workbench(window).transport.timeline


def place(window: Window, step: int) -> QPoint:
    bar = bar_of(window)
    return QPoint(round(bar.across(step)), bar.height() // 2)


def go_to(window: Window, qtbot: QtBot, step: int) -> None:
    """Run to a step, or look back at it, quickly."""
    session = session_of(window)
    speed = session.speed
    session.set_speed(None)
    session.run_to(step)
    with unpainted(window):
        qtbot.waitUntil(lambda: at_step(window, step))
    session.set_speed(speed)


def fresh(config: RunConfig, step: int, changes: dict[int, dict[str, Any]] | None = None) -> Arms:
    run = Arms.of(config)
    for at, settings in sorted((changes or {}).items()):
        if at <= step:
            run.advance(at - run.step)
            run.change(settings)
    run.advance(step - run.step)
    return run


def same(window: Window, run: Arms) -> bool:
    """Whether every view on the screen shows that run, bit for bit."""
    shown = [p.shown for p in workbench(window).views if p.on_screen()]
    assert shown and all(frame is not None for frame in shown)
    wanted = run.look().snapshots
    for frame in shown:
        assert frame is not None
        if len(frame.arms) != len(wanted):
            return False
        for arm, snapshot in zip(frame.arms, wanted, strict=True):
            found = arm.snapshot
            if found.step != snapshot.step or found.loss_under_mask != snapshot.loss_under_mask:
                return False
            for name in ("weights", "masks", "activations"):
                pairs = zip(getattr(found, name), getattr(snapshot, name), strict=True)
                if not all(np.array_equal(a, b) for a, b in pairs):
                    return False
            assert arm.history.loss_under_mask.steps[-1] == snapshot.step
    return True
