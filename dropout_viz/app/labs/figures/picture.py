"""Pictures of labs: one painter for every kind of figure, on the screen and in files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from dropout_viz.app.labs.figures import bars as lab_bars
from dropout_viz.app.labs.figures import dots as lab_dots
from dropout_viz.app.labs.figures import lines as lab_lines
from dropout_viz.app.labs.figures import maps as lab_maps
from dropout_viz.app.labs.figures.frame import Spot, spot_at
from dropout_viz.draw.painting import Painted, painting
from dropout_viz.draw.style import MARGIN, Style
from dropout_viz.labs import figures as f

PAINTERS: dict[type[f.Figure], Callable[[QPainter, Any, QRectF, Style], list[Spot]]] = {
    f.Lines: lab_lines.paint,
    f.Bars: lab_bars.paint_bars,
    f.Violins: lab_bars.paint_violins,
    f.HeatMap: lab_maps.paint_heat_map,
    f.Images: lab_maps.paint_images,
    f.Dots: lab_dots.paint_dots,
    f.Roses: lab_dots.paint_roses,
}


def paint_figure(p: QPainter, figure: f.Figure, rect: QRectF, style: Style) -> list[Spot]:
    """Paint a figure into a rectangle; return what can be hovered, in the painter's units."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    return PAINTERS[type(figure)](p, figure, rect, style)


def picture_of(figure: f.Figure, size: tuple[int, int], scale: float, style: Style) -> QImage:
    """Return a figure as an image of ``size`` pixels at scale 1. Needs a QGuiApplication, and no window."""
    image = QImage(round(size[0] * scale), round(size[1] * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(style.panel))
    with painting(image) as painter:
        paint_figure(painter, figure, QRectF(MARGIN, MARGIN, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN), style)
    return image


class LabPicture(Painted):
    """A figure on the screen. Hovering it tells its numbers."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._figure = style, None
        self._spots: list[Spot] = []
        self.setMouseTracking(True)
        self.setMinimumSize(240, 110)

    _figure: f.Figure | None

    def sizeHint(self) -> QSize:
        return QSize(560, 380)

    @property
    def figure(self) -> f.Figure | None:
        """What is shown."""
        return self._figure

    def show_figure(self, figure: f.Figure | None) -> None:
        """Show a figure, or nothing."""
        self._figure, self._spots = figure, []
        self.setAccessibleName(figure.title if figure is not None else "No picture yet")
        self.update()

    def restyle(self, style: Style) -> None:
        """Take another theme's colours."""
        self._style = style
        self.update()

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._style.panel))
        if self._figure is not None:
            room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
            self._spots = paint_figure(painter, self._figure, room, self._style)

    def text_at(self, at: QPointF) -> str:
        """Return what is said of the place under the mouse; ``""`` for nothing."""
        spot = spot_at(self._spots, at)
        return "" if spot is None else spot.text

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        text = self.text_at(event.position())
        if text:
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        else:
            QToolTip.hideText()
        self.setCursor(Qt.CursorShape.CrossCursor if text else Qt.CursorShape.ArrowCursor)
