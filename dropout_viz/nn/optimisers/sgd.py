"""Plain gradient descent."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.ops import Op, tag
from dropout_viz.nn.optimisers.base import Array, Rule
from dropout_viz.nn.optimisers.kind import Optimiser, Script, ShownLine

ORDER = 10


class Sgd(Rule):
    """w <- w - rate g."""

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        rate = self.coefficient(k, 0)
        return tag("update", "w ← w - η g", [(np.multiply, (g, rate, g)), (np.subtract, (before, g, after))])


def _lines(script: Script) -> list[str]:
    return [
        f"    eta = {script.eta}",
        "    for w, g in zip(parameters, gradients, strict=True):",
        "        w -= eta * g",
    ]


OPTIMISER = Optimiser("sgd", Sgd, (ShownLine("w -= rate{over} * g"),), _lines, "SGD({of}, lr=rate{decay})")
