"""Two spiral arms wound around each other, one and a half turns each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.plane import Array, two_classes, two_classes_code

KEY = "spiral"
TITLE = "Two spirals"
ORDER = 40

_TURNS = 1.5


def load(*, examples: int = 200, noise: float = 0.04, label_noise: float = 0.0, seed: int = 0) -> DataSet:
    """Return points within about 1.5 of the origin: x (examples, 2), y (examples, 1), and 1,000 test examples."""
    return two_classes(_shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)


def _shape(place: Array, classes: NDArray[np.int64]) -> Array:
    along = np.sqrt(place)  # evens out the points, which would crowd at the centre
    radius = 0.1 + 1.1 * along
    angle = 2 * np.pi * _TURNS * along + np.pi * classes
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def code(*, examples: int = 200, noise: float = 0.04, label_noise: float = 0.0, seed: int = 0) -> Code:
    """Return the lines that make it."""
    shape = [
        "along = np.sqrt(place)",
        f"radius, angle = 0.1 + 1.1 * along, 2 * np.pi * {_TURNS} * along + np.pi * classes",
        "shape = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)",
    ]
    return two_classes_code(shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)
