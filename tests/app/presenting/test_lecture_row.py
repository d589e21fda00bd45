"""The one row below a presentation, on screens of many shapes: nothing in it lies over something else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from tests.app.look.test_zoom import at_rest
from tests.app.looking import workbench


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [(1440, 960), *(pytest.param(size, marks=pytest.mark.slow) for size in ((1024, 768), (1280, 1024), (800, 600)))],
)
def test_nothing_lies_over_the_timeline(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    window.resize(*size)
    at_rest(window, qtbot)
    transport = workbench(window).transport
    parts = [
        part
        for part in transport.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if part.isVisible()
    ]
    parts.sort(key=lambda part: part.x())
    assert transport.timeline in parts and transport.readout in parts and transport.leave in parts
    for left, right in zip(parts, parts[1:], strict=False):
        assert left.geometry().right() < right.x(), (left, right)
    for part in parts:
        assert part.geometry().width() >= part.minimumSizeHint().width() and part.geometry().right() < transport.width()
    if size == (1440, 960):
        assert transport.speed_words.isVisible() and transport.rewind.isVisible(), "there is room for them"
    assert transport.timeline.minimumWidth() >= 0.2 * transport.width(), "others give way to it"
    assert parts[parts.index(transport.timeline) + 1] is transport.readout
    assert transport.readout.sizeHint() == transport.readout.minimumSizeHint(), "which takes no room for more"
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    assert transport.speed_words.isVisible() == (window.width() >= 620) and transport.rewind.isVisible()
