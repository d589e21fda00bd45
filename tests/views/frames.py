"""Frames of real runs, a view on them, and what a user does with a view: for the tests of painted views."""

from __future__ import annotations

from functools import cache
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.base import BaseView, Selection


@cache
def frame_of(preset: str, steps: int = 20, compare: bool = False, **settings: Any) -> Frame:
    """Return a frame of a run; ``compare``: with the same run without dropout beside it."""
    config = load_preset(preset).changed(**settings)
    configs = [config, config.changed(p_hidden=0.0, p_input=0.0)][: 1 + compare]
    arms = []
    for name, each in zip(("with dropout", "without dropout"), configs, strict=False):
        trainer = Trainer(each)
        trainer.advance(steps)
        arms.append(Arm(name, trainer.snapshot(), trainer.history))
    return Frame(tuple(arms), trainer.data)


def shown(qtbot: QtBot, key: str, frame: Frame, size: tuple[int, int] = (460, 400), theme: str = "dark") -> Any:
    """Return a view of a frame, with its header's tools beside it."""
    view = registry.entries("views")[key].load().View(Selection(), look.style(theme))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.resize(*size)
    view.show_frame(frame)
    return view


def picture(view: BaseView, scale: int = 1) -> QImage:
    """Return what the view looks like."""
    image = QImage(view.width() * scale, view.height() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    view.render(image)
    return image


def point(view: BaseView, at: QPointF) -> None:
    """Move the mouse over the view, pressing nothing."""
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, no_keys))
