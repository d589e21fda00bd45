"""A data set: two rings, one about the other."""

from __future__ import annotations

import numpy as np

from dropout_viz.data.dataset import DataSet

KEY = "rings"
TITLE = "Two rings"
ORDER = 2000


def load(*, examples: int = 120, noise: float = 0.08, seed: int = 0) -> DataSet:
    """Return points around the origin: x (examples, 2), y (examples, 1), and as many test examples.

    The options are settings of a run: ``examples``, ``data_noise`` and ``data_seed``. The same options must give the
    same arrays, bit for bit.
    """
    stream = np.random.RandomState(seed)
    parts = [_rings(stream, examples, noise) for _ in range(2)]
    return DataSet(
        x=parts[0][0],
        y=parts[0][1],
        x_test=parts[1][0],
        y_test=parts[1][1],
        classes=("inner", "outer"),
        features=("x", "y"),
        credit="Drawn by dropout-viz-example.",
    )


def _rings(stream: np.random.RandomState, examples: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    outer = np.arange(examples) % 2
    angle = stream.uniform(0, 2 * np.pi, examples)
    radius = 0.45 + 0.55 * outer + noise * stream.standard_normal(examples)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x, outer[:, None].astype(np.float64)
