"""A formula of one input: a number is what is to be learned, a comparison parts two classes."""

from __future__ import annotations

import numpy as np

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.formulas import Array, Formula, computed, given
from dropout_viz.errors import UserError

KEY = "curve"
TITLE = "A formula in x"
ORDER = 16

EDGE = 3.0
"""Inputs are drawn from minus this to this."""
FORMULA = "sin(2x)"
"""The formula where none is given."""
TEST_EXAMPLES = 500
_MOST = 1000.0  # what lies further from zero is left out, as what has no value is
_DRAWN = 4  # times as many inputs are drawn as are needed


def load(*, formula: str = FORMULA, examples: int = 30, noise: float = 0.2, seed: int = 0) -> DataSet:
    """Return x (examples, 1), y (examples, 1), and a test set of evenly spread inputs without noise.

    Args:
        formula: of x alone. "": ``FORMULA``. Where a number has no value, or lies beyond a thousand, no input is.
        examples: training examples.
        noise: standard deviation of the Gaussian noise on each target that is a number, or, where the formula is a
            comparison, on each input after its class has been decided.
        seed: decides every draw.

    Raises:
        UserError: a formula that cannot be read, has a value at too few inputs, or says the same of all.
    """
    says = given(formula, FORMULA, ("x",))
    stream = np.random.default_rng(seed)
    drawn = stream.uniform(-EDGE, EDGE, _DRAWN * examples)
    x = drawn[_near(says, drawn)][:examples]
    even = np.linspace(-EDGE, EDGE, TEST_EXAMPLES)
    x_test = even[_near(says, even)]
    if len(x) < examples or not len(x_test):
        raise UserError(
            f"formula = {says.text}: is a number within ±{_MOST:,.0f} at too few places between {-EDGE:g} and "
            f"{EDGE:g}; must be at a fourth of them at least"
        )
    y, y_test = (says(x=part).astype(np.float64) for part in (x, x_test))
    if says.truth and y.min() == y.max():
        raise UserError(f"formula = {says.text}: says the same of all {examples:,} inputs; must part them")
    spread = noise * stream.standard_normal(examples)
    x, y = (x + spread, y) if says.truth else (x, y + spread)
    return DataSet(
        x=x[:, None],
        y=y[:, None],
        x_test=x_test[:, None],
        y_test=y_test[:, None],
        classes=("0", "1") if says.truth else (),
        features=("x",),
        credit="Drawn at random.",
    )


def _near(says: Formula, x: Array) -> Array:
    """Return where a formula has a value that is not too far from zero."""
    with np.errstate(invalid="ignore"):
        return np.abs(says(x=x).astype(np.float64)) <= _MOST


def code(*, formula: str = FORMULA, examples: int = 30, noise: float = 0.2, seed: int = 0) -> Code:
    """Return the lines that make it."""
    says = given(formula, FORMULA, ("x",))
    more = f"{noise!r} * points.standard_normal({examples})"
    lines = [
        f"points = np.random.default_rng({seed})",
        f"x = points.uniform({-EDGE}, {EDGE}, {_DRAWN * examples})",
        *computed("t", says.code, "x.shape).astype(np.float64)"),
        f"near = np.abs(t) <= {_MOST}  # where it has a value",
        f"x, t = x[near][:{examples}], t[near][:{examples}]",
        f"x = x + {more}" if says.truth else f"t = t + {more}",
    ]
    return Code([*lines, "X, Y = x[:, None], t[:, None]"])
