"""A view: for each example of the step, how many hidden units were on."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from dropout_viz.draw import style as look
from dropout_viz.draw.text import draw_text
from dropout_viz.views.base import BaseView

KEY = "on-by-example"
TITLE = "On by example"
ORDER = 2000
AREA = "right-bottom"
RATE = 10
HELP = {
    "shows": "A bar for each example of the step: the share of the hidden units that its mask left on.",
    "read": "With dropout the bars differ, from example to example and from step to step. Without it all are full.",
    "keys": "There is nothing to choose.",
    "formula": "share = units on / units",
    "source": "The template for plug-ins of dropout-viz",
}
_ROWS, _LEFT, _HEAD = 24, 56, 34


class View(BaseView):
    """Draws a bar for each example. A view reads the frame that it was given; it never changes the run."""

    BESIDE = math.inf  # of several arms one is shown
    SIZE, LEAST = (360, 300), (160, 120)
    MASKS = "This view counts the units that are on."

    def shares(self) -> list[float]:
        """Return for each example of the step the share of hidden units that were on."""
        if self.frame_ is None:
            return []
        hidden = self.frame_.snapshot.masks[1:]
        units = sum(mask.shape[1] for mask in hidden)
        return (sum(mask.sum(axis=1) for mask in hidden) / units).tolist()

    def told(self) -> list[str]:
        """Return what is to be seen, for those who cannot see it."""
        shares = self.shares()
        if not shares or self.frame_ is None:
            return []
        return [f"Step {self.frame_.snapshot.step:,}: between {min(shares):.0%} and {max(shares):.0%} of units are on"]

    def draw(self, painter: QPainter) -> None:
        """Paint the whole view."""
        painter.fillRect(self.rect(), QColor(self.style_.panel))
        shares = self.shares()[:_ROWS]
        if not shares:
            return
        draw_text(painter, 12, 16, self.told()[0], look.BODY, QColor(self.style_.text))
        height = (self.height() - _HEAD - 8) / len(shares)
        for row, share in enumerate(shares):
            top = _HEAD + row * height
            bar = QRectF(_LEFT, top, (self.width() - _LEFT - 16) * share, max(2.0, height - 3))
            painter.fillRect(bar, QColor(self.style_.activation_high))
            if height > 11:
                draw_text(painter, 12, top + height / 2, f"{share:.0%}", look.SMALL, QColor(self.style_.dim))
