"""The loss over a plane of parameter space: many whole networks at once.

A point (u, v) of the plane is the network with the parameters origin + u * first + v * second. The first layer is
linear in u and v, so that its pre-activations at every point are a sum of three that are computed once; the layers
above run as stacked matrix products, in pieces that stay in a core's cache. The result is that of building each
network and running it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_viz.analysis.output_loss import OutputLoss, apply
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.forward import Evaluator
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]

_CHUNK = 1 << 16  # numbers in the largest temporary array (measured: 41 ms for a plane that takes 76 at 16 times that)


class Stopped(Exception):
    """An evaluation was given up because nobody waits for it any more."""


class Plane:
    """The loss, with every unit on, over one plane of a network's parameter space.

    Args:
        plan: the network; its ``test_scales`` are what units are multiplied by.
        origin: the point (0, 0), shape (parameters,) as ``Plan.views`` lays it out.
        directions: what one unit of u and of v adds to it, shape (2, parameters).
        x, y: inputs (examples, features) and targets (examples, outputs).
        dtype: of the arithmetic.

    Raises:
        ValueError: shapes that do not fit together.
    """

    def __init__(
        self, plan: Plan, origin: ArrayLike, directions: ArrayLike, x: ArrayLike, y: ArrayLike, dtype: Any = np.float64
    ) -> None:
        corners = np.concatenate([np.asarray(origin)[None], np.asarray(directions)]).astype(dtype)  # (3, parameters)
        x, y = np.asarray(x, dtype), np.asarray(y, dtype)
        if (
            corners.shape != (3, plan.parameters)
            or x.shape[1:] != plan.sizes[:1]
            or y.shape != (len(x), plan.sizes[-1])
        ):
            raise ValueError(f"parameters {corners.shape}, inputs {x.shape} and targets {y.shape} do not fit together")
        self.examples = len(x)
        self._plan, self._dtype = plan, np.dtype(dtype)
        self._hidden = ACTIVATIONS[plan.activation]
        self._loss = OutputLoss(plan.output, plan.loss, y)
        self._weights, self._biases = self._layers(corners)
        inputs = (x * self._dtype.type(plan.test_scales[0])).T
        first = self._weights[0].reshape(3, plan.sizes[1], plan.sizes[0]) @ inputs
        if plan.bias:
            first += self._biases[0][:, :, None]
        self._first = first.reshape(3, -1)  # (3, units * examples)
        widest = max(max(plan.sizes[1:]) * self.examples, max(w.shape[1] for w in self._weights))
        self._rows = max(1, _CHUNK // widest)

    def _layers(self, corners: Array) -> tuple[list[Array], list[Array]]:
        """Return per layer transposed weights (3, fan_out * fan_in), scaled for every unit on, and biases (3, fan_out).

        The first layer's scale is on its inputs.
        """
        weights: list[Array] = []
        biases: list[Array] = []
        own, offsets = self._plan.views(np.ascontiguousarray(corners.T))
        for layer, (w, b) in enumerate(zip(own, offsets, strict=True)):
            scale = self._plan.test_scales[layer] if layer else 1.0
            weights.append(np.ascontiguousarray(w.transpose(2, 1, 0)).reshape(3, -1) * self._dtype.type(scale))
            biases.append(np.ascontiguousarray(b.T))
        return weights, biases

    def losses(self, points: ArrayLike, stop: Callable[[], bool] = lambda: False) -> Array:
        """Return the mean loss over the examples at points (n, 2), shape (n,); inf or nan where it overflows.

        Raises:
            Stopped: ``stop``, which is asked every few milliseconds, was true.
        """
        points = np.asarray(points, self._dtype)
        corners = np.concatenate([np.ones((len(points), 1), self._dtype), points], axis=1)
        out = np.empty(len(points), self._dtype)
        with np.errstate(all="ignore"):
            for start in range(0, len(points), self._rows):
                if stop():
                    raise Stopped
                part = slice(start, start + self._rows)
                out[part] = self._piece(corners[part])
        return out

    def grid(self, u: ArrayLike, v: ArrayLike, stop: Callable[[], bool] = lambda: False) -> Array:
        """Return the losses over a grid, shape (len(v), len(u)); ``stop`` and ``Stopped`` as for ``losses``."""
        u, v = np.asarray(u, self._dtype), np.asarray(v, self._dtype)
        points = np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1).reshape(-1, 2)
        return self.losses(points, stop).reshape(len(v), len(u))

    def _piece(self, corners: Array) -> Array:
        """Losses at few points. ``corners`` (n, 3): 1, u, v. Arrays are (points, units, examples)."""
        n, sizes = len(corners), self._plan.sizes
        z = (corners @ self._first).reshape(n, sizes[1], self.examples)
        for layer in range(1, self._plan.layers):
            h = apply(self._hidden, z)
            w = (corners @ self._weights[layer]).reshape(n, sizes[layer + 1], sizes[layer])
            z = np.matmul(w, h)
            if self._plan.bias:
                z += (corners @ self._biases[layer])[:, :, None]
        return self._loss.sums(z[..., None])[:, 0] / self.examples


def losses_of(plan: Plan, vectors: Array, x: Array, y: Array) -> NDArray[np.float64]:
    """Return the loss, with every unit on, of each of some networks.

    Args:
        plan: the network. vectors: parameters, shape (n, parameters).
        x, y: inputs (examples, features) and targets (examples, outputs).

    Returns:
        Shape (n,), in the plan's precision or better.
    """
    evaluator = Evaluator(plan, x, y, 1)
    with np.errstate(all="ignore"):
        return np.array([float(evaluator.measure(vector)[0]) for vector in vectors])


def flat(weights: list[Array] | tuple[Array, ...], biases: list[Array] | tuple[Array, ...]) -> NDArray[np.float64]:
    """Return parameters as one vector in float64, laid out as by ``Plan.views``."""
    parts = [part.ravel() for pair in zip(weights, biases, strict=True) for part in pair]
    return np.concatenate(parts).astype(np.float64)
