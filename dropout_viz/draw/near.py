"""What lies nearest to a point: of places, of lines. No Qt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def nearest(xs: Array, ys: Array, x: float, y: float, reach: float) -> int | None:
    """Return which of some places, (places,) each, lies nearest to a point within ``reach``, or None. What is not a
    finite number lies nowhere."""
    away = np.hypot(xs - x, ys - y)
    return _least(np.where(np.isfinite(away), away, np.inf), reach)


def nearest_line(x: float, y: float, lines: Array, reach: float) -> int | None:
    """Return which of the lines x1, y1, x2, y2, shape (lines, 4), passes nearest a point within ``reach``, or None."""
    x1, y1, x2, y2 = lines.T
    dx, dy = x2 - x1, y2 - y1
    along = np.clip(((x - x1) * dx + (y - y1) * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    return _least(np.hypot(x1 + along * dx - x, y1 + along * dy - y), reach)


def _least(away: Array, reach: float) -> int | None:
    index = int(np.argmin(away)) if len(away) else -1
    return index if index >= 0 and np.isfinite(away[index]) and away[index] <= reach else None
