"""A sum of five sine waves. A unit sin(w x) that learns it rolls in a landscape of five valleys, one at each frequency.

The inputs are spread as a Gaussian, which gives clean wells: the mean of sin(f x) sin(w x) over it is
(exp(-s² (w - f)² / 2) - exp(-s² (w + f)² / 2)) / 2, a bell around f of standard deviation 1 / s and nothing beside it.
Inputs spread evenly would give sin(u) / u with its side lobes.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import Array, DataSet

KEY = "five-valleys"
TITLE = "Five sine waves"
ORDER = 15

SPREAD = 3.5
"""Standard deviation s of the inputs: the valleys are 1 / s = 0.29 wide and stand clear of one another."""
FREQUENCIES = (1.0, 2.1, 3.0, 4.2, 5.0)
AMPLITUDES = (1.2, 1.4, 1.2, 1.5, 1.9)
TEST_EXAMPLES = 500


def load(*, examples: int = 256) -> DataSet:
    """Return x (examples, 1) at even quantiles of the Gaussian, y (examples, 1) without noise, and a finer test set."""
    x, x_test = _quantiles(examples), _quantiles(TEST_EXAMPLES)
    return DataSet(
        x=x, y=_waves(x), x_test=x_test, y_test=_waves(x_test), features=("x",), credit="Computed: five sine waves."
    )


def _quantiles(n: int) -> Array:
    bell = NormalDist(0.0, SPREAD)
    return np.array([bell.inv_cdf((k + 0.5) / n) for k in range(n)])[:, None]


def _waves(x: Array) -> Array:
    return np.asarray(np.sin(x * np.array(FREQUENCIES)) @ np.array(AMPLITUDES))[:, None]


def code(*, examples: int = 256) -> Code:
    """Return the lines that make it."""
    lines = [
        f"bell = NormalDist(0.0, {SPREAD})",
        f"X = np.array([bell.inv_cdf((k + 0.5) / {examples}) for k in range({examples})])[:, None]",
        f"waves = np.sin(X * np.array({list(FREQUENCIES)}))",
        f"Y = (waves @ np.array({list(AMPLITUDES)}))[:, None]",
    ]
    return Code(lines, imports=("from statistics import NormalDist",))
