"""Names of weights and units, short enough for a small picture. No Qt.

Weights are ``w1[a → h2]``: the weight layer, counted from 1, and the two units that it joins. Hidden units are ``h2``,
or ``h1.2`` (layer 1, unit 2) where there are several hidden layers. A bias is ``w1[bias → h2]``.
"""

from __future__ import annotations

from collections.abc import Sequence

from dropout_viz.data.dataset import DataSet
from dropout_viz.nn.parts import Weight

ARROW = "\N{RIGHTWARDS ARROW}"
_SHORT = 6  # characters of an input's own name that still fit


class Names:
    """Names for one network on one data set.

    Args:
        sizes: units in each layer, input to output.
        data: gives the inputs and outputs their names.
    """

    def __init__(self, sizes: Sequence[int], data: DataSet) -> None:
        self.sizes, self.data = tuple(sizes), data

    def are_of(self, sizes: Sequence[int], data: DataSet) -> bool:
        """Return whether they are those of such a network on such data."""
        return self.sizes == tuple(sizes) and self.data is data

    def unit(self, layer: int, index: int) -> str:
        """Return a unit's short name: ``a``, ``x2``, ``h3``, ``h2.1``, ``out``, ``7``."""
        last = len(self.sizes) - 1
        if layer == 0:
            return self._input(index)
        if layer == last:
            if len(self.data.classes) == self.sizes[-1]:
                return self.data.classes[index]
            if len(self.data.targets) == self.sizes[-1] and len(self.data.targets[index]) <= _SHORT:
                return self.data.targets[index]
            return "out" if self.sizes[-1] == 1 else f"out{index + 1}"
        return f"h{index + 1}" if last == 2 else f"h{layer}.{index + 1}"

    def hidden(self, layer: int, index: int) -> str:
        """Return a hidden unit's name in words: ``hidden unit 3``, ``hidden unit 3 of layer 2``."""
        return f"hidden unit {index + 1}" + (f" of layer {layer}" if len(self.sizes) > 3 else "")

    def weight(self, place: Weight) -> str:
        """Return ``w1[a → h2]``, or ``w1[bias → h2]`` of the source after the last, which is no unit."""
        layer, source, target = place
        origin = "bias" if source == self.sizes[layer] else self.unit(layer, source)
        return f"w{layer + 1}[{origin} {ARROW} {self.unit(layer + 1, target)}]"

    def _input(self, index: int) -> str:
        if self.data.image is not None:
            row, column = divmod(index, self.data.image[1])
            return f"r{row + 1}c{column + 1}"
        if index < len(self.data.features) and len(self.data.features[index]) <= _SHORT:
            return self.data.features[index]
        return f"x{index + 1}"
