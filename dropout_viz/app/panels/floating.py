"""What is laid over the window's lower edge, above the transport: it moves nothing when it comes or goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from dropout_viz.app.look.scaling import px
from dropout_viz.app.presenting.overlay import raise_overlays

_MARGIN = 14
_MOVED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)


class Floating(QFrame):
    """A frame centred over the lower edge of a window, above one of its widgets, in as much room as it needs."""

    def __init__(self, window: QWidget, above: QWidget) -> None:
        super().__init__(window)
        self._window, self._above = window, above
        self._beside: list[QWidget] = [window, above]
        self.hide()

    def stay_beside(self, *widgets: QWidget) -> None:
        """Find its place anew when one of these has moved."""
        self._beside += widgets

    def appear(self) -> None:
        """Show it above the panels, in its place."""
        self._place()
        self.show()
        self._raise()
        QTimer.singleShot(0, self, self._place)

    def dismiss(self) -> bool:
        """Go away as Escape wants it; return whether it does. What it asked for is then answered with no."""
        self.hide()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for widget in self._beside:  # while it is hidden, their many events are nothing to it
            widget.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for widget in self._beside:
            widget.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED:
            QTimer.singleShot(0, self, self._place_again)  # when the window's own layout has been done
        return super().eventFilter(watched, event)

    def _place_again(self) -> None:
        self._place()
        self._raise()  # panels that have come since lie above it

    def _raise(self) -> None:
        """Lie above the panels, and below what covers the whole window: that goes first, by the same key."""
        self.raise_()
        raise_overlays(self._window)

    def _place(self) -> None:
        margin = px(self, _MARGIN)
        room = self._window.width() - 2 * margin
        self.setMaximumWidth(room)
        self.adjustSize()
        top = self._above.mapTo(self._window, self._above.rect().topLeft()).y()
        self.move((self._window.width() - self.width()) // 2, top - self.height() - margin)
