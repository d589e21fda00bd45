"""The hyperbolic tangent."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.activations.kind import Activation, Array
from dropout_viz.nn.ops import Call

ORDER = 20


def _slope_calls(h: Array, out: Array) -> list[Call]:
    one = np.array(1, h.dtype)
    return [(np.multiply, (h, h, out)), (np.subtract, (one, out, out))]


ACTIVATION = Activation(
    name="tanh",
    formula="tanh z",
    slope_formula="1 - h²",
    value=np.tanh,
    slope=lambda h: 1 - h * h,
    calls=lambda z, h: [(np.tanh, (z, h))],
    slope_calls=_slope_calls,
    numpy="np.tanh({z})",
    numpy_slope="(1 - {a} * {a})",
    torch="torch.tanh({z})",
    with_numbers="tanh {bracketed}",
    slope_with_numbers="1 − {bracketed}²",
    odd=True,
    bounds=(-1, 1),
)
