"""Colours of maps: tables from values to pixels, made once a theme."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from dropout_viz.analysis.questions.map import InputMap
from dropout_viz.draw.style import Style, mix

Array = NDArray[Any]

SHADES = 256
_GROUND = 0.62  # how strong a map's colours are: the examples on it are to stand out


def _pixel(colour: QColor) -> int:
    return 0xFF000000 | colour.red() << 16 | colour.green() << 8 | colour.blue()


def _parts(colour: QColor) -> tuple[float, float, float]:
    return float(colour.red()), float(colour.green()), float(colour.blue())


@lru_cache(maxsize=16)
def table(style: Style, kind: str, signed: bool) -> Array:
    """Return the pixels of a scale from its low end to its high end, (SHADES,), uint32."""
    made = []
    for k in range(SHADES):
        share = k / (SHADES - 1)
        if kind == "output":
            colour = mix(style.panel, _between(style, 2 * share - 1), _GROUND)
        elif signed:
            colour = mix(style.panel, style.signed(2 * share - 1, 1.0).name(), 0.85)
        elif kind in ("deviation", "apart"):
            colour = mix(style.raised, style.text, share)
        else:
            colour = style.activation(share)
        made.append(_pixel(colour))
    return np.array(made, np.uint32)


def classes(style: Style, n: int) -> list[QColor]:
    """Return the colours of examples of n classes."""
    return [QColor(style.classes[k % len(style.classes)]) for k in range(n)]


def _differing(share: Array, hues: Array, style: Style) -> Array:
    """Return colours (points, 3): of each point the hue of the class whose output differs most, as strong as that."""
    ground = np.array(_parts(QColor(style.raised)))
    most = share.argmax(axis=1)
    return ground + (hues[most] - ground) * share.max(axis=1, keepdims=True).clip(0, 1)


def _between(style: Style, side: float) -> str:
    """Return the colour of an output between two classes, -1 to 1; the panel's own where it is undecided."""
    return mix(style.panel, style.classes[0 if side < 0 else 1], abs(side)).name()


def image_of(panel: InputMap, style: Style) -> QImage:
    """Return a map as an image of one pixel a point, upper rows first."""
    values = panel.values[:, ::-1]
    n = values.shape[1]
    if len(values) > 1:
        hues = np.array([_parts(colour) for colour in classes(style, len(values))])
        share = np.nan_to_num(values).reshape(len(values), -1).T  # (points, outputs)
        if panel.kind == "deviation":
            rgb = _differing(share / (panel.high or 1.0), hues, style)
        else:
            ground = np.array(_parts(QColor(style.panel)))
            rgb = ground + (share @ hues - ground) * 0.5
        rgb = rgb.clip(0, 255).astype(np.uint32)
        pixels = 0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
    else:
        share = (values[0] - panel.low) / ((panel.high - panel.low) or 1.0)
        level = (np.nan_to_num(share, nan=0.5).clip(0, 1) * (SHADES - 1) + 0.5).astype(np.intp)
        pixels = table(style, panel.kind, panel.signed)[level]
    held = np.ascontiguousarray(pixels.reshape(n, n), np.uint32)
    return QImage(held.data, n, n, 4 * n, QImage.Format.Format_RGB32).copy()
