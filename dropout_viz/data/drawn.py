"""Points in the plane that somebody has drawn: as the settings hold them, rounded and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.data.plane import targets
from dropout_viz.words import many

Point = tuple[float, float, int]
"""Where a point is, and its class, from 1 on."""
Points = tuple[Point, ...]

MOST = 2_000
NAMES = ("A", "B", "C", "D", "E")
"""Of the classes: no digits, which would look like targets."""
CLASSES = len(NAMES)
FARTHEST = 10.0
"""Of a coordinate from zero."""
DECIMALS = 3
_EDGE = 1.5  # half of the square that is shown at least


def checked(value: Any) -> Points:
    """Return points that come from outside, rounded to what is kept. Raises ``ValueError``: what must be instead."""
    try:
        return _checked(value)
    except TypeError:  # a list: it has no hash
        return _checked.__wrapped__(value)


@lru_cache(maxsize=8)  # settings are copied again and again, and there may be many points
def _checked(value: Any) -> Points:
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list of points, such as [[0.5, -0.2, 1], [0.1, 0.8, 2]]")
    if len(value) > MOST:
        raise ValueError(f"{len(value):,} points; must be at most {MOST:,}")
    found = []
    for at, point in enumerate(value, start=1):
        if not isinstance(point, list | tuple) or len(point) != 3 or not all(map(_is_number, point)):
            raise ValueError(f"point {at}: must be x, y and class, such as [0.5, -0.2, 1]")
        x, y, kind = point
        if not (abs(x) <= FARTHEST and abs(y) <= FARTHEST):
            raise ValueError(f"point {at}: x and y must be from -{FARTHEST:g} to {FARTHEST:g}")
        if kind not in range(1, CLASSES + 1):
            raise ValueError(f"point {at}: its class must be a whole number from 1 to {CLASSES}")
        found.append((rounded(x), rounded(y), int(kind)))
    return tuple(found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def rounded(value: float) -> float:
    """Return a coordinate as it is kept."""
    return round(float(value), DECIMALS) + 0.0  # no minus zero


def classes(points: Sequence[Point]) -> int:
    """Return how many classes points have: the highest that is among them, two at least."""
    return max(2, *(kind for _, _, kind in points)) if points else 2


def told(points: Sequence[Point]) -> str:
    """Return points in a few words."""
    kinds = len({kind for _, _, kind in points})
    return f"{many(len(points), 'point')} of {many(kinds, 'class', 'classes')}" if points else "none"


def data_set(points: Points) -> DataSet:
    """Return points as examples: x (examples, 2), y (examples, 1) of two classes, (examples, classes) of more."""
    x = np.array([point[:2] for point in points], np.float64).reshape(-1, 2)
    n = classes(points)
    return DataSet(
        x=x,
        y=targets(np.array([kind - 1 for _, _, kind in points], np.int64), n),
        classes=NAMES[:n],
        features=("x", "y"),
        credit="Drawn by hand.",
        facts={"edge": max(_EDGE, 1.05 * float(np.abs(x).max(initial=0.0)))},
    )
