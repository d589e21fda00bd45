"""A curve is predicted by drawing it, with the mouse or with the arrow keys; the true one is then drawn over it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from dropout_viz.analysis.truth_numbers import score
from dropout_viz.app.lessons.guesses.guess import GuessEditor, judged
from dropout_viz.app.look.scaling import zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw import style as look
from dropout_viz.draw.brush import line
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.keys import takes_moving_key
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.text import draw_text, fitting
from dropout_viz.engine.prediction import NUMBERS, STATIONS, Guess, Prediction, Truth

_WIDE, _NARROW = 720, 200
_ASKED, _TOLD, _LEAST = (0.3, 240), (0.16, 130), 90
"""Shares of the window's height, with the most units: while somebody draws, and once the truth is drawn over it, which
stands in a view too. The least units of either."""
_LEFT, _TOP, _RIGHT, _BELOW = 52, 14, 36, 40  # around the graph's area: numbers and names
_RISE = 0.02  # of the range, that a key moves
_STRIDE = 4  # points that a key goes along


class CurveGuess(GuessEditor):
    """A small graph to draw in."""

    def __init__(self, theme: Theme, asked: Prediction, steps: int) -> None:
        super().__init__()
        self.canvas = CurveCanvas(theme, asked, steps)
        self.canvas.changed.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.canvas)

    def stops(self) -> list[QWidget]:
        return [self.canvas]

    def guess(self) -> Guess | None:
        return self.canvas.drawn()

    def show_guess(self, guess: Guess) -> None:
        if isinstance(guess, tuple) and len(guess) == STATIONS:
            self.canvas.points = [float(value) for value in guess]
            self.canvas.update()

    def show_truth(self, truth: Truth) -> None:
        self.canvas.truth = truth
        self.canvas.setCursor(Qt.CursorShape.ArrowCursor)
        self.canvas.updateGeometry()
        self.canvas.update()

    def give_way(self, by: int) -> int:
        return self.canvas.give_way(by)

    def told(self) -> str:
        drawn = self.canvas.drawn()
        return "" if drawn is None else f"{score(drawn[-1], self.canvas.asked.measure)} at the end"

    def said(self, truth: Truth) -> str:
        drawn, asked = self.canvas.drawn(), self.canvas.asked
        assert drawn is not None and isinstance(truth.value, tuple)
        off = float(np.abs(np.subtract(drawn, truth.value)).mean()) / (asked.high - asked.low)
        return judged(off, f"you said {self.told()}.", " on average")


class CurveCanvas(Painted):
    """Where it is drawn: values at equal distances over the steps.

    Attributes:
        points: a value at each, nan where nothing has been drawn. truth: what came of it, when that is known.
        at: the point that the keys move.

    Signals:
        changed: something has been drawn.
    """

    changed = Signal()

    def __init__(self, theme: Theme, asked: Prediction, steps: int) -> None:
        super().__init__()
        self._theme, self.asked, self._steps = theme, asked, steps
        self.points = [math.nan] * STATIONS
        self.truth: Truth | None = None
        self.at = 0
        self._room = _ASKED[1]  # units of height
        self._last: int | None = None  # the point that the mouse was at
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(_WIDE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(f"Draw the {NUMBERS[asked.measure]} that you expect")
        self.setAccessibleDescription("Right and left go along the steps, up and down move the curve there.")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return self.pixels(QSize(_WIDE, self._high()))

    def minimumSizeHint(self) -> QSize:
        return self.pixels(QSize(_NARROW, self._high()))

    def _high(self) -> int:
        share, most = _ASKED if self.truth is None else _TOLD
        return max(_LEAST, min(most, self._room, round(share * self.window().height() / zoom_of(self))))

    def give_way(self, by: int) -> int:
        """Be lower by so many pixels, as far as one can still draw in it; return by how many."""
        before = self.sizeHint().height()
        self._room = int((before - by) / zoom_of(self))
        after = self.sizeHint().height()
        if after != before:
            self.updateGeometry()
        return before - after

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.updateGeometry()  # it knows its window now

    @property
    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BELOW)

    def drawn(self) -> tuple[float, ...] | None:
        """Return the curve, straight where nothing was drawn between, level beyond its ends; None before half of it
        is there."""
        known = [k for k, value in enumerate(self.points) if not math.isnan(value)]
        if not known or known[-1] - known[0] < STATIONS // 2:
            return None
        filled = np.interp(range(STATIONS), known, [self.points[k] for k in known])
        return tuple(map(float, filled))

    def graph(self) -> Graph:
        """Return the graph: of the truth too, where that leaves the range that was offered."""
        values = self.truth.values if self.truth is not None else ()
        known = [value for value in values if math.isfinite(value)]
        return Graph(
            self._area,
            (0.0, float(self._steps)),
            (min([self.asked.low, *known]), max([self.asked.high, *known])),
        )

    def draw(self, p: QPainter) -> None:
        style, graph = self._theme.style, self.graph()
        graph.paint_x(p, style, "step")
        graph.paint_y(p, style, 3)
        known = [(k, value) for k, value in enumerate(self.points) if not math.isnan(value)]
        if not known:
            hints = ("Draw here: press and drag from left to right", "Draw here, from left to right", "Draw here")
            hint, middle = fitting(hints, look.SMALL, self._area.width() - 12), self._area.center()
            draw_text(p, middle.x(), middle.y(), hint, look.SMALL, QColor(style.dim), align=0.5)
        places = np.array([(graph.px(self._step_at(k)), graph.py(value)) for k, value in known])
        if len(places) > 1:
            line(p, places, QColor(style.warning), 2.0, fine=False)
        if self.truth is not None:
            self._draw_truth(p, graph)
        elif self.hasFocus() and known:
            value = dict(known).get(self.at)
            if value is not None:
                p.setPen(QPen(QColor(style.text), 1.5))
                p.setBrush(QColor(style.warning))
                p.drawEllipse(QPointF(graph.px(self._step_at(self.at)), graph.py(value)), 4, 4)

    def _draw_truth(self, p: QPainter, graph: Graph) -> None:
        assert self.truth is not None
        style = self._theme.style
        steps, values = np.array(self.truth.steps), np.array(self.truth.values)
        chosen = np.unique(np.linspace(0, len(steps) - 1, 400).astype(int))
        places = np.column_stack([graph.px(steps[chosen]), graph.py(values[chosen])])
        line(p, places[np.isfinite(places).all(axis=1)], QColor(style.accent), 2.0, fine=False)
        right = self._area.right()
        drawn = draw_text(p, right, 6, "what came", look.SMALL, QColor(style.accent), align=1.0)
        mine = fitting(["what you drew", "yours"], look.SMALL, right - drawn - 12 - self._area.left())
        draw_text(p, right - drawn - 12, 6, mine, look.SMALL, QColor(style.warning), align=1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self._last = None
            self._draw_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._draw_at(event.position())

    def event(self, event: QEvent) -> bool:
        return (self.truth is None and takes_moving_key(event)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        along = {Qt.Key.Key_Right: _STRIDE, Qt.Key.Key_Left: -_STRIDE}.get(Qt.Key(event.key()))
        up = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if self.truth is not None or (along is None and up is None):
            super().keyPressEvent(event)
            return
        before = self.points[self.at]
        low, high = self.asked.low, self.asked.high
        value = (low + high) / 2 if math.isnan(before) else before
        if along is not None:
            self.points[self.at] = value
            self.at = max(0, min(STATIONS - 1, self.at + along))
            if math.isnan(self.points[self.at]):
                self.points[self.at] = value
        else:
            self.points[self.at] = min(high, max(low, value + (up or 0) * _RISE * (high - low)))
        self._tell()

    def _step_at(self, k: int) -> float:
        return k / (STATIONS - 1) * self._steps

    def _draw_at(self, place: QPointF) -> None:
        """Let the curve go through a place, and straight from where the mouse was before."""
        if self.truth is not None:
            return
        graph = self.graph()
        share = (place.x() - self._area.left()) / self._area.width()
        here = max(0, min(STATIONS - 1, round(share * (STATIONS - 1))))
        low, high = graph.y
        value = min(high, max(low, low + (self._area.bottom() - place.y()) / self._area.height() * (high - low)))
        start = here if self._last is None else self._last
        between = sorted((start, here))
        ends = (value, value) if start == here else (self.points[start], value)
        ends = ends if start <= here else ends[::-1]
        for k in range(between[0], between[1] + 1):
            self.points[k] = float(np.interp(k, between, ends))
        self._last = self.at = here
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.changed.emit()
