"""Optimisers, as calls over the one flat parameter vector.

The gradient arrives summed over the batch. Where the loss is a mean, the share 1/N is folded into the rate (every rule
but Adam's is linear in the gradient). What changes from step to step (rate, momentum, bias corrections) lies in one row
of coefficients a step, filled in when a block begins.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.ops import Call, Op, tag
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]
# Numbers a large net updates at a time: all passes over a piece happen while it is in the cache.
_PIECE = 32_768
# Velocities of units that get no gradient any more shrink below the smallest normal number, where arithmetic is many
# times slower. Every so many steps what is smaller than this is set to 0; a velocity that shrinks by a tenth a step
# takes 170 steps from here to the subnormals of float32.
_FLUSH_EVERY, _TINY = 128, 1e-30


class Optimiser(Protocol):
    """Turns gradients into steps."""

    def begin_block(self, done: int, steps: int) -> None:
        """Fill in the coefficients of the ``steps`` steps that follow step ``done``."""

    def ops(self, k: int, g: Array, before: Array, after: Array) -> list[Op]:
        """Return row k's calls: parameters ``before`` and gradient ``g`` (which they overwrite) give ``after``."""

    def state(self) -> dict[str, Array]:
        """Return copies of the arrays that a continued run needs, (parameters, *tail) each."""

    def restore(self, state: dict[str, Array]) -> None:
        """Take over the state of another optimiser of the same kind and size."""


