"""Points of up to five classes that somebody has drawn, in the Map view or in a settings file."""

from __future__ import annotations

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.drawn import Points, classes, data_set

KEY = "points"
TITLE = "Points of your own"
ORDER = 47

BEGUN: Points = (
    (-0.7, 0.4, 1),
    (-0.4, 0.8, 1),
    (-0.9, -0.1, 1),
    (-0.3, 0.2, 1),
    (0.4, -0.5, 2),
    (0.8, -0.2, 2),
    (0.3, -0.9, 2),
    (0.9, 0.3, 2),
)
"""The points where none have been drawn."""
_INLINE = 60  # points up to which a script has them in itself
_ACROSS = 5
_BESIDE = "points-examples.npz"


def load(*, points: Points = BEGUN) -> DataSet:
    """Return x (points, 2) and y (points, 1) of two classes, (points, classes) of more. There is no test set.

    ``points``: x, y and class, from 1 on, of each; none: ``BEGUN``.
    """
    return data_set(points or BEGUN)


def code(*, points: Points = BEGUN) -> Code:
    """Return the lines that make it; of many points those that read them from a file beside the script."""
    points = points or BEGUN
    if len(points) > _INLINE:
        lines = [
            f"with np.load(Path(__file__).with_name({_BESIDE!r})) as examples:",
            '    X, Y = examples["x"], examples["y"]',
        ]
        usage = f"It reads {_BESIDE}, the {len(points):,} points, which must lie beside it."
        return Code(lines, imports=("from pathlib import Path",), usage=usage, beside=_BESIDE, examples=True)
    rows = [points[k : k + _ACROSS] for k in range(0, len(points), _ACROSS)]
    n = classes(points)
    lines = [
        "drawn = np.array([  # x, y, class",
        *(f"    {', '.join(f'({x!r}, {y!r}, {kind})' for x, y, kind in row)}," for row in rows),
        "])",
        "X, kinds = drawn[:, :2].copy(), drawn[:, 2].astype(int)",
        "Y = (kinds[:, None] == 2).astype(np.float64)" if n == 2 else f"Y = np.eye({n})[kinds - 1]",
    ]
    return Code(lines)
