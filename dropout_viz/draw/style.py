"""One look for every view: colours by meaning, one type scale, one diverging palette."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache

from PySide6.QtGui import QColor, QFont, QFontDatabase

from dropout_viz import assets

THEMES = ("dark", "light")
FAMILY = "Inter Viz"  # the bundled font has its own name: an installed Inter of another version would win
MONO = "JetBrains Mono Viz"

# Type scale, in pixels at 1x: small print, body, panel titles.
SMALL, BODY, TITLE = 11, 13, 14
# Spacing, in pixels at 1x.
GAP, MARGIN = 8, 12


@dataclass(frozen=True)
class Style:
    """The colours of one theme, by what they mean: see ``meanings``. Each is ``#rrggbb`` unless said otherwise.

    ``scale`` is how many pixels a unit of every size has: those of text, lines and gaps are told in units.
    ``least`` is the size of the smallest text that can be read, in units.
    """

    name: str
    window: str
    panel: str
    raised: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    accent_text: str
    warning: str
    error: str
    negative: str
    neutral: str
    positive: str
    off: str
    off_mark: str
    activation_low: str
    activation_high: str
    arms: tuple[str, ...]
    basins: tuple[str, ...]
    balls: tuple[str, ...]
    classes: tuple[str, ...]
    heights: tuple[str, ...]
    scale: float = 1.0
    least: int = 9

    def legible(self, units: float) -> int:
        """Return the size of text that would be that large if it could be read."""
        return max(self.least, round(units))

    def signed(self, value: float, limit: float) -> QColor:
        """Return the colour of a signed value, clamped to [-limit, limit]: blue, neutral, orange."""
        share = max(-1.0, min(1.0, value / limit)) if limit > 0 else 0.0
        return mix(self.neutral, self.positive if share >= 0 else self.negative, abs(share))

    def activation(self, share: float) -> QColor:
        """Return the fill for an activation, 0 (low) to 1 (high)."""
        return mix(self.activation_low, self.activation_high, max(0.0, min(1.0, share)))

    def arm(self, index: int) -> QColor:
        """Return the hue of an arm; arm 0 is the run itself."""
        return QColor(self.arms[index % len(self.arms)])

    def basin(self, index: int) -> QColor:
        """Return the shade of a basin (zone) of the landscape."""
        return QColor(self.basins[index % len(self.basins)])

    def loss_shade(self, share: float) -> QColor:
        """Return the shade of a loss, 0 (lowest) to 1 (highest)."""
        at = max(0.0, min(1.0, share)) * (len(self.heights) - 1)
        left = min(int(at), len(self.heights) - 2)
        return mix(self.heights[left], self.heights[left + 1], at - left)

    def ball(self, index: int) -> QColor:
        """Return the hue of a ball by the unit that it belongs to; balls carry numbers too."""
        return QColor(self.balls[index % len(self.balls)])


def mix(first: str, second: str, share: float) -> QColor:
    """Return the colour a ``share`` of the way from ``first`` to ``second``."""
    a, b = QColor(first), QColor(second)
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    )


@cache
def style(name: str) -> Style:
    """Return a theme by name, ``dark`` or ``light``."""
    colours = tomllib.loads(assets.path("themes", f"{name}.toml").read_text(encoding="utf-8"))
    for key in ("arms", "basins", "balls", "classes", "heights"):
        colours[key] = tuple(colours[key])
    return Style(name=name, **colours)


@cache
def strong(style: Style) -> Style:
    """Return a theme for a projector, which makes grey of black and loses what is faint."""

    def nearer(colour: str, share: float) -> str:
        return mix(colour, text, share).name()

    dark = QColor(style.panel).lightness() < 128
    text, ground = ("#ffffff", "#000000") if dark else ("#000000", "#ffffff")
    return replace(
        style,
        window=mix(style.window, ground, 0.5).name(),
        panel=ground,
        text=text,
        raised=nearer(style.raised, 0.06),
        line=nearer(style.line, 0.12),
        dim=nearer(style.dim, 0.5),
        faint=nearer(style.faint, 0.35),
        off_mark=nearer(style.off_mark, 0.3),
        least=SMALL,
    )


@cache
def _load_fonts() -> None:
    for file in sorted(assets.path("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))


def font(pixels: int = BODY, *, bold: bool = False) -> QFont:
    """Return the bundled font, so that a picture looks the same on every machine. Needs a QGuiApplication."""
    _load_fonts()
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
