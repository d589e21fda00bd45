"""Activation functions: the plain definition, and the same as in-place calls for the step's program.

Every slope but the sine's is a function of the activation's *value*, so that training keeps no pre-activations.
The unit axis is axis 1 everywhere: arrays are (examples, units) or, with worlds, (examples, units, worlds).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.ops import Call

Array = NDArray[Any]


@dataclass(frozen=True)
class Activation:
    """One activation function.

    Attributes:
        name: its key in ``ACTIVATIONS``.
        formula, slope_formula: as shown to people, of z and of the value h.
        value: h(z), any shape.
        slope: dh/dz as a function of h (of z where ``early``), any shape. Not defined for softmax, whose only loss
            cancels it.
        calls: the in-place program, z -> h. Where ``negated`` is true it starts from -z.
        slope_calls: the program that writes the slope of h into a second buffer, from the value h; where ``early`` is
            true, from z, before ``calls`` overwrite it.
        negated: the program wants -z: a layer whose input never changes gives it at no cost.
        bounds: lowest and highest value, for colour scales; None where there is none.
    """

    name: str
    formula: str
    slope_formula: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    calls: Callable[[Array], list[Call]]
    slope_calls: Callable[[Array, Array], list[Call]]
    negated: bool = False
    early: bool = False
    bounds: tuple[float | None, float | None] = (None, None)


def _sigmoid(z: Array) -> Array:
    with np.errstate(over="ignore"):  # exp(-z) may reach infinity; 1 / (1 + inf) is the right 0
        return np.asarray(1 / (1 + np.exp(-z)))


def _sigmoid_calls(z: Array) -> list[Call]:
    one = np.array(1, z.dtype)
    return [(np.exp, (z, z)), (np.add, (z, one, z)), (np.reciprocal, (z, z))]


def _sigmoid_slope_calls(h: Array, out: Array) -> list[Call]:
    one = np.array(1, h.dtype)
    return [(np.subtract, (one, h, out)), (np.multiply, (h, out, out))]


def _tanh_slope_calls(h: Array, out: Array) -> list[Call]:
    one = np.array(1, h.dtype)
    return [(np.multiply, (h, h, out)), (np.subtract, (one, out, out))]


def _relu_calls(z: Array) -> list[Call]:
    # An array of zeros, though one number would do: NumPy's vector loop takes arrays only, and is three times as fast.
    # A positional out is deprecated here.
    return [(partial(np.maximum, out=z), (z, np.zeros_like(z)))]


def _relu_slope_calls(h: Array, out: Array) -> list[Call]:
    return [(np.greater, (h, np.array(0, h.dtype), out))]  # a third of the time of sign


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _softmax_calls(z: Array) -> list[Call]:
    one_per_example = np.empty((z.shape[0], 1, *z.shape[2:]), z.dtype)
    return [
        (np.maximum.reduce, (z, 1, None, one_per_example, True)),
        (np.subtract, (z, one_per_example, z)),
        (np.exp, (z, z)),
        (np.add.reduce, (z, 1, None, one_per_example, True)),
        (np.divide, (z, one_per_example, z)),
    ]


def _no_slope(*_: Array) -> Any:
    raise NotImplementedError("softmax is trained with its cross-entropy, which needs no slope")


ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation(
            "sigmoid", "1 / (1 + exp(-z))", "h (1 - h)", _sigmoid, lambda h: h * (1 - h), _sigmoid_calls,
            _sigmoid_slope_calls, negated=True, bounds=(0, 1),
        ),
        Activation(
            "tanh", "tanh z", "1 - h²", np.tanh, lambda h: 1 - h * h, lambda z: [(np.tanh, (z, z))], _tanh_slope_calls,
            bounds=(-1, 1),
        ),
        Activation(
            "relu", "max(0, z)", "1 if h > 0 else 0", lambda z: np.maximum(z, 0), np.sign, _relu_calls,
            _relu_slope_calls, bounds=(0, None),
        ),
        Activation(
            "sine", "sin z", "cos z", np.sin, np.cos, lambda z: [(np.sin, (z, z))], lambda z, out: [(np.cos, (z, out))],
            early=True, bounds=(-1, 1),
        ),
        Activation(
            "linear", "z", "1", lambda z: z, np.ones_like, lambda z: [],
            lambda h, out: [(out.fill, (1,))],
        ),
        Activation(
            "softmax", "exp z / sum exp z", "", _softmax, _no_slope, _softmax_calls, _no_slope, bounds=(0, 1),
        ),
    )
}  # fmt: skip
