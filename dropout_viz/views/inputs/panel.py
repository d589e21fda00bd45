"""One map of the plane of two inputs, as numbers. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from dropout_viz.nn.parts import Unit

Array = NDArray[Any]


Kind = Literal["output", "unit", "deviation"]


@dataclass(frozen=True, eq=False)
class InputMap:
    """One map.

    Attributes:
        title, note: above it.
        values: (outputs, n, n), rows from below; of a unit or a deviation (1, n, n).
        kind: how it is coloured. low, high: ends of the colour scale. signed: whether it has two hues.
        lines: the boundary, (pieces, 2, 2) in grid points, or None.
        unit: which hidden unit it is, or None. said: what else is said of it under the mouse.
    """

    title: str
    note: str
    values: Array
    kind: Kind
    low: float
    high: float
    signed: bool
    lines: Array | None = None
    unit: Unit | None = None
    said: str = ""
