"""What the Twins view shows of a frame, as numbers. NumPy only, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import twins as analysis
from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.twins import Silence
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.frame import Arm
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.twins import Twins

Array = NDArray[Any]

STEPS = 300  # of training with one twin off
FEWEST_STEPS, EXAMPLES = 60, 128
WORK = 1.5e8  # multiplications for it, an arm; fewer steps where it would take more


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute: the arms, the data, the two units, and the example and output whose vote is shown."""

    arms: tuple[Arm, ...]
    data: DataSet
    twins: Twins
    example: int
    output: int


@dataclass(frozen=True, eq=False)
class TwinPair:
    """Two units of one arm.

    Attributes:
        incoming: weights, with the bias last where there is one, (2, inputs). outgoing: (2, outputs).
        same: whether all their weights are the same to the last bit. cosine: of the incoming weights, nan for zeros.
        distance: of the incoming weights, over their mean length.
        votes: on the example, for the output, with every unit on, (2,).
        step: of the arm. on: whether each was on for the example in this step; None where the step did not see it.
        others_on: of the examples of the step, how many each was on for, and how many there were.
        gradients: length of the gradient of all their weights by the example's loss under that mask, at the weights of
            now, (2,), or None.
        under_mask: votes under that mask, (2,), or None.
        steps, apart: how far they were apart over the run; empty where the run keeps no path.
        silence: what becomes of the second one's vote when the first is off, or None where that takes too long.
    """

    incoming: Array
    outgoing: Array
    same: bool
    cosine: float
    distance: float
    votes: Array
    step: int
    on: tuple[bool, bool] | None
    others_on: tuple[int, int, int]
    gradients: Array | None
    under_mask: Array | None
    steps: Array
    apart: Array
    silence: Silence | None


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer, a pair for each arm."""

    request: Request
    pairs: tuple[TwinPair, ...]


def answer(request: Request) -> Scene:
    """Compute everything."""
    with np.errstate(all="ignore"):
        return Scene(request, tuple(_pair(request, arm) for arm in request.arms))


def _pair(request: Request, arm: Arm) -> TwinPair:
    s, (layer, first, second) = arm.snapshot, request.twins
    units = [first, second]
    incoming = _incoming(s.weights[layer - 1], s.biases[layer - 1], units)
    outgoing = s.weights[layer][units]
    x = request.data.x[request.example : request.example + 1]
    network = network_of(s)
    h = network.values(x)[layer][0, units] * network.all_on[layer][units]
    w = np.asarray(outgoing[:, request.output], float)
    masks = s.masks[layer]
    on, gradients, under_mask = _in_this_step(request, s, w)
    steps, apart = _parted(request, arm)
    same = bool((incoming[0] == incoming[1]).all() and (outgoing[0] == outgoing[1]).all())
    lengths = np.linalg.norm(incoming.astype(float), axis=1)
    cosine = float(incoming[0].astype(float) @ incoming[1] / lengths.prod()) if lengths.all() else float("nan")
    return TwinPair(
        incoming,
        outgoing,
        same,
        cosine,
        float(analysis.distance(incoming)),
        h * w,
        s.step,
        on,
        (int(masks[:, first].sum()), int(masks[:, second].sum()), len(masks)),
        gradients,
        under_mask,
        steps,
        apart,
        _silence(request, s),
    )


def _incoming(weights: Array, biases: Array, units: Sequence[int]) -> Array:
    into = weights[:, units]
    return np.asarray(np.concatenate([into, biases[units][None]]) if len(biases) else into).swapaxes(0, 1)


def _in_this_step(
    request: Request, s: Snapshot, w: Array
) -> tuple[tuple[bool, bool] | None, Array | None, Array | None]:
    """Return who was on for the example, the gradients and the votes under its mask."""
    row = s.row_of(request.example)
    if row is None or not s.step:
        return None, None, None
    plan, (layer, first, second) = make_plan(s.used, request.data), request.twins
    gains = [m[row : row + 1] * float(np.max(c)) for m, c in zip(s.masks, plan.train_scales, strict=True)]
    at = slice(request.example, request.example + 1)
    weights, biases = [np.asarray(a, float) for a in s.weights], [np.asarray(a, float) for a in s.biases]
    found = analysis.passes(plan, weights, biases, request.data.x[at], request.data.y[at], gains)
    lengths = []
    for unit in (first, second):
        into = found.incoming(layer, unit, 0)
        into = into if plan.bias else into[:-1]
        lengths.append(np.linalg.norm(np.concatenate([into, found.outgoing(layer, unit, 0)])))
    on = (bool(s.masks[layer][row, first]), bool(s.masks[layer][row, second]))
    return on, np.array(lengths), found.values[layer][0, [first, second]] * w


def _parted(request: Request, arm: Arm) -> tuple[Array, Array]:
    """Return how far the incoming weights were apart over the run, the present last."""
    s, (layer, first, second) = arm.snapshot, request.twins
    now = analysis.distance(_incoming(s.weights[layer - 1], s.biases[layer - 1], [first, second]))
    if not arm.history.path.kept:
        return np.empty(0), np.empty(0)
    steps, vectors = arm.history.path.until(s.step).read()
    before = int(np.searchsorted(steps, s.step))
    weights, biases = make_plan(s.config, request.data).dense(vectors[:before].T)
    past = analysis.distance(_incoming(weights[layer - 1], biases[layer - 1], [first, second]))
    return np.append(steps[:before], s.step), np.append(past, now)


def _silence(request: Request, s: Snapshot) -> Silence | None:
    data, (layer, first, second) = request.data, request.twins
    rows = np.linspace(0, len(data.x) - 1, min(EXAMPLES, len(data.x))).astype(np.intp)
    steps = int(min(STEPS, WORK / (3 * len(rows) * sum(w.size for w in s.weights))))
    if steps < FEWEST_STEPS:
        return None
    plan = make_plan(s.config, data)
    return analysis.silence(plan, s.weights, s.biases, data.x[rows], data.y[rows], layer, first, second, steps)
