"""z / (1 + |z|)."""

import numpy as np

from dropout_viz.nn.activations.kind import Activation


def _slope_calls(h, out):
    one = np.array(1, h.dtype)
    return [(np.absolute, (h, out)), (np.subtract, (one, out, out)), (np.multiply, (out, out, out))]


def _calls(z, h):
    size = np.empty_like(z)
    return [(np.absolute, (z, size)), (np.add, (size, np.array(1, z.dtype), size)), (np.divide, (z, size, h))]


ACTIVATION = Activation(
    name="softsign",
    formula="z / (1 + |z|)",
    slope_formula="(1 - |h|)²",
    value=lambda z: z / (1 + np.abs(z)),
    slope=lambda h: (1 - np.abs(h)) ** 2,
    calls=_calls,
    slope_calls=_slope_calls,
    numpy="{z} / (1 + np.abs({z}))",
    numpy_slope="(1 - np.abs({a})) ** 2",
    torch="torch.nn.functional.softsign({z})",
    with_numbers="{z} / (1 + |{z}|)",
    slope_with_numbers="(1 - |{h}|)²",
    odd=True,
    bounds=(-1, 1),
    output=False,
)
