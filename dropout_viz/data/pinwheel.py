"""Five arms that bend the same way around the centre, a class each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.plane import Array, in_classes, in_classes_code

KEY = "pinwheel"
TITLE = "Pinwheel, five classes"
ORDER = 45

ARMS = 5
_BEND = 1.6  # radians from the inner end of an arm to its outer end


def load(*, examples: int = 250, noise: float = 0.1, label_noise: float = 0.0, seed: int = 0) -> DataSet:
    """Return points within about 1.5 of the origin: x (examples, 2), y (examples, 5), and 1,000 test examples."""
    return in_classes(ARMS, _shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)


def _shape(place: Array, classes: NDArray[np.int64]) -> Array:
    radius = 0.2 + np.sqrt(place)  # evens out the points, which would crowd at the centre
    angle = 2 * np.pi / ARMS * classes + _BEND * radius
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def code(*, examples: int = 250, noise: float = 0.1, label_noise: float = 0.0, seed: int = 0) -> Code:
    """Return the lines that make it."""
    shape = [
        "radius = 0.2 + np.sqrt(place)",
        f"angle = 2 * np.pi / {ARMS} * classes + {_BEND} * radius",
        "shape = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)",
    ]
    return in_classes_code(ARMS, shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)
