"""Painting goes through here: a painter always ends, and what cannot be painted says so in its place, in one line.

An exception that leaves a ``paintEvent`` takes a living painter with it: the traceback keeps the frames, the frames
keep the painter, and Qt paints on into a widget that another painter holds, which ends the process. So no widget of
this program has a ``paintEvent`` of its own. It is ``Painted`` and has ``draw``; painters on pictures come from
``painting``, and states that are saved from ``saved``.
"""

from __future__ import annotations

import functools
import math
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPaintDevice, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from dropout_viz.draw import style as look
from dropout_viz.draw.paint_turns import Costs, paint_turns
from dropout_viz.draw.text import ShortTexts
from dropout_viz.draw.units import Measured

_LONGEST = 200  # letters of what an exception says of itself


class Trouble(Exception):
    """Something went wrong where nobody can catch it. It has been told in its place: the view says it.

    Attributes:
        trace: where it happened, as text: the frames themselves are gone, and with them all that they kept alive.
    """

    def __init__(self, said: str, trace: str) -> None:
        super().__init__(said)
        self.trace = trace


def cause(error: BaseException) -> str:
    """Return what an exception says, on one line, of bounded length."""
    text = " ".join(str(error).split())
    name = type(error).__name__
    if not text:
        return name
    return f"{text[:_LONGEST]}{'…' * (len(text) > _LONGEST)} ({name})"


def tell(what: str, error: BaseException) -> str:
    """Tell ``sys.excepthook`` of an error, let go of all that its frames hold, and return a line for the user.

    Args:
        what: what could not be done, the beginning of the line: "Cannot be drawn".
    """
    said, trace = f"{what}: {cause(error)}", "".join(traceback.format_exception(error))
    link: BaseException | None = error
    while link is not None:
        traceback.clear_frames(link.__traceback__)
        link.__traceback__, link = None, link.__cause__ or link.__context__
    sys.excepthook(Trouble, Trouble(said, trace), None)
    return said


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """Yield a painter on a widget or a picture that ends, whatever happens."""
    p = QPainter(device)
    try:
        yield p
    finally:
        p.end()


@contextmanager
def saved(p: QPainter) -> Iterator[None]:
    """Give a painter back as it was, whatever happens."""
    p.save()
    try:
        yield
    finally:
        p.restore()


def guarded(p: QPainter, draw: Callable[[], object]) -> str:
    """Draw with somebody else's painter, which is given back as it was; return what went wrong, or ``""``."""
    try:
        with saved(p):
            draw()
    except Exception as error:
        return tell("Cannot be drawn", error)
    return ""


def paint_line(p: QPainter, room: QRect, text: str, palette: QPalette) -> None:
    """Write a line in the middle of a rectangle, in place of all that should be there."""
    p.setOpacity(1.0)
    p.fillRect(room, palette.color(QPalette.ColorRole.AlternateBase))
    p.setFont(look.font(look.BODY))
    p.setPen(palette.color(QPalette.ColorRole.BrightText))
    fitted = QFontMetrics(p.font()).elidedText(text, Qt.TextElideMode.ElideRight, max(0, room.width() - 16))
    p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, fitted)


def mark_opaque(widget: QWidget, opaque: bool) -> None:
    """Tell Qt whether a widget paints every pixel that it has, so that what lies below is not painted first.

    Not at 1.5 device pixels for a pixel, or the like: an edge may lie in the midst of one, which no widget paints then
    but the one below.
    """
    widget.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, opaque and widget.devicePixelRatioF().is_integer())


class Painted(Measured):
    """A widget that paints itself with ``draw``. If that fails it says so in a line, and tries again next time.

    Attributes:
        OPAQUE: whether ``draw`` paints every pixel that it has: what lies below is not painted first then.
        undrawn: that line, of the last painting; ``""`` where it went well.
    """

    OPAQUE = False

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        self._paint_costs = Costs()
        self._short_texts = ShortTexts()
        self.undrawn = ""

    def draw(self, p: QPainter) -> None:
        """Paint the whole widget."""

    def paintEvent(self, event: QPaintEvent) -> None:
        turns, began = paint_turns(), thread_time()
        with painting(self) as p:
            if turns.must_wait(self, self._paint_costs, p):
                return
            p.scale(self.zoom, self.zoom)
            self._short_texts.begin()
            self.undrawn = guarded(p, lambda: self.draw(p))
            self._short_texts.end()
            if self.undrawn:
                paint_line(p, self.rect(), self.undrawn, self.window().palette())
        mark_opaque(self, self.OPAQUE)  # a style sheet takes it away
        turns.painted(self._paint_costs, thread_time() - began)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self.toolTip():
            QToolTip.showText(event.globalPos(), self._short_texts.at(QPointF(event.pos())), self)
            return True
        return super().event(event)


def painted(
    width: float,
    height: float,
    ratio: float,
    draw: Callable[[QPainter], object],
    *,
    ground: QColor | None = None,
    smooth: bool = True,
) -> QPixmap:
    """Return a picture of so many logical pixels, ``ratio`` device pixels each, on a ground, or on nothing."""
    made = QPixmap(max(1, math.ceil(width * ratio)), max(1, math.ceil(height * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent if ground is None else ground)
    with painting(made) as p:
        p.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        draw(p)
    return made


class Notice(Painted):
    """A line that lies over a whole widget in place of what it should show."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over, self.text = over, ""
        self.hide()

    def say(self, text: str) -> None:
        """Say something; ``""``: go away."""
        if text != self.text:
            self.text = text
            self.take_zoom(getattr(self._over, "zoom", 1.0))
            (self._over.installEventFilter if text else self._over.removeEventFilter)(self)
            self.setAccessibleName(text)
            self.setGeometry(QWidget.rect(self._over))
            self.setVisible(bool(text))
            self.raise_()
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(QWidget.rect(self._over))
        return super().eventFilter(watched, event)

    def draw(self, p: QPainter) -> None:
        paint_line(p, self.rect(), self.text, self.window().palette())


def guarded_scene(paint_event: Callable[[Any, QPaintEvent], None]) -> Callable[[Any, QPaintEvent], None]:
    """Make a graphics view's ``paintEvent`` say in a line what has failed in it.

    Qt has the painter there, and calls us for parts of the picture: each is ``guarded``, and what goes wrong is left in
    the view's attribute ``wrong``; ``paint_costs`` is its own ``Costs``.
    """

    @functools.wraps(paint_event)
    def guard(self: Any, event: QPaintEvent) -> None:
        turns, began = paint_turns(), thread_time()
        with painting(self.viewport()) as p:
            if turns.must_wait(self.viewport(), self.paint_costs, p):
                return
        if self.wrong:
            self.resetCachedContent()  # what was kept may be half a picture
        self.wrong = ""
        try:
            paint_event(self, event)
        except Exception as error:
            self.wrong = tell("Cannot be drawn", error)
        if self.wrong:
            with painting(self.viewport()) as p:
                paint_line(p, self.viewport().rect(), self.wrong, self.window().palette())
        mark_opaque(self.viewport(), True)
        turns.painted(self.paint_costs, thread_time() - began)

    return guard
