"""How alike the hidden units of a layer are: several numbers, which need not agree.

Redundancy is not one thing. Units may have the same weights, or other weights and the same activations, or activations
of which each can be told from all the others, or there may be two halves either of which could do the work alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import alike
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]

CLONES = 0.99
"""Cosine above which two units count as a pair of clones."""
MOST_UNITS = 384
"""Units of a layer that are compared with one another, at most: an even choice of a larger layer's."""
SPLITS = 8
"""Ways in which a layer is cut into two halves."""
WIDTH = math.radians(10)
"""Angle at which two orientations are about as much the same as different; see ``orientations``."""


@dataclass(frozen=True)
class Measure:
    """One of the numbers. ``alike``: +1 where more of it means units more alike, -1 where it means less."""

    key: str
    alike: int


MEASURES = (
    Measure("clones", +1),
    Measure("weight_cosine", +1),
    Measure("activation_correlation", +1),
    Measure("mean_correlation", +1),
    Measure("participation", -1),
    Measure("orientations", -1),
    Measure("halves", +1),
    Measure("explained", +1),
)


_ROUNDING = 1e-9  # of a cosine or a correlation


class Pair(NamedTuple):
    """The two units most alike by one of the numbers, by how much, and how many other pairs are so, to rounding."""

    first: int
    second: int
    value: float
    others: int = 0


def cosines(incoming: Array) -> Array:
    """Return the cosine of every two units' incoming weights, (units, units); nan where a unit's are all zero.

    ``incoming``: (units, inputs), with the bias as a last column where the net has one.
    """
    scaled = _by_largest(np.asarray(incoming, np.float64), axis=1)
    norms = np.sqrt(np.square(scaled).sum(axis=1))
    with np.errstate(all="ignore"):
        unit = scaled / np.where(norms > 0, norms, np.nan)[:, None]
    return np.clip(unit @ unit.T, -1, 1)


def _by_largest(values: Array, axis: int | None = None) -> Array:
    """Return values over the largest absolute one, of all or along an axis: squares of what is left neither overflow
    nor vanish, however large or small the weights of a run have become. Where all are 0 they stay."""
    largest = np.abs(values).max(axis=axis, keepdims=True, initial=0.0)
    return np.asarray(values / np.where(largest > 0, largest, values.dtype.type(1)))


def correlations(activations: Array) -> Array:
    """Return the correlation of every two units over the examples, (units, units); nan for a unit that never varies.

    ``activations``: (examples, units).
    """
    scaled = _by_largest(np.asarray(activations, np.float64), axis=0)
    centred = scaled - scaled.mean(axis=0)
    spread = np.sqrt(np.square(centred).mean(axis=0))
    steady = spread <= 1e-6  # what is left of a constant is rounding
    with np.errstate(all="ignore"):
        unit = centred / np.where(steady, np.nan, spread)
    return np.clip(unit.T @ unit / len(activations), -1, 1)


def clone_pairs(cosine: Array) -> int:
    """Return how many pairs of units have a cosine above ``CLONES``."""
    return int(np.count_nonzero(np.triu(np.nan_to_num(cosine, nan=-1.0) > CLONES, 1)))


def nearest(alike: Array) -> float:
    """Return the mean over the units of each one's greatest likeness to another; nan without two units to compare."""
    known = _others(alike).max(axis=1, initial=-np.inf)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else math.nan


def closest(alike: Array) -> Pair | None:
    """Return the two units most alike, or None where there are no two to compare."""
    others = _others(alike)
    if not others.size or not np.isfinite(others.max()):
        return None
    first, second = sorted(int(k) for k in np.unravel_index(int(others.argmax()), others.shape))
    most = float(others.max())
    pairs = others[np.triu_indices(len(others), 1)]
    return Pair(first, second, most, int(np.count_nonzero(pairs >= most - _ROUNDING)) - 1)


def _others(alike: Array) -> Array:
    """Return likenesses with -inf for a unit's with itself, and for what is not known."""
    others = np.where(np.isnan(alike), -np.inf, alike)
    np.fill_diagonal(others, -np.inf)
    return others


