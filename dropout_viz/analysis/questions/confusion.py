"""Which class is taken for which: examples counted by the class that they belong to and the one that is said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.measured import parameters
from dropout_viz.engine.measuring import all_on
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.losses import classes

Array = NDArray[Any]

MOST = 10_000
"""Examples that are counted: the first of more."""
FOUND = 2_000
"""Training examples among which those of a kind are looked for: the first of more."""
UNKNOWN = -1
"""The answer of a network whose outputs are not all finite."""
_PIECE = 1_000  # examples at a time


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute. ``arms``: name and snapshot of each. ``test``: of the test set, else of the training set."""

    arms: tuple[tuple[str, Snapshot], ...]
    data: DataSet
    test: bool


@dataclass(frozen=True, eq=False)
class Confusion:
    """How one arm's network, with every unit on, classes a set of examples.

    Attributes:
        name: of the arm.
        counts: (classes, classes): row for row the class that examples belong to, column for column what is said.
        unknown: (classes,): examples of each class of which nothing is said: the outputs are not all finite.
        kinds: (training examples, 2): class and answer of the first of them, ``UNKNOWN`` where nothing is said.
    """

    name: str
    counts: Array
    unknown: Array
    kinds: Array

    @cached_property
    def of(self) -> Array:
        """How many examples each class has, (classes,), those of which nothing is said included."""
        return np.asarray(self.counts.sum(axis=1) + self.unknown)

    @cached_property
    def said(self) -> Array:
        """How often each class is said, (classes,)."""
        return np.asarray(self.counts.sum(axis=0))

    @property
    def total(self) -> int:
        """Examples in all."""
        return int(self.of.sum())

    @property
    def right(self) -> int:
        """Examples whose class is said."""
        return int(np.trace(self.counts))

    @cached_property
    def shares(self) -> Array:
        """What share of each class's examples is said to be what, (classes, classes); 0 of a class without any."""
        return np.asarray(self.counts / np.maximum(self.of, 1)[:, None])

    @cached_property
    def recall(self) -> Array:
        """Share of a class's examples that are said to be of it, (classes,); nan of a class without any."""
        return _share(np.diagonal(self.counts), self.of)

    @cached_property
    def precision(self) -> Array:
        """Share of the examples said to be of a class that are, (classes,); nan of one that is never said."""
        return _share(np.diagonal(self.counts), self.said)

    def worst(self) -> tuple[int, int] | None:
        """Return which class has the largest share of its examples taken for which other, the first of several, or None
        where none has any."""
        wrong = self._wrong
        at = np.unravel_index(int(wrong.argmax()), wrong.shape)
        return (int(at[0]), int(at[1])) if wrong[at] > 0 else None

    def as_large(self) -> int:
        """Return how many other pairs of classes have as large a share as ``worst``."""
        return max(0, int((self._wrong == self._wrong.max()).sum()) - 1)

    @property
    def _wrong(self) -> Array:
        """The shares of each class that are taken for each other one; 0 where it is right, or has no examples."""
        return self.shares * (1 - np.eye(len(self.shares)))

    def examples(self, truth: int, said: int) -> Array:
        """Return the training examples, of the first, that are of one class and are said to be of another."""
        return np.flatnonzero((self.kinds == (truth, said)).all(axis=1))


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer: one matrix for each arm. ``whole``: how many examples the set has, of which the first are counted."""

    request: Request
    matrices: tuple[Confusion, ...]
    whole: int


def answer(request: Request) -> Scene:
    """Count."""
    data = request.data
    x, y = data.x, data.y
    if request.test and data.x_test is not None and data.y_test is not None:
        x, y = data.x_test, data.y_test
    found = tuple(_of_arm(name, snapshot, request, x[:MOST], y[:MOST]) for name, snapshot in request.arms)
    return Scene(request, found, len(x))


def count(truth: Array, said: Array, n: int) -> tuple[Array, Array]:
    """Return counts (n, n) by truth and answer, and how many of each class have no answer, (n,)."""
    known = said != UNKNOWN
    counts = np.bincount(truth[known] * n + said[known], minlength=n * n).reshape(n, n)
    return counts, np.bincount(truth[~known], minlength=n)


def _of_arm(name: str, snapshot: Snapshot, request: Request, x: Array, y: Array) -> Confusion:
    data = request.data
    own = answers(snapshot, data, data.x[:FOUND])
    said = answers(snapshot, data, x) if request.test or len(x) > FOUND else own
    n = max(2, y.shape[1])
    return Confusion(name, *count(classes(y), said, n), np.stack([classes(data.y[:FOUND]), own], axis=1))


def answers(snapshot: Snapshot, data: DataSet, x: Array) -> Array:
    """Return the class that a network with every unit on says of inputs (examples, features), or ``UNKNOWN``."""
    plan = make_plan(snapshot.config, data)
    flat, said = parameters(snapshot, plan), []
    for first in range(0, len(x), _PIECE):
        with np.errstate(all="ignore"):  # a network that has diverged says inf and nan
            outputs = all_on(plan, flat, x[first : first + _PIECE])[-1]
        known = np.isfinite(outputs).all(axis=1)
        said.append(np.where(known, classes(outputs), UNKNOWN))
    return np.concatenate(said)


def _share(part: Array, of: Array) -> Array:
    return np.where(of > 0, part / np.maximum(of, 1), np.nan)
