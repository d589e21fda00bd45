"""What the tests of the window ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import Workbench
from dropout_viz.engine.snapshot import Snapshot


def workbench(window: Window) -> Workbench:
    assert window.workbench is not None
    return window.workbench


def newest(window: Window) -> Snapshot:
    assert window.session is not None
    return window.session.frame().snapshot


def words_of(label: QLabel) -> str:
    """Return a label's words, wherever their lines may not be broken."""
    return label.text().replace("\N{NO-BREAK SPACE}", " ")


def panels(window: Window) -> list[ViewPanel]:
    return workbench(window).views


def at_step(window: Window, step: int) -> bool:
    """Whether the run rests at a step and the network view shows it."""
    shown = workbench(window).panel("network").shown
    assert window.session is not None
    return not window.session.playing and shown is not None and newest(window).step == shown.snapshot.step == step


@contextmanager
def unpainted(window: Window) -> Iterator[None]:
    """Paint nothing that comes on the way to a state that a test begins with: it would take most of the time."""
    was_painted = window.updatesEnabled()
    window.setUpdatesEnabled(False)
    try:
        yield
    finally:
        let_paint(window, was_painted)


def let_paint(window: Window, painted: bool) -> None:
    """Say whether a window paints anything from now on."""
    window.setUpdatesEnabled(painted)
    if painted:
        # Qt takes what was asked for meanwhile for being on its way, and asks no more.
        QCoreApplication.postEvent(window, QEvent(QEvent.Type.UpdateRequest))


def in_sight(window: QWidget) -> Iterator[QWidget]:
    """Return the window and all in it of which any lies within all that it lies in; what lies over it does not count: a
    part that paints every pixel hides all below it, and some have not been painted yet."""
    for top in QApplication.topLevelWidgets():
        if _is_within(top, window):
            yield from _parts_in_sight(top, QWidget.rect(top))


def _is_within(widget: QWidget, window: QWidget) -> bool:
    around: QWidget | None = widget
    while around is not None and around is not window:
        around = around.parentWidget()
    return around is not None


def _parts_in_sight(widget: QWidget, part: QRect) -> Iterator[QWidget]:
    """Return a widget and those in it, of which ``part`` lies within all that it lies in."""
    if part.isEmpty() or not widget.isVisible():
        return
    yield widget
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if not child.isWindow():
            place = QWidget.geometry(child)
            yield from _parts_in_sight(child, (part & place).translated(-place.topLeft()))
