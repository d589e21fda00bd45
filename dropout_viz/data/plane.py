"""What the data sets of two classes in the plane share: clean shapes, noise on the points, flipped training labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet

Array = NDArray[np.float64]

TEST_EXAMPLES = 1000


def two_classes(
    shape: Callable[[Array, NDArray[np.int64]], Array],
    *,
    examples: int,
    noise: float,
    label_noise: float,
    seed: int,
) -> DataSet:
    """Draw two classes in turn from a shape in the plane.

    Points, their noise, the flipped labels and the test set have a random stream each, so that more label noise, for
    one, leaves every point where it was. Test points carry the same noise; test labels are clean.

    Args:
        shape: gives the points (n, 2) for places along the shape (n,), uniform in [0, 1), and classes (n,), 0 or 1.
        examples: training examples.
        noise: standard deviation of the Gaussian noise on each coordinate.
        label_noise: share of training labels that are flipped; rounded to whole labels, spread over both classes.
        seed: decides every draw.
    """
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]

    def draw(n: int, stream: np.random.Generator) -> tuple[Array, NDArray[np.int64]]:
        classes = np.arange(n) % 2
        places, spread = stream.random(n), stream.standard_normal((n, 2))
        return shape(places, classes) + noise * spread, classes

    x, classes = draw(examples, streams[0])
    x_test, classes_test = draw(TEST_EXAMPLES, streams[1])
    flipped = streams[2].permutation(examples)[: round(label_noise * examples)]
    classes[flipped] = 1 - classes[flipped]
    return DataSet(
        x=x,
        y=classes[:, None].astype(np.float64),
        x_test=x_test,
        y_test=classes_test[:, None].astype(np.float64),
        classes=("0", "1"),
        features=("x", "y"),
        credit="Drawn at random.",
        flipped=np.isin(np.arange(examples), flipped) if len(flipped) else None,
    )


def two_classes_code(shape: list[str], *, examples: int, noise: float, label_noise: float, seed: int) -> Code:
    """Return the lines that make such a data set; ``shape``: those that make the points of ``place``, ``classes``."""
    flipped = round(label_noise * examples)
    lines = [
        f"points, _, labels = (np.random.default_rng(s) for s in SeedSequence({seed}).spawn(3))",
        f"classes, place = np.arange({examples}) % 2, points.random({examples})",
        *shape,
        f"X = shape + {noise!r} * points.standard_normal(({examples}, 2))",
    ]
    if flipped:
        lines.append(f"classes[labels.permutation({examples})[:{flipped}]] ^= 1  # labels that are wrong on purpose")
    return Code([*lines, "Y = classes[:, None].astype(np.float64)"])
