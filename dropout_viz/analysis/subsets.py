"""Sums and chances of all subsets of a few numbers, for halves of an ensemble: n at most some 16."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def bits(indices: Array, n: int) -> Array:
    """Return which of n units are on in each subset, (len(indices), n), bool: unit t is where the index has bit t."""
    return (np.asarray(indices)[:, None] >> np.arange(n) & 1).astype(bool)


@lru_cache(maxsize=24)
def table(n: int) -> Array:
    """Return which of n units are on in every subset, as numbers 0 and 1, (n, 2^n). Do not write."""
    made = np.ascontiguousarray(bits(np.arange(1 << n), n).T).astype(float)
    made.flags.writeable = False
    return made


def sums(values: Array) -> Array:
    """Return all subset sums of the last axis, (..., n) -> (..., 2^n)."""
    lead, n = values.shape[:-1], values.shape[-1]
    return (values.reshape(math.prod(lead), n) @ table(n)).reshape(*lead, 1 << n)


def chances(drop: Array) -> Array:
    """Return the probability of every subset of units that are on, (2^n,), for chances (n,) of being off.

    Kept for the next call: do not write.
    """
    return _chances(tuple(drop.tolist()))


@lru_cache(maxsize=32)
def _chances(drop: tuple[float, ...]) -> Array:
    """By doubling: each further unit makes two subsets of one."""
    out = np.ones(1)
    for p in drop:
        out = np.concatenate([out * p, out * (1 - p)])
    out.flags.writeable = False
    return out
