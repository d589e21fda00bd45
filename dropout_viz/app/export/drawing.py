"""Pictures drawn beside the life of the window: one turn of the canvas each time that its event loop comes round."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from dropout_viz.app.export.canvas import FigureCanvas, Turns
from dropout_viz.app.export.shot import Shot
from dropout_viz.engine.frame import Frame


class Drawing(QObject):
    """Draws a shot of one frame after another. Nothing waits for it; it ends with ``close``.

    Signals:
        told: turns done, turns to do, about. drawn: a picture, ``QImage``, or ``bytes`` of an SVG file.
        failed: the exception that ended it.
    """

    told = Signal(int, int)
    drawn = Signal(object)
    failed = Signal(object)

    def __init__(self, shot: Shot, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shot = shot
        self._canvas: FigureCanvas | None = None
        self._turns: Turns[QImage | bytes] | None = None
        self._done = 0
        self._inside = self._closing = False
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        return self._turns is not None

    def draw(self, frame: Frame, *, svg: bool = False) -> None:
        """Begin a picture, when the last one has been drawn. Raises ``UserError`` where it cannot be made."""
        begun = self._canvas is not None
        if self._canvas is None:
            self._canvas = FigureCanvas(self._shot, frame, self._wake)
        self._done, self._turns = 0, _all(self._canvas, frame if begun else None, svg)
        self._next.start()

    def close(self) -> None:
        """Give everything back; what is not drawn yet never will be.

        A turn lets events through: what one of them asks for is done when the turn has ended.
        """
        self._next.stop()
        if self._inside:
            self._closing = True
            return
        if self._turns is not None:
            self._turns.close()
            self._turns = None
        if self._canvas is not None:
            self._canvas.close()
            self._canvas = None

    def _wake(self) -> None:
        self._next.start()

    def _go_on(self) -> None:
        if self._turns is None or self._canvas is None or self._canvas.busy:
            return  # the answer that is awaited comes back here
        wrong: Exception | None = None
        drawn: QImage | bytes | None = None
        self._inside = True
        try:
            next(self._turns)
        except StopIteration as end:
            drawn, self._turns = end.value, None
        except Exception as error:
            wrong = error
        self._inside = False
        if wrong is not None or self._closing:
            self._closing = False
            self.close()
        elif drawn is None:
            self._done += 1
            self.told.emit(self._done, max(self._done + 1, self._canvas.turns))
            self._next.start()
        if wrong is not None:
            self.failed.emit(wrong)
        elif drawn is not None and self._canvas is not None:  # else nobody wants it any more
            self.drawn.emit(drawn)


def _all(canvas: FigureCanvas, frame: Frame | None, svg: bool) -> Turns[QImage | bytes]:
    """Lay the canvas out, or show another frame on it, and return its picture."""
    if frame is None:
        yield from canvas.lay_out()
    else:
        yield from canvas.change(frame)
    if svg:
        return (yield from canvas.write_svg())
    return (yield from canvas.paint())
