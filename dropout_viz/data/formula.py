"""Two classes that a formula parts: a comparison of x and y, or a number, whose sign decides."""

from __future__ import annotations

import numpy as np

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.formulas import Array, Formula, computed, given
from dropout_viz.data.plane import TEST_EXAMPLES
from dropout_viz.errors import UserError

KEY = "formula"
TITLE = "A formula in x and y"
ORDER = 46

EDGE = 1.6
"""Points are drawn from the square from minus this to this."""
FORMULA = "y > sin(3x)"
"""The formula where none is given."""


def load(
    *, formula: str = FORMULA, examples: int = 300, noise: float = 0.0, label_noise: float = 0.0, seed: int = 0
) -> DataSet:
    """Return points of a square: x (examples, 2), y (examples, 1), and 1,000 test examples without wrong labels.

    Args:
        formula: class 1 is where it holds, or where the number that it is lies above zero; where it has no value, it
            does not hold. "": ``FORMULA``.
        examples: training examples.
        noise: standard deviation of the Gaussian noise that each coordinate gets after the class has been decided.
        label_noise: share of training labels that are flipped; rounded to whole labels.
        seed: decides every draw. Points and their noise, the wrong labels and the test set have a random stream each.

    Raises:
        UserError: a formula that cannot be read, or that says the same of all points.
    """
    says = given(formula, FORMULA)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)]

    def draw(n: int, stream: np.random.Generator) -> tuple[Array, Array]:
        x = stream.uniform(-EDGE, EDGE, (n, 2))
        classes = _truth(says, x)
        if classes.min() == classes.max():
            raise UserError(
                f"formula = {says.text}: says the same of all {n:,} points that were drawn from the square from "
                f"{-EDGE:g} to {EDGE:g}; must part them"
            )
        return x + noise * stream.standard_normal((n, 2)), classes

    (x, classes), (x_test, classes_test) = draw(examples, streams[0]), draw(TEST_EXAMPLES, streams[1])
    flipped = streams[2].permutation(examples)[: round(label_noise * examples)]
    classes[flipped] ^= True
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


def _truth(says: Formula, points: Array) -> Array:
    x, y = points.T
    found = says(x=x, y=y)
    with np.errstate(invalid="ignore"):
        return found if says.truth else found > 0


def code(
    *, formula: str = FORMULA, examples: int = 300, noise: float = 0.0, label_noise: float = 0.0, seed: int = 0
) -> Code:
    """Return the lines that make it."""
    says = given(formula, FORMULA)
    flipped = round(label_noise * examples)
    text = says.code if says.truth else f"({says.code}) > 0"
    lines = [
        f"points, _, labels = (np.random.default_rng(s) for s in SeedSequence({seed}).spawn(3))",
        f"X = points.uniform({-EDGE}, {EDGE}, ({examples}, 2))",
        "x, y = X.T",
        *computed("classes", text, "x.shape).copy()"),
        f"X = X + {noise!r} * points.standard_normal(({examples}, 2))",
    ]
    if flipped:
        lines.append(f"classes[labels.permutation({examples})[:{flipped}]] ^= True  # labels that are wrong on purpose")
    return Code([*lines, "Y = classes[:, None].astype(np.float64)"])
