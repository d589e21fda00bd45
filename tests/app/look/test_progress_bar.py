"""A bar that says how far something has come holds nothing up."""

from __future__ import annotations

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.look.progress import ProgressBar
from dropout_viz.draw.painting import Painted


class _Counts(Painted):
    """Counts how often it is painted."""

    times = 0

    def draw(self, p: QPainter) -> None:
        self.times += 1


def test_progress_is_painted_when_all_else_is(qtbot: QtBot) -> None:
    window, beside, bar = QWidget(), _Counts(), ProgressBar()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(beside, 1)
    column.addWidget(bar)
    window.resize(200, 100)
    window.show()
    qtbot.waitUntil(lambda: beside.times > 0)
    before = beside.times
    bar.setRange(0, 200)
    for done in (50, 100, 150):
        beside.update()
        bar.setValue(done)
    assert beside.times == before
    assert bar.value() == 150
    qtbot.waitUntil(lambda: beside.times == before + 1)
