"""How many different thinned networks so many draws are expected to visit. Pure functions, no training.

All masks with the same number of units on in each layer are equally likely, so a sum over 2^n masks has only as many
different terms as there are such numbers: n + 1 for one layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Phases = Sequence[tuple[Sequence[float], ArrayLike]]
"""For each phase of a run, the drop probability of each layer (above 0 and below 1), and the draws made in it."""


def groups(units: Sequence[int]) -> int:
    """Return how many groups of equally likely masks there are, for layers of so many units."""
    return int(np.prod([n + 1 for n in units], dtype=np.float64))


def merged(units: Sequence[int], phases: Phases) -> tuple[list[int], Phases]:
    """Return the same units and phases with layers of the same drop probabilities taken as one: to the chance of a mask
    it is all the same in which of them its units are off."""
    sums: dict[tuple[float, ...], int] = {}
    for n, p in zip(units, zip(*(p for p, _ in phases), strict=True), strict=True):
        sums[p] = sums.get(p, 0) + n
    each = zip(*sums, strict=True)
    return list(sums.values()), [(p, draws) for p, (_, draws) in zip(each, phases, strict=True)]


def expected_pairs(units: Sequence[int], phases: Sequence[tuple[Sequence[float], int]]) -> float:
    """Return how many pairs of draws are expected to be of the same mask: the draws less the different masks among
    them are no more than that. For any number of units; arguments as ``expected_visited`` takes them."""
    found = 0.0
    for k, (p, draws) in enumerate(phases):
        for earlier, (q, others) in enumerate(phases[: k + 1]):
            one, other = np.asarray(p, np.float64), np.asarray(q, np.float64)
            alike = float((np.array(units) * np.log(one * other + (1 - one) * (1 - other))).sum())
            pairs = draws * (draws - 1) / 2 if earlier == k else draws * others
            found += pairs * float(np.exp(alike))
    return found


def expected_visited(units: Sequence[int], phases: Phases) -> Array:
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
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, max(units) + 1)))])  # logarithms
    ways = (factorial[n] - factorial[on] - factorial[n - on]).sum(axis=0)  # log of the masks in each group
    missed: Any = 0.0
    for p, draws in phases:
        chance = np.asarray(p, np.float64)[:, None]
        log_p = (on * np.log1p(-chance) + (n - on) * np.log(chance)).sum(axis=0)
        missed = missed + np.asarray(draws, np.float64)[..., None] * np.log1p(-np.exp(log_p))
    with np.errstate(divide="ignore"):  # no draws: the logarithm of 0, and e to that is the right 0
        found = np.log(-np.expm1(missed))
    return np.asarray(np.exp(ways + found).sum(axis=-1))
