"""Optimisers, as calls over the one flat parameter vector."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.ops import Op, tag
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


class Sgd:
    """w <- w - rate g. ``gain`` is the learning rate, over the batch size where the gradient is a mean."""

    def __init__(self, plan: Plan, tail: tuple[int, ...], gain: float) -> None:
        self._gain = np.array(gain, plan.dtype)

    def begin_block(self, done: int, steps: int) -> None:
        """Plain descent has nothing that depends on the step."""

    def ops(self, k: int, g: Array, before: Array, after: Array) -> list[Op]:
        """Return the calls that turn parameters ``before`` and gradient ``g`` (which they overwrite) into ``after``."""
        return tag("update", "w ← w - η g", [(np.multiply, (g, self._gain, g)), (np.subtract, (before, g, after))])

    def state(self) -> dict[str, Array]:
        """Return the arrays that a continued run needs; (parameters, ...) each."""
        return {}

    def restore(self, state: dict[str, Array]) -> None:
        """Take over the state of another optimiser of the same kind and size."""


class Adam:
    """Adam with bias correction (Kingma & Ba 2015, algorithm 1).

    m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g², w <- w - rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + eps).
    """

    def __init__(self, plan: Plan, tail: tuple[int, ...], gain: float, rows: int) -> None:
        self._plan = plan
        # the gradient arrives as a sum over the batch; Adam is not linear in g, so the mean is taken first
        self._share = np.array(gain / plan.rate, plan.dtype)
        self._m, self._v, self._t = (np.zeros((plan.parameters, *tail), plan.dtype) for _ in range(3))
        self._corrections = np.empty((rows, 2), plan.dtype)

    def begin_block(self, done: int, steps: int) -> None:
        """Fill in the bias corrections of the steps after ``done``: they depend on t."""
        t = done + 1 + np.arange(steps)
        self._corrections[:steps, 0] = 1 / (1 - self._plan.beta2**t)
        self._corrections[:steps, 1] = self._plan.rate / (1 - self._plan.beta1**t)

    def ops(self, k: int, g: Array, before: Array, after: Array) -> list[Op]:
        """Return the calls that turn parameters ``before`` and gradient ``g`` (which they overwrite) into ``after``."""
        p, m, v, t = self._plan, self._m, self._v, self._t
        b1, rest1, b2, rest2, eps = (
            np.array(x, p.dtype) for x in (p.beta1, 1 - p.beta1, p.beta2, 1 - p.beta2, p.epsilon)
        )
        widen, rate = self._corrections[k, 0:1].reshape(()), self._corrections[k, 1:2].reshape(())
        ops = [] if p.mean is False else tag("update", "g ← g / N", [(np.multiply, (g, self._share, g))])
        ops += tag(
            "update", "v ← β₂ v + (1 - β₂) g²",
            [(np.multiply, (v, b2, v)), (np.multiply, (g, g, t)), (np.multiply, (t, rest2, t)), (np.add, (v, t, v))],
        )  # fmt: skip
        ops += tag(
            "update", "m ← β₁ m + (1 - β₁) g",
            [(np.multiply, (m, b1, m)), (np.multiply, (g, rest1, g)), (np.add, (m, g, m))],
        )  # fmt: skip
        return ops + tag(
            "update", "w ← w - η m̂ / (√v̂ + ε)",
            [
                (np.multiply, (v, widen, t)), (np.sqrt, (t, t)), (np.add, (t, eps, t)),
                (np.divide, (m, t, t)), (np.multiply, (t, rate, t)), (np.subtract, (before, t, after)),
            ],
        )  # fmt: skip

    def state(self) -> dict[str, Array]:
        """Return the arrays that a continued run needs; (parameters, ...) each."""
        return {"m": self._m.copy(), "v": self._v.copy()}

    def restore(self, state: dict[str, Array]) -> None:
        """Take over the state of another optimiser of the same kind and size."""
        self._m[...], self._v[...] = state["m"], state["v"]


Optimiser = Sgd | Adam


def make_optimiser(plan: Plan, tail: tuple[int, ...], batch: int, rows: int) -> Optimiser:
    """Return the plan's optimiser for parameters of shape (parameters, *tail), ``rows`` steps a block."""
    gain = plan.rate / batch if plan.mean else plan.rate
    return Sgd(plan, tail, gain) if plan.optimiser == "sgd" else Adam(plan, tail, gain, rows)
