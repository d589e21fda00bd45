"""What a run remembers: every step's loss, the losses with every unit on, and what was changed when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.path import WorldPath

Array = NDArray[np.float64]


class Table:
    """A growing list of (step, one value a world), with one writer and any number of readers.

    The writer fills the arrays first and publishes the length last, and growing makes new arrays, so a reader on
    another thread sees a complete prefix without a lock.
    """

    def __init__(self, worlds: int = 1) -> None:
        self._steps = np.empty(1024, np.int64)
        self._values = np.empty((1024, worlds), np.float64)
        self._length = 0

    def extend(self, steps: NDArray[np.int64], values: NDArray[Any]) -> None:
        """Append values, shape (m, worlds), at ascending steps, shape (m,)."""
        n, m = self._length, len(values)
        if n + m > len(self._values):
            room = max(2 * len(self._values), n + m)
            grown_steps, grown_values = np.empty(room, np.int64), np.empty((room, self._values.shape[1]), np.float64)
            grown_steps[:n], grown_values[:n] = self._steps[:n], self._values[:n]
            self._steps, self._values = grown_steps, grown_values
        self._steps[n : n + m] = steps
        self._values[n : n + m] = values
        self._length = n + m

    def clear(self) -> None:
        """Forget everything."""
        self._length = 0

    def read(self) -> tuple[NDArray[np.int64], Array]:
        """Return steps (n,) and values (n, worlds). Views: do not write."""
        n = self._length  # first: the arrays may grow in between, but never lose a row
        return self._steps[:n], self._values[:n]


class Series:
    """One world's column of a table: (step, value) pairs, steps ascending."""

    def __init__(self, table: Table | None = None, world: int = 0, most: int | None = None) -> None:
        """``most``: pairs that are seen, the first ones; None: all that there are and will be."""
        self._table = table or Table()
        self._world, self._most = world, most

    def __len__(self) -> int:
        return len(self.pair()[0])

    def until(self, step: int) -> Series:
        """Return the part up to a step."""
        return Series(self._table, self._world, int(np.searchsorted(self.steps, step, side="right")))

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
        steps, values = self._table.read()
        return steps[: self._most], values[: self._most, self._world]

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
        made = History(marks=[mark for mark in self.marks if mark.step <= step], path=self.path.until(step))
        for kind in (*KINDS, "visited"):
            setattr(made, kind, getattr(self, kind).until(step))
        made.known = self
        return made
