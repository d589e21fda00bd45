"""Every weight as a ball in one picture: its own slice of the loss, on one weight axis and one loss axis.

The slice of a weight is the loss as a function of that weight with every other weight held. At the weight's present
value it is the present loss, whichever weight it is: so all balls stand at the same height, sink together as the loss
falls, and part along the weight axis.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.curves import Curve
from dropout_viz.analysis.slices import every_weight
from dropout_viz.nn.parts import Weight

Array = NDArray[Any]
Which = Literal["all", "unit", "strongest"]

MOST = 192
"""Weights of a network of which all are shown."""
FEWER = 64
"""Weights that are shown of a larger one, at most."""
TRAIL = 40
"""Places that a ball has been at which are shown, at most."""
_ROOM = 1.12  # of the weight axis, over the farthest ball
_APART = 3.0  # the axis at the start, over the farthest ball: room to roll apart
_HEAD = 1.5  # of the loss axis, over the loss at the start
_EVEN, _BENT = 40.0, 4.0  # the end of a weight axis up to which it is even; the even part of the largest
_FLOOR = 25.0  # a loss lower than this part of the axis cannot be told from 0
_ENDS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_LEAST, _LARGEST = 1e-300, 1e300


@dataclass(frozen=True, eq=False)
class Trails:
    """Where balls have been.

    Attributes:
        weights: (n, balls), the oldest first. losses: (n,), their common heights.
    """

    weights: Array
    losses: Array


NO_TRAILS = Trails(np.empty((0, 0)), np.empty(0))


@dataclass(frozen=True, eq=False)
class Balls:
    """The answer.

    Attributes:
        step: of the run. which: of the weights, these; never all where they are too many.
        places: the weights, one a ball. values: where each ball is, (n,).
        loss: how high all of them lie. total: weights that the network has.
        curves: of some of the places, by their index. chosen: the index of the chosen weight.
        half, top: ends of the axes: weights from -half to half, losses from 0 to top. zoomed: how many times lower that
            is than it was at the start.
        trails: where the balls have been.
        examples: how many the loss is a mean over, and of how many.
    """

    step: int
    which: Which
    places: tuple[Weight, ...]
    values: Array
    loss: float
    total: int
    curves: dict[int, Curve]
    chosen: int
    half: float
    top: float
    trails: Trails
    examples: tuple[int, int]
    zoomed: float = 1.0

    @property
    def even(self) -> float:
        """Up to which weight the weight axis is even, inf where all of it is."""
        return even_end(self.half)


def unit_of(place: Weight, layers: int) -> tuple[int, int]:
    """Return the unit (layer, index) that a weight belongs to, of so many weight layers: the hidden unit that it leads
    to, or, of a weight of the last layer, the one that it comes from."""
    if place.layer + 1 < layers or layers == 1:
        return place.layer + 1, place.target
    return place.layer, place.source


def possible(weights: Sequence[Array], which: Which) -> Which:
    """Return which weights of a network can be shown: of one with more than ``MOST`` those of one unit, not all."""
    return "unit" if which == "all" and sum(w.size for w in weights) > MOST else which


def choose(weights: Sequence[Array], which: Which, chosen: Weight) -> tuple[Weight, ...]:
    """Return the weights that are shown, in the network's order, ``chosen`` among them.

    Args:
        weights: per layer (fan_in, fan_out).
        which: all; or the ``FEWER`` strongest (largest in size) at most, of the network or of those that the chosen
            weight's unit has, in and out.
    """
    layers = len(weights)
    if which == "all":
        return tuple(every_weight([weights[0].shape[0], *(w.shape[1] for w in weights)]))
    if which == "strongest":
        found = [Weight(layer, *divmod(k, w.shape[1])) for layer, w in enumerate(weights) for k in _largest(w, FEWER)]
    else:
        layer, unit = unit_of(chosen, layers)
        found = [Weight(layer - 1, i, unit) for i in range(weights[layer - 1].shape[0])]
        if layer < layers:
            found += [Weight(layer, unit, j) for j in range(weights[layer].shape[1])]
    sizes = np.abs([weights[p.layer][p.source, p.target] for p in found])
    kept = [found[k] for k in _largest(sizes, FEWER)]
    if chosen not in kept:
        kept[-1] = chosen
    return tuple(sorted(kept))


def _largest(values: Array, most: int) -> list[int]:
    """Return the flat indices of at most so many numbers, the largest in size first. What is no number comes last."""
    sizes = np.nan_to_num(np.abs(values).ravel(), nan=-1.0, posinf=np.inf)
    kept = np.argpartition(-sizes, most)[:most] if most < sizes.size else np.arange(sizes.size)
    return list(kept[np.argsort(-sizes[kept], kind="stable")].tolist())


def drawn(places: Sequence[Weight], values: Array, chosen: int, layers: int, most: int) -> list[int]:
    """Return the indices of at most so many weights whose curves are drawn: the chosen one, those of its unit, then
    the strongest."""
    own = unit_of(places[chosen], layers)
    mine = [k for k, p in enumerate(places) if k != chosen and unit_of(p, layers) == own]
    rest = [k for k in _largest(values, len(places)) if k != chosen and k not in mine]
    return [chosen, *mine, *rest][: max(1, most)]


def weight_end(values: Array, past: Array, at_first: Array) -> float:
    """Return where the weight axis ends: it holds the balls and all their past, and leaves room at the start.

    Args:
        values: (n,). past: anything. at_first: (n,), or empty where the start is not known. What is no number counts
            for nothing.
    """
    end = max(_ROOM * _size(values), _ROOM * _size(past), _APART * _size(at_first))
    return min(max(end, _LEAST), _LARGEST) if end > 0 else 1.0


def even_end(half: float) -> float:
    """Return up to which weight an axis from -half to half is even, inf where all of it is.

    A few weights may grow a hundred times as large as the others: beyond, the axis is about logarithmic, so that both
    can be told apart. It bends gradually as it grows.
    """
    return math.inf if half <= _EVEN else _BENT + _BENT * _EVEN / (half - _EVEN)


def zoom(loss: float, top: float) -> float:
    """Return the power of ten by which the loss axis is to end lower than at ``top``: 1, until the balls would lie on
    its floor."""
    if not (math.isfinite(loss) and 0 < loss < top / _FLOOR):
        return 1.0
    return float(10.0 ** min(300, math.floor(math.log10(top / _FLOOR / loss)) + 1))


def _size(values: Array) -> float:
    finite = np.abs(values[np.isfinite(values)]) if values.size else values
    return float(finite.max()) if finite.size else 0.0


def loss_end(loss: float, at_first: float) -> float:
    """Return where the loss axis ends, a round number: it holds the loss at the start with room above, and the present
    one."""
    known = [value for value in (_HEAD * at_first, 1.1 * loss) if math.isfinite(value) and value > 0]
    highest = min(max(known, default=1.0), 1e300)
    if highest < _LEAST:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next((step * power for step in _ENDS if step * power >= highest), 20 * power)


def trails(steps: Array, weights: Array, losses: tuple[Array, Array]) -> Trails:
    """Return where balls have been, thinned.

    Args:
        steps: (n,), ascending. weights: (n, balls). losses: steps and losses of the curve of the loss: positions whose
            step has none are left out.
    """
    at = np.searchsorted(losses[0], steps)
    known = at < len(losses[0])
    known[known] = losses[0][at[known]] == steps[known]
    known &= np.isfinite(weights).all(axis=1)
    rows = np.flatnonzero(known)
    if len(rows) > TRAIL:
        rows = rows[np.linspace(0, len(rows) - 1, TRAIL).astype(np.intp)]
    heights = losses[1][at[rows]]
    finite = np.isfinite(heights)
    return Trails(weights[rows[finite]], heights[finite])


def levels(x: Array, reach: float) -> NDArray[np.intp]:
    """Return on which level each of some balls lies, 0 being the lowest, so that none covers another: each lies on the
    lowest level on which no ball that lies farther left comes closer than ``reach``. ``x``: of their middles, (n,)."""
    found = np.zeros(len(x), np.intp)
    ends: list[float] = []
    for k in np.argsort(x, kind="stable").tolist():
        level = next((n for n, end in enumerate(ends) if x[k] - end >= reach), len(ends))
        if level == len(ends):
            ends.append(x[k])
        ends[level] = x[k]
        found[k] = level
    return found


def clusters(x: Array, reach: float) -> list[tuple[float, float, int]]:
    """Return groups of balls that lie in one place: where each begins and ends, and how many they are.

    Neighbours that are closer than ``reach`` belong together. ``x``: of their middles, (n,), in any order.
    """
    found: list[tuple[float, float, int]] = []
    for at in sorted(x[np.isfinite(x)].tolist()):
        if found and at - found[-1][1] < reach:
            found[-1] = (found[-1][0], at, found[-1][2] + 1)
        else:
            found.append((at, at, 1))
    return found


def covered(middles: Array, reach: float) -> NDArray[np.bool_]:
    """Return of each ball, (n,), whether one that is painted later comes closer than ``reach``: over half of it.

    ``middles``: (n, 2), in the order in which they are painted.
    """
    x, y = middles.T
    close = np.hypot(x[:, None] - x, y[:, None] - y) < reach
    return np.triu(close, 1).any(axis=1)
