"""What a user does with a view and sees of it, frames of trainers, and answers that come late."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.base import BaseView

AnyView = TypeVar("AnyView", bound=BaseView)
NO_KEYS = Qt.KeyboardModifier.NoModifier


def trainer_of(steps: int, preset: str = "three-lines-exact", **settings: object) -> Trainer:
    """Return a trainer that has done some steps."""
    made = Trainer(load_preset(preset).changed(**settings))
    made.advance(steps)
    return made


def frame_of(*trainers: Trainer) -> Frame:
    """Return what the window would show of one run, or of two arms."""
    names = ("",) if len(trainers) == 1 else ("with dropout", "without dropout")
    arms = [Arm(n, t.snapshot(), t.history) for n, t in zip(names, trainers, strict=True)]
    return Frame(tuple(arms), trainers[0].data)


def placed(qtbot: QtBot, view: AnyView, size: tuple[int, int]) -> AnyView:
    """Return a view of a size, with its header's tools beside it."""
    for widget in (view, *view.header_tools()):
        qtbot.addWidget(widget)
    view.resize(*size)
    return view


def picture(widget: QWidget, scale: int = 1) -> QImage:
    """Return what a widget looks like."""
    image = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    widget.render(image, QPoint())
    return image


def point(widget: QWidget, at: QPointF | QPoint) -> None:
    """Move the mouse over a widget, pressing nothing."""
    at, none = QPointF(at), Qt.MouseButton.NoButton
    there = QPointF(widget.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, at, there, none, none, NO_KEYS))


def leave(widget: QWidget) -> None:
    """Move the mouse out of a widget."""
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def turn(widget: QWidget, at: QPointF | QPoint, by: int, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Turn the wheel: 120 is a notch, away from the user."""
    at, none = QPointF(at), Qt.MouseButton.NoButton
    there = QPointF(widget.mapToGlobal(at.toPoint()))
    phase = Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(widget, QWheelEvent(at, there, QPoint(), QPoint(0, by), none, keys, phase, False))


class Held:
    """Holds up a function that a view's worker calls: what it has computed it gives when it is let go.

    Attributes:
        calls: how many have computed. gate: what each of them takes one of.
    """

    def __init__(self, patch: pytest.MonkeyPatch, where: object, name: str) -> None:
        self.calls = 0
        self.gate = threading.Semaphore(0)
        real = getattr(where, name)

        def slowly(*arguments: Any) -> Any:
            found = real(*arguments)
            self.calls += 1
            assert self.gate.acquire(timeout=30)
            return found

        patch.setattr(where, name, slowly)

    def let_go(self, calls: int = 1) -> None:
        """Let calls go on, those that come included."""
        self.gate.release(calls)
