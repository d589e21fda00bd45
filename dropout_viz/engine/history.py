"""What a run remembers: every step's loss, the losses with every unit on, and what was changed when."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.path import WorldPath
from dropout_viz.engine.thinning import thinned

Array = NDArray[np.float64]


ROOM = 1 << 17
"""Rows that a table of one world holds, 2 MiB: a run of a hundred million steps takes no more."""
_LEAST_ROOM, _NUMBERS = 1 << 12, 1 << 20  # rows of a table of many worlds, and the numbers that it should hold at most


class Rows(NamedTuple):
    """What a table holds at one moment.

    Attributes:
        steps: (n, 1), or (n, worlds) where rows were thinned and each world kept its own. values: (n, worlds).
        exact_from: the step from which on every row is there that was ever added; 0: all are.
        every: before that, of every so many steps the lowest and the highest value are there, if not more.
        thinnings: how often rows were taken away since the table was new: places in it have moved.
    """

    steps: NDArray[np.int64]
    values: Array
    exact_from: int = 0
    every: int = 1
    thinnings: int = 0


class Table:
    """A growing list of (step, one value a world), with one writer and any number of readers.

    The writer fills the arrays first and publishes how much of them counts last, and growing makes new arrays, so a
    reader on another thread sees a complete prefix without a lock.

    It holds a bounded number of rows. When it is full the older ones are thinned (``engine.thinning``): which of them
    stay depends on the rows alone, not on how they came.
    """

    def __init__(self, worlds: int = 1) -> None:
        self._room = min(ROOM, max(_LEAST_ROOM, _NUMBERS // worlds))
        self._worlds = worlds
        self._steps: NDArray[np.int64]
        self._values: Array
        self._now: Rows
        self.clear()

    def extend(self, steps: NDArray[np.int64], values: NDArray[Any]) -> None:
        """Append values, shape (m, worlds), at ascending steps, shape (m,) or (m, worlds)."""
        steps = steps[:, None] if steps.ndim == 1 else steps
        while len(values):
            fit = self._room - len(self._now.values)
            self._append(steps[:fit], values[:fit])
            steps, values = steps[fit:], values[fit:]
            if len(self._now.values) == self._room:
                self._thin()

    def _append(self, steps: NDArray[np.int64], values: NDArray[Any]) -> None:
        now, n, m = self._now, len(self._now.values), len(values)
        if self._steps.shape[1] < steps.shape[1]:
            self._steps = np.repeat(self._steps, self._worlds, axis=1)
        if n + m > len(self._values):
            self._steps, self._values = (_grown(a, n, n + m) for a in (self._steps, self._values))
        self._steps[n : n + m] = steps
        self._values[n : n + m] = values
        self._now = now._replace(steps=self._steps[: n + m], values=self._values[: n + m])

    def _thin(self) -> None:
        """Make the older rows half as many as there is room for, or fewer; the newest eighth stays as it is."""
        now, old = self._now, self._room - self._room // 8
        steps, values, every = thinned(now.steps[:old], now.values[:old], self._room // 2)
        recent = np.broadcast_to(now.steps[old:], (self._room - old, steps.shape[1]))
        self._steps, self._values = np.concatenate([steps, recent]), np.concatenate([values, now.values[old:]])
        exact = int(now.steps[old].max())
        self._now = Rows(self._steps, self._values, exact, max(every, now.every), now.thinnings + 1)

    def clear(self) -> None:
        """Forget everything."""
        self._steps = np.empty((1024, 1), np.int64)
        self._values = np.empty((1024, self._worlds), np.float64)
        self._now = Rows(self._steps[:0], self._values[:0])

    def read(self) -> Rows:
        """Return all that there is. Views: do not write."""
        return self._now

    def restore(self, steps: NDArray[np.int64], values: Array, exact_from: int, every: int) -> None:
        """Take over the rows of another table of as many worlds."""
        self.clear()
        self.extend(steps, values)
        if not self._now.thinnings:
            self._now = self._now._replace(exact_from=exact_from, every=every)


def _grown(array: NDArray[Any], used: int, wanted: int) -> NDArray[Any]:
    """Return a larger array that begins with the same rows."""
    made = np.empty((max(2 * len(array), wanted), array.shape[1]), array.dtype)
    made[:used] = array[:used]
    return made


class Series:
    """One world's column of a table: (step, value) pairs, steps ascending."""

    def __init__(self, table: Table | None = None, world: int = 0, last: int | None = None) -> None:
        """``last``: the last step that is seen; None: all that there are and will be."""
        self._table = table or Table()
        self._world, self._last = world, last

    def __len__(self) -> int:
        return len(self.pair()[0])

    def until(self, step: int) -> Series:
        """Return the part up to a step."""
        return Series(self._table, self._world, step if self._last is None else min(step, self._last))

    @property
    def steps(self) -> NDArray[np.int64]:
        """Steps, shape (n,). A view: do not write."""
        return self.pair()[0]

    @property
    def values(self) -> Array:
        """Values at those steps, shape (n,). A view: do not write."""
        return self.pair()[1]

    def pair(self) -> tuple[NDArray[np.int64], Array]:
        """Return steps and values of equal length, safe while the writer goes on."""
        return self.read()[:2]

    def read(self) -> tuple[NDArray[np.int64], Array, Rows]:
        """Return steps and values, and the rows of the table that they were taken from."""
        rows = self._table.read()
        steps = rows.steps[:, min(self._world, rows.steps.shape[1] - 1)]
        values = rows.values[:, self._world]
        if self._last is not None:
            stop = int(np.searchsorted(steps, self._last, side="right"))
            steps, values = steps[:stop], values[:stop]
        return steps, values, rows

    def extend(self, steps: NDArray[np.int64], values: Array) -> None:
        """Append values at ascending steps, both of shape (m,), to a series that is not part of a batch of worlds."""
        self._table.extend(steps, values[:, None])


