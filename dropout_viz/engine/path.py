"""Where a run has been: its parameters at evenly spaced steps, from whichever step one looks back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Steps = NDArray[np.int64]

ROOM = 256
"""Points of a path, at most."""
FEWEST = 32  # points without which there is no path
NUMBERS = 1 << 20
"""Numbers that the paths of a run may show at once: a net of more than 32,768 parameters has no path."""


class Path:
    """The parameters of one or several worlds at steps 0, s, 2s, 3s, ...

    After k steps the spacing s is the least power of two for which these are ``room`` points at most: a function of k
    alone, not of how training was cut into pieces, and not of what came after k. So a run that has gone on keeps for
    good what it has shown: a step that is less than ``room`` times the largest power of two that divides it. These are
    ``room`` points, and half as many again each time the run becomes twice as long.

    One writer, any number of readers: what is published is never changed, except by adding rows behind it.

    Attributes:
        spacing: steps between two points, now.
        room: points that are shown at most.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any, room: int = ROOM) -> None:
        """``shape``: of the parameters, (parameters,) or (parameters, worlds)."""
        self.spacing, self.room = 1, room
        self._steps = np.empty(room, np.int64)
        self._vectors = np.empty((room, *shape), dtype)
        self._published = (self._steps, self._vectors, 0, 0)

    @staticmethod
    def within(numbers: int, shape: tuple[int, ...], dtype: Any) -> Path | None:
        """Return an empty path that shows so many numbers at most, or None where that is too few points."""
        room = min(ROOM, numbers // int(np.prod(shape)))
        return Path(shape, dtype, room) if room >= FEWEST else None

    def restart(self, parameters: Array) -> None:
        """Forget everything; the path begins with these parameters, at step 0."""
        self.take(np.zeros(1, np.int64), parameters[None], 0)

    def add_all(self, step: int, parameters: Sequence[Array]) -> None:
        """Add copies of those that are due of the parameters after steps ``step``, ``step`` + 1, ..."""
        last = step + len(parameters) - 1
        due = -(-step // self.spacing) * self.spacing
        while due <= last:
            self.spacing = self._spacing(due)
            if due % self.spacing == 0:
                self._add(due, parameters[due - step])
            due = (due // self.spacing + 1) * self.spacing
        self._published = (*self._published[:3], last)

    def _add(self, step: int, parameters: Array) -> None:
        _, _, n, _ = self._published
        if n == len(self._steps):  # others may be reading the old ones
            self._steps, self._vectors = _grown(self._steps), _grown(self._vectors)
        self._steps[n], self._vectors[n] = step, parameters
        self._published = (self._steps, self._vectors, n + 1, step)

    def take(self, steps: Steps, vectors: Array, newest: int) -> None:
        """Take over what another path of the same size keeps, which has come to step ``newest``."""
        n = max(len(steps), self.room)
        self._steps, self._vectors = np.empty(n, np.int64), np.empty((n, *self._vectors.shape[1:]), self._vectors.dtype)
        self._steps[: len(steps)], self._vectors[: len(steps)] = steps, vectors
        self.spacing = self._spacing(newest)
        self._published = (self._steps, self._vectors, len(steps), newest)

    def may_keep(self, steps: Steps) -> bool:
        """Return whether these, ascending, are steps of the kind that a path keeps, the first one among them."""
        begins = len(steps) > 0 and steps[0] == 0
        return begins and bool((steps[1:] < self.room * (steps[1:] & -steps[1:])).all())

    def read_all(self) -> tuple[Steps, Array]:
        """Return all that is kept: steps (n,), ascending, and parameters (n, parameters[, worlds]). Do not write."""
        steps, vectors, n, _ = self._published
        return steps[:n], vectors[:n]

    def read(self, world: int = 0, step: int | None = None) -> tuple[Steps, Array]:
        """Return one world's path as it was after ``step`` steps, or as it is: steps (n,), ascending, and parameters
        (n, parameters). Do not write."""
        steps, vectors, n, newest = self._published
        step = newest if step is None else min(step, newest)
        spacing = self._spacing(step)
        end = int(np.searchsorted(steps[:n], step, side="right"))
        own = vectors[:end] if vectors.ndim == 2 else vectors[:end, :, world]
        if spacing == 1:
            return steps[:end], own
        shown = np.flatnonzero(steps[:end] % spacing == 0)
        return steps[shown], own[shown]

    def _spacing(self, step: int) -> int:
        """Return the steps between two points after so many steps."""
        return 1 << (step // self.room).bit_length()


def _grown(array: Array) -> Array:
    made = np.empty((2 * len(array), *array.shape[1:]), array.dtype)
    made[: len(array)] = array
    return made


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
        """Return the path as it was after so many steps."""
        return WorldPath(self._path, self._world, step if self._last is None else min(step, self._last))

    def read(self) -> tuple[Steps, Array]:
        """Return steps (n,), ascending, and parameters (n, parameters), as ``Plan.views`` lays them out.

        Safe while the trainer goes on; do not write.
        """
        if self._path is None:
            return np.empty(0, np.int64), np.empty((0, 0))
        return self._path.read(self._world, self._last)
