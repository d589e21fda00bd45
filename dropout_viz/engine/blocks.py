"""How many steps are compiled, drawn and recorded at a time."""

from __future__ import annotations

import numpy as np

from dropout_viz.nn.plan import Plan
from dropout_viz.nn.program import is_large

_BYTES = 3 << 19  # of a block's largest buffer: about what the caches of a core hold
_MOST = 128  # more is faster with nobody looking, but beside a window every few steps are measured in as many columns


def block_rows(plan: Plan, batch: int, worlds: int) -> int:
    """Return the steps of a block: as many as keep its buffers in the cache, 1 for a net whose steps are large."""
    if is_large(plan, batch):
        return 1
    return max(1, min(_MOST, _BYTES // largest_row(plan, batch, worlds)))


def largest_row(plan: Plan, batch: int, worlds: int) -> int:
    """Return the bytes that one step takes of a block's largest buffer."""
    return int(max(plan.parameters, batch * sum(plan.sizes)) * worlds * np.dtype(plan.dtype).itemsize)
