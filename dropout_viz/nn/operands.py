"""What a call of the step's program reads and writes, for whoever walks the program instead of running it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.ops import Op

Array = NDArray[Any]


def operands(op: Op) -> list[Array]:
    """Return every array that a call touches, the one that it writes last; constants of no axis are left out."""
    call, found = op.call, []
    owner = getattr(call, "__self__", None)
    if isinstance(owner, np.ndarray):
        found.append(owner)
    found += [a for a in op.args if isinstance(a, np.ndarray) and a.ndim]
    if call is np.copyto:
        found.reverse()  # it names first what it writes
    if isinstance(call, partial) and isinstance(out := call.keywords.get("out"), np.ndarray):
        found.append(out)
    return found


def overlap(one: Array, other: Array) -> bool:
    """Return whether the stretches of memory that two arrays lie in overlap."""
    (a, b), (c, d) = (np.lib.array_utils.byte_bounds(array) for array in (one, other))
    return bool(a < d and c < b)
