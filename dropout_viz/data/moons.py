"""Two half moons that reach into each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.plane import Array, two_classes, two_classes_code

KEY = "moons"
TITLE = "Two moons"
ORDER = 30


def load(*, examples: int = 200, noise: float = 0.1, label_noise: float = 0.0, seed: int = 0) -> DataSet:
    """Return points within about 1.5 of the origin: x (examples, 2), y (examples, 1), and 1,000 test examples."""
    return two_classes(_shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)


def _shape(place: Array, classes: NDArray[np.int64]) -> Array:
    angle = np.pi * place
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    sign = np.where(classes == 0, 1.0, -1.0)[:, None]  # the lower moon is the upper one turned about the origin
    return 0.8 * sign * upper


def code(*, examples: int = 200, noise: float = 0.1, label_noise: float = 0.0, seed: int = 0) -> Code:
    """Return the lines that make it."""
    shape = [
        "upper = np.stack([np.cos(np.pi * place) - 0.5, np.sin(np.pi * place) - 0.25], axis=1)",
        "shape = 0.8 * np.where(classes == 0, 1.0, -1.0)[:, None] * upper",
    ]
    return two_classes_code(shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)
