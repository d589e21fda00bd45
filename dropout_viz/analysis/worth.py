"""What each hidden unit is worth to the others, over all sets of partners, and how much of that is its own doing.

The loss is taken as a function of the set of units that are left, each set as likely as any other. A unit's worth to a
set of partners is the loss without the unit minus the loss with it; its mean over all sets is the Banzhaf value of game
theory. A unit that is worth the same whoever is with it works alone. One whose worth depends on its partners interacts
with them: they stand in for it, or need it, or the loss is not linear in what they add up to.

How much of the loss's variance over the sets the units explain one by one is the sum of the first-order Sobol indices
(Sobol, Sensitivity estimates for nonlinear mathematical models, 1993): unit k explains var(E[loss | unit k]), which is
a quarter of its mean worth squared. It is also the R squared of the best fit of all losses by a sum of one number a
unit. What is left over is due to sets of two and more units.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.lesion import Subject
from dropout_viz.analysis.subsets import table

Array = NDArray[Any]

EXACT = 12  # most units of which all sets are enumerated
GROUPS = 8  # of sampled sets, for the errors


class Worths(NamedTuple):
    """What units are worth.

    Attributes:
        units: which of the hidden units, (k,). values: of each, for one set of partners after another, (k, sets).
        mean, error: of the values, (k,), the error being the standard error; 0 where all sets were counted.
        alone: share of the loss's variance over the sets that comes from single units; nan where it does not vary.
        alone_error: its standard error; 0 where all sets were counted, nan where it is not known.
        exact: whether all sets were counted.
    """

    units: Array
    values: Array
    mean: Array
    error: Array
    alone: float
    alone_error: float
    exact: bool


def is_exact(subject: Subject) -> bool:
    """Return whether all sets of units are counted."""
    return subject.units <= EXACT


def every_set(subject: Subject) -> Array:
    """Return all 2^n sets, (2^n, n): unit t is left in the set whose index has bit t."""
    return table(subject.units).T


def of_all(losses: Array) -> Worths:
    """Return the worths from the losses of all sets, in the order of ``every_set``."""
    n = len(losses).bit_length() - 1
    pairs = [losses.reshape(-1, 2, 1 << k) for k in range(n)]
    values = np.stack([(pair[:, 0] - pair[:, 1]).ravel() for pair in pairs])
    mean = values.mean(axis=1)
    alone = _share(float((mean**2).sum() / 4), losses)
    return Worths(np.arange(n), values, mean, np.zeros(n), alone, 0.0, True)


def _share(explained: float, losses: Array) -> float:
    variance = float(losses.var())
    largest = 1e-12 * float(np.abs(losses).max(initial=0.0))
    small = largest * largest  # what is left of a constant is rounding
    return explained / variance if small < variance < math.inf else math.nan


def sample(subject: Subject, units: int, sets: int, seed: int) -> tuple[Array, Array]:
    """Return which units are looked at, at most ``units`` drawn at random, and sets: ((1 + k) * sets, n).

    First come ``sets`` random ones, then the same with the first of the k units turned over, and so on.
    """
    n, random = subject.units, np.random.default_rng(seed)
    chosen = np.arange(n) if n <= units else np.sort(random.choice(n, units, replace=False))
    base = random.random((sets, n)) < 0.5
    turned = np.repeat(base[None], len(chosen) + 1, axis=0)
    for k, unit in enumerate(chosen, 1):
        turned[k, :, unit] ^= True
    return chosen, turned.reshape(-1, n)


def of_sample(subject: Subject, chosen: Array, sets: Array, losses: Array) -> Worths:
    """Return the worths from the losses of the sets of ``sample``.

    The variance's share is freed of what the worths' own errors add to it. Its error is that of a jackknife over groups
    of sets, and, where not all units were looked at, of the choice of units.
    """
    n, k = subject.units, len(chosen)
    losses = losses.reshape(k + 1, -1)
    on = sets.reshape(k + 1, -1, n)[0][:, chosen].T  # (k, sets)
    values = np.where(on, losses[1:] - losses[0], losses[0] - losses[1:])
    m = values.shape[1]
    mean, error = values.mean(axis=1), values.std(axis=1, ddof=1) / math.sqrt(m)
    alone = _alone(values, losses, n)
    without = [
        _alone(np.delete(values, s, axis=1), np.delete(losses, s, axis=1), n)
        for s in np.array_split(np.arange(m), min(GROUPS, m))
    ]
    groups = len(without)
    variance = (groups - 1) * float(np.var(without))
    if k < n:
        each = (mean**2 - error**2) / 4 * n / max(float(losses[0].var(ddof=1)), 1e-300)
        variance += float(each.var(ddof=1)) / k * (1 - k / n)
    return Worths(chosen, values, mean, error, alone, math.sqrt(variance), False)


def _alone(values: Array, losses: Array, n: int) -> float:
    """Return the share of the variance from single units, from values (k, sets) and losses (k + 1, sets)."""
    k, m = values.shape
    mean, squared_error = values.mean(axis=1), values.var(axis=1, ddof=1) / m
    explained = float((mean**2 - squared_error).sum() / 4) * n / k
    return _share(explained, losses.ravel())
