"""The one plot that every plotting view uses: pyqtgraph with our fonts, axes, grid and colours, and nothing else.

Two axes stand around one area. pyqtgraph's own plot has a menu of some fifty controls as well, an "A" button, a title
and two more axes, which take most of the time that it takes to make one, and would stay hidden here. Live curves are
cheap to paint (see ``PlotCurve``); ``fine()`` makes them fit for a picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsSceneWheelEvent, QSizePolicy, QWidget

from dropout_viz.draw.axis import END, PlotAxis
from dropout_viz.draw.curve import REACH, Colour, Ground, PlotCurve
from dropout_viz.draw.paint_turns import Costs
from dropout_viz.draw.painting import guarded, guarded_scene, painting, saved
from dropout_viz.draw.style import Style
from dropout_viz.draw.wheel import NOTCH, PIXEL


class PlotBox(pg.ViewBox):
    """The area of a plot. Wheel and drag are reported, not acted upon: what they mean is each view's affair.

    Attributes:
        lively: whether wheel and drag are taken at all; otherwise they go on to whatever lies behind.

    Signals:
        zoomed: (factor, x, y): a turn of the wheel at a point of the plot; a factor below 1 is closer.
        panned: (dx, dy): how far the plot was pulled since the last report: Shift and drag, or the wheel sideways.
        spanned: (from, to, done): a drag from one ``QPointF`` to another, and whether the button was let go.
    """

    zoomed = Signal(float, float, float)
    panned = Signal(float, float)
    spanned = Signal(object, object, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.lively = False

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        if not self.lively:
            ev.ignore()
            return
        ev.accept()
        pixels = ev.pixelDelta()
        if ev.orientation() == Qt.Orientation.Horizontal:
            (left, right), _ = self.viewRange()
            self.panned.emit((ev.delta() or PIXEL * pixels.x()) / 10 / NOTCH * (right - left), 0.0)
        else:
            at = self.mapSceneToView(ev.scenePos())
            self.zoomed.emit(1.2 ** (-(ev.delta() or PIXEL * pixels.y()) / NOTCH), at.x(), at.y())

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        if not self.lively or ev.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            ev.ignore()
            return
        ev.accept()
        now = self.mapSceneToView(ev.scenePos())
        pulls = ev.button() == Qt.MouseButton.MiddleButton or ev.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if pulls:
            before = self.mapSceneToView(ev.lastScenePos())
            self.panned.emit(now.x() - before.x(), now.y() - before.y())
        else:
            self.spanned.emit(self.mapSceneToView(ev.buttonDownScenePos()), now, ev.isFinish())

    def mouseClickEvent(self, ev: Any) -> None:
        ev.ignore()


class Plot(pg.GraphicsView):
    """A plot in our style. Ranges are set by its owner; nothing moves by itself.

    Attributes:
        overlays: called in order with a painter after all else, to draw over it in units of the viewport
            (``at`` and ``area`` say where). Ask for ``renew()`` when what they draw has changed.
        wrong: what failed when it was painted last, in a line, or "". paint_costs: what painting it takes.

    Signals:
        pointed: the point under the mouse, a ``QPointF`` in the plot's units, or None when the mouse has left.
        double_clicked: anywhere in the plot.
    """

    pointed = Signal(object)
    double_clicked = Signal()
    zoom = 1.0  # pixels of the viewport for a unit of the scene

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        self.box = PlotBox()
        self.x_axis, self.y_axis = PlotAxis("bottom"), PlotAxis("left")
        super().__init__(parent, background=None)
        self.style_ = style
        self.overlays: list[Callable[[QPainter], None]] = []
        self.wrong = ""
        self.paint_costs = Costs()
        self._curves: list[PlotCurve] = []
        self._fine = False
        self._axes = QPixmap()  # which seldom change, and the same with the curves, which mostly grow at their end
        self._picture = QPixmap()
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.enableMouse(False)
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 44)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.viewport().setAutoFillBackground(False)  # which would be opaque at any number of device pixels
        for inner in (self, self.viewport()):  # a click gives the focus to the view around it
            inner.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.restyle(style)

    def _lay_out(self) -> None:
        """Put the axes to the left of the area and below it; it takes all the room that they leave."""
        whole = pg.GraphicsWidget()
        grid = QGraphicsGridLayout(whole)
        grid.setContentsMargins(2, 8, END + 2, 2)
        grid.setSpacing(0)
        grid.addItem(self.y_axis, 0, 0)
        grid.addItem(self.box, 0, 1)
        grid.addItem(self.x_axis, 1, 1)
        grid.setRowStretchFactor(0, 100)
        grid.setColumnStretchFactor(1, 100)
        for axis in (self.x_axis, self.y_axis):
            axis.linkToView(self.box)
            axis.setZValue(0.5)  # above images, which lie at 0
        self.setCentralItem(whole)

    def take_zoom(self, zoom: float) -> None:
        """Let a unit of the scene be so many pixels: text, marks and lines are as much larger."""
        if zoom != self.zoom:
            self.zoom = zoom
            self.resetCachedContent()
            self.resizeEvent(None)

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        self.autoPixelRange = self.zoom == 1.0
        if not self.autoPixelRange and not self.closed:
            self.range = QRectF(0, 0, self.width() / self.zoom, self.height() / self.zoom)
        super().resizeEvent(ev)

    def updateMatrix(self, propagate: bool = True) -> None:
        super().updateMatrix(propagate)
        if self.transform().m11() != self.zoom:
            self.setTransform(QTransform.fromScale(self.zoom, self.zoom))
            self.sigDeviceTransformChanged.emit(self)

    # --- what its owner says -----------------------------------------------------------------------------------------

    def label(self, *, x: str | None = None, y: str | None = None) -> None:
        """Name the axes. ``""`` takes the name away, None leaves it as it is."""
        for axis, name in ((self.x_axis, x), (self.y_axis, y)):
            if name is not None:
                axis.name(name)

    def set_log(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Write an axis as powers of ten. The owner gives data and ranges as base-10 logarithms then."""
        if x is not None and x != self.x_axis.logMode:
            self.x_axis.setLogMode(x=x)
        if y is not None and y != self.y_axis.logMode:
            self.y_axis.setLogMode(y=y)

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly these ranges, (low, high); asking for the present ones costs next to nothing."""
        now_x, now_y = self.box.state["targetRange"]
        if tuple(now_x) != x or tuple(now_y) != y:
            self.box.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)
            self.scene().prepareForPaint()  # what moves with the range moves now, not while it is painted

    def add_curve(
        self, colour: Colour, *, width: float = 1.6, dash: Sequence[float] | None = None, z: float = 0.0
    ) -> PlotCurve:
        """Add an empty line. ``width`` is in pixels; ``dash`` counts in widths: (on, off, ...)."""
        curve = PlotCurve(colour, width, dash, z)
        curve.take(self.style_)
        self._curves.append(curve)
        self._curves.sort(key=lambda one: one.z)
        return curve

    def drop_curve(self, curve: PlotCurve) -> None:
        """Take a line away."""
        self._curves.remove(curve)
        self._picture = QPixmap()

    def renew(self) -> None:
        """Have all of it painted, as an axis that has changed asks for it. What is asked of the viewport may be painted
        before the axes have asked, and then once more when they do."""
        self.box.update()

    def area(self) -> QRectF:
        """Return where the plot area lies in the viewport, in units."""
        return self.box.mapRectToScene(self.box.rect())  # scene and viewport are the same: a Plot never scrolls

    def at(self, x: float, y: float) -> QPointF:
        """Return where a point of the plot lies in the viewport, in units."""
        (left, right), (low, high) = self.box.viewRange()
        area = self.area()
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - low) / (high - low) * area.height(),
        )

    def restyle(self, style: Style) -> None:
        """Take another theme's colours."""
        self.style_ = style
        self.resetCachedContent()
        self.setBackground(QColor(style.panel))
        self.x_axis.take(style)
        self.y_axis.take(style)
        for curve in self._curves:
            curve.take(style)

    def fine(self) -> None:
        """Get ready for a still picture: smooth lines of their full width."""
        self._fine = True

    @property
    def is_fine(self) -> bool:
        """Whether this is the plot of a picture, not of a live view."""
        return self._fine

    @property
    def grain(self) -> float:
        """How many hairlines lie side by side in a pixel; a picture's lines are as wide as a pixel at any scale."""
        return 1.0 if self._fine else self.devicePixelRatioF()

    @property
    def undrawn(self) -> str:
        """What failed, as every painted part of a view has it."""
        return self.wrong

    def note(self, wrong: str) -> None:
        """Take down what went wrong while a part was painted; ``""`` is nothing."""
        self.wrong = self.wrong or wrong

    @guarded_scene
    @np.errstate(all="ignore")
    def paintEvent(self, ev: QPaintEvent) -> None:
        self.scene().prepareForPaint()  # brings ranges up to date
        super().paintEvent(ev)

    def resetCachedContent(self) -> None:
        self._axes = self._picture = QPixmap()
        super().resetCachedContent()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw axes and curves, of which pictures are kept while the plot is live.

        Qt keeps one too, but to have it draw another asks for a painting, so that a plot would be painted twice.
        """
        if self._fine:  # a picture may have finer pixels than the window
            self._draw_axes(painter, rect)
            self._draw_curves(painter)
            return
        self._renew_pictures()
        with saved(painter):
            painter.resetTransform()
            painter.drawPixmap(0, 0, self._picture)

    def _draw_axes(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawBackground(painter, rect)
        for axis in (self.x_axis, self.y_axis):
            if axis.isVisible():
                self.note(guarded(painter, partial(axis.draw, painter)))

    def _renew_pictures(self) -> None:
        """Bring the pictures up to date: that of the curves from where on one of them has changed."""
        ratio = self.devicePixelRatioF()
        size = (QSizeF(self.viewport().size()) * ratio).toSize()
        if self.x_axis.stale or self.y_axis.stale or self._axes.size() != size:
            self._axes, self._picture = QPixmap(size), QPixmap()
            self._axes.setDevicePixelRatio(ratio)
            self._axes.fill(QColor(self.style_.panel))  # an edge may lie in the midst of a pixel, which nobody paints
            with painting(self._axes) as p:
                p.setTransform(self.viewportTransform())
                self._draw_axes(p, self.sceneRect())
        changed = min((curve.changed_from for curve in self._curves), default=math.inf)
        (low, high), _ = self.box.viewRange()
        if self._picture.isNull():
            changed = -math.inf
        elif changed > high:
            return
        left = self.at(changed, 0.0).x() - REACH if changed >= low else 0.0
        drawn = QPixmap(self._axes)
        with painting(drawn) as p:
            p.setTransform(self.viewportTransform())
            self._draw_curves(p, left - REACH)
        if not left:
            self._picture = drawn
            return
        first = math.floor(left * self.zoom * ratio)  # whole columns: to clip a line moves what is left of it a little
        with painting(self._picture) as p:
            p.drawPixmap(QPointF(first / ratio, 0.0), drawn, QRectF(first, 0, size.width() - first, size.height()))

    def _draw_curves(self, painter: QPainter, left: float = -math.inf) -> None:
        """Draw the curves from where on across they are not there yet, in units."""
        (low, high), (bottom, top) = self.box.viewRange()
        area = self.area()
        from_x = low + (left - area.left()) / area.width() * (high - low)
        ground = Ground(area, (low, high), (bottom, top), self.zoom, self._fine, from_x)
        with saved(painter):
            painter.setClipRect(self.box.sceneBoundingRect(), Qt.ClipOperation.IntersectClip)
            for curve in self._curves:
                if curve.visible:
                    self.note(guarded(painter, partial(curve.draw, painter, ground)))
                curve.changed_from = math.inf

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Let the overlays draw."""
        for overlay in self.overlays:
            self.note(guarded(painter, partial(overlay, painter)))

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        super().mouseMoveEvent(ev)
        place = self.mapToScene(ev.position().toPoint())
        inside = self.box.sceneBoundingRect().contains(place)
        self.pointed.emit(self.box.mapSceneToView(place) if inside else None)

    def leaveEvent(self, ev: QEvent) -> None:
        super().leaveEvent(ev)
        self.pointed.emit(None)

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        ev.ignore()  # keys are the window's and the view's

    def contextMenuEvent(self, ev: QContextMenuEvent) -> None:
        ev.ignore()  # so is the menu

    def mouseDoubleClickEvent(self, ev: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(ev)
        if ev.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()
