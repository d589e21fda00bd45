"""The four rows of the 2015 post: an exclusive or of the first two columns; the third is always 1."""

from __future__ import annotations

import numpy as np

from dropout_viz.data.code import Code, table
from dropout_viz.data.dataset import DataSet

KEY = "three-lines"
TITLE = "The post's four rows"
ORDER = 10


def load() -> DataSet:
    """Return the four rows, x (4, 3) and y (4, 1), as the post lists them. There is no test set."""
    return DataSet(
        x=np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=np.float64),
        y=np.array([[0], [1], [1], [0]], dtype=np.float64),
        classes=("0", "1"),
        features=("a", "b", "1"),
        credit="The four rows of the 2015 post “Hinton's Dropout in 3 Lines of Python”.",
    )


def code() -> Code:
    """Return the lines that make it."""
    return Code(table([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [0, 1, 1, 0]), "int64")