def mean_absolute(alike: Array) -> float:
    """Return the mean absolute value over all pairs; nan without any."""
    pairs = alike[np.triu_indices(len(alike), 1)]
    pairs = pairs[~np.isnan(pairs)]
    return float(np.abs(pairs).mean()) if len(pairs) else math.nan


def participation_ratio(activations: Array) -> float:
    """Return (sum of l)^2 / sum of l^2 over the eigenvalues l of the activations' covariance.

    It is the number of directions among which the activations' variance is spread: 1 if all units do the same, the
    number of units if all vary independently and equally (Gao et al., A theory of multineuronal dimensionality, 2017).
    """
    scaled = _by_largest(activations)
    centred = scaled - scaled.mean(axis=0)
    covariance = centred.T @ centred
    squares = float(np.square(covariance, dtype=np.float64).sum())
    return float(np.trace(covariance, dtype=np.float64) ** 2 / squares) if squares > 0 else math.nan


def orientations(incoming: Array, outgoing: Array, odd: bool) -> float:
    """Return the effective number of orientations: exp of the entropy of the incoming weights' directions.

    Unit k counts with p_k, proportional to its amplitude |a_k| * ||w_k||, a_k being its outgoing weights (Zhang & Xu,
    Implicit regularization of dropout, 2022). There the directions are angles in a plane, sorted into bins; here, for
    any number of inputs and without bins, the entropy is that of Leinster & Cobbold (Measuring diversity: the
    importance of species similarity, 2012): - sum of p_k log(sum of z_kl p_l), where two units at an angle t are
    z = exp(-(t / 10 degrees)^2) the same. Units in one direction count as one, units far apart each for themselves.

    Args:
        incoming: (units, inputs), with the bias as a last column. outgoing: (units, units above).
        odd: opposite directions are the same, as for activations with h(-z) = -h(z).
    """
    cosine = np.nan_to_num(cosines(incoming), nan=0.0)
    angles = np.arccos(np.clip(np.abs(cosine) if odd else cosine, -1, 1))
    np.fill_diagonal(angles, 0.0)
    into, out = (np.linalg.norm(_by_largest(np.asarray(w, np.float64)), axis=1) for w in (incoming, outgoing))
    share = into * out
    total = share.sum()
    if not (np.isfinite(total) and total > 0):
        return math.nan
    share /= total
    kept = share > 0
    common = (np.exp(-np.square(angles / WIDTH)) @ share)[kept]
    return float(np.exp(-(share[kept] * np.log(common)).sum()))


def explained_by_others(correlation: Array, examples: int) -> float:
    """Return the mean over the units of the adjusted R^2 of a linear regression of each one on all others.

    Adjusted for the number of others, so that it is 0 on average where there is nothing to explain. nan where there are
    not at least twice as many examples as units.
    """
    known = ~np.isnan(np.diag(correlation))
    r = correlation[np.ix_(known, known)].astype(float)
    units = len(r)
    if units < 2 or examples < 2 * units:
        return math.nan
    left_over = 1 / np.diag(np.linalg.inv(r + 1e-9 * np.eye(units)))
    return float(np.mean(1 - np.clip(left_over, 0, 1) * (examples - 1) / (examples - units)))


def values(plan: Plan, weights: Sequence[Array], biases: Sequence[Array], x: Array) -> list[Array]:
    """Return what every layer gives with every unit on, (examples, units) each, the input first."""
    found = [np.asarray(x * plan.test_scales[0], weights[0].dtype)]
    for layer in range(plan.layers):
        found.append(_above(plan, weights, biases, layer, found[-1]))
    return found


def _above(plan: Plan, weights: Sequence[Array], biases: Sequence[Array], layer: int, h: Array) -> Array:
    z = h @ weights[layer]
    if plan.bias:
        z = z + biases[layer]
    last = layer == plan.layers - 1
    h = ACTIVATIONS[plan.output if last else plan.activation].value(z)
    return h if last or plan.test_scales[layer + 1] == 1 else h * h.dtype.type(plan.test_scales[layer + 1])


