"""How often each unit was on, counted over a whole run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_AT_ONCE = 1024  # rows of masks summed in one product: few enough that a sum in float32 rounds to the exact count


@dataclass(frozen=True, eq=False)
class Presence:
    """How often each unit was on, exactly.

    Attributes:
        off: per unit layer 0..L, in how many rows each unit was off, shape (units,). A row is a (step, example) pair:
            each drew a mask.
        drawn: how many rows were drawn under which drop probabilities, (per unit layer).
    """

    off: tuple[NDArray[np.int64], ...]
    drawn: Mapping[tuple[float, ...], int]

    @property
    def rows(self) -> int:
        """Rows so far."""
        return sum(self.drawn.values())

    @property
    def expected(self) -> tuple[float, ...]:
        """Per unit layer, in how many rows a unit was to be expected off: the sum of p over the rows, rounded once."""
        sums = (sum(Fraction(p[layer]) * n for p, n in self.drawn.items()) for layer in range(len(self.off)))
        return tuple(map(float, sums))

    def deviation(self, layer: int) -> float:
        """Return the standard deviation of the rows in which a unit of a layer was off: the variances under every p
        add up, which is less than that of as many rows under the mean p."""
        return sum(n * p[layer] * (1 - p[layer]) for p, n in self.drawn.items()) ** 0.5

    def share_on(self, layer: int) -> NDArray[np.float64]:
        """Return the share of all rows in which each unit of a layer was on, (units,); 1 before the first step."""
        return np.asarray(1.0 - self.off[layer] / max(1, self.rows))


class Counter:
    """Counts for one world, over the layers that may drop units, input to last hidden layer."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._off = [np.zeros(n, np.int64) for n in sizes]
        self._drawn: dict[tuple[float, ...], int] = {}
        self._ones = np.empty(0, np.int8)  # of the masks' own type, when that is known

    def add(self, masks: Mapping[int, Array], p: tuple[float, ...], scales: Sequence[float], rows: int) -> None:
        """Note the masks of some steps.

        Args:
            masks: per layer that drops (steps, examples, units), 0 where off and the layer's scale where on.
            p, scales: of every layer.
            rows: steps times examples.
        """
        self._drawn[p] = self._drawn.get(p, 0) + rows
        for layer, drawn in masks.items():
            table = drawn.reshape(rows, -1)
            self._off[layer] += rows
            if self._ones.dtype != table.dtype:
                self._ones = np.ones(_AT_ONCE, table.dtype)
            for first in range(0, rows, _AT_ONCE):
                piece = table[first : first + _AT_ONCE]
                counts = self._ones[: len(piece)].dot(piece) / scales[layer]
                self._off[layer] -= np.rint(counts).astype(np.int64)

    def read(self) -> Presence:
        """Return a copy of the counts."""
        return Presence(tuple(off.copy() for off in self._off), dict(self._drawn))

    def take(self, presence: Presence) -> None:
        """Take over counts."""
        self._off, self._drawn = list(presence.off), dict(presence.drawn)
