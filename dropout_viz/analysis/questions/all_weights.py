"""What the Landscape view shows of all weights at once: each one's slice of the loss, and its way so far."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dropout_viz.analysis import balls
from dropout_viz.analysis.balls import Balls, Which
from dropout_viz.analysis.curves import curves_of
from dropout_viz.analysis.questions import landscape
from dropout_viz.analysis.slices import Array, Surface
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.frame import Arm
from dropout_viz.engine.history import History
from dropout_viz.engine.schedule import SCORED
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Weight

POINTS = 225  # samples of a curve
MOST_CURVES = 32
BUDGET = 12e6  # nanoseconds that an answer may take, about


@dataclass(frozen=True, eq=False)
class MeasuredArm:
    """An arm, before its curves: what the axes that all arms share are made for.

    Attributes:
        values: of the weights on show, (n,). past, first: where the balls have been, and began, (n,) or empty.
        begun: the loss at the start, or the present one where it is not known.
    """

    snapshot: Snapshot
    surface: Surface
    values: Array
    past: balls.Trails
    first: Array
    begun: float


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute.

    Attributes:
        arms: of as many units each; data: of the run.
        which: of the weights; chosen: the one that is in the foreground.
    """

    arms: tuple[Arm, ...]
    data: DataSet
    which: Which
    chosen: Weight


def answer(request: Request) -> tuple[Balls, ...]:
    """Compute what is shown of each arm, of the same weights and on the same axes. Their histories go up to their
    snapshots' steps."""
    arms, data, chosen = request.arms, request.data, request.chosen
    sizes = [
        np.fmax.reduce([np.abs(w) for w in layer]) for layer in zip(*(a.snapshot.weights for a in arms), strict=True)
    ]
    which = balls.possible(sizes, request.which)
    places = balls.choose(sizes, which, chosen)
    examples, most = _within(arms[0].snapshot, data, places, BUDGET / len(arms))
    measured = [_measure(arm, data, places, examples) for arm in arms]
    half = max(balls.weight_end(one.values, one.past.weights, one.first) for one in measured)
    top = max(balls.loss_end(one.surface.loss, one.begun) for one in measured)
    finite = [one.surface.loss for one in measured if math.isfinite(one.surface.loss)]
    closer = balls.zoom(max(finite, default=math.nan), top)
    at = places.index(chosen)
    largest = np.array([sizes[p.layer][p.source, p.target] for p in places])
    indices = balls.drawn(places, largest, at, len(sizes), most)
    shown = [places[k] for k in indices]
    total = sum(w.size for w in sizes)
    over = (min(examples, len(data.x)), len(data.x))
    found = []
    for one in measured:
        curves = curves_of(one.surface, shown, [half] * len(shown), POINTS, balls.even_end(half))
        found.append(
            Balls(
                step=one.snapshot.step,
                which=which,
                places=places,
                values=one.values,
                loss=one.surface.loss,
                total=total,
                curves=dict(zip(indices, curves, strict=True)),
                chosen=at,
                half=half,
                top=top / closer,
                trails=one.past,
                examples=over,
                zoomed=closer,
            )
        )
    return tuple(found)


def _measure(arm: Arm, data: DataSet, places: tuple[Weight, ...], examples: int) -> MeasuredArm:
    snapshot, history = arm.snapshot, arm.history.until(arm.snapshot.step)
    values = np.array([float(snapshot.weights[p.layer][p.source, p.target]) for p in places])
    surface = landscape.surface_of(snapshot, data, "all", examples)
    past, first = _past(snapshot, history, data, places)
    begun = history.loss_train.values[:1]
    return MeasuredArm(snapshot, surface, values, past, first, float(begun[0]) if len(begun) else surface.loss)


def _within(snapshot: Snapshot, data: DataSet, places: tuple[Weight, ...], budget: float) -> tuple[int, int]:
    """Return over how many examples, and for how many weights, the budget allows curves."""
    dearest = max(landscape.cost(snapshot, layer) for layer in {p.layer for p in places})
    few = min(len(places), 8)
    examples = int(max(8, min(landscape.EXAMPLES, budget / (few * POINTS * dearest))))
    most = int(budget / (min(examples, len(data.x)) * POINTS * dearest))
    return examples, max(1, min(most, MOST_CURVES))


def _past(
    snapshot: Snapshot, history: History, data: DataSet, places: tuple[Weight, ...]
) -> tuple[balls.Trails, np.ndarray]:
    """Return where the balls have been, and where they began; empty where the run keeps no path, or its curves are not
    of all examples."""
    steps, vectors = history.path.until(snapshot.step).read()
    if not len(steps):
        return balls.NO_TRAILS, np.empty(0)
    plan = make_plan(snapshot.config, data)
    numbered, _ = plan.dense(np.arange(plan.parameters))
    columns = [int(numbered[p.layer][p.source, p.target]) for p in places]
    weights = vectors[:, columns]
    if len(data.x) > min(landscape.EXAMPLES, SCORED):
        return balls.NO_TRAILS, weights[0]
    return balls.trails(steps, weights, history.loss_train.until(snapshot.step).pair()), weights[0]
