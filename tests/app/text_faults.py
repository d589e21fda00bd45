"""What is wrong with the texts of a window or a card: cut off, over one another, or shortened and nowhere whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QTextEdit,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

from tests.app.painted_texts import PaintedText, texts_in

SLACK = 1.5
"""Pixels of a letter that may be beyond an edge: the fonts of an SVG file and of the screen are not hinted alike."""
SHARE = 0.12
"""The share of the smaller text's box that another text may lie over."""
_ELLIPSIS = "…"


def faults(top: QWidget) -> list[str]:
    """Return what is wrong with the texts of a top-level widget, a line each, beginning with the kind of fault."""
    found: list[str] = []
    for widget in seen(top):
        once = {(text.text, text.box.toRect().getRect()): text for text in texts_in(widget)}
        texts = list(once.values())  # what is selected is painted twice
        name = _name(widget)
        room = _room(widget, top)
        beyond = {text.text: _beyond(text.box, room) for text in texts}
        found += [f"cut: {text!r} by {over:.0f} px in {name}" for text, over in beyond.items() if over > SLACK]
        for one, other in combinations(texts, 2):
            both = one.box.intersected(other.box)
            if _area(both) > SHARE * min(_area(one.box), _area(other.box)):
                found.append(f"over one another: {one.text!r} and {other.text!r} in {name}")
        shortened = [text for text in texts if text.text.rstrip().endswith(_ELLIPSIS)]
        found += [f"shortened: {t.text!r} in {name}" for t in shortened if not _whole_elsewhere(widget, t)]
    return found


def seen(top: QWidget) -> Iterator[QWidget]:
    """Yield a top-level widget and all within it of which something can be seen."""
    yield top
    for child in top.findChildren(QWidget):
        if isValid(child) and child.isVisible() and child.window() is top and not child.visibleRegion().isEmpty():
            yield child


def _room(widget: QWidget, top: QWidget) -> QRectF:
    """Return where texts of a widget may stand, in its own pixels: within it, and within all around it that does not
    scroll."""
    room = QRectF(QWidget.rect(widget))
    part, at = widget, QPoint()
    while part is not top:
        parent = part.parentWidget()
        if parent is None:
            break
        area = parent.parentWidget()
        if isinstance(area, QScrollArea) and area.widget() is part:
            return room
        at += QWidget.pos(part)
        room = room.intersected(QRectF(QWidget.rect(parent)).translated(QPointF(-at.x(), -at.y())))
        part = parent
    area = widget.parentWidget()
    if isinstance(area, QAbstractItemView | QTextEdit) and not isinstance(area, QGraphicsView):
        room.adjust(0, -1e6, 0, 1e6)  # lines come and go at the top and at the foot
    return room


def _beyond(box: QRectF, room: QRectF) -> float:
    sides = (room.left() - box.left(), box.right() - room.right(), room.top() - box.top(), box.bottom() - room.bottom())
    return max(sides)


def _area(box: QRectF) -> float:
    return max(0.0, box.width()) * max(0.0, box.height())


def _name(widget: QWidget) -> str:
    own = next((w for w in _upwards(widget) if type(w).__module__.startswith("dropout_viz")), widget)
    said = widget.accessibleName() or own.accessibleName() or own.objectName()
    return (
        f"{type(own).__name__} {said!r}"
        if own is widget
        else f"{type(widget).__name__} of {type(own).__name__} {said!r}"
    )


def _upwards(widget: QWidget) -> Iterator[QWidget]:
    part: QWidget | None = widget
    while part is not None:
        yield part
        part = part.parentWidget()


def _whole_elsewhere(widget: QWidget, text: PaintedText) -> bool:
    """Return whether what is shortened is meant so, or is told whole by a tip where the mouse is over it."""
    own = [widget.text()] if isinstance(widget, QAbstractButton | QLabel | QLineEdit) else []
    if isinstance(widget, QMenu):
        own = [action.text().split("\t")[0].replace("&", "") for action in widget.actions()]
    if isinstance(widget, QComboBox):
        own = [widget.currentText(), widget.placeholderText()] if not widget.toolTip() else []
    said = text.text.strip()
    if said in own or said.startswith(_ELLIPSIS):
        return True
    if any(part.toolTip() for part in _upwards(widget) if part.window() is not part):
        return True
    begun = said.rstrip(_ELLIPSIS).strip()
    return any(
        begun in line and not line.rstrip().endswith(begun + _ELLIPSIS) for line in _told(widget, text.box.center())
    )


def _told(widget: QWidget, at: QPointF) -> list[str]:
    """Return what is said where the mouse is at a place: by a tip of Qt's or by one that is painted."""
    before = {text.text for text in texts_in(widget)}
    place, there = at.toPoint(), widget.mapToGlobal(at.toPoint())
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, at, QPointF(there), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, move)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, there))
    said = [QToolTip.text() if QToolTip.isVisible() else "", widget.toolTip()]
    said += [text.text for text in texts_in(widget) if text.text not in before]
    for tip in QApplication.topLevelWidgets():
        if tip.inherits("QTipLabel"):
            tip.close()  # at once: Qt would let it stand a while
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
    return said
