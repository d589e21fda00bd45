"""The sine: its slope is a function of z, not of its value."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.activations.kind import Activation

ORDER = 40
ACTIVATION = Activation(
    name="sine",
    formula="sin z",
    slope_formula="cos z",
    value=np.sin,
    slope=np.cos,
    calls=lambda z, h: [(np.sin, (z, h))],
    slope_calls=lambda z, out: [(np.cos, (z, out))],
    numpy="np.sin({z})",
    numpy_slope="np.cos({z})",
    torch="torch.sin({z})",
    with_numbers="sin {bracketed}",
    slope_with_numbers="cos {bracketed}",
    output=False,
    early=True,
    odd=True,
    monotone=False,
    bounds=(-1, 1),
)
