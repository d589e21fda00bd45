"""Exclusive or: one where exactly one of the two inputs is one. No straight line parts the two classes."""

from __future__ import annotations

import numpy as np

from dropout_viz.data.code import Code, table
from dropout_viz.data.dataset import DataSet

KEY = "xor"
TITLE = "Exclusive or"
ORDER = 20


def load() -> DataSet:
    """Return the truth table, x (4, 2) and y (4, 1). There is no test set."""
    return DataSet(
        x=np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64),
        y=np.array([[0], [1], [1], [0]], dtype=np.float64),
        classes=("0", "1"),
        features=("a", "b"),
        credit="A truth table.",
    )


def code() -> Code:
    """Return the lines that make it."""
    return Code(table([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]), "int64")
