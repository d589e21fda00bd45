"""What all optimisers share, as calls over the one flat parameter vector.

The gradient arrives summed over the batch. Where the loss is a mean, the share 1/N is folded into the rate (every rule
but Adam's is linear in the gradient). What changes from step to step (rate, momentum, bias corrections) lies in one row
of coefficients a step, filled in when a block begins.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.memory import Memory
from dropout_viz.nn.ops import Call, Op, tag
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]
# Numbers a large net updates at a time: all passes over a piece happen while it is in the cache.
_PIECE = 32_768
# Velocities of units that get no gradient any more shrink below the smallest normal number, where arithmetic is many
# times slower. Every so many steps what is smaller than this is set to 0; a velocity that shrinks by a tenth a step
# takes 170 steps from here to the subnormals of float32.
FLUSH_EVERY, NEGLIGIBLE = 128, 1e-30


class Rule:
    """Turns gradients into steps. What all share is here: rates that decay, L2, the state, and working in pieces.

    Attributes:
        names: of the arrays of state, each the size of the parameters.
    """

    names: tuple[str, ...] = ()

    def __init__(self, plan: Plan, like: Array, batch: int, rows: int, per_epoch: int) -> None:
        self._plan, self._batch, self._per_epoch, self._rows = plan, batch, per_epoch, rows
        tail = like.shape[1:]
        self._state = {name: np.zeros_like(like) for name in self.names}
        self._scratch = np.empty_like(like[: self._piece(tail)])
        # a column of coefficients for each world, where a number that makes them differs between worlds
        numbers = (plan.rate, plan.rate_decay, plan.momentum, plan.momentum_start, plan.momentum_ramp)
        self._wide = any(isinstance(n, np.ndarray) for n in (*numbers, plan.beta1, plan.beta2, plan.epsilon))
        self._coefficients = np.ones((rows, 4, *(tail if self._wide else ())), plan.dtype)
        self._decay: Array | None = None
        if np.any(plan.l2):
            self._decay = np.zeros_like(like)
            for weights in plan.views(self._decay)[0]:  # weights only: biases are not decayed
                weights[...] = plan.l2 * (batch if plan.mean else 1)

    def move(self, memory: Memory) -> None:
        """Keep what lasts from step to step in another memory. To be done before calls are asked for."""
        self._state = {name: memory.adopt(array) for name, array in self._state.items()}
        self._coefficients = memory.adopt(self._coefficients)

    def _piece(self, tail: tuple[int, ...]) -> int:
        """Return how many parameters are updated at a time: those of small nets all at once."""
        return self._plan.parameters if self._rows > 1 else max(1, _PIECE // math.prod(tail))

    def _done_before(self, done: int, steps: int) -> Array:
        """Return how many steps were done before each step, shape (steps,), or (steps, 1) where worlds differ."""
        return (done + np.arange(steps)).reshape((-1, 1) if self._wide else -1)

    def rates(self, done: int, steps: int) -> Array:
        """Return the learning rate of each step: it decays by a factor after every epoch."""
        epochs = self._done_before(done, steps) // self._per_epoch
        return np.asarray(self._plan.rate * self._plan.rate_decay**epochs)

    def begin_block(self, done: int, steps: int) -> None:
        """Fill in the coefficients of the ``steps`` steps that follow step ``done``."""
        share = 1 / self._batch if self._plan.mean else 1.0
        self._coefficients[:steps, 0] = self.rates(done, steps) * share
        if self._rows == 1 and done % FLUSH_EVERY == 0:
            for array in self._state.values():
                for at in range(0, len(array), len(self._scratch)):
                    piece = array[at : at + len(self._scratch)]
                    piece *= np.abs(piece, out=self._scratch[: len(piece)]) >= NEGLIGIBLE

    def coefficient(self, k: int, column: int) -> Array:
        """Return one coefficient of row k as a view: 0-d, or (worlds,) where worlds differ."""
        return self._coefficients[k, column, ...]

    def ops(self, k: int, g: Array, before: Array, after: Array, own: slice) -> list[Op]:
        """Return row k's calls for a range of parameters: ``before`` and the gradient ``g`` (lost) give ``after``."""
        # One scratch for all pieces of a range, so that it never leaves the cache; ranges may run side by side.
        scratch = self._scratch if self._rows > 1 else np.empty_like(self._scratch)
        ops: list[Op] = []
        for at in range(own.start, own.stop, len(scratch)):
            piece = slice(at, min(at + len(scratch), own.stop))
            t = scratch[: piece.stop - at]
            if self._decay is not None:
                calls: list[Call] = [
                    (np.multiply, (before[piece], self._decay[piece], t)),
                    (np.add, (g[piece], t, g[piece])),
                ]
                ops += tag("update", "g ← g + λ w", calls)
            state = {name: array[piece] for name, array in self._state.items()}
            ops += self.rule(k, g[piece], before[piece], after[piece], t, state)
        return ops

    def rule(self, k: int, g: Array, before: Array, after: Array, t: Array, state: dict[str, Array]) -> list[Op]:
        """Return row k's calls for one piece of parameters; ``t`` is scratch, ``state`` the piece of each array."""
        raise NotImplementedError

    def limit_ops(self, after: Array) -> list[Op]:
        """Shrink the incoming weights of every hidden unit to a norm of at most c (JMLR 2014, section 5.1)."""
        c = self._plan.max_norm
        calls: list[Call] = []
        for w in self._plan.views(after)[0][:-1] if np.any(c) else []:
            limit, one = np.array(c, w.dtype), np.array(1, w.dtype)
            norm = np.empty(w.shape[1:], w.dtype)
            calls += [
                (_squares, (w, norm)),
                (np.sqrt, (norm, norm)),
                (np.divide, (limit, norm, norm)),
                (_at_most, (norm, one)),
                (np.multiply, (w, norm, w)),
            ]
        return tag("update", "w ← w · min(1, c / ‖w‖)", calls)

    def state(self, into: dict[str, Array] | None = None) -> dict[str, Array]:
        """Return copies of the arrays that a continued run needs, (parameters, *tail) each; ``into``: in these."""
        if into is None:
            return {name: array.copy() for name, array in self._state.items()}
        for name, array in self._state.items():
            into[name][...] = array
        return into

    def restore(self, state: dict[str, Array]) -> None:
        """Take over the state of another rule of the same kind and size."""
        for name, array in self._state.items():
            array[...] = state[name]


def _squares(w: Array, out: Array) -> None:
    np.einsum("ij...,ij...->j...", w, w, out=out)


def _at_most(a: Array, most: Array) -> None:
    np.minimum(a, most, out=a)
