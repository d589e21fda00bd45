"""Which of the 2^n thinned networks a run has used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MOST_UNITS = 20
"""Units that can be off, up to which the different thinned networks are counted: 2^20 of them fit in a megabyte."""


_NONE = np.empty(0, np.int64)


class Phase(NamedTuple):
    """A stretch of a run under the same drop probabilities.

    Attributes:
        since: steps done before it. p: drop probability of the input and each hidden layer.
    """

    since: int
    p: tuple[float, ...]


class Visited:
    """Counts the different masks of one world, over all layers that drop units, exactly.

    Attributes:
        units: how many units can be off, n.
        seen: how many of the 2^n thinned networks have been used so far. known: which, (2^n,), True where used.
        sizes: units of each layer that drops some, by layer.
    """

    def __init__(self, sizes: Mapping[int, int]) -> None:
        """``sizes``: units of each layer that drops some, by layer."""
        self.units = sum(sizes.values())
        self.seen = 0
        self.sizes = dict(sizes)
        self._layers = tuple(sizes)
        self.known = np.zeros(2**self.units, bool)
        self._place = 1 << np.arange(self.units)

    @staticmethod
    def for_layers(sizes: Mapping[int, int]) -> Visited | None:
        """Return a count, or None where no unit can be off or there are too many to count."""
        return Visited(sizes) if 0 < sum(sizes.values()) <= MOST_UNITS else None

    def counts(self, sizes: Mapping[int, int]) -> bool:
        """Return whether this is the count for such layers."""
        return tuple(sizes) == self._layers and sum(sizes.values()) == self.units

    def add(self, masks: Mapping[int, Array]) -> tuple[Array, Array]:
        """Note the masks of some steps: per layer (steps, examples, units), 0 where off.

        Returns:
            At which of these steps (0 for the first) there was a new one, ascending, and how many had been seen then.
        """
        bits = np.concatenate([masks[layer] != 0 for layer in self._layers], axis=2)
        numbers = bits @ self._place
        new = ~self.known[numbers]
        if not new.any():
            return _NONE, _NONE
        fresh, first = np.unique(numbers[new], return_index=True)
        self.known[fresh] = True
        steps, counts = np.unique(np.nonzero(new)[0][first], return_counts=True)
        seen = self.seen + np.cumsum(counts)
        self.seen += len(fresh)
        return steps, seen

    def take(self, known: Array) -> None:
        """Take over which of the networks have been used."""
        self.known, self.seen = known, int(known.sum())
