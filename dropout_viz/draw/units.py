"""A widget that measures itself in units of its own: so many pixels each as the window is zoomed.

Whoever draws in it, and whoever asks where the mouse is in it, need not know of any zoom. A picture's widgets are never
zoomed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QHelpEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget


class Measured(QWidget):
    """``width``, ``height``, ``rect``, the sizes that it is given, and the places that events tell are in units.

    Attributes:
        zoom: pixels of a unit.
    """

    zoom = 1.0

    def take_zoom(self, zoom: float) -> None:
        """Let a unit be so many pixels."""
        if zoom == self.zoom:
            return
        units = Units(self)
        QWidget.setMinimumSize(self, *units.scaled("least", self.minimumSize().toTuple(), zoom))
        QWidget.setMaximumSize(self, *units.scaled("most", self.maximumSize().toTuple(), zoom))
        units.zoom = self.zoom = zoom
        self.updateGeometry()
        QApplication.sendEvent(self, QResizeEvent(self.size(), self.size()))
        self.update()

    def width(self) -> int:
        return math.ceil(super().width() / self.zoom)

    def height(self) -> int:
        return math.ceil(super().height() / self.zoom)

    def rect(self) -> QRect:
        return QRect(0, 0, self.width(), self.height())

    def setFixedWidth(self, width: int) -> None:
        super().setFixedWidth(round(width * self.zoom))

    def setFixedHeight(self, height: int) -> None:
        super().setFixedHeight(round(height * self.zoom))

    def pixels(self, size: QSize) -> QSize:
        """Return a size in units as what Qt asks for."""
        return scaled(size, self.zoom)

    def place(self, rect: QRect) -> QRect:
        """Return where a child of it has its place that is meant to cover a rectangle in units."""
        corner, zoom = rect.topLeft(), self.zoom
        return QRect(QPoint(round(corner.x() * zoom), round(corner.y() * zoom)), scaled(rect.size(), zoom))

    def event(self, event: QEvent) -> bool:
        if self.zoom == 1.0 or (told := _in_units(event, self.zoom)) is None:
            return super().event(event)
        taken = super().event(told)
        event.setAccepted(told.isAccepted())
        return taken


UNBOUND = (1 << 24) - 1
"""Pixels: Qt's own largest size, which says that there is no bound."""


class Units:
    """What the lengths of a widget or a layout are in units, noted in its own properties: exact, whatever zooms it goes
    through, and gone with it."""

    def __init__(self, of: QObject) -> None:
        self._of = of

    @property
    def zoom(self) -> float:
        """The zoom that its lengths have now."""
        return float(self._of.property("zoom") or 1.0)

    @zoom.setter
    def zoom(self, zoom: float) -> None:
        self._of.setProperty("zoom", zoom)

    def scaled(self, name: str, now: Sequence[int], zoom: float) -> list[int]:
        """Return lengths in pixels at another zoom. What somebody has set meanwhile counts as set for the present
        one."""
        noted = self._of.property(f"units-{name}")
        if noted is None or list(noted[1]) != list(now):
            units = [side if side >= UNBOUND else side / self.zoom for side in now]
        else:
            units = list(noted[0])
        made = [round(side) if side >= UNBOUND else round(side * zoom) for side in units]
        self._of.setProperty(f"units-{name}", [units, made])
        return made


def scaled(size: QSize, factor: float) -> QSize:
    """Return a size so many times as large; one without bounds stays so."""
    return QSize(*(side if side >= UNBOUND else round(side * factor) for side in (size.width(), size.height())))


def _in_units(event: QEvent, zoom: float) -> QEvent | None:
    """Return an event that tells a place as one that tells it in units; None for one that tells none."""
    if isinstance(event, QMouseEvent):
        return QMouseEvent(
            event.type(),
            event.position() * (1 / zoom),
            event.scenePosition(),
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
            event.pointingDevice(),
        )
    if isinstance(event, QWheelEvent):
        return QWheelEvent(
            event.position() * (1 / zoom),
            event.globalPosition(),
            event.pixelDelta(),
            event.angleDelta(),
            event.buttons(),
            event.modifiers(),
            event.phase(),
            event.inverted(),
            event.source(),
        )
    if isinstance(event, QEnterEvent):
        return QEnterEvent(event.position() * (1 / zoom), event.scenePosition(), event.globalPosition())
    if isinstance(event, QContextMenuEvent):
        return QContextMenuEvent(event.reason(), _point(event.pos(), zoom), event.globalPos(), event.modifiers())
    if isinstance(event, QHelpEvent):
        return QHelpEvent(event.type(), _point(event.pos(), zoom), event.globalPos())
    return None


def _point(pos: QPoint, zoom: float) -> QPoint:
    return (QPointF(pos) * (1 / zoom)).toPoint()
