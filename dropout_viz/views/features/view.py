"""Each hidden unit's incoming weights as a picture: what the unit looks for."""

from __future__ import annotations

import math
import time
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import features as scenes
from dropout_viz.analysis.questions.features import GAP, SHADES, Array, Request, Scene, Sheet
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.cells import stretch_pixels
from dropout_viz.draw.numbers import MINUS, count, number
from dropout_viz.draw.text import draw_text, elided, text_width
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf, Switch
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.features import KEY, words
from dropout_viz.views.features.sheets import Grid, Sheets, fit, picture, table

ORDERS = {"norm": "by norm", "unit": "by unit"}
_RESTS = 280  # milliseconds without a frame after which the run rests: a step of "auto" takes less
_CALM = 1.5  # seconds between two sortings: pictures that jump about cannot be watched
_HEAD, _FOOT, _SIDE, _BETWEEN = 24.0, 24.0, 12.0, 14.0


class View(ComputedView[Sheets]):
    """Shows the pictures of the first hidden layer's units."""

    SIZE, LEAST = (460, 360), (160, 120)
    MAPS = True

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        self.one_scale = self.declare(
            Switch(
                self,
                "one_scale",
                "one scale",
                "The same colours for the same weights in all pictures; else each has its own scale",
            ),
            self.refresh,
        )
        self.order = self.declare(
            OneOf(
                self,
                "order",
                "Order of the units",
                "Order of the units: the longest weight vectors first, or as they are numbered",
                ORDERS,
            ),
            self._sort,
        )
        self._sorted: tuple[object, float, tuple[Array, ...]] = (None, -math.inf, ())
        self._again = QTimer(self, singleShot=True, interval=_RESTS)
        self._again.timeout.connect(self._sort)

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """Return why there are no pictures of such a run."""
        return "" if data.image is not None else "Features are drawn where the inputs are the pixels of a picture."

    # What is computed

    def settle(self, frame: Frame) -> None:
        """Say which unit stands where; seldom sorted anew, so that pictures can be watched."""
        by_unit = self.order.value == "unit"
        if not by_unit and time.monotonic() - self._sorted[1] < _CALM and not self.fine:
            self._again.start()  # of a run that rests by then, the last frame is sorted too
        sizes = [scenes.incoming(arm.snapshot).shape[1] for arm in frame.arms]
        about = (self.order.value, frame.snapshot.run, frame.snapshot.world, tuple(sizes))
        was, when, _ = self._sorted
        calm = time.monotonic() - when < _CALM and not frame.past and not self.fine
        if was != about or not (by_unit or calm):
            orders = [np.arange(n) for n in sizes]
            if not by_unit:
                orders = [scenes.longest_first(arm.snapshot) for arm in frame.arms]
            self._sorted = (about, time.monotonic(), tuple(orders))

    def question(self, frame: Frame) -> Question:
        snapshot = frame.snapshot
        image = scenes.picture_size(snapshot, frame.data.image)
        if image is None:  # another data set has come, and the panel is about to say why it shows nothing
            return Question(None, snapshot.step)
        arms = tuple((arm.name if len(frame.arms) > 1 else "", arm.snapshot) for arm in frame.arms)
        grids = self._grids([scenes.incoming(s).shape[1] for _, s in arms], image)
        columns, blocks = tuple(grid.columns for grid in grids), tuple(grid.block for grid in grids)
        request = Request(arms, image, self._sorted[2], columns, blocks, self.one_scale.value)
        chosen = (self.order.value, self.one_scale.value)
        about = (self.run_of(frame), chosen, grids, self.style_.name, len(arms))
        return Question(about, snapshot.step, partial(picture, request, grids, self.style_))

    def _grids(self, units: list[int], image: tuple[int, int]) -> tuple[Grid, ...]:
        """Return where each arm's pictures stand: side by side, or below one another in a high view."""
        n, ratio = len(units), 1.0 if self.fine else self.devicePixelRatioF() * self.zoom
        wide, tall = self.width() - 2 * _SIDE, self.height() - _FOOT - 6
        beside = n == 1 or wide >= 1.1 * tall
        grids = []
        for k, many in enumerate(units):
            if beside:
                room = ((wide - _BETWEEN * (n - 1)) / n, tall - _HEAD)
                corner = (_SIDE + k * (room[0] + _BETWEEN), _HEAD)
            else:
                room = (wide, tall / n - _HEAD)
                corner = (_SIDE, k * tall / n + _HEAD)
            grids.append(fit(many, image, *corner, max(20.0, room[0]), max(20.0, room[1]), ratio))
        return tuple(grids)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def told_of(self, scene: Sheets, step: int) -> list[str]:
        weight = self.selection.weight
        chosen = weight.target if weight.layer == 0 and not self._kernels else None
        return words.summary(scene, ORDERS[self.order.value], chosen)

    # What the user does

    def walk(self, by: int) -> bool:
        """Choose the unit whose picture stands before or after the chosen one's."""
        scene = self.scene
        if scene is None or self._kernels:
            return False
        weight, order = self.selection.weight, scene.sheets[0].order.tolist()
        at = order.index(weight.target) if weight.layer == 0 and weight.target in order else -1 if by > 0 else 0
        unit = order[(at + by) % len(order)]
        self.selection.choose(weight=Weight(0, weight.source if weight.layer == 0 else 0, unit))
        self.selection.point_at(Unit(1, unit))
        return True

    def walk_second(self, by: int) -> bool:
        """Choose the weight of the pixel before or after."""
        weight = self.selection.weight
        if self.scene is None or self._kernels or weight.layer:
            return False
        pixels = len(self.scene.sheets[0].weights)
        self.selection.choose(weight=Weight(0, (weight.source + by) % pixels, weight.target))
        return True

    def _sort(self) -> None:
        """Sort the units anew with the next frame; a question that waits keeps the order that it was put with."""
        self._sorted = (None, -math.inf, self._sorted[2])
        self.refresh()

    def point(self, at: QPointF) -> None:
        found = self._at(at)
        self.setCursor(
            Qt.CursorShape.ArrowCursor if found is None or self._kernels else Qt.CursorShape.PointingHandCursor
        )
        self.selection.point_at(None if found is None or self._kernels else Unit(1, found[1]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None and not self._kernels:
            self.selection.choose(weight=Weight(0, found[2], found[1]))

    @property
    def _kernels(self) -> bool:
        """Whether what is shown are a convolution's kernels, which no other view knows."""
        return self.scene is not None and self.scene.request.kernels

    def _at(self, at: QPointF) -> tuple[Sheet, int, int] | None:
        """Return the sheet, the unit and the pixel under a point, or None."""
        scene = self.scene
        if scene is None:
            return None
        height, width = scene.request.image
        for sheet, grid in zip(scene.sheets, scene.grids, strict=True):
            found = grid.place(at.x(), at.y())
            if found is not None and found[0] < len(sheet.order):
                row = min(height - 1, int(found[2] * (height + GAP)))
                column = min(width - 1, int(found[1] * (width + GAP)))
                return sheet, int(sheet.order[found[0]]), row * width + column
        return None

    # Drawing

    def paint(self, p: QPainter, scene: Sheets) -> None:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for sheet, grid, pixels in zip(scene.sheets, scene.grids, scene.pixels, strict=True):
            self._paint_sheet(p, sheet, grid, pixels)
        self._paint_scale(p, scene)
        if self.mouse is not None and (found := self._at(self.mouse)) is not None:
            self._paint_large(p, *found, scene, self.mouse)
        self.draw_tip(p)

    def _paint_sheet(self, p: QPainter, sheet: Sheet, grid: Grid, pixels: Array) -> None:
        height, width = pixels.shape
        whole = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        shrinks = grid.width * (p.deviceTransform().m11() or 1.0) < 2 * width
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        p.drawImage(QRectF(grid.left, grid.top, grid.width, grid.height), whole)
        units = len(sheet.order)
        what = f"maps 1: {count(units)} kernel" if self._kernels else f"hidden 1: {count(units)} unit"
        title = sheet.name or f"{what}{'s' * (units != 1)}"
        finite = sheet.norms[np.isfinite(sheet.norms)]
        mean = f"mean norm {number(float(finite.mean()), 3)}" if len(finite) else ""
        room = max(grid.width, 120.0)
        name = elided(title, look.BODY, room, True)
        wide = draw_text(p, grid.left, grid.top - 12, name, look.BODY, QColor(self.style_.text), bold=True)
        if wide + text_width(mean, look.SMALL) + 12 < room:
            draw_text(
                p, grid.left + room, grid.top - 12, mean, look.SMALL, QColor(self.style_.dim), align=1.0, live=True
            )
        if self._kernels:
            return
        chosen, hover = self.selection.weight, self.selection.hover
        self._frame(p, sheet, grid, chosen.target if chosen.layer == 0 else None, QColor(self.style_.text), 2.0)
        lit = hover.index if isinstance(hover, Unit) and hover.layer == 1 else None
        if isinstance(hover, Weight) and hover.layer == 0:
            lit = hover.target
        self._frame(p, sheet, grid, lit, QColor(self.style_.text), 1.6)

    def _frame(self, p: QPainter, sheet: Sheet, grid: Grid, unit: int | None, colour: QColor, width: float) -> None:
        """Draw a frame around a unit's picture."""
        places = np.flatnonzero(sheet.order == (-1 if unit is None else unit))
        if len(places):
            x, y = grid.corner(int(places[0]))
            step = grid.width / max(1, sheet.levels.shape[1])
            p.setPen(QPen(colour, width))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(QRectF(x - 1, y - 1, grid.cell[0] - step * GAP + 2, grid.cell[1] - step * GAP + 2))

    def _paint_large(self, p: QPainter, sheet: Sheet, unit: int, pixel: int, scene: Sheets, mouse: QPointF) -> None:
        """Draw the picture under the mouse once more, large, where it hides nothing near the mouse."""
        grid = scene.grids[scene.sheets.index(sheet)]
        side = min(160.0, 0.45 * self.width(), 0.45 * self.height())
        if grid.cell[0] >= 0.7 * side:
            return
        height, width = scene.request.image
        weights = np.nan_to_num(sheet.weights[:, unit]).reshape(height, width)
        most = float(np.abs(weights).max()) or 1.0 if math.isnan(sheet.limit) else sheet.limit
        level = ((weights / most).clip(-1, 1) * ((SHADES - 1) / 2) + SHADES / 2).astype(np.intp)
        left = 10.0 if mouse.x() > self.width() / 2 else self.width() - side - 10
        top = 10.0 if mouse.y() > self.height() / 2 else self.height() - side - 10
        box = QRectF(left, top, side, side * height / width)
        p.fillRect(box.adjusted(-4, -4, 4, 4), QColor(self.style_.raised))
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        stretch_pixels(p, box, table(self.style_)[level])

    def said_of(self, scene: Sheets, at: QPointF) -> list[str]:
        """Return what is said of a unit and the one of its pixels under a point."""
        found = self._at(at)
        if found is None:
            return []
        sheet, unit, pixel = found
        row, column = divmod(pixel, scene.request.image[1])
        rank = int((sheet.norms > sheet.norms[unit]).sum()) + 1
        place = "the largest" if rank == 1 else f"number {count(rank)}"
        return [
            f"{'maps 1, map' if self._kernels else 'hidden 1, unit'} {count(unit + 1)}"
            + (f", {sheet.name}" if sheet.name else ""),
            f"norm {number(float(sheet.norms[unit]))}, {place} of {count(len(sheet.norms))}",
            f"{'kernel' if self._kernels else 'pixel'} row {row + 1}, column {column + 1}: "
            f"{number(float(sheet.weights[pixel, unit]), 3)}",
        ]

    def _paint_scale(self, p: QPainter, scene: Scene) -> None:
        """Draw the colour scale at the foot."""
        middle, dim = self.height() - 13.0, QColor(self.style_.dim)
        limit = scene.sheets[0].limit
        end = "largest" if math.isnan(limit) else number(limit, 2)
        x = _SIDE + draw_text(p, _SIDE, middle, "weight", look.SMALL, dim) + 8
        x += draw_text(p, x, middle, f"{MINUS}{end}", look.SMALL, dim) + 5
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        stretch_pixels(p, QRectF(x, middle - 5, 70, 10), table(self.style_)[None, :SHADES])
        x += 75
        x += draw_text(p, x, middle, f"+{end}", look.SMALL, dim) + 14
        said = "one scale for all" if not math.isnan(limit) else "each picture on its own scale"
        order = "longest weight vector first" if self.order.value == "norm" else "in order of their numbers"
        for text in (f"{said}, {order}", said):
            if x + text_width(text, look.SMALL) <= self.width() - _SIDE:
                draw_text(p, self.width() - _SIDE, middle, text, look.SMALL, dim, align=1.0)
                break
