"""How many different thinned networks so many draws are expected to visit. Pure functions, no training.

All masks with the same number of units on in each layer are equally likely, so a sum over 2^n masks has only as many
different terms as there are such numbers: n + 1 for one layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def groups(units: Sequence[int]) -> int:
    """Return how many groups of equally likely masks there are, for layers of so many units."""
    return int(np.prod([n + 1 for n in units], dtype=np.float64))


def expected_visited(units: Sequence[int], phases: Sequence[tuple[Sequence[float], ArrayLike]]) -> Array:
    """Return the expected number of different masks among independent draws.

    The sum over all masks of 1 - Π (1 - P(mask))^m, the product running over the phases of a run. By linearity of
    expectation, exact to rounding: no mask's being visited need be independent of another's.

    Args:
        units: units of each layer that drops some.
        phases: for each phase, the drop probability of each of these layers (above 0 and below 1), and the draws made
            in that phase; all the draws broadcast to one shape.

    Returns:
        The expected numbers, in that shape.
    """
    on = np.indices([n + 1 for n in units]).reshape(len(units), -1)  # (layers, groups)
    n = np.array(units)[:, None]
    choose = np.vectorize(lgamma, otypes=[float])
    ways = (choose(n + 1) - choose(on + 1) - choose(n - on + 1)).sum(axis=0)  # log of the masks in each group
    missed: Any = 0.0
    for p, draws in phases:
        chance = np.asarray(p, np.float64)[:, None]
        log_p = (on * np.log1p(-chance) + (n - on) * np.log(chance)).sum(axis=0)
        missed = missed + np.asarray(draws, np.float64)[..., None] * np.log1p(-np.exp(log_p))
    with np.errstate(divide="ignore"):  # no draws: the logarithm of 0, and e to that is the right 0
        found = np.log(-np.expm1(missed))
    return np.asarray(np.exp(ways + found).sum(axis=-1))
