"""How well a colour is read on another: WCAG 2.2's contrast ratio, of which text needs 4.5."""

from __future__ import annotations

from PySide6.QtGui import QColor

LEAST = 4.5
"""What text needs that is not large (success criterion 1.4.3)."""


def luminance(colour: QColor) -> float:
    """Return the relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two opaque colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def reads_on(ground: QColor) -> QColor:
    """Return black or white, whichever is read better on an opaque colour: at 4.58 or more, whatever the colour."""
    return QColor("#000000" if luminance(ground) > 0.179 else "#ffffff")
