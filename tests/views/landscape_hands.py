"""What a user does with the Landscape view, and what is seen of it, for its tests."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape_one import OneWeight

BIG = (64, 256, 10)
OPENS_A_LIST = pytest.mark.qt_log_ignore("This plugin does not support")  # what Qt says of every list without a display


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (460, 400), theme: str = "dark") -> OneWeight:
    view = OneWeight(Selection(), look.style(theme))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.resize(*size)
    view.show_frame(frame)
    return view


def picture(view: OneWeight, scale: int = 1) -> QImage:
    image = QImage(view.width() * scale, view.height() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    view.render(image)
    return image


def point(view: OneWeight, at: QPointF) -> None:
    """Move the mouse over the view, pressing nothing."""
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, no_keys))


def choose_masks(qtbot: QtBot, view: OneWeight) -> None:
    """Choose the second surface as a user does: open the list, click the row."""
    surface = view.surface.tool()
    assert isinstance(surface, QComboBox)
    surface.show()
    qtbot.mouseClick(surface, Qt.MouseButton.LeftButton)
    rows = surface.view()
    qtbot.waitUntil(rows.isVisible)
    # a list ignores a click that comes at once after the one that opened it
    at = rows.visualRect(surface.model().index(1, 0)).center()
    qtbot.waitUntil(lambda: _picked(qtbot, surface, at))


def _picked(qtbot: QtBot, surface: QComboBox, at: QPoint) -> bool:
    if surface.view().isVisible():
        qtbot.mouseMove(surface.view().viewport(), at)
        qtbot.mouseClick(surface.view().viewport(), Qt.MouseButton.LeftButton, pos=at)
    return surface.currentIndex() == 1


def trail(view: OneWeight) -> tuple[list[float], list[float]]:
    assert view.scene is not None
    values, losses = view._memory.trail(view.scene, view.scene.chosen.place)
    return values.tolist(), losses.tolist()
