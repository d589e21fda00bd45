"""What a window shows while everything in it takes another size and another zoom: how it was, paler, as a picture that
takes the new size at once; and never some parts as they were beside others as they will be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from dropout_viz.draw.paint_turns import paint_turns
from dropout_viz.draw.painting import Painted

_PALE = 0.45  # how much of the picture is seen: enough to know it by, and nobody reads a number that is past
_PATIENCE_MS = 8_000  # nobody is left with an empty window, whatever goes on in it


class WindowCover(Painted):
    """Lies over all of a window until that says that everything is in place. What lies below is not painted.

    Signals:
        gone: what lies below can be seen again, and wants what it has missed.
    """

    OPAQUE = True
    gone = Signal()

    def __init__(self, window: QWidget, in_place: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._in_place = window, in_place
        self._since = QElapsedTimer()
        self._picture = QPixmap()  # of the window, as it was when this came
        self._fitted = QPixmap()  # the same as large as there is room
        self._looking = QTimer(self, interval=0)
        self._looking.timeout.connect(self._look)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def come(self) -> None:
        """Cover the window until everything in it is in place."""
        self._since.start()
        if not self.isVisible():
            self._picture = self._window.grab()
        self._window.installEventFilter(self)
        self._fit()
        self.show()
        self._looking.start()
        paint_turns().hold(self)

    def leave(self) -> None:
        """Uncover it."""
        if self._looking.isActive():
            self._looking.stop()
            self._window.removeEventFilter(self)
            self.hide()
            self._picture = self._fitted = QPixmap()
            paint_turns().hold(None)
            self.gone.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), paint_turns().plain)
        if not self._fitted.isNull():
            left = self.size().toSizeF() - self._fitted.deviceIndependentSize()
            p.scale(1 / self.zoom, 1 / self.zoom)  # the picture has been fitted to pixels, whatever the zoom is by now
            p.setOpacity(_PALE)
            p.drawPixmap(QPointF(left.width() / 2, left.height() / 2), self._fitted)

    def _fit(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()
        if not self._picture.isNull():
            ratio = self._picture.devicePixelRatio()
            ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._fitted = self._picture.scaled(self.size() * ratio, *ways)

    def _look(self) -> None:
        if self._in_place() or self._since.hasExpired(_PATIENCE_MS):
            self.leave()
        elif self._window.children()[-1] is not self:
            self.raise_()
