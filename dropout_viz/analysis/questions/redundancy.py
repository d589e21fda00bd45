"""What the Redundancy view shows, as numbers: of now and over the run, for each arm. NumPy only, no Qt."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.redundancy import MEASURES, SPLITS, Likeness, likeness
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]
Known = dict[tuple[int, int, int], Array]
"""Numbers that were measured before, in the order of ``MEASURES``, by arm, layer and step."""

POINTS = 48  # of a trend
FEWEST, MOST = 128, 1536  # examples
WORK = 8e8  # multiplications for one measurement, as far as the number of examples decides
AT_ONCE = 0.03  # seconds of catching up with the past for one answer


@dataclass(frozen=True, eq=False)
class Request:
    """What to measure.

    Attributes:
        frame: the run, or two arms of it. layer: of units, 1 for the first hidden one.
        known: what was measured before.
        seconds: how long to go on measuring the past; None: until all of it is measured.
    """

    frame: Frame
    layer: int
    known: Known
    seconds: float | None = AT_ONCE


@dataclass(frozen=True, eq=False)
class Trend:
    """How the numbers of one arm went: steps (n,), ascending, and values (n, measures)."""

    steps: Array
    values: Array


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer.

    Attributes:
        now: for each arm. trends: for each arm, the present last.
        examples: on how many training examples, of how many. complete: whether the past is all measured.
        known: all that is known by now.
    """

    request: Request
    now: tuple[Likeness, ...]
    trends: tuple[Trend, ...]
    examples: tuple[int, int]
    complete: bool
    known: Known


def examples_within(plan: Plan, layer: int, examples: int) -> int:
    """Return on how many examples the units are measured."""
    products = [a * b for a, b in zip(plan.sizes, plan.sizes[1:], strict=False)]
    each = sum(products[:layer]) + 2 * SPLITS * sum(products[layer:])
    return min(examples, MOST, max(FEWEST, int(WORK / each)))


def answer(request: Request) -> Scene:
    """Measure the present, and as much of the past as time allows."""
    frame, layer, data = request.frame, request.layer, request.frame.data
    n = examples_within(make_plan(frame.snapshot.config, data), layer, len(data.x))
    x = data.x[np.linspace(0, len(data.x) - 1, n).astype(np.intp)] if n < len(data.x) else data.x
    end = None if request.seconds is None else time.thread_time() + request.seconds
    known, now, pasts = dict(request.known), [], []
    for k, arm in enumerate(frame.arms):
        plan = make_plan(arm.snapshot.config, data)
        found = likeness(plan, arm.snapshot.weights, arm.snapshot.biases, layer, x, bool(data.classes))
        now.append(found)
        known[k, layer, arm.snapshot.step] = _row(found)
        pasts.append(_past(arm))
    complete = True
    for k, arm in enumerate(frame.arms):
        plan = make_plan(arm.snapshot.config, data)
        for step, vector in zip(*pasts[k], strict=True):
            key = (k, layer, int(step))
            if key in known:
                continue
            if end is not None and time.thread_time() > end:
                complete = False
                break
            weights, biases = plan.views(vector)
            known[key] = _row(likeness(plan, weights, biases, layer, x, bool(data.classes)))
    trends = tuple(_trend(known, layer, k, arm, pasts[k][0]) for k, arm in enumerate(frame.arms))
    return Scene(request, tuple(now), trends, (n, len(data.x)), complete, known)


def _row(found: Likeness) -> Array:
    return np.array([found.numbers[m.key] for m in MEASURES])


def _past(arm: Arm) -> tuple[Array, Array]:
    """Return steps and parameters of a path's points before the present, at most ``POINTS``, evenly spaced.

    Where the path grows the same points stay chosen, so that each is measured once.
    """
    steps, vectors = arm.history.path.until(arm.snapshot.step).read()  # the trainer may have gone on since
    before = int(np.searchsorted(steps, arm.snapshot.step))
    stride = 1
    while before > POINTS * stride:
        stride *= 2
    return steps[:before:stride], vectors[:before:stride]


def _trend(known: Known, layer: int, arm_index: int, arm: Arm, path: Array) -> Trend:
    """Return the numbers at the points of the path; where the run keeps none, at the frames that were seen, of which
    every other one is forgotten when they become too many."""
    now = arm.snapshot.step
    if arm.history.path.kept:
        steps = [int(s) for s in path if (arm_index, layer, int(s)) in known]
    else:
        steps = sorted(s for k, own, s in known if (k, own) == (arm_index, layer) and s < now)
        for step in steps[1:-1:2] if len(steps) > 2 * POINTS else ():
            del known[arm_index, layer, step]
        steps = [s for s in steps if (arm_index, layer, s) in known]
    steps = [*steps, now]
    return Trend(np.array(steps), np.array([known[arm_index, layer, s] for s in steps]))
