"""Where the balls have been: past weights and the loss at that time, for the frames of one run. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Weight

Array = NDArray[Any]

ROOM = 96
ALL = 512
"""Weights of a network of which every one's trail is kept, of a larger one those on show."""


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


class WeightTrails:
    """Where the weights of a network have been: all of them, or of many those that are on show."""

    def __init__(self) -> None:
        self._trail = Trail()
        self._tracked: dict[Weight, int] = {}

    def record(self, snapshot: Snapshot, kind: object, places: Sequence[Weight], loss: float) -> None:
        """Add where they are, on a kind of surface, and the loss there."""
        weights, key = self._values(snapshot, places), self._track(snapshot, places)
        self._trail.record((snapshot.run, kind, key), snapshot.step, weights, loss)

    def put(self, snapshot: Snapshot, kind: object, places: Sequence[Weight], rows: Array, losses: Array) -> None:
        """Take over positions of the weights on show, (n, weights), and losses (n,), the oldest first."""
        key = self._track(snapshot, places)
        if key is None:
            every = np.full((len(losses), sum(w.size for w in snapshot.weights)), np.nan)
            every[:, [_index(snapshot, place) for place in places]] = rows
            rows = every
        self._trail.put((snapshot.run, kind, key), snapshot.step, rows, losses)

    def of(self, snapshot: Snapshot, place: Weight) -> tuple[Array, Array]:
        """Return the past values of a weight and the losses at the time, both (n,), the oldest first."""
        return self._trail.of(self._tracked[place] if self._tracked else _index(snapshot, place))

    def _track(self, snapshot: Snapshot, places: Sequence[Weight]) -> tuple[Weight, ...] | None:
        """Take note of what is tracked, and return what tells it from others; None: every weight."""
        every = sum(w.size for w in snapshot.weights) <= ALL
        self._tracked = {} if every else {place: k for k, place in enumerate(places)}
        return None if every else tuple(places)

    @staticmethod
    def _values(snapshot: Snapshot, places: Sequence[Weight]) -> Array:
        if sum(w.size for w in snapshot.weights) <= ALL:
            return np.concatenate([w.ravel() for w in snapshot.weights])
        return np.array([snapshot.weights[p.layer][p.source, p.target] for p in places])


def _index(snapshot: Snapshot, place: Weight) -> int:
    """Return where a weight is among all of a network's."""
    weights = snapshot.weights
    before = sum(w.size for w in weights[: place.layer])
    return int(before + place.source * weights[place.layer].shape[1] + place.target)
