"""All masks of a few units with their chances, or a sample of those of many: what a mean over masks is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

MOST = 12
"""Units that can be off up to which all 2^n masks are taken; beyond, masks are drawn."""


@dataclass(frozen=True, eq=False)
class Masks:
    """Masks of one set of units.

    Attributes:
        on: True where a unit is on, (masks, units).
        chance: of each mask, (masks,); they add up to 1. Drawn masks have equal ones.
        exact: these are all masks there are, not a sample.
    """

    on: NDArray[np.bool_]
    chance: Array
    exact: bool


def droppable(drop: ArrayLike) -> int:
    """Return how many units can be off, for drop probabilities (units,)."""
    return int((np.asarray(drop) > 0).sum())


def masks(drop: ArrayLike, *, draws: int, exact: bool | None = None, seed: int = 0) -> Masks:
    """Return the masks of independent units.

    Args:
        drop: each unit's drop probability, (units,).
        draws: how many masks to draw where they are not all taken.
        exact: whether to take all; None: up to ``MOST`` units that can be off.
        seed: of the draws. The same seed gives the same masks, so that a mean over them moves smoothly with the
            weights.
    """
    p = np.asarray(drop, float)
    free = np.flatnonzero(p > 0)
    if exact is None:
        exact = len(free) <= MOST
    if not exact:
        on = np.random.default_rng(seed).random((draws, len(p))) >= p
        return Masks(on, np.full(draws, 1 / draws), False)
    bits = (np.arange(1 << len(free))[:, None] >> np.arange(len(free))) & 1 == 1  # True: on
    on = np.ones((len(bits), len(p)), bool)
    on[:, free] = bits
    return Masks(on, np.where(bits, 1 - p[free], p[free]).prod(axis=1), True)


def of_layers(layers: Sequence[int], drop: Sequence[float]) -> Array:
    """Return the drop probability of every unit of some layers, one layer after the other, (units,)."""
    return np.repeat(np.asarray(drop, float), layers)