class _Base:
    """What all rules share: rates that decay, L2, the state, and working in pieces."""

    names: tuple[str, ...] = ()

    def __init__(self, plan: Plan, tail: tuple[int, ...], batch: int, rows: int, per_epoch: int) -> None:
        self._plan, self._batch, self._per_epoch, self._rows = plan, batch, per_epoch, rows
        shape = (plan.parameters, *tail)
        self._state = {name: np.zeros(shape, plan.dtype) for name in self.names}
        # Small nets are updated whole. A large one's pieces share one scratch, which so never leaves the cache.
        self._piece = plan.parameters if rows > 1 else max(1, _PIECE // math.prod(tail))
        self._scratch = np.empty((min(self._piece, plan.parameters), *tail), plan.dtype)
        # a column of coefficients for each world, where a number that makes them differs between worlds
        numbers = (plan.rate, plan.rate_decay, plan.momentum, plan.momentum_start, plan.momentum_ramp)
        self._wide = any(isinstance(n, np.ndarray) for n in (*numbers, plan.beta1, plan.beta2))
        self._coefficients = np.ones((rows, 4, *(tail if self._wide else ())), plan.dtype)
        self._decay: Array | None = None
        if np.any(plan.l2):
            self._decay = np.zeros(shape, plan.dtype)
            for weights in plan.views(self._decay)[0]:  # weights only: biases are not decayed
                weights[...] = plan.l2 * (batch if self._summed else 1)

    @property
    def _summed(self) -> bool:
        """Whether the rule works on the summed gradient, with 1/N folded into its rate."""
        return self._plan.mean

    def _done_before(self, done: int, steps: int) -> Array:
        """Return how many steps were done before each step, shape (steps,), or (steps, 1) where worlds differ."""
        return (done + np.arange(steps)).reshape((-1, 1) if self._wide else -1)

    def rates(self, done: int, steps: int) -> Array:
        """Return the learning rate of each step: it decays by a factor after every epoch."""
        epochs = self._done_before(done, steps) // self._per_epoch
        return np.asarray(self._plan.rate * self._plan.rate_decay**epochs)

    def begin_block(self, done: int, steps: int) -> None:
        share = 1 / self._batch if self._plan.mean else 1.0
        self._coefficients[:steps, 0] = self.rates(done, steps) * share
        if self._rows == 1 and done % _FLUSH_EVERY == 0:
            for piece in self._pieces():
                for array in self._state.values():
                    size = np.abs(array[piece], out=self._scratch[: len(array[piece])])
                    array[piece] *= size >= _TINY

    def _pieces(self) -> list[slice]:
        return [slice(at, at + self._piece) for at in range(0, self._plan.parameters, self._piece)]

    def coefficient(self, k: int, column: int) -> Array:
        """Return one coefficient of row k as a view: 0-d, or (worlds,) where worlds differ."""
        return self._coefficients[k, column, ...]

    def ops(self, k: int, g: Array, before: Array, after: Array) -> list[Op]:
        ops: list[Op] = []
        for piece in self._pieces():
            state = {name: array[piece] for name, array in self._state.items()}
            t = self._scratch[: len(g[piece])]
            if self._decay is not None:
                calls: list[Call] = [
                    (np.multiply, (before[piece], self._decay[piece], t)),
                    (np.add, (g[piece], t, g[piece])),
                ]
                ops += tag("update", "g ← g + λ w", calls)
            ops += self.rule(k, g[piece], before[piece], after[piece], t, state)
        return ops + self._max_norm(after)

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        raise NotImplementedError

    def _max_norm(self, after: Array) -> list[Op]:
        """Shrink the incoming weights of every hidden unit to a norm of at most c (JMLR 2014, section 5.1)."""
        c = self._plan.max_norm
        calls: list[Call] = []
        for w in self._plan.views(after)[0][:-1] if np.any(c) else []:
            limit, one = np.array(c, w.dtype), np.array(1, w.dtype)
            norm = np.empty(w.shape[1:], w.dtype)
            calls += [
                (_squares, (w, norm)), (np.sqrt, (norm, norm)), (np.divide, (limit, norm, norm)),
                (_at_most, (norm, one)), (np.multiply, (w, norm, w)),
            ]  # fmt: skip
        return tag("update", "w ← w · min(1, c / ‖w‖)", calls)

    def state(self) -> dict[str, Array]:
        return {name: array.copy() for name, array in self._state.items()}

    def restore(self, state: dict[str, Array]) -> None:
        for name, array in self._state.items():
            array[...] = state[name]


def _squares(w: Array, out: Array) -> None:
    np.einsum("ij...,ij...->j...", w, w, out=out)


def _at_most(a: Array, most: Array) -> None:
    np.minimum(a, most, out=a)


class Sgd(_Base):
    """w <- w - rate g."""

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        rate = self.coefficient(k, 0)
        return tag("update", "w ← w - η g", [(np.multiply, (g, rate, g)), (np.subtract, (before, g, after))])


class Momentum(_Base):
    """v <- mu v + g, w <- w - rate v. Nesterov's form (Sutskever et al. 2013): w <- w - rate (g + mu v).

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
        rate, mu, v = self.coefficient(k, 0), self.coefficient(k, 1), state["v"]
        ops = tag("update", "v ← μ v + g", [(np.multiply, (v, mu, v)), (np.add, (v, g, v))])
        if self._plan.optimiser == "nesterov":
            calls: list[Call] = [
                (np.multiply, (v, mu, t)), (np.add, (t, g, t)), (np.multiply, (t, rate, t)),
                (np.subtract, (before, t, after)),
            ]  # fmt: skip
            return ops + tag("update", "w ← w - η (g + μ v)", calls)
        return ops + tag("update", "w ← w - η v", [(np.multiply, (v, rate, t)), (np.subtract, (before, t, after))])


class Adam(_Base):
    """Adam with bias correction (Kingma & Ba 2015, algorithm 1).

    m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g², w <- w - rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + eps).
    """

    names = ("m", "v")

    @property
    def _summed(self) -> bool:
        return False

    def begin_block(self, done: int, steps: int) -> None:
        super().begin_block(done, steps)
        t = 1 + self._done_before(done, steps)
        self._coefficients[:steps, 0] = self.rates(done, steps) / (1 - self._plan.beta1**t)
        self._coefficients[:steps, 1] = 1 / (1 - self._plan.beta2**t)

    def ops(self, k: int, g: Array, before: Array, after: Array) -> list[Op]:
        share = np.array(1 / self._batch, g.dtype)  # not linear in g, so the mean is taken first
        first = tag("update", "g ← g / N", [(np.multiply, (g, share, g))]) if self._plan.mean else []
        return first + super().ops(k, g, before, after)

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        p, m, v = self._plan, state["m"], state["v"]
        b1, rest1, b2, rest2, eps = (
            np.array(x, p.dtype) for x in (p.beta1, 1 - p.beta1, p.beta2, 1 - p.beta2, p.epsilon)
        )
        rate, widen = self.coefficient(k, 0), self.coefficient(k, 1)
        ops = tag(
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


KINDS = {"sgd": Sgd, "momentum": Momentum, "nesterov": Momentum, "adam": Adam}


def make_optimiser(plan: Plan, tail: tuple[int, ...], batch: int, rows: int, per_epoch: int) -> Optimiser:
    """Return the plan's optimiser for parameters of shape (parameters, *tail), ``rows`` steps a block."""
    return KINDS[plan.optimiser](plan, tail, batch, rows, per_epoch)
