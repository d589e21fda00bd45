"""What a view paints whole is not painted below it first: a window of six layers would be filled six times a frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.draw.painting import mark_opaque
from dropout_viz.draw.plot import Plot
from dropout_viz.views.base import BaseView
from tests.app.looking import workbench


class _Paints(QObject):
    """Notes what is told to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QObject] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append(watched)
        return False


def _surface(view: QWidget) -> QWidget:
    """Return what a view paints on: itself, or the largest of its parts that is painted."""
    plots = [plot.viewport() for plot in view.findChildren(Plot) if plot.isVisible()]
    parts = [part for part in (*plots, *view.findChildren(BaseView)) if part.isVisible()]
    return max(parts, key=lambda part: part.width() * part.height(), default=view)


def _painting_alone(surface: QWidget) -> Callable[[], bool]:
    """Return what has a widget painted, and tells whether nothing below it was painted with it."""
    below: QWidget | None = surface
    paints = _Paints()
    while below is not None:
        below.installEventFilter(paints)
        below = below.parentWidget()

    def is_painted_alone() -> bool:
        paints.seen.clear()
        surface.update()
        QCoreApplication.processEvents()
        return paints.seen == [surface]

    return is_painted_alone


@pytest.mark.parametrize("key", ["network", "landscape", "loss"])
def test_what_lies_below_a_view_is_not_painted(window: Window, qtbot: QtBot, key: str) -> None:
    """Also after another theme: a style sheet that is set anew takes the mark from every widget."""
    bench = workbench(window)
    for theme in ("light", "dark"):
        window.theme.set(theme)
        qtbot.waitUntil(lambda: bench.panel(key).view is not None and not bench.clock.ticking)
        alone = _painting_alone(_surface(bench.panel(key).view))
        qtbot.waitUntil(alone)  # soon: what the other theme wants painted comes first


def test_what_lies_below_a_number_that_changes_is_not_painted(window: Window, qtbot: QtBot) -> None:
    """Else a style sheet fills a tool bar, the transport in it and a panel's header for a number in a corner."""
    bench = workbench(window)
    qtbot.waitUntil(lambda: not bench.clock.ticking)
    for surface in (bench.transport.readout, bench.transport.timeline, bench.panel("network").header.name):
        qtbot.waitUntil(_painting_alone(surface))


def test_what_lies_below_the_welcome_is_not_painted(window: Window, qtbot: QtBot) -> None:
    door = workbench(window).welcome
    door.toggle()
    qtbot.waitUntil(lambda: door.welcome is not None and door.welcome.isVisible())
    qtbot.waitUntil(_painting_alone(door.welcome))


@pytest.mark.parametrize(("ratio", "alone"), [(1.0, True), (1.25, False), (1.75, False), (2.0, True)])
def test_what_lies_below_is_painted_where_an_edge_may_lie_in_a_pixel(qtbot: QtBot, ratio: float, alone: bool) -> None:
    """Else a row of device pixels between two plots is nobody's: a white line at 175 %."""

    class Scaled(QWidget):
        def devicePixelRatioF(self) -> float:
            return ratio

    widget = Scaled()
    qtbot.addWidget(widget)
    mark_opaque(widget, True)
    assert widget.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent) == alone


def test_a_plot_fills_no_ground_of_its_own(window: Window, qtbot: QtBot) -> None:
    """Its ground is the plot's own drawing; Qt's filling would count as opaque at any number of device pixels."""
    qtbot.waitUntil(lambda: workbench(window).panel("loss").view is not None)
    plots = workbench(window).panel("loss").load().findChildren(Plot)
    assert plots and not any(plot.viewport().autoFillBackground() for plot in plots)
