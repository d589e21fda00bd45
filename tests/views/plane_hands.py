"""A Plane view, and what a user does with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.plane import view as plane
from tests.views.hands import picture, placed, point


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (460, 400), theme: str = "dark") -> plane.View:
    """Return a view in a window of its own, with its tools, that has been painted with a frame."""
    view = plane.View(Selection(), look.style(theme))
    placed(qtbot, view, size).show()
    view.show_frame(frame)
    qtbot.waitUntil(lambda: finest(view))
    picture(view)
    return view


def finest(view: plane.View) -> bool:
    """Whether the view shows its frame at the finest resolution, and nothing is on its way."""
    if view.busy or view.scene is None or view.frame_ is None:
        return False
    at = view.scene.request
    finest = at.stage == plane.scenes.stages(at)[-1]
    return finest and (at.kind, at.frame.moment) == (view.kind.value, view.frame_.moment)


def point_at(view: plane.View, u: float, v: float) -> None:
    """Move the mouse to a place of the plane."""
    at = view.plot.at(u, v)
    point(view.plot.viewport(), at)
    picture(view)


def tick(qtbot: QtBot, box: QCheckBox) -> None:
    """Click a check box."""
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