@dataclass(frozen=True)
class Mark:
    """A change of settings during a run: drawn on the curves at ``step``.

    Attributes:
        step: the last step under the old settings.
        text: for people. changes: for programs, ``key = value`` in TOML, one a setting.
    """

    step: int
    text: str
    changes: tuple[str, ...] = ()


KINDS = ("loss_under_mask", "loss_train", "loss_test", "accuracy_train", "accuracy_test")


class History:
    """The series of one world.

    Attributes:
        loss_under_mask: at every step, the loss of the thinned networks that the optimiser saw.
        loss_train, loss_test: with every unit on, after that step; at every step for small nets, else at spaced steps.
            Of a large training set the first examples count (``schedule.scored``), of a test set all, but of networks
            that begin with convolutions every k-th (``schedule.test_spacing``).
        accuracy_train, accuracy_test: share of examples classed right, with every unit on; empty without classes.
        visited: how many different thinned networks had been used, at every step that used a new one; empty where that
            is not counted (see ``Snapshot.visited``). Where other layers drop units, the count begins anew.
        marks: changes of settings, by step.
        path: the parameters at spaced steps, for nets that are not too large.
        known: where this is the part up to a step that is looked back at, all of it; else None.
    """

    KINDS = KINDS

    def __init__(
        self,
        tables: dict[str, Table] | None = None,
        world: int = 0,
        marks: list[Mark] | None = None,
        path: WorldPath | None = None,
    ) -> None:
        made = {kind: Series(tables[kind] if tables else None, world) for kind in KINDS}
        self.loss_under_mask = made["loss_under_mask"]
        self.loss_train = made["loss_train"]
        self.loss_test = made["loss_test"]
        self.accuracy_train = made["accuracy_train"]
        self.accuracy_test = made["accuracy_test"]
        self.visited = Series(tables["visited"] if tables else None, world)
        self.marks: list[Mark] = [] if marks is None else marks
        self.path = path or WorldPath()
        self.known: History | None = None

    def until(self, step: int) -> History:
        """Return what was known at a step; its ``known`` is this history."""
        made = copy(self)  # not a new one: that would have tables of its own
        made.marks = [mark for mark in self.marks if mark.step <= step]
        made.path = self.path.until(step)
        for kind in (*KINDS, "visited"):
            setattr(made, kind, getattr(self, kind).until(step))
        made.known = self
        return made
