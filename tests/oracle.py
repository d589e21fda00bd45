"""Independent, slow, plain definitions that the engine is checked against."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, localcontext
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

POST_X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
POST_Y = np.array([[0, 1, 1, 0]]).T


def post(
    seed: int, steps: int, *, x: Array = POST_X, y: Array = POST_Y, hidden: int = 4, p: float = 0.2, rate: float = 0.5
) -> tuple[Array, Array]:
    """The 2015 post's program: the weights after so many steps."""
    np.random.seed(seed)
    w1 = 2 * np.random.random((x.shape[1], hidden)) - 1
    w2 = 2 * np.random.random((hidden, 1)) - 1
    for _ in range(steps):
        h = 1 / (1 + np.exp(-(np.dot(x, w1))))
        h *= np.random.binomial([np.ones((len(x), hidden))], 1 - p)[0] * (1.0 / (1 - p))
        out = 1 / (1 + np.exp(-(np.dot(h, w2))))
        out_delta = (out - y) * (out * (1 - out))
        h_delta = out_delta.dot(w2.T) * (h * (1 - h))
        w2 -= rate * h.T.dot(out_delta)
        w1 -= rate * x.T.dot(h_delta)
    return w1, w2


def activate(name: str, z: Array) -> Array:
    if name == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-z)))
    if name == "tanh":
        return np.asarray(np.tanh(z))
    if name == "sine":
        return np.asarray(np.sin(z))
    if name == "relu":
        return np.where(z > 0, z, 0.0)
    if name == "softmax":
        e = np.exp(z)
        return np.asarray(e / e.sum(axis=1, keepdims=True))
    return z


def slope(name: str, z: Array) -> Array:
    h = activate(name, z)
    return {"sigmoid": h * (1 - h), "tanh": 1 - h**2, "relu": (z > 0).astype(float), "linear": np.ones_like(z)}[name]


def forward(
    weights: list[Array], biases: list[Array], x: Array, activation: str, output: str, scaled_masks: list[Array | None]
) -> Array:
    """The outputs of a thinned network; ``scaled_masks[l]`` multiplies what unit layer l passes on."""
    a = x
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        mask = scaled_masks[layer]
        z = (a if mask is None else a * mask) @ w + b
        a = activate(output if layer == len(weights) - 1 else activation, z)
    return a


def loss_sum(name: str, a: Array, y: Array) -> float:
    """The loss summed over the examples."""
    if name == "squared_error":
        return float(0.5 * ((a - y) ** 2).sum())
    if name == "binary_cross_entropy":
        return float(-(y * np.log(a) + (1 - y) * np.log(1 - a)).sum())
    return float(-(y * np.log(a)).sum())


def loss_sum_of(name: str, output: str, z: Array, y: Array) -> float:
    """The loss summed over the examples, from the output pre-activations: an output that is sure to eleven digits
    has lost what its logarithm needs."""
    if name == "squared_error":
        return loss_sum(name, activate(output, z), y)
    if name == "binary_cross_entropy":
        return float((np.logaddexp(0, z) - y * z).sum())
    return float((np.logaddexp.reduce(z, axis=1) - (y * z).sum(axis=1)).sum())


_LONG = Context(prec=340, Emin=-100_000, Emax=100_000)  # 1 + exp(-800) is still not 1


def exact_loss(name: str, z: Sequence[float], y: Sequence[float]) -> Decimal:
    """The loss of one example from its output pre-activations, by long arithmetic."""
    long_z, long_y = [Decimal(float(v)) for v in z], [Decimal(float(v)) for v in y]
    with localcontext(_LONG):
        if name == "binary_cross_entropy":
            pairs = zip(long_z, long_y, strict=True)
            return sum((max(v, Decimal(0)) - w * v + (1 + (-abs(v)).exp()).ln() for v, w in pairs), Decimal(0))
        most = max(long_z)
        at = long_z.index(most)
        others = sum(((v - most).exp() for k, v in enumerate(long_z) if k != at), Decimal(0))
        return sum((w * (most + (1 + others).ln() - v) for v, w in zip(long_z, long_y, strict=True)), Decimal(0))
