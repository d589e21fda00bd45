"""No function at all: the unit gives what comes in."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.activations.kind import Activation

ORDER = 50
ACTIVATION = Activation(
    name="linear",
    formula="z",
    slope_formula="1",
    value=lambda z: z,
    slope=np.ones_like,
    calls=lambda z, h: [] if h is z else [(np.copyto, (h, z))],
    slope_calls=lambda h, out: [(out.fill, (1,))],
    numpy="{z}",
    numpy_slope="",
    torch="{z}",
    with_numbers="{z}",
    slope_with_numbers="1",
    hidden=False,
    odd=True,
    slope_of_scaled=True,
)
