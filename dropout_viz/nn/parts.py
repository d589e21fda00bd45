"""What a network is made of, by where it stands. Layer 0 is the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, order=True)
class Unit:
    """A unit by layer and index."""

    layer: int
    index: int

    def is_hidden_in(self, sizes: Sequence[int]) -> bool:
        """Return whether a network with so many units in each layer has it, as a hidden unit."""
        return 0 < self.layer < len(sizes) - 1 and self.index < sizes[self.layer]


class Weight(NamedTuple):
    """Which weight: ``weights[layer][source, target]``. A bias is the weight of a source after the last, always 1."""

    layer: int
    source: int
    target: int

    @property
    def ends(self) -> list[Unit]:
        """The units that it joins, source first."""
        return [Unit(self.layer, self.source), Unit(self.layer + 1, self.target)]

    def is_in(self, sizes: Sequence[int]) -> bool:
        """Return whether a network with so many units in each layer has it."""
        return self == self.within(sizes)

    def within(self, sizes: Sequence[int]) -> Weight:
        """Return it, or the nearest one that a network with so many units in each layer has."""
        layer = min(self.layer, len(sizes) - 2)
        return Weight(layer, min(self.source, sizes[layer] - 1), min(self.target, sizes[layer + 1] - 1))

    def is_of(self, part: Unit | Weight | None) -> bool:
        """Return whether it is this weight, or one of this unit's."""
        if isinstance(part, Unit):
            return (part.layer, part.index) in ((self.layer, self.source), (self.layer + 1, self.target))
        return self == part
