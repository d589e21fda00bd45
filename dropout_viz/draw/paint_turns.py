"""Painting a window in turns of its event loop.

Qt paints all that has changed in one go: after another theme, another size or arrangement that is every view. Between
two turns keys and the mouse are heard, so that what takes long in a turn that has painted for long already waits for
the next one, and is plain meanwhile: never what it was. What has waited once waits less. What stands where it stood,
as large and in the same theme, never waits: it would be blank between two pictures of a run that plays, and the frame
clock shares those out. Only a window's own painting is shared out; pictures are whole.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QPoint, QTimer
from PySide6.QtGui import QBackingStore, QColor, QPainter
from PySide6.QtWidgets import QWidget
from shiboken6 import getCppPointer, isValid

from dropout_viz.draw import style as look

TURN = 0.03
"""Seconds of painting that a turn has time for."""
_WAITED = 2  # times as much, for what has waited
_MOST = 6  # turns that anything waits: what takes more than one would never come, were something painted before it
_LITTLE = 0.003  # seconds of what never waits


class Costs:
    """What painting a widget has taken: seconds of this thread's computing, and how often it has waited since.

    ``look``: where, how large and in which colour it was painted last.
    """

    seconds = 0.0
    waits = 0
    look: object = None


class PaintTurns(QObject):
    """Shares painting out.

    Attributes:
        plain: what a window shows where something waits: the panels' colour of the theme that is on. No widget's own
            palette has it while a style sheet changes: Qt gives it the desktop's meanwhile, which may be white.
    """

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.plain = QColor(look.style("dark").panel)
        self._spent = 0.0
        self._waiting: list[QWidget] = []
        self._cover: QWidget | None = None
        self._over = QTimer(self, singleShot=True, interval=0)  # it fires when all that is posted has been done
        self._over.timeout.connect(self._end)

    def must_wait(self, widget: QWidget, costs: Costs, painter: QPainter) -> bool:
        """Return whether a widget is to be painted in another turn; it will be, and it is plain until then."""
        look = self._look(widget)
        if widget is self._cover or (look == costs.look and not (costs.waits or self.held)):
            return False
        room = TURN * (_WAITED if costs.waits else 1)
        in_time = not self._spent or costs.seconds < _LITTLE or self._spent + costs.seconds <= room
        if not _on_screen(widget, painter):
            return False
        if (in_time or costs.waits > _MOST) and not self.held:
            costs.look = look
            return False
        costs.waits = max(1, costs.waits) if self.held else costs.waits + 1
        painter.fillRect(QWidget.rect(widget), self.plain)
        if widget not in self._waiting:
            self._waiting.append(widget)
        if not self.held:
            self._over.start()
        return True

    def _look(self, widget: QWidget) -> object:
        """Return what tells a widget that is as it was from one that has another place, size or theme."""
        return widget.mapTo(widget.window(), QPoint(0, 0)), widget.size(), self.plain.rgba()

    @property
    def held(self) -> bool:
        """Whether everything waits: a window is covered."""
        return self._cover is not None

    def hold(self, cover: QWidget | None) -> None:
        """Let everything wait, as long as a window has a cover; then (None) let it be painted."""
        self._cover = cover
        if cover is None:
            self._end()

    def painted(self, costs: Costs, seconds: float) -> None:
        """A widget has been painted, which took that much of this thread's computing."""
        costs.seconds, costs.waits = seconds, 0
        self.took(seconds)

    def took(self, seconds: float) -> None:
        """Something else has taken that much of this turn: what takes long to be painted waits for the next one."""
        self._spent += seconds
        if not self._over.isActive():
            self._over.start()

    def _end(self) -> None:
        self._spent = 0.0
        waiting, self._waiting = self._waiting, []
        for widget in waiting:
            if isValid(widget):
                widget.update()


def _on_screen(widget: QWidget, painter: QPainter) -> bool:
    """Whether a painter paints a widget into its window, and not into a picture."""
    store: QBackingStore | None = widget.window().backingStore()
    # under X11 one that has never been on a screen has nothing to paint on
    screen = None if store is None else store.paintDevice()
    device = painter.paintEngine().paintDevice()
    return screen is not None and device is not None and getCppPointer(device) == getCppPointer(screen)


_made: list[PaintTurns] = []


def paint_turns() -> PaintTurns:
    """Return the one for this application."""
    if not _made or not isValid(_made[0]):
        _made[:] = [PaintTurns(QCoreApplication.instance())]
    return _made[0]
