"""Draws how many of the 2^n sub-networks a run has used: counted by the trainer, and expected."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dropout_viz.draw import brush
from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import count
from dropout_viz.draw.ranges import nice
from dropout_viz.draw.text import draw_text, first_fitting, text_width
from dropout_viz.engine.history import History
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.views.masks.words import expected, since, used

_POINTS = 120


class Cover:
    """The count as a sentence and a curve. Remembers the expected curve, which changes only with the step's scale."""

    def __init__(self) -> None:
        self._key: object = None
        self._curve: tuple[np.ndarray, np.ndarray] | None = None

    def draw(
        self, painter: QPainter, box: Box, snapshot: Snapshot, history: History, ink: Ink, *, dated: bool = False
    ) -> None:
        """Draw into a box. ``dated``: what stands beside it is of another step, so it says which it is of."""
        y = box.top + 7 * ink.ui
        x = box.left
        for place, wordings in enumerate(used(snapshot, dated=dated)):
            room = box.right - x
            text = first_fitting(wordings, ink.small, room)
            if not text and place:
                x, y = box.left, y + 15 * ink.ui
                text = first_fitting(wordings, ink.small, box.width)
            colour = ink.colour("dim" if place else "text")
            x += draw_text(painter, x, y, text, ink.small, colour, bold=not place, live=True) + 14 * ink.ui
        area = Box(box.left + 40 * ink.ui, y + 14 * ink.ui, box.width - 46 * ink.ui, box.bottom - y - 30 * ink.ui)
        if snapshot.visited is not None and snapshot.step and area.height >= 14:
            self._draw_curves(painter, area, snapshot, history, ink)

    def _draw_curves(self, painter: QPainter, area: Box, snapshot: Snapshot, history: History, ink: Ink) -> None:
        begin, total = since(snapshot), 2**snapshot.can_drop
        steps = max(snapshot.step - begin, 1)
        grid = nice(steps / 5)
        end = max(grid, np.ceil(steps / grid) * grid)
        most = float(total)
        expectation = self._expected(snapshot, begin, float(end))
        if expectation is not None and expectation[1][-1] < 0.5 * total:
            most = float(expectation[1][-1]) * 1.15

        def at(step: float, seen: float) -> QPointF:
            return QPointF(area.left + area.width * (step - begin) / end, area.bottom - area.height * seen / most)

        painter.setPen(QPen(ink.colour("line"), 1.0))
        painter.drawLine(QPointF(area.left, area.bottom), QPointF(area.right, area.bottom))
        if most == total:
            painter.drawLine(at(begin, total), at(begin + end, total))
            ink.write(painter, area.left - 5 * ink.ui, at(begin, total).y(), count(total), "dim", align=1.0)
        ink.write(painter, area.left - 5 * ink.ui, area.bottom, "0", "dim", align=1.0)
        for step in (begin, begin + end):
            side = 0.0 if step == begin else 1.0
            ink.write(painter, at(step, 0).x(), area.bottom + 9 * ink.ui, count(step), "dim", align=side)
        ink.write(painter, area.centre, area.bottom + 9 * ink.ui, "step", "dim", align=0.5)
        if expectation is not None:
            painter.setPen(QPen(ink.colour("text"), 1.2 * ink.ui, Qt.PenStyle.DashLine))
            painter.drawPolyline(QPolygonF([at(s, v) for s, v in zip(*(a.tolist() for a in expectation), strict=True)]))
        steps_seen, seen = history.visited.pair()
        keep = (begin < steps_seen) & (steps_seen <= snapshot.step)
        points = [at(begin, 0)]
        last = 0.0
        for step, value in _thinned(steps_seen[keep], seen[keep]):
            points += [at(step, last), at(step, value)]
            last = value
        points.append(at(snapshot.step, last))
        painter.setPen(QPen(ink.colour("activation_high"), 1.8 * ink.ui))
        painter.drawPolyline(QPolygonF(points))
        brush.fill(painter, ink.colour("activation_high"))
        painter.drawEllipse(points[-1], 3.5 * ink.ui, 3.5 * ink.ui)
        self._draw_key(painter, area, ink)

    @staticmethod
    def _draw_key(painter: QPainter, area: Box, ink: Ink) -> None:
        x, y = area.right, area.bottom - 9 * ink.ui
        if area.height < 34 * ink.ui:
            return
        for text, colour, dash in (
            ("expected", ink.colour("text"), Qt.PenStyle.DashLine),
            ("used", ink.colour("activation_high"), Qt.PenStyle.SolidLine),
        ):
            wide = text_width(text, ink.small)
            painter.fillRect(
                QRectF(x - wide - 26 * ink.ui, y - 8 * ink.ui, wide + 26 * ink.ui, 16 * ink.ui), ink.colour("panel")
            )
            ink.write(painter, x, y, text, "dim", align=1.0)
            painter.setPen(QPen(colour, 1.6 * ink.ui, dash))
            painter.drawLine(QPointF(x - wide - 22 * ink.ui, y), QPointF(x - wide - 5 * ink.ui, y))
            x -= wide + 34 * ink.ui

    def _expected(self, snapshot: Snapshot, begin: int, end: float) -> tuple[np.ndarray, np.ndarray] | None:
        key = (snapshot.run, snapshot.phases, len(snapshot.examples), end)
        if self._key != key:
            self._key = key
            # dense at first, where the curve bends
            steps = np.unique(np.rint(begin + end * np.linspace(0, 1, _POINTS) ** 2).astype(int))
            values = expected(snapshot, steps.tolist())
            self._curve = None if values is None else (steps, np.array(values))
        return self._curve


def _thinned(steps: np.ndarray, seen: np.ndarray) -> list[tuple[int, float]]:
    """Return at most a few hundred of the points, the last one always."""
    every = max(1, len(steps) // 300)
    chosen = [*range(0, len(steps) - 1, every), len(steps) - 1] if len(steps) else []
    return [(int(steps[k]), float(seen[k])) for k in chosen]
