"""Where a run has been: its parameters at evenly spaced steps, within a bounded amount of memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ROOM = 256
"""Points of a path, at most."""
FEWEST = 32  # points without which there is no path
NUMBERS = 1 << 20
"""Numbers that all paths of a run may hold: a net of more than 32,768 parameters has no path."""


class Path:
    """The parameters of one or several worlds at steps 0, s, 2s, 3s, ...

    When there is no room for another point every second one is given up and the spacing s doubles, so that the path
    reaches back to the start of the run, however long. Which steps are kept depends on the newest step alone, not on
    how training was cut into pieces.

    One writer, any number of readers: what is published is never changed, except by adding rows behind it.

    Attributes:
        spacing: steps between two points.
        room: points that it can hold.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any, room: int = ROOM) -> None:
        """``shape``: of the parameters, (parameters,) or (parameters, worlds)."""
        self.spacing, self.room = 1, room
        self._shape, self._dtype = shape, dtype
        self._steps, self._vectors = self._new()
        self._published = (self._steps, self._vectors, 0)

    @staticmethod
    def within(numbers: int, shape: tuple[int, ...], dtype: Any) -> Path | None:
        """Return an empty path that holds so many numbers at most, or None where that is too few points."""
        room = min(ROOM, numbers // int(np.prod(shape)))
        return Path(shape, dtype, room) if room >= FEWEST else None

    def _new(self) -> tuple[NDArray[np.int64], Array]:
        return np.empty(self.room, np.int64), np.empty((self.room, *self._shape), self._dtype)

    def restart(self, parameters: Array) -> None:
        """Forget everything; the path begins with these parameters, at step 0."""
        self.spacing = 1
        self._steps, self._vectors = self._new()
        self._published = (self._steps, self._vectors, 0)
        self._add(0, parameters)

    def add_all(self, step: int, parameters: Sequence[Array]) -> None:
        """Add copies of those that are due of the parameters after steps ``step``, ``step`` + 1, ..."""
        due = -(-step // self.spacing) * self.spacing
        while due < step + len(parameters):
            self._add(due, parameters[due - step])
            due = (due // self.spacing + 1) * self.spacing

    def _add(self, step: int, parameters: Array) -> None:
        n = self._published[2]
        if n == self.room:
            self.spacing *= 2
            old_steps, old_vectors, _ = self._published
            n = (n + 1) // 2
            self._steps, self._vectors = self._new()  # others may be reading the old ones
            self._steps[:n], self._vectors[:n] = old_steps[::2], old_vectors[::2]
            self._published = (self._steps, self._vectors, n)
        if step % self.spacing == 0:
            self._steps[n], self._vectors[n] = step, parameters
            self._published = (self._steps, self._vectors, n + 1)

    def take(self, steps: NDArray[np.int64], vectors: Array, spacing: int) -> None:
        """Take over the points of another path of the same size."""
        self.spacing = spacing
        self._steps, self._vectors = self._new()
        self._steps[: len(steps)], self._vectors[: len(steps)] = steps, vectors
        self._published = (self._steps, self._vectors, len(steps))

    def read_all(self) -> tuple[NDArray[np.int64], Array]:
        """Return steps (n,), ascending, and parameters (n, parameters) or (n, parameters, worlds). Do not write."""
        steps, vectors, n = self._published
        return steps[:n], vectors[:n]

    def read(self, world: int = 0) -> tuple[NDArray[np.int64], Array]:
        """Return steps (n,), ascending, and one world's parameters (n, parameters). Views: do not write."""
        steps, vectors, n = self._published
        return steps[:n], vectors[:n] if vectors.ndim == 2 else vectors[:n, :, world]


class WorldPath:
    """One world's part of a path; empty where the net is too large to keep one.

    Attributes:
        kept: whether there is a path at all.
    """

    def __init__(self, path: Path | None = None, world: int = 0, last: int | None = None) -> None:
        """``last``: the step at which it ends; None: where the run is."""
        self.kept = path is not None
        self._path, self._world, self._last = path, world, last

    def until(self, step: int) -> WorldPath:
        """Return the part up to a step."""
        return WorldPath(self._path, self._world, step)

    def read(self) -> tuple[NDArray[np.int64], Array]:
        """Return steps (n,), ascending, and parameters (n, parameters), as ``Plan.views`` lays them out.

        Safe while the trainer goes on; views: do not write.
        """
        if self._path is None:
            return np.empty(0, np.int64), np.empty((0, 0))
        steps, vectors = self._path.read(self._world)
        most = None if self._last is None else int(np.searchsorted(steps, self._last, side="right"))
        return steps[:most], vectors[:most]
