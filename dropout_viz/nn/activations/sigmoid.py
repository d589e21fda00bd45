"""The logistic function, the post's."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.activations.kind import Activation, Array
from dropout_viz.nn.ops import Call

ORDER = 10


def _value(z: Array) -> Array:
    with np.errstate(over="ignore"):  # exp(-z) may reach infinity; 1 / (1 + inf) is the right 0
        return np.asarray(1 / (1 + np.exp(-z)))


def _calls(z: Array, h: Array) -> list[Call]:
    one = np.array(1, z.dtype)
    return [(np.exp, (z, h)), (np.add, (h, one, h)), (np.reciprocal, (h, h))]


def _slope_calls(h: Array, out: Array) -> list[Call]:
    one = np.array(1, h.dtype)
    return [(np.subtract, (one, h, out)), (np.multiply, (h, out, out))]


ACTIVATION = Activation(
    name="sigmoid",
    formula="1 / (1 + exp(-z))",
    slope_formula="h (1 - h)",
    value=_value,
    slope=lambda h: h * (1 - h),
    calls=_calls,
    slope_calls=_slope_calls,
    numpy="1 / (1 + np.exp(-{z}))",
    numpy_slope="({a} * (1 - {a}))",
    torch="torch.sigmoid({z})",
    with_numbers="1 / (1 + exp({minus_z}))",
    slope_with_numbers="{h} × (1 − {bracketed})",
    negated=True,
    bounds=(0, 1),
)
