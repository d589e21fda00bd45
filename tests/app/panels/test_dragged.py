"""A panel that is being dragged is let go when another arrangement comes: Qt would crash."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.panels.layout import Layout
from dropout_viz.app.window import Window
from tests.app.looking import workbench

ARRANGED: dict[str, Callable[[Layout], object]] = {
    "another stage": lambda layout: layout.reset(("masks", "loss")),
    "one panel": lambda layout: layout.toggle_maximised(layout.panels[1]),
}


@pytest.mark.parametrize("how", ARRANGED)
def test_a_panel_that_is_being_dragged_is_let_go(window: Window, qtbot: QtBot, how: str) -> None:
    layout, left = workbench(window).layout, Qt.MouseButton.LeftButton
    panel = workbench(window).panel("landscape")
    header, way = panel.header, (QPoint(60, 8), QPoint(-200, 60), QPoint(-400, 200), QPoint(-500, 300))

    def move(to: QPoint) -> None:
        where = QPointF(header.mapToGlobal(to))
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(to), where, none, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(header, event)
        QApplication.processEvents()

    QTest.mousePress(header, left, pos=way[0])
    move(way[1])
    move(way[2])
    assert panel.isFloating()  # it hangs on the mouse
    ARRANGED[how](layout)
    qtbot.waitUntil(lambda: not layout.fitting)
    before = (panel.geometry(), panel.isFloating(), panel.isVisible())
    for to in way[2:]:
        move(to)
    assert (panel.geometry(), panel.isFloating(), panel.isVisible()) == before
    QTest.mouseRelease(header, left, pos=way[-1])
    layout.restore_size()
    layout.reset()
    qtbot.waitUntil(lambda: not layout.fitting)
    assert {p.key for p in layout.panels if p.on_screen()} >= {"network", "landscape"}
    assert not panel.isFloating()