def halves_agree(
    plan: Plan, weights: Sequence[Array], biases: Sequence[Array], layer: int, h: Array, classes: bool
) -> tuple[float, float]:
    """Return how far two disjoint halves of a layer, each scaled up to stand for the whole, give the same answer.

    The share of examples that both put into the same class; without classes the correlation of their outputs. The mean
    over ``SPLITS`` random cuts, with its standard error (after Shevchenko & Mondelli, Landscape connectivity and
    dropout stability, 2020).

    Args:
        layer: of units, 1 for the first hidden one; h: what it gives with every unit on, (examples, units).
    """
    units = h.shape[1]
    if units < 2:
        return math.nan, math.nan
    random, found = np.random.default_rng(2020), []
    for _ in range(SPLITS):
        order = random.permutation(units)
        answers = []
        for half in (order[: units // 2], order[units // 2 :]):
            a = np.zeros_like(h)
            a[:, half] = h[:, half] * h.dtype.type(units / len(half))
            for above in range(layer, plan.layers):
                a = _above(plan, weights, biases, above, a)
            answers.append(a)
        found.append(_agreement(answers[0], answers[1], classes))
    return float(np.mean(found)), float(np.std(found, ddof=1)) / math.sqrt(SPLITS)


def _agreement(one: Array, other: Array, classes: bool) -> float:
    """Return how far two answers agree; nan where they are not all finite, or always the same number."""
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return math.nan
    if classes:
        return float(alike(one, other).mean())
    scaled = (_by_largest(v.ravel().astype(float)) for v in (one, other))
    a, b = (v - v.mean() for v in scaled)
    norm = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / norm if norm > 0 else math.nan


@dataclass(frozen=True, eq=False)
class Likeness:
    """All numbers of one layer of one network.

    Attributes:
        numbers: by the keys of ``MEASURES``; nan where one is not defined.
        closest: the two units whose incoming weights, and whose activations, are most alike.
        units: which units were compared, (n,).
        errors: standard errors, by key, of numbers that are means over a few random choices.
        constant: how many of the units give the same for every example: no correlation is known of them.
        diverged: not all incoming weights and activations are finite, and nothing was measured.
    """

    numbers: dict[str, float]
    closest: dict[str, Pair]
    units: NDArray[np.intp]
    errors: Mapping[str, float] = field(default_factory=dict)
    constant: int = 0
    diverged: bool = False


def likeness(
    plan: Plan, weights: Sequence[Array], biases: Sequence[Array], layer: int, x: Array, classes: bool
) -> Likeness:
    """Measure how alike the units of a hidden layer are; every unit is on.

    Args:
        weights, biases: as ``Plan.views`` gives them. layer: 1 for the first hidden layer.
        x: examples, (examples, features). classes: whether the outputs stand for classes.
    """
    size = plan.sizes[layer]
    units = np.arange(size) if size <= MOST_UNITS else np.linspace(0, size - 1, MOST_UNITS).astype(np.intp)
    with np.errstate(all="ignore"):
        h = values(plan, weights, biases, x)[layer]
        incoming = weights[layer - 1].T
        if plan.bias:
            incoming = np.column_stack([incoming, biases[layer - 1]])
        incoming, own = incoming[units], h[:, units]
        if not (np.isfinite(incoming).all() and np.isfinite(own).all()):
            return Likeness({m.key: math.nan for m in MEASURES}, {}, units, diverged=True)
        cosine, correlation = cosines(incoming), correlations(own)
        halves, halves_error = halves_agree(plan, weights, biases, layer, h, classes)
        numbers = {
            "clones": float(clone_pairs(cosine)),
            "weight_cosine": nearest(cosine),
            "activation_correlation": nearest(correlation),
            "mean_correlation": mean_absolute(correlation),
            "participation": participation_ratio(own),
            "orientations": orientations(incoming, weights[layer][units], ACTIVATIONS[plan.activation].odd),
            "halves": halves,
            "explained": explained_by_others(correlation, len(own)),
        }
    near = {"weight_cosine": closest(cosine), "activation_correlation": closest(correlation)}
    pairs = {
        k: p._replace(first=int(units[p.first]), second=int(units[p.second])) for k, p in near.items() if p is not None
    }
    constant = int(np.isnan(np.diag(correlation)).sum())
    return Likeness(numbers, pairs, units, {"halves": halves_error}, constant)
