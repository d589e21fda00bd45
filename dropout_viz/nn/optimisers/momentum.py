"""Momentum: a velocity that gathers gradients (Polyak 1964)."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.ops import Call, Op, tag
from dropout_viz.nn.optimisers.base import Array, Rule
from dropout_viz.nn.optimisers.kind import Optimiser, Script, ShownLine

ORDER = 20
SETTINGS = ("momentum", "momentum_start", "momentum_ramp")


class Momentum(Rule):
    """v <- mu v + g, w <- w - rate v.

    The momentum may rise linearly from a first value to its last over so many steps (Hinton et al. 2012, appendix A).
    """

    names = ("v",)

    def begin_block(self, done: int, steps: int) -> None:
        super().begin_block(done, steps)
        plan = self._plan
        share = np.minimum(1.0, self._done_before(done, steps) / np.maximum(1, plan.momentum_ramp))
        share = np.where(plan.momentum_ramp, share, 1.0)
        self._coefficients[:steps, 1] = plan.momentum_start + (plan.momentum - plan.momentum_start) * share

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        rate, v = self.coefficient(k, 0), state["v"]
        move: list[Call] = [(np.multiply, (v, rate, t)), (np.subtract, (before, t, after))]
        return self.gathered(k, g, v) + tag("update", "w ← w - η v", move)

    def gathered(self, k: int, g: Array, v: Array) -> list[Op]:
        """Return the calls that add a gradient to the velocity."""
        mu = self.coefficient(k, 1)
        return tag("update", "v ← μ v + g", [(np.multiply, (v, mu, v)), (np.add, (v, g, v))])


def velocities(script: Script) -> list[str]:
    """Return the line that makes the velocities."""
    return ["velocities = [np.zeros_like(w) for w in parameters]"]


def step_lines(script: Script, step: str) -> list[str]:
    """Return the lines of a step whose weights move by ``eta`` times an expression of ``{mu}``, v and g."""
    varies = "step" in script.mu
    first = script.assign("    ", ("eta", "mu"), (script.eta, script.mu)) if varies else [f"    eta = {script.eta}"]
    mu = "mu" if varies else script.mu
    return [
        *first,
        "    for w, g, v in zip(parameters, gradients, velocities, strict=True):",
        f"        v[:] = {mu} * {script.flushed('v')} + g",
        f"        w -= eta * {step.format(mu=mu)}",
    ]


OPTIMISER = Optimiser(
    "momentum",
    Momentum,
    (ShownLine("v[:] = mu * v + g", "v"), ShownLine("w -= rate{over} * v")),
    lambda script: step_lines(script, "v"),
    "SGD({of}, lr=rate, momentum={mu}{decay})",
    velocities,
    SETTINGS,
)
