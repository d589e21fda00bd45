"""Random histories through a real window that paints them: what its panels show is what straight runs give."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.engine.handing import hand_over
from dropout_viz.engine.state import RunState
from dropout_viz.engine.status import News
from dropout_viz.engine.timeline import Timeline
from tests.app.conftest import Open
from tests.app.looking import workbench
from tests.app.timeline_hands import session_of
from tests.engine import test_histories as histories

pytestmark = pytest.mark.usefixtures("nothing_painted")

DO = (histories.play, histories.look_back, histories.change, histories.branch, histories.compare, histories.bookmark)
NAMES = ("as published", "Adam, mini-batches", "two worlds")
ACTIONS = 7


class Hands:
    """A window's run, asked for things as a timeline is: with keys where there are some, and waiting for each."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self._window, self._qtbot = window, qtbot
        self._session = session_of(window)

    @property
    def _timeline(self) -> Timeline:
        return self._session.runner._run

    @property
    def step(self) -> int:
        return self._session.frame().snapshot.step

    @property
    def past(self) -> bool:
        return self._session.timeline.past

    @property
    def comparing(self) -> bool:
        return self._session.comparing

    def advance(self, steps: int) -> None:
        goal = self.step + steps
        if steps == 1:
            self._qtbot.keyClick(self._window, Qt.Key.Key_Right)
        else:
            self._session.run_to(goal)
        self._qtbot.waitUntil(lambda: self.step == goal and not self._session.busy)

    def go(self, step: int) -> None:
        self._session.timeline.look_at(step)
        self._settle()

    def change(self, settings: dict[str, Any]) -> None:
        self._session.runner.change(**settings)
        self._settle()

    def branch(self, settings: dict[str, Any], names: tuple[str, str]) -> None:
        self._session.runner.branch(settings, names)
        self._settle()

    def compare(self, on: bool) -> None:
        self._qtbot.keyClick(self._window, Qt.Key.Key_C)
        if self._session.comparing != on:  # the key refuses where nothing is dropped now
            self._session.runner.compare(on)
        self._settle()

    def bookmark(self, step: int, name: str) -> None:
        self._session.runner.bookmark(step, name)
        self._settle()

    def look(self) -> News:
        self._settle()
        return self._session.runner.news

    def state(self) -> RunState:
        handed = hand_over(self._session.runner)
        assert handed is not None
        return handed.state

    def shown(self) -> bool:
        """Whether every panel on the screen shows the newest frame."""
        frame = self._session.frame()
        panels = [panel.shown for panel in workbench(self._window).views if panel.on_screen()]
        return bool(panels) and all(shown is not None and shown.moment == frame.moment for shown in panels)

    def _settle(self) -> None:
        done = threading.Event()
        self._session.runner.between(lambda run: done.set())
        self._qtbot.waitUntil(done.is_set)
        told = self._session.runner
        told.lease(None)
        self._qtbot.waitUntil(lambda: told.news.newest == self._timeline.present.step and not told._asked)
        self._qtbot.waitUntil(lambda: self._session._compared is None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try one history for 25 that are tried without a window: ``--histories 2000`` makes it 80."""
    metafunc.parametrize("seed", range(max(1, metafunc.config.getoption("histories") // 25)))


def test_what_the_window_shows_is_a_straight_run(show_run: Open, qtbot: QtBot, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    name = NAMES[seed % len(NAMES)]
    config = histories.CONFIGS[name].changed(views=("network", "loss"))
    window = show_run("mine", config)
    it = histories.begin(name, tmp_path)
    it.arms[0].config, it.timeline = config, Hands(window, qtbot)  # type: ignore[assignment]
    for _ in range(ACTIONS):
        rng.choice(DO)(it, rng)
        histories.check(it)
        qtbot.waitUntil(it.timeline.shown)  # type: ignore[attr-defined]
        for panel in workbench(window).views:
            for arm, wanted in zip(panel.shown.arms if panel.shown else (), it.arms, strict=False):
                run = histories.straight(wanted, it.at, histories.DATA[name])
                if panel.on_screen():
                    assert np.array_equal(arm.snapshot.weights[0], run.snapshot().weights[0]), panel.key
