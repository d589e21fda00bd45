"""Nesterov's momentum, in the form of Sutskever et al. (2013)."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.ops import Call, Op, tag
from dropout_viz.nn.optimisers.base import Array
from dropout_viz.nn.optimisers.kind import Optimiser, ShownLine
from dropout_viz.nn.optimisers.momentum import SETTINGS, Momentum, step_lines, velocities

ORDER = 30


class Nesterov(Momentum):
    """v <- mu v + g, w <- w - rate (g + mu v)."""

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        rate, mu, v = self.coefficient(k, 0), self.coefficient(k, 1), state["v"]
        move: list[Call] = [
            (np.multiply, (v, mu, t)),
            (np.add, (t, g, t)),
            (np.multiply, (t, rate, t)),
            (np.subtract, (before, t, after)),
        ]
        return self.gathered(k, g, v) + tag("update", "w ← w - η (g + μ v)", move)


OPTIMISER = Optimiser(
    "nesterov",
    Nesterov,
    (ShownLine("v[:] = mu * v + g", "v"), ShownLine("w -= rate{over} * (g + mu * v)")),
    lambda script: step_lines(script, "({mu} * v + g)"),
    "SGD({of}, lr=rate, momentum={mu}, nesterov=True{decay})",
    velocities,
    SETTINGS,
)
