"""The colour bar beside the map, and the lines of text above it: widgets that only draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from dropout_viz.draw import arm_names, brush
from dropout_viz.draw.cells import stretch_pixels
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.palette import faded
from dropout_viz.draw.style import BODY, GAP, MARGIN, SMALL, TITLE, Style
from dropout_viz.draw.text import draw_text, elided, first_fitting, text_width
from dropout_viz.views.plane.colours import SHADES, Scale, ramp

WIDTH = 62


class Bar(Painted):
    """Shades from the lowest loss to the highest with the contours' losses, and an arrow at the one under the mouse.

    Attributes:
        scale: what it shows, or None. pointed: a loss to point at, or None. top, bottom: where the map begins and ends.
    """

    OPAQUE = True

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_ = style
        self.scale: Scale | None = None
        self.pointed: float | None = None
        self.top, self.bottom = 0.0, 0.0
        self.setFixedWidth(WIDTH)

    @np.errstate(all="ignore")
    def draw(self, p: QPainter) -> None:
        style = self.style_
        p.fillRect(self.rect(), QColor(style.panel))
        if self.scale is None or self.bottom - self.top < 20:
            return
        shades = ramp(style)[SHADES - 1 :: -1]
        strip = QRectF(2, self.top, 12, self.bottom - self.top)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        stretch_pixels(p, strip, shades[:, None])
        if self.scale.clipped:  # there is more above
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            brush.fill(p, QColor.fromRgb(int(shades[0])))
            top = strip.top() - 1
            ends = [QPointF(strip.left(), top), QPointF(strip.right(), top), QPointF(strip.center().x(), top - 7)]
            p.drawPolygon(QPolygonF(ends))
        dim = QColor(style.dim)
        written = self.bottom + 100
        for level in self.scale.levels():
            y = strip.bottom() - float(self.scale.share(level)) * strip.height()
            p.fillRect(QRectF(strip.left(), y - 0.5, strip.width(), 1), faded("#000000", 0.4))
            if written - y >= 15 and strip.top() + 4 < y:
                draw_text(p, strip.right() + 6, y, self.scale.text(level), SMALL, dim)
                written = y
        draw_text(p, strip.left(), self.bottom + 13, "loss", SMALL, dim)
        if self.pointed is not None:
            share = min(1.0, max(0.0, float(self.scale.share(self.pointed))))
            y = strip.bottom() - share * strip.height()
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            brush.fill(p, QColor(style.text))
            x = strip.right() + 1
            p.drawPolygon(QPolygonF([QPointF(x - 5, y), QPointF(x + 3, y - 4), QPointF(x + 3, y + 4)]))


_HIGH = 44
"""Height of the two lines."""


class PlaneHeading(Painted):
    """Two lines: what is shown and the present losses, each in its arm's hue; then what the surface is."""

    OPAQUE = True

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_ = style
        self.title = ""
        self.losses: Sequence[tuple[str, str]] = ()
        self.details: Sequence[str] = ()
        self.setFixedHeight(_HIGH)

    def tell(self, title: str, losses: Sequence[tuple[str, str]], details: Sequence[str]) -> None:
        """Show a title, (name of the arm, its loss) for each arm, and the fullest of some wordings that fits."""
        if (title, losses, details) != (self.title, self.losses, self.details):
            self.title, self.losses, self.details = title, losses, details
            self._fit()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Make room for the arms' names, with their losses, where there are more than the first line holds."""
        lines = arm_names.lines(self._named, self.width() - 2 * MARGIN) if len(self.losses) > 2 else 0
        self.setFixedHeight(_HIGH + arm_names.LINE * lines)

    @property
    def _named(self) -> list[str]:
        return [f"{name}: {loss}" for name, loss in self.losses]

    @np.errstate(all="ignore")
    def draw(self, p: QPainter) -> None:
        style = self.style_
        p.fillRect(self.rect(), QColor(style.panel))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = float(self.width() - MARGIN)
        names = any(name for name, _ in self.losses)
        texts = [[f"{n}: {t}" if n else f"loss {t}" for n, t in self.losses], [t for _, t in self.losses]]
        room = right - MARGIN - text_width(self.title, TITLE, True) - 2 * MARGIN
        if len(self.losses) > 2:
            texts = []
            arm_names.paint(p, self._named, MARGIN, _HIGH - 4, self.width() - 2 * MARGIN, style)
        fitting = [own for own in texts if sum(text_width(t, BODY) + 20 for t in own) <= room]
        for k, text in reversed(list(enumerate(fitting[0] if fitting else []))):
            draw_text(p, right, GAP + 9, text, BODY, QColor(style.text), align=1.0, live=True)
            right -= text_width(text, BODY) + 8
            if names:
                arm_names.dot(p, k, right - 1, GAP + 9, style, 4)
                right -= 18
        title = elided(self.title, TITLE, right - MARGIN, True)
        draw_text(p, MARGIN, GAP + 9, title, TITLE, QColor(style.text), bold=True)
        wide = float(self.width() - 2 * MARGIN)
        second = first_fitting(self.details, SMALL, wide)
        draw_text(p, MARGIN, GAP + 28, second, SMALL, QColor(style.dim))
