"""What the tests of the Loss view share: made-up runs, a view on a screen, and a hand for the mouse."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.history import History
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.base import Selection
from dropout_viz.views.loss import view as loss
from dropout_viz.views.loss.chart import LossChart


@functools.cache
def trained() -> Trainer:
    """A real run of the default preset, 300 steps long."""
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(300)
    return trainer


def written(
    steps: int, *, test: bool = True, classes: bool = False, spaced: int = 1, scale: float = 1.0, seed: int = 0
) -> History:
    """Return the history of a made-up run: noisy under the mask at every step, smooth with every unit on."""
    random = np.random.default_rng(seed)
    history = History()
    every = np.arange(1, steps + 1)
    some = np.arange(0, steps + 1, spaced)
    smooth = scale * (0.3 * np.exp(-some / (steps / 3)) + 0.01)
    history.loss_under_mask.extend(every, scale * random.random(steps))
    history.loss_train.extend(some, smooth)
    if test:
        history.loss_test.extend(some, 1.2 * smooth)
    if classes:
        history.accuracy_train.extend(some, 1 - smooth)
        if test:
            history.accuracy_test.extend(some, 0.9 - smooth)
    return history


def frame(*histories: History, run: int = 1, test: bool = True, classes: bool = False) -> Frame:
    """Return a frame of arms with these histories."""
    last = max((int(h.loss_under_mask.steps[-1]) for h in histories if len(h.loss_under_mask)), default=0)
    snapshot = replace(trained().snapshot(), run=run, step=last)
    x, y = np.zeros((200, 3)), np.zeros((200, 1))  # of the snapshot's network
    data = DataSet(x, y, x if test else None, y if test else None, classes=("a", "b") if classes else ())
    names = ("with dropout", "without dropout", "other", "another")
    arms = tuple(Arm(name, snapshot, history) for name, history in zip(names, histories, strict=False))
    return Frame(arms, data)


def shown(
    qtbot: QtBot, first: Frame | None = None, size: tuple[int, int] = (460, 380), theme: str = "dark"
) -> loss.View:
    """Return a view that stands on a screen."""
    screen = QWidget()  # without a layout: the offscreen platform complains of windows that have one
    qtbot.addWidget(screen)
    view = loss.View(Selection(), look.style(theme), screen)
    vars(view)["screen"] = screen  # keeps it alive
    screen.resize(*size)
    view.resize(*size)
    screen.show()
    if first is not None:
        view.show_frame(first)
    return view


def picture(view: loss.View) -> QImage:
    return view.grab().toImage()


def place(chart: LossChart, step: float) -> QPoint:
    """Return where a step lies in the viewport of a chart, half way up."""
    low, high = chart.plot.box.viewRange()[1]
    across = math.log10(max(step, 1.0)) if chart.plot.x_axis.logMode else step
    return chart.plot.at(across, (low + high) / 2).toPoint()


def turn(
    chart: LossChart, step: float, notches: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Turn the wheel over a step; a positive number of notches comes closer."""
    viewport = chart.plot.viewport()
    at = QPointF(place(chart, step))
    event = QWheelEvent(
        at,
        QPointF(viewport.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def drag(qtbot: QtBot, chart: LossChart, start: float, end: float, keys: Qt.KeyboardModifier) -> None:
    viewport = chart.plot.viewport()
    places = [place(chart, start + (end - start) * share) for share in (0, 0.3, 0.7, 1)]
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, keys, places[0])
    for at in places[1:]:  # not by qtbot.mouseMove: that knows no keys
        here, there = QPointF(at), QPointF(viewport.mapToGlobal(at))
        left = Qt.MouseButton.LeftButton
        QApplication.sendEvent(viewport, QMouseEvent(QMouseEvent.Type.MouseMove, here, there, left, left, keys))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, keys, places[-1])


def ink(image: QImage, colour: str) -> int:
    """Return how many pixels are within a little of a colour."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    pixels = pixels[:, :, 2::-1].astype(int)
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(pixels - wanted).max(axis=2) < 12).sum())
