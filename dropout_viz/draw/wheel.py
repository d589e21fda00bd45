"""Turns of a wheel, whatever turns it: a mouse clicks in notches, a touchpad tells of a small part of one at a time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSlider, QStyle, QStyleOptionComboBox, QStyleOptionSlider, QToolTip, QWidget

from dropout_viz.draw.keys import takes_moving_key

NOTCH = 120
"""What Qt calls one notch: eighths of a degree."""
PIXEL = 3
"""What a pixel counts for where a device tells only of pixels: forty are a notch."""
_SIDES = 4  # pixels that a choice's text keeps from its edges


class Notches:
    """Collects turns until they make a whole notch. Turning back begins anew."""

    def __init__(self) -> None:
        self._turned = 0.0

    def turn(self, event: QWheelEvent, *, sideways: bool = False) -> int:
        """Return how many whole notches an event completes: up is positive. ``sideways``: either direction counts."""
        if event.phase() == Qt.ScrollPhase.ScrollBegin:
            self._turned = 0.0
        angle, pixels = event.angleDelta(), event.pixelDelta()
        turned = float(angle.y() or (angle.x() if sideways else 0))
        if angle.isNull():
            turned = float(PIXEL * (pixels.y() or (pixels.x() if sideways else 0)))
        if turned * self._turned < 0:
            self._turned = 0.0
        self._turned += turned
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        return notches


class Combo(QComboBox):
    """A choice that takes the focus by Tab only, and that the wheel changes only then, a whole notch at a time.

    Qt's own changes with every event, ten times for one notch of a touchpad, and while the page is merely scrolled.
    What is chosen ends in … where there is no room for it, and the tooltip has all of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notches = Notches()
        self._painting = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def elided(self, text: str) -> str:
        """Return as much of a text as there is room for."""
        option = QStyleOptionComboBox()
        super().initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width() - _SIDES
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(_SIDES, 0)  # which Qt forgets

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint() + QSize(_SIDES, 0)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        if self._painting:  # what the text is shortened for; Qt asks far oftener how large a choice is
            option.currentText = self.elided(option.currentText)

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            whole = self.currentText()
            if self.elided(whole) != whole:
                QToolTip.showText(event.globalPos(), "\n".join(filter(None, (whole, self.toolTip()))), self)
                return True
        self._painting = kind == QEvent.Type.Paint
        done = super().event(event)
        self._painting = False
        return done

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        event.accept()
        at = self.currentIndex() - self._notches.turn(event)
        at = max(0, min(self.count() - 1, at))
        if at != self.currentIndex():
            self.setCurrentIndex(at)
            self.activated.emit(at)


class Slider(QSlider):
    """A slider that goes to where it is clicked, and that the wheel changes only where it has the focus.

    The keys that move it are its own where a key has led to it. After a click they are the window's, as everywhere.
    """

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._clicked = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._clicked = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        return (not self._clicked and takes_moving_key(event)) or super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _go_to(self, event: QMouseEvent) -> None:
        """Let the middle of the handle come to the mouse."""
        option, control = QStyleOptionSlider(), QStyle.ComplexControl.CC_Slider
        self.initStyleOption(option)
        groove, handle = (
            self.style().subControlRect(control, option, part, self)
            for part in (QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle)
        )
        along = round(event.position().x()) - groove.x() - handle.width() // 2
        room = groove.width() - handle.width()
        self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), along, room))
