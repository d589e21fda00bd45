"""Contour lines of a surface that is given on a grid, as short straight pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def contours(values: Array, levels: Sequence[float]) -> list[Array]:
    """Return, for each level, the pieces of its contour line.

    Every square of the grid is cut into two triangles, on each of which the surface is a plane: a contour is a straight
    piece there, without the ambiguous case of marching squares.

    Args:
        values: heights, shape (rows, columns). Where one is not finite there is no line.
        levels: the heights of the lines.

    Returns:
        Per level an array (pieces, 2, 2): two ends, each (column, row), as fractions of the grid's spacing.
    """
    rows, columns = values.shape
    heights = np.asarray(values, float)
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    corners = np.concatenate([np.stack(t, axis=-1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))])
    flat = heights.ravel()
    corners = corners[np.isfinite(flat[corners]).all(axis=1)]
    own = flat[corners]
    lowest, highest = own.min(axis=1), own.max(axis=1)
    found = []
    for level in levels:
        cut = (lowest <= level) & (highest > level)
        at, height = corners[cut], own[cut]
        above = height > level
        few = above.sum(axis=1) == 1  # one corner is on one side, two are on the other
        odd = np.where(few, above.argmax(axis=1), (~above).argmax(axis=1))
        row = np.arange(len(at))
        ends = []
        for step in (1, 2):
            other = (odd + step) % 3
            low, high = height[row, odd], height[row, other]
            share = ((level - low) / (high - low))[:, None]
            one, two = at[row, odd], at[row, other]
            start = np.stack([one % columns, one // columns], axis=1)
            end = np.stack([two % columns, two // columns], axis=1)
            ends.append(start + share * (end - start))
        found.append(np.stack(ends, axis=1))
    return found
