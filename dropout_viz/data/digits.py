"""1,797 real handwritten digits of 8 x 8 pixels, in a fixed split."""

from __future__ import annotations

import gzip
import io

import numpy as np

from dropout_viz import assets
from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.errors import UserError

KEY = "digits"
TITLE = "Digits, 8 x 8"
ORDER = 50

SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"
TRAINING = 1437
_SPLIT_SEED = 1998  # of the split that ships: another would make published numbers of this app incomparable


def load(*, examples: int = TRAINING) -> DataSet:
    """Return pixels in [0, 1], x (1437, 64) and x_test (360, 64), and one column a digit, y (1437, 10).

    Both parts hold every digit in the same proportion; ``examples`` takes the first of the training part, which holds
    for its beginnings too. The same 13 people wrote both parts. Raises ``UserError`` for more than 1,437 examples.
    """
    if examples > TRAINING:
        raise UserError(f"examples = {examples}: the data set '{KEY}' has {TRAINING} training examples")
    text = gzip.decompress(assets.path("datasets", "digits.csv.gz").read_bytes())
    table = np.loadtxt(io.BytesIO(text), delimiter=",", dtype=np.uint8)
    digit = table[:, -1]
    rows = _evenly_mixed(digit)
    x, y = table[rows, :-1] / 16.0, (digit[rows, None] == np.arange(10)).astype(np.float64)
    return DataSet(
        x=x[:examples],
        y=y[:examples],
        x_test=x[TRAINING:],
        y_test=y[TRAINING:],
        classes=tuple("0123456789"),
        features=tuple(f"row {r}, column {c}" for r in range(1, 9) for c in range(1, 9)),
        image=(8, 8),
        credit="Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI, CC BY 4.0.",
    )


def _evenly_mixed(digit: np.ndarray) -> np.ndarray:
    """Return the rows in an order of which every stretch holds each digit in proportion, shape (n,)."""
    stream = np.random.RandomState(_SPLIT_SEED)  # the legacy generator: NumPy never changes what it draws
    place = np.empty(len(digit))
    for d in range(10):
        own = stream.permutation(np.flatnonzero(digit == d))
        place[own] = (np.arange(len(own)) + stream.random_sample()) / len(own)
    return np.argsort(place, kind="stable")


def code(*, examples: int = TRAINING) -> Code:
    """Return the lines that make its training part from the file that ships."""
    lines = [
        'table = np.loadtxt(Path(__file__).with_name("digits.csv.gz"), np.uint8, delimiter=",")',
        f"digit, place, split = table[:, -1], np.empty(len(table)), np.random.RandomState({_SPLIT_SEED})",
        "for d in range(10):  # an order of which every stretch holds each digit in proportion",
        "    own = split.permutation(np.flatnonzero(digit == d))",
        "    place[own] = (np.arange(len(own)) + split.random_sample()) / len(own)",
        f'rows = np.argsort(place, kind="stable")[:{examples}]',
        "X, Y = table[rows, :-1] / 16.0, (digit[rows, None] == np.arange(10)).astype(np.float64)",
    ]
    usage = "It reads digits.csv.gz (E. Alpaydin and C. Kaynak, UCI, CC BY 4.0), which must lie beside it."
    return Code(lines, imports=("from pathlib import Path",), usage=usage, beside="digits.csv.gz")
