"""The run so far as a bar: drag to any step of it. Ticks are changes of settings, flags are bookmarks."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from dropout_viz.app.commands.shortcuts import key_name
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.platform.spoken import Spoken
from dropout_viz.app.session import Session
from dropout_viz.app.timeline.commands import Tick
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count, number
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.ranges import whole_run
from dropout_viz.draw.text import text_font, text_width
from dropout_viz.draw.wheel import Notches

_HEIGHT, _MARGIN, _TRACK = 30, 14, 4
_NEAR = 5  # pixels from which a flag or a tick is meant


class TimelineBar(Painted):
    """From step 0 to a round number beyond the newest one; the run's end, where that is nearer.

    Click or drag to look at a step, turn the wheel to go step by step, double-click or right-click for bookmarks.
    """

    OPAQUE = True

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme, self._timeline = session, theme, session.timeline
        self._dragged = False
        self._span = 10.0
        self._notches = Notches()
        self._mouse: QPointF | None = None
        self._step = self._newest = 0
        self._sought: tuple[int, int] | None = None
        self._ticks: list[Tick] = []
        self._told: object = None  # what there was to paint
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        self._spoken = Spoken(self, self._where)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return self.pixels(QSize(400, _HEIGHT))

    def look(self, step: int | None = None, newest: int | None = None) -> None:
        """Show what is known of the run, and the step on show; ``step`` and ``newest``, where a frame says them."""
        self._step = self._timeline.step if step is None else step
        self._newest = newest = self._timeline.newest if newest is None else newest
        self._sought = self._session.status.sought
        self._ticks = self._timeline.ticks
        end = self._session.config.steps
        if not self._dragged or newest > self._span:  # under the mouse nothing moves, if it can be helped
            self._span = min(whole_run(newest), float(end)) if newest <= end else whole_run(newest)
        here = (round(self.across(self._step)), round(self.across(newest)), self._span, self._sought)
        told = (*here, self._ticks, dict(self._timeline.bookmarks), self._dragged)
        if told != self._told:
            self._told = told
            self.update()
        self._spoken.note()

    def _where(self) -> str:
        return f"Step {count(self._step)} of {count(self._newest)}"

    # --- where things are --------------------------------------------------------------------------------------------

    @property
    def track(self) -> QRectF:
        """Where steps lie."""
        label = text_width(count(self._span), look.SMALL)
        return QRectF(_MARGIN, (self.height() - _TRACK) / 2, self.width() - 2 * _MARGIN - label - 8, _TRACK)

    def across(self, step: float) -> float:
        """Return where a step lies, in pixels."""
        track = self.track
        return track.left() + track.width() * step / self._span

    def step_at(self, x: float) -> int:
        """Return the step at a place, as far as the run is known; that of a flag or tick that is near."""
        if (marked := self._marked(x)) is not None:
            return marked
        track = self.track
        step = round((x - track.left()) / track.width() * self._span)
        return max(0, min(self._timeline.newest, step))

    def _marked(self, x: float) -> int | None:
        """Return the step of the flag or tick that is meant, or None. A flag goes first."""
        for steps in (list(self._timeline.bookmarks), [tick.step for tick in self._ticks]):
            near = [step for step in steps if abs(self.across(step) - x) <= _NEAR]
            if near:
                return min(near, key=lambda step: abs(self.across(step) - x))
        return None

    def said(self, x: float) -> str:
        """Return what is said of the step at a place."""
        step = self.step_at(x)
        news = self._session.runner.news
        lines = []
        if step in news.bookmarks:
            lines.append(f"⚑ {news.bookmarks[step]}")
        for tick in self._ticks:
            if tick.step == step:
                where = f"{news.names[tick.arm]}: " if tick.arm is not None else ""
                lines.append(f"{where}{tick.text} from here on")
        epoch = step / max(1, self._session.runner.news.steps_per_epoch)
        parts = [f"step {count(step)}", f"epoch {count(epoch) if epoch == int(epoch) else format(epoch, ',.1f')}"]
        for name, history in zip(news.names, news.histories, strict=True):
            steps, losses = (history.known or history).loss_train.pair()
            at = int(np.searchsorted(steps, step, side="right")) - 1
            if at >= 0 and math.isfinite(losses[at]):
                when = "" if steps[at] == step else f" at {count(int(steps[at]))}"
                parts.append(f"{f'{name}: ' if name else ''}loss {number(float(losses[at]))}{when}")
        return "\n".join([*lines, " · ".join(parts)])

    # --- the mouse ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.look()
            self._dragged = True
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if self._dragged:
            self._go(event)
        else:
            self._tell(event.position().x())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = False
            self.look()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._timeline.bookmark(self.step_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go on (up) or back (down) by a step for every notch."""
        if notches := self._notches.turn(event, sideways=True):
            self._timeline.look_at(min(self._timeline.newest, max(0, self._session.status.step + notches)))
        event.accept()

    def _go(self, event: QMouseEvent) -> None:
        step = self.step_at(event.position().x())
        self._tell(event.position().x())
        if step != self._session.status.step or self._session.playing:
            self._timeline.look_at(step)

    def _tell(self, x: float) -> None:
        """Say above the bar, where it covers no button, what is said of a place."""
        text = self.said(x)
        lines = (1 + text.count("\n")) * QFontMetrics(QToolTip.font()).height()
        QToolTip.showText(self.mapToGlobal(QPoint(round(x * self.zoom), -lines - round(42 * self.zoom))), text, self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu(float(event.pos().x())).popup(event.globalPos())

    def menu(self, x: float) -> QMenu:
        """Return what can be done at a place."""
        step, timeline = self.step_at(x), self._timeline
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Look at step {count(step)}", lambda: timeline.look_at(step))
        menu.addAction(f"Branch from step {count(step)}…", lambda: timeline.branch_from(step))
        menu.addSeparator()
        if step in timeline.bookmarks:
            name = timeline.bookmarks[step]
            menu.addAction(f"Rename “{name}”…", lambda: timeline.bookmark(step))
            menu.addAction(f"Delete “{name}”", lambda: timeline.forget_bookmark(step))
        else:
            menu.addAction(f"Bookmark step {count(step)}…", lambda: timeline.bookmark(step))
        for at, name in sorted(timeline.bookmarks.items()):
            menu.addAction(f"Go to “{name}”", lambda at=at: timeline.look_at(at))
        menu.addSeparator()
        newest = menu.addAction(f"Newest step, {count(timeline.newest)}\t{key_name('End')}", timeline.to_newest)
        newest.setEnabled(timeline.past)
        return menu

    # --- drawing -----------------------------------------------------------------------------------------------------

    def draw(self, p: QPainter) -> None:
        style, track = self._theme.style, self.track
        p.fillRect(self.rect(), QColor(style.panel))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        newest, here = self.across(self._newest), self.across(self._step)
        middle, past = track.center().y(), self._step < self._newest
        p.setPen(Qt.PenStyle.NoPen)
        for end, colour in (
            (track.right(), QColor(style.line)),
            (newest, look.mix(style.line, style.accent, 0.45)),
            (here, QColor(style.accent)),
        ):
            p.setBrush(colour)
            p.drawRoundedRect(QRectF(track.left(), track.top(), max(0.0, end - track.left()), _TRACK), 2, 2)
        self._paint_ticks(p, middle)
        if past:
            p.setPen(QPen(QColor(style.accent), 1.5))
            p.setBrush(QColor(style.panel))
            p.drawEllipse(QPointF(newest, middle), 3.5, 3.5)
        if self._sought is not None:  # a step that takes long to compute again: how far that is
            reached, sought = map(self.across, self._sought)
            p.setPen(QPen(QColor(style.warning), 1.5))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawEllipse(QPointF(sought, middle), 6.5, 6.5)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(style.warning))
            p.drawEllipse(QPointF(reached, middle), 2.5, 2.5)
        p.setPen(QPen(QColor(style.panel), 2))
        p.setBrush(QColor(style.accent))
        size = 7.5 if self._dragged or self.underMouse() else 6.5
        p.drawEllipse(QPointF(here, middle), size, size)
        self._paint_bookmarks(p, middle)
        p.setFont(text_font(look.SMALL))
        p.setPen(QColor(style.dim))
        label = QRectF(track.right() + 8, 0, self.width() - track.right() - 8, self.height())
        p.drawText(label, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, count(self._span))

    def _paint_ticks(self, p: QPainter, middle: float) -> None:
        style = self._theme.style
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for tick in self._ticks:
            x = round(self.across(tick.step))
            p.setPen(QPen(QColor(style.dim) if tick.arm is None else style.arm(tick.arm), 2))
            p.drawLine(QPointF(x, middle - 6), QPointF(x, middle + 7))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_bookmarks(self, p: QPainter, middle: float) -> None:
        style = self._theme.style
        meant = None if self._mouse is None else self._marked(self._mouse.x())
        for step in self._timeline.bookmarks:
            x = self.across(step)
            colour = QColor(style.accent if step == meant else style.text)
            p.setPen(QPen(colour, 1.4))
            p.setBrush(colour)
            p.drawLine(QPointF(x, middle - 3), QPointF(x, middle - 13))
            p.drawPolygon(QPolygonF([QPointF(x, middle - 13), QPointF(x + 7, middle - 10.5), QPointF(x, middle - 8)]))
