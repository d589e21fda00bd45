"""Where the balls have been: past weights and the loss at that time, for the frames of one run. No Qt."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ROOM = 96


class Trail:
    """Past positions of some weights, the oldest first, at most ``ROOM`` of them.

    When it is full every second position is given up, so that it reaches back to the start of the run, however long.
    """

    def __init__(self) -> None:
        self._key: Any = None
        self._step = -1
        self._length = 0
        self._steps = np.empty(0, np.int64)
        self._weights = np.empty((0, 0))
        self._losses = np.empty(0)

    def __len__(self) -> int:
        return self._length

    def record(self, key: Any, step: int, weights: Array, loss: float) -> None:
        """Add the position at ``step``: weights (n,) and the loss, which all of them share.

        The trail starts anew where ``key`` (the run, the surface, which weights) is another one. Where the step goes
        back it ends there: what comes later is not known then. What is not finite, and a step seen already, is passed
        over.
        """
        if key != self._key:
            self._key, self._length = key, 0
            self._weights, self._losses = np.empty((ROOM, len(weights))), np.empty(ROOM)
            self._steps = np.empty(ROOM, np.int64)
        elif step < self._step:
            self._length = int(np.searchsorted(self._steps[: self._length], step))
        elif step == self._step:
            return
        self._step = step
        if not math.isfinite(loss) or not np.isfinite(weights).all():
            return
        if self._length == ROOM:
            kept = slice(ROOM % 2, ROOM, 2)
            self._length = len(self._losses[kept])
            self._weights[: self._length] = self._weights[kept].copy()
            self._losses[: self._length] = self._losses[kept].copy()
            self._steps[: self._length] = self._steps[kept].copy()
        self._weights[self._length] = weights
        self._losses[self._length] = loss
        self._steps[self._length] = step
        self._length += 1

    def put(self, key: Any, step: int, weights: Array, losses: Array) -> None:
        """Take over positions (n, weights) and losses (n,), the oldest first, the last one at ``step``. At which steps
        the others were is not known: where the run goes back, all of them go."""
        length = min(len(losses), ROOM)
        self._key, self._step, self._length = key, step, length
        self._weights, self._losses = np.empty((ROOM, weights.shape[1])), np.empty(ROOM)
        self._weights[:length], self._losses[:length] = weights[:length], losses[:length]
        self._steps = np.full(ROOM, step, np.int64)

    def rows(self) -> Array:
        """Return all past positions, (n, weights), the oldest first."""
        return self._weights[: self._length]

    def of(self, index: int) -> tuple[Array, Array]:
        """Return past values of weight ``index`` and the losses, both (n,), the oldest first."""
        return self._weights[: self._length, index], self._losses[: self._length]
