"""How active hidden units are with every unit on: histograms, means, shares (JMLR 2014, section 7.2 and figure 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.thinned import Network
from dropout_viz.nn.activations import ACTIVATIONS

Array = NDArray[Any]

BINS = 40


@dataclass(frozen=True, eq=False)
class Activity:
    """One hidden layer of one network over many examples, before any scaling.

    Attributes:
        edges: of the bins, (BINS + 1,); unit_edges: of the bins of units, fewer where there are few units. The same for
            all networks compared.
        values: share of all activations (units times examples) in each bin, (BINS,); not a number lies in none.
        unit_values: share of the units whose mean activation lies in each of their bins.
        over, unit_over: whether the last bin of each holds what lies beyond it, too.
        unit_means: mean activation of each unit, (units,). mean: of all.
        size: mean of their absolute values: where they have either sign, the mean says nothing of how strong they are.
        signed: whether they have either sign.
        active: share of the activations that count as active, see ``threshold``.
        silent: units that are active for none of the examples. lost: units that give not a number for some.
    """

    edges: Array
    unit_edges: Array
    values: Array
    unit_values: Array
    unit_means: Array
    mean: float
    size: float
    signed: bool
    active: float
    silent: int
    lost: int
    over: bool
    unit_over: bool


def threshold(activation: str) -> tuple[float, bool]:
    """Return when a unit counts as active: above which value, and whether its sign is disregarded.

    A ReLU is active above 0; a sigmoid above one half; tanh and sine beyond one half either way.
    """
    low, high = ACTIVATIONS[activation].bounds
    if high is None:
        return 0.0, False
    return 0.5, low is not None and low < 0


def activity(networks: Sequence[Network], x: Array) -> list[list[Activity]]:
    """Return the activity of every hidden layer of each network: [network][layer]. Bins are shared by the networks."""
    values = [network.values(x)[1:-1] for network in networks]
    layers = []
    for same in zip(*values, strict=True):
        with np.errstate(all="ignore"):
            means = [h.mean(axis=0) for h in same]
        edges = _edges(networks[0].activation, same, BINS)
        unit_edges = _edges(networks[0].activation, means, int(np.clip(round(1.8 * means[0].size ** 0.5), 8, BINS)))
        layers.append(
            [_of(h, edges, unit_edges, network.activation) for h, network in zip(same, networks, strict=True)]
        )
    return [list(each) for each in zip(*layers, strict=True)]


def _edges(activation: str, values: Sequence[Array], bins: int) -> Array:
    low, high = ACTIVATIONS[activation].bounds
    if low is None or high is None:
        finite = [h[np.isfinite(h)] for h in values]
        top = max((float(np.quantile(h, 0.9995)) for h in finite if h.size), default=0.0)
        low, high = 0.0, top or 1.0
    return np.linspace(low, high, bins + 1)


def _of(h: Array, edges: Array, unit_edges: Array, activation: str) -> Activity:
    limit, either = threshold(activation)
    with np.errstate(all="ignore"):
        active = (np.abs(h) if either else h) > limit
        means = h.mean(axis=0)
        lost = np.isnan(h).any(axis=0)
        return Activity(
            edges,
            unit_edges,
            _shares(h, edges),
            _shares(means, unit_edges),
            means,
            float(h.mean()),
            float(np.abs(h).mean()),
            either,
            float(active.mean()),
            int((~active.any(axis=0) & ~lost).sum()),
            int(lost.sum()),
            bool((h > edges[-1]).any()),
            bool((means > unit_edges[-1]).any()),
        )


def _shares(values: Array, edges: Array) -> Array:
    """Return the share of the values in each bin; those beyond the ends are in the outermost ones, what is not a number
    in none."""
    low, high, bins = float(edges[0]), float(edges[-1]), len(edges) - 1
    flat = np.nan_to_num(values[~np.isnan(values)], posinf=high, neginf=low)
    place = ((flat - low) * (bins / (high - low))).clip(0, bins - 1).astype(np.intp)
    return np.bincount(place, minlength=bins) / max(1, values.size)
