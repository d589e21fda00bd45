"""What a trained network can still do when some of its hidden units are taken away.

A lesion is no thinned network of training: every unit that is left is on, with the factor that it has after training.
On top of that the units left of each hidden layer may be scaled up by (units / units left), so that the layer as a
whole stays as loud as it was. Nothing is trained here, and no run is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.thinned import Network
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import LOSSES, alike, correct

Array = NDArray[Any]

_BLOCK = 1 << 18  # numbers in the largest temporary array: 2 MB


class Scores(NamedTuple):
    """Of each lesion: the mean loss and the share of examples classed right (nan without classes), (lesions,) each."""

    loss: Array
    accuracy: Array


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and the examples on which lesions are judged.

    A set of units is a row of ones and zeros over all hidden units, layer after layer, 1 for a unit that is left.

    Attributes:
        x, y: examples (examples, features) and targets (examples, outputs). loss: its name in ``nn.losses``.
        classes: whether the outputs stand for classes.
    """

    network: Network
    x: Array
    y: Array
    loss: str
    classes: bool

    @property
    def layers(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return self.network.sizes[1:-1]

    @property
    def units(self) -> int:
        """How many hidden units there are."""
        return sum(self.layers)

    @property
    def effort(self) -> int:
        """About how many nanoseconds one lesion takes for one example: products go fast, activations do not."""
        sizes = self.network.sizes[1:]
        return 1 + sum(a * b for a, b in zip(sizes, sizes[1:], strict=False)) // 6 + 60 * sum(sizes[1:])

    def place(self, unit: int) -> tuple[int, int]:
        """Return a unit's layer, 1 for the first hidden one, and its index there."""
        for layer, size in enumerate(self.layers, 1):
            if unit < size:
                return layer, unit
            unit -= size
        raise IndexError(f"unit {unit} beyond the last")

    def split(self, sets: Array) -> list[Array]:
        """Return the part of each hidden layer of some sets (..., units)."""
        return np.split(sets, np.cumsum(self.layers)[:-1], axis=-1)

    @cached_property
    def first(self) -> Array:
        """The values of the first hidden layer, which no lesion changes, (examples, units)."""
        n = self.network
        with np.errstate(all="ignore"):
            x = np.asarray(self.x, float) * n.all_on[0]
            return n.activate(x @ n.weights[0] + n.biases[0], 1)

    @cached_property
    def _votes(self) -> Array:
        """With one hidden layer: what each unit adds to each output's pre-activation, (examples, outputs, units)."""
        n = self.network
        return np.asarray((self.first * n.all_on[1])[:, None, :] * n.weights[1].T)


def boosts(subject: Subject, sets: Array) -> list[Array]:
    """Return by how much what is left of each hidden layer is scaled up: per hidden layer (sets, 1).

    Where a whole layer is gone there is nothing to scale up.
    """
    left = [part.sum(axis=1, keepdims=True) for part in subject.split(np.asarray(sets, float))]
    return [np.where(n > 0, size / np.where(n > 0, n, 1.0), 1.0) for n, size in zip(left, subject.layers, strict=True)]


def answers(subject: Subject, sets: Array, rescaled: bool = False) -> Array:
    """Return the outputs' pre-activations for sets (sets, units) of units that are left: (examples, outputs, sets)."""
    n, sets = subject.network, np.asarray(sets, float)
    scale = boosts(subject, sets) if rescaled else [np.ones((len(sets), 1))] * len(subject.layers)
    with np.errstate(all="ignore"):
        if len(subject.layers) == 1:
            votes = subject._votes
            z = (votes.reshape(-1, votes.shape[2]) @ sets.T).reshape(*votes.shape[:2], -1)
            return np.asarray(z * scale[0][:, 0] + n.biases[1][:, None])
        gains = [part * n.all_on[k + 1] * scale[k] for k, part in enumerate(subject.split(sets))]
        h = subject.first[None] * gains[0][:, None]
        for layer in range(1, len(n.weights)):
            z = h.reshape(-1, h.shape[-1]) @ n.weights[layer] + n.biases[layer]
            if layer == len(n.weights) - 1:
                h = z.reshape(*h.shape[:2], -1)
            else:
                h = n.activate(z, layer + 1).reshape(*h.shape[:2], -1) * gains[layer][:, None]
        return np.ascontiguousarray(np.moveaxis(h, 0, -1))


def blocks(subject: Subject, sets: Array, rescaled: bool = False) -> Iterator[Scores]:
    """Yield the scores of some sets (sets, units), a few sets after another."""
    widest = max(subject.network.sizes[1:] if len(subject.layers) > 1 else subject.network.sizes[-1:])
    rows = max(1, _BLOCK // max(1, len(subject.y) * widest))
    act, loss = ACTIVATIONS[subject.network.output], LOSSES[subject.loss]
    y = subject.y[..., None]
    for first in range(0, len(sets), rows):
        with np.errstate(all="ignore"):
            z = answers(subject, sets[first : first + rows], rescaled)
            a = act.value(z)
            right = correct(a, y).mean(axis=0) if subject.classes else np.full(z.shape[2], np.nan)
            terms = loss.per_unit(z if loss.of_logits else a, y).sum(axis=1).mean(axis=0)
        yield Scores(terms, right)


def scores(subject: Subject, sets: Array, rescaled: bool = False, going: Callable[[], bool] = lambda: True) -> Scores:
    """Return the scores of some sets (sets, units).

    Raises:
        Stopped: ``going``, asked between blocks of some milliseconds, said no.
    """
    parts = []
    for part in blocks(subject, sets, rescaled):
        parts.append(part)
        if not going():
            raise LesionStopped
    return Scores(*(np.concatenate(each) for each in zip(*parts, strict=True)))


class LesionStopped(Exception):
    """The answer is not wanted any more."""


# The lesion curve


class LesionCurve(NamedTuple):
    """Loss and accuracy after removing random units (Morcos et al., On the importance of single directions, 2018).

    Attributes:
        removed: how many units were removed, (points,), ascending from 0 to all.
        mean: of the scores, (points, 2): loss, accuracy. low, high: their 10th and 90th percentile, likewise.
        choices: random choices at each point; 0: every choice there is.
    """

    removed: Array
    mean: Array
    low: Array
    high: Array
    choices: int


def curve_of_all(subject: Subject, all_scores: Scores) -> LesionCurve:
    """Return the curve from the scores of all 2^n sets, in the order of ``worth.every_set``."""
    n = subject.units
    left = np.array([index.bit_count() for index in range(1 << n)])
    groups = [np.stack(all_scores, axis=1)[left == n - k] for k in range(n + 1)]
    return _curve(np.arange(n + 1), groups, 0)


def curve_sets(subject: Subject, points: int, choices: int, seed: int) -> tuple[Array, Array]:
    """Return numbers of units to remove, at most ``points`` + 1 of them, and sets: (points * choices, units).

    A choice is one random order of the units, removed one after another, as if a lesion grew.
    """
    n = subject.units
    removed = np.unique(np.linspace(0, n, min(points, n) + 1).round().astype(np.intp))
    random = np.random.default_rng(seed)
    rank = np.argsort(random.random((choices, n)), axis=1).argsort(axis=1)  # when each unit goes
    return removed, (rank[None] >= removed[:, None, None]).reshape(-1, n)


def curve_of(removed: Array, found: Scores) -> LesionCurve:
    """Return the curve from the scores of the sets of ``curve_sets``."""
    table = np.stack(found, axis=1).reshape(len(removed), -1, 2)
    return _curve(removed, list(table), table.shape[1])


def _curve(removed: Array, groups: Sequence[Array], choices: int) -> LesionCurve:
    mean = np.stack([g.mean(axis=0) for g in groups])
    low, high = (np.stack([np.quantile(g, q, axis=0) for g in groups]) for q in (0.1, 0.9))
    return LesionCurve(removed, mean, low, high, choices)


# Two disjoint halves


def halves(subject: Subject, splits: int, seed: int) -> tuple[Array, Array]:
    """Return random cuts of every hidden layer into two disjoint halves: two arrays of sets, (splits, units) each.

    Of an odd number of units the second half has one more.
    """
    random = np.random.default_rng(seed)
    parts = []
    for size in subject.layers:
        rank = np.argsort(random.random((splits, size)), axis=1).argsort(axis=1)
        parts.append(rank < size // 2)
    one = np.concatenate(parts, axis=1)
    return one, ~one


def agreement(subject: Subject, one: Array, other: Array) -> Array:
    """Return how far two disjoint halves agree, each scaled up to stand for the whole: (splits,).

    The share of examples that both put into the same class (see ``losses.alike``), nan where an output of theirs is not
    a number; without classes the correlation of their outputs (after Shevchenko & Mondelli, Landscape connectivity and
    dropout stability, 2020; Kuditipudi et al. 2019).
    """
    act = ACTIVATIONS[subject.network.output]
    with np.errstate(all="ignore"):
        a, b = (act.value(answers(subject, sets, True)) for sets in (one, other))
        if subject.classes:
            there = ~np.isnan(a + b).any(axis=(0, 1))
            return np.where(there, alike(a, b).mean(axis=0), np.nan)
        a, b = (v.reshape(-1, v.shape[2]) for v in (a, b))
        a, b = a - a.mean(axis=0), b - b.mean(axis=0)
        return np.asarray((a * b).sum(axis=0) / np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0)))
