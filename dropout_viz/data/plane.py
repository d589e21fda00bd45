"""What the data sets of classes in the plane share: clean shapes, noise on the points, training labels made wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet

Array = NDArray[np.float64]
Shape = Callable[[Array, NDArray[np.int64]], Array]

TEST_EXAMPLES = 1000


def two_classes(shape: Shape, *, examples: int, noise: float, label_noise: float, seed: int) -> DataSet:
    """Return ``in_classes`` of two."""
    return in_classes(2, shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)


def in_classes(n: int, shape: Shape, *, examples: int, noise: float, label_noise: float, seed: int) -> DataSet:
    """Draw some classes in turn from a shape in the plane.

    Points, their noise, the wrong labels and the test set have a random stream each, so that more label noise, for
    one, leaves every point where it was. Test points carry the same noise; test labels are clean.

    Args:
        n: classes, two or more. Of two there is one target, 0 or 1; of more there is a column of targets for each.
        shape: gives the points (m, 2) for places along the shape (m,), uniform in [0, 1), and classes (m,) below n.
        examples: training examples.
        noise: standard deviation of the Gaussian noise on each coordinate.
        label_noise: share of training labels that are another class's; rounded to whole labels, spread over all.
        seed: decides every draw.
    """
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]

    def draw(m: int, stream: np.random.Generator) -> tuple[Array, NDArray[np.int64]]:
        classes = np.arange(m) % n
        places, spread = stream.random(m), stream.standard_normal((m, 2))
        return shape(places, classes) + noise * spread, classes

    x, classes = draw(examples, streams[0])
    x_test, classes_test = draw(TEST_EXAMPLES, streams[1])
    flipped = streams[2].permutation(examples)[: round(label_noise * examples)]
    classes[flipped] = (classes[flipped] + streams[2].integers(1, n, len(flipped))) % n
    return DataSet(
        x=x,
        y=targets(classes, n),
        x_test=x_test,
        y_test=targets(classes_test, n),
        classes=tuple(map(str, range(n))),
        features=("x", "y"),
        credit="Drawn at random.",
        flipped=np.isin(np.arange(examples), flipped) if len(flipped) else None,
    )


def targets(classes: NDArray[np.int64], n: int) -> Array:
    """Return the targets of examples (m,) of n classes: (m, 1) of two, (m, n) of more."""
    return classes[:, None].astype(np.float64) if n == 2 else np.eye(n)[classes]


def two_classes_code(shape: list[str], *, examples: int, noise: float, label_noise: float, seed: int) -> Code:
    """Return ``in_classes_code`` of two."""
    return in_classes_code(2, shape, examples=examples, noise=noise, label_noise=label_noise, seed=seed)


def in_classes_code(n: int, shape: list[str], *, examples: int, noise: float, label_noise: float, seed: int) -> Code:
    """Return the lines that make such a data set; ``shape``: those that make the points of ``place``, ``classes``."""
    flipped = round(label_noise * examples)
    lines = [
        f"points, _, labels = (np.random.default_rng(s) for s in SeedSequence({seed}).spawn(3))",
        f"classes, place = np.arange({examples}) % {n}, points.random({examples})",
        *shape,
        f"X = shape + {noise!r} * points.standard_normal(({examples}, 2))",
    ]
    if flipped and n == 2:
        lines.append(f"classes[labels.permutation({examples})[:{flipped}]] ^= 1  # labels that are wrong on purpose")
    elif flipped:
        lines.append(f"wrong = labels.permutation({examples})[:{flipped}]  # labels that are wrong on purpose")
        lines.append(f"classes[wrong] = (classes[wrong] + labels.integers(1, {n}, {flipped})) % {n}")
    return Code([*lines, "Y = classes[:, None].astype(np.float64)" if n == 2 else f"Y = np.eye({n})[classes]"])
