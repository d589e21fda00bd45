"""The rectified linear unit."""

from __future__ import annotations

from functools import partial

import numpy as np

from dropout_viz.nn.activations.kind import Activation, Array
from dropout_viz.nn.ops import Call

ORDER = 30


def _calls(z: Array, h: Array) -> list[Call]:
    # An array of zeros, though one number would do: NumPy's vector loop takes arrays only, and is three times as fast.
    # A positional out is deprecated here.
    return [(partial(np.maximum, out=h), (z, np.zeros_like(z)))]


def _slope_calls(h: Array, out: Array) -> list[Call]:
    return [(np.greater, (h, np.array(0, h.dtype), out))]  # a third of the time of sign


ACTIVATION = Activation(
    name="relu",
    formula="max(0, z)",
    slope_formula="1 if h > 0 else 0",
    value=lambda z: np.maximum(z, 0),
    slope=np.sign,
    calls=_calls,
    slope_calls=_slope_calls,
    numpy="np.maximum({z}, 0)",
    numpy_slope="({a} > 0)",
    torch="torch.relu({z})",
    with_numbers="max(0, {z})",
    slope_with_numbers="1 if {h} > 0 else 0",
    output=False,
    slope_of_scaled=True,
    bounds=(0, None),
)
