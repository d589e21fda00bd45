"""The colours of the Landscape view, made once for a theme: of zones, of balls, of lines."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from dropout_viz.draw.style import Style, mix


def faded(colour: QColor | str, alpha: float) -> QColor:
    """Return a colour with another opacity."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


class Palette:
    """Colours of one theme. Those of zones are lists, to be asked with ``k % len``: see ``of``.

    Attributes:
        above: of a zone's part above the curve; under: below it, at the top of the picture; deep: at its foot;
        plain: below a small curve; ball: of the balls in it.
    """

    def __init__(self, style: Style, strength: float = 1.0) -> None:
        """``strength``: of the zones' colours, the panel's being 0."""
        self.style = style
        dark = style.name == "dark"
        self.text, self.dim, self.panel = QColor(style.text), QColor(style.dim), QColor(style.panel)
        self.axis, self.accent = QColor(style.faint), QColor(style.accent)
        self.grid = faded(style.text, 0.07)
        self.border = faded(style.text, 0.42)
        self.drop = faded(style.text, 0.75)
        self.curve, self.small_curve = QColor(style.text), mix(style.panel, style.text, 0.88)
        self.rim = mix(style.panel, style.text, 0.05) if dark else QColor(style.panel)
        shades = [QColor(b) for b in style.basins]
        self.above = [mix(style.panel, b, strength * (0.17 if dark else 0.30)) for b in style.basins]
        self.under = [mix(style.panel, b, strength) for b in style.basins]
        self.deep = [mix(style.panel, b, strength * (0.55 if dark else 0.62)) for b in style.basins]
        self.plain = [mix(style.panel, b, 0.86) for b in style.basins]
        self.ball = [_strong(shade, dark) for shade in shades]

    def pen(self, colour: QColor, dashes: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """Return a pen one device pixel wide."""
        made = QPen(colour, 1, dashes)
        made.setCosmetic(True)
        return made


def _strong(shade: QColor, dark: bool) -> QColor:
    """Return the colour of a ball in a zone: the zone's own hue, strong enough to stand out from it."""
    hue, saturation = shade.hsvHueF(), shade.hsvSaturationF()
    if dark:
        return QColor.fromHsvF(hue, min(1.0, 0.15 + 0.85 * saturation), 0.97)
    return QColor.fromHsvF(hue, min(1.0, 0.35 + 1.6 * saturation), 0.72)


@lru_cache(maxsize=8)
def palette(style: Style, strength: float = 1.0) -> Palette:
    """Return a theme's palette, with zones of some strength."""
    return Palette(style, strength)


def round_pen(colour: QColor, width: float) -> QPen:
    """Return a pen whose points are discs."""
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
