"""What a user does with the Plane view, and frames of real runs for it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views import plane
from dropout_viz.views.base import Selection

PATIENCE = 30_000  # milliseconds: the work shares its processor with whatever else runs


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


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (460, 400), theme: str = "dark") -> plane.View:
    """Return a view in a window of its own, with its tools, that has been painted with a frame."""
    view = plane.View(Selection(), look.style(theme))
    view.setParent(None)
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.resize(*size)
    view.show()
    view.show_frame(frame)
    qtbot.waitUntil(lambda: finest(view), timeout=PATIENCE)
    picture(view)
    return view


def finest(view: plane.View) -> bool:
    """Whether the view shows its frame at the finest resolution, and nothing is on its way."""
    if view.scene is None or view.frame_ is None:
        return False
    now = view._request(view.frame_)
    at = view.scene.request
    return (at.what, at.moment, at.stage) == (now.what, now.moment, plane.scenes.stages(now)[-1])


def picture(widget: QWidget, scale: int = 1) -> QImage:
    """Return what the widget looks like."""
    image = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    widget.render(image, QPoint())
    return image


def point_at(view: plane.View, u: float, v: float) -> None:
    """Move the mouse to a place of the plane."""
    at = view.plot.at(u, v)
    viewport = view.plot.viewport()
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    there = QPointF(viewport.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(viewport, QMouseEvent(QMouseEvent.Type.MouseMove, at, there, none, none, plain))
    picture(view)


def tick(qtbot: QtBot, box: QCheckBox) -> None:
    """Click a check box."""
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
