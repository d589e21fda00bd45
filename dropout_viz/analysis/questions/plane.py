"""What the Plane view shows, as numbers: the surface on a grid and the path over it. NumPy only, no Qt.

A ``Request`` holds all that is needed, so that it can be answered on any thread; a ``Scene`` is the answer.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import plane_axes
from dropout_viz.analysis.plane import Plane, Stopped, flat, losses_of
from dropout_viz.analysis.plane_axes import Axes
from dropout_viz.draw.ranges import Range, nice
from dropout_viz.draw.spans import round_up
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.nn.parts import Weight
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]
Kind = Literal["path", "line", "weights", "random"]
Stage = tuple[int, bool]
Known = dict[tuple[Any, ...], float]
"""Losses of points of a path: by arm, run, world, examples, scales and step."""

SIDES = (17, 25, 35, 51, 75, 101)  # samples along each axis
LIVE, FINEST = 28e6, 1.2e9  # nanoseconds that the surface may take: while training goes on, and when it stands still
WHOLE = 0.4e9  # nanoseconds of the finest surface that decide over how many examples the loss is taken
FEWEST, MOST = 64, 1024  # examples
PRECISE, SLOWER = 0.4e9, 6  # nanoseconds that a surface in float64 may take; how much slower that is


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute.

    Attributes:
        frame: the run, or two arms of it.
        kind: which plane; pair: the two weights, for that kind; seed: of the random directions.
        stage: samples along each axis, and whether to compute in float64.
        ranges: of both axes in the picture before, if it was of the same kind and run.
        known: losses of points of the path that were computed before; more are added.
        given_up: set when nobody waits for the answer any more.
    """

    frame: Frame
    kind: Kind
    pair: tuple[Weight, Weight]
    seed: int
    stage: Stage
    ranges: tuple[Range, Range] | None
    known: Known
    given_up: threading.Event = field(default_factory=threading.Event)

    @property
    def what(self) -> object:
        """Which plane of which run: pictures that differ in it have nothing to do with one another."""
        s = self.frame.snapshot
        return s.run, s.world, self.kind, self.pair if self.kind == "weights" else None, self.seed

    @property
    def moment(self) -> object:
        """Which step of which arms."""
        return tuple((arm.snapshot.run, arm.snapshot.step, arm.snapshot.config) for arm in self.frame.arms)


@dataclass(frozen=True, eq=False)
class PlanePath:
    """Where one arm has been, the present last.

    Attributes:
        name: of the arm. steps: (n,). points: nearest points of the plane, (n, 2).
        off: how far off the plane, (n,). losses: of the network itself, with every unit on, (n,).
        kept: whether the run keeps a path at all.
    """

    name: str
    steps: Array
    points: Array
    off: Array
    losses: Array
    kept: bool

    @property
    def sound(self) -> bool:
        """Whether the weights and the loss are finite now."""
        return bool(np.isfinite([*self.points[-1], self.losses[-1]]).all())


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer.

    Attributes:
        u, v: the samples along the two axes; losses: the surface, (len(v), len(u)).
        axes: the plane; surface: to be asked for the loss anywhere on it.
        paths: one for each arm. examples: over how many, of how many, the loss is a mean.
    """

    request: Request
    axes: Axes
    surface: Plane
    u: Array
    v: Array
    losses: Array
    paths: tuple[PlanePath, ...]
    examples: tuple[int, int]

    @property
    def ranges(self) -> tuple[Range, Range]:
        """The ends of both axes."""
        return (float(self.u[0]), float(self.u[-1])), (float(self.v[0]), float(self.v[-1]))

    @property
    def off(self) -> float:
        """How far the farthest point of a path lies off the plane; of one that has diverged only if all have."""
        paths = [path for path in self.paths if path.sound] or self.paths
        return max(float(path.off.max()) for path in paths)


def cost(plan: Plan, examples: int) -> float:
    """Return about how many nanoseconds one point of the surface takes in float32."""
    products = sum(a * b for a, b in zip(plan.sizes[1:], plan.sizes[2:], strict=False))
    return examples * (0.8 * sum(plan.sizes[1:]) + 0.06 * products) + 0.6 * plan.parameters + 10


def examples_within(plan: Plan, examples: int) -> int:
    """Return over how many examples the loss is taken."""
    each = (cost(plan, 1000) - cost(plan, 0)) / 1000
    most = (WHOLE / SIDES[-1] ** 2 - cost(plan, 0)) / each
    return min(examples, MOST, max(FEWEST, int(most)))


def stages(request: Request) -> list[Stage]:
    """Return what to compute one after the other: the first in time for a moving picture, the others finer."""
    frame = request.frame
    plan = make_plan(frame.snapshot.config, frame.data)
    point = cost(plan, examples_within(plan, len(frame.data.x)))
    live = max((s for s in SIDES[:4] if s * s * point <= LIVE), default=SIDES[0])
    fine = [live, *(s for s in SIDES[3::2] if s > live and s * s * point <= FINEST)]
    single: list[Stage] = [(side, False) for side in fine]
    return [*single, (fine[-1], True)] if SLOWER * fine[-1] ** 2 * point <= PRECISE else single


def answer(request: Request) -> Scene | None:
    """Compute a scene; None where it was given up."""
    try:
        with np.errstate(all="ignore"):  # of diverged networks
            return _answer(request)
    except Stopped:
        return None


def _answer(request: Request) -> Scene:
    frame, data = request.frame, request.frame.data
    plan = make_plan(frame.snapshot.config, data)
    n = examples_within(plan, len(data.x))
    rows = np.linspace(0, len(data.x) - 1, n).astype(np.intp) if n < len(data.x) else slice(None)
    x, y = data.x[rows], data.y[rows]
    walks = [_walk(arm) for arm in frame.arms]
    losses = [_losses(request, arm, *walk, x, y) for arm, walk in zip(frame.arms, walks, strict=True)]
    every = [vectors for _, vectors in walks]
    sound = [v for v, loss in zip(every, losses, strict=True) if np.isfinite([*v[-1], loss[-1]]).all()]
    sound = sound or every  # the plane is that of runs that have not diverged, if there are any
    axes = _axes(request, plan, np.nan_to_num(sound[0][-1].astype(float)), np.concatenate(sound))
    paths = tuple(
        PlanePath(
            arm.name,
            steps,
            axes.coordinates(vectors),
            axes.distances(vectors),
            loss,
            arm.history.path.kept,
        )
        for arm, (steps, vectors), loss in zip(frame.arms, walks, losses, strict=True)
    )
    shown = [path for path in paths if path.sound] or paths
    across, up = _ranges(request, axes, np.concatenate([path.points for path in shown]))
    u, v = np.linspace(*across, request.stage[0]), np.linspace(*up, request.stage[0])
    surface = Plane(plan, axes.origin, axes.directions, x, y, np.float64 if request.stage[1] else np.float32)
    heights = surface.grid(u, v, request.given_up.is_set)
    return Scene(request, axes, surface, u, v, heights, paths, (n, len(data.x)))


def _walk(arm: Arm) -> tuple[Array, Array]:
    """Return steps (n,) and parameters (n, parameters) of an arm's path up to its snapshot, which is the last."""
    snapshot = arm.snapshot
    now = flat(snapshot.weights, snapshot.biases)
    steps, vectors = arm.history.path.until(snapshot.step).read()  # the trainer may have gone on since
    before = int(np.searchsorted(steps, snapshot.step))
    if not before:
        return np.array([snapshot.step]), now[None]
    vectors = vectors[:before]
    finite = np.isfinite(vectors).all(axis=1)
    return np.append(steps[:before][finite], snapshot.step), np.concatenate([vectors[finite], now[None]])


def _axes(request: Request, plan: Plan, present: Array, path: Array) -> Axes:
    path = path[np.isfinite(path).all(axis=1)]
    path = path if len(path) else present[None]
    if request.kind == "weights":
        first, second = (_index(plan, place) for place in request.pair)
        return plane_axes.two_weights(present, first, second)
    if request.kind == "random":
        return plane_axes.random_directions(plan, present, request.seed)
    return (plane_axes.principal if request.kind == "path" else plane_axes.start_to_end)(present, path)


def _index(plan: Plan, place: Weight) -> int:
    """Return where a weight lies among the parameters."""
    where = plan.views(np.arange(plan.parameters))[0]
    return int(where[place.layer][place.source, place.target])


def _losses(request: Request, arm: Arm, steps: Array, vectors: Array, x: Array, y: Array) -> Array:
    """Return the losses of the points of a path; each is computed once."""
    snapshot, known = arm.snapshot, request.known
    plan = make_plan(snapshot.config, request.frame.data)
    keys = [(arm.name, snapshot.run, snapshot.world, len(x), plan.test_scales, int(step)) for step in steps]
    new = [k for k, key in enumerate(keys) if key not in known]
    if new:
        found = losses_of(plan, vectors[new], x, y)
        known.update((keys[k], value) for k, value in zip(new, found.tolist(), strict=True))
    return np.array([known[key] for key in keys])


def _ranges(request: Request, axes: Axes, points: Array) -> tuple[Range, Range]:
    """Return the ends of both axes: they hold the paths and some room around, and change seldom."""
    points = points[np.isfinite(points).all(axis=1)]
    points = points if len(points) else np.zeros((1, 2))
    low, high = points.min(axis=0), points.max(axis=0)
    before = request.ranges or (None, None)
    if request.kind == "weights":
        halves = [_half(float(np.abs(points[:, k]).max()), b[1] if b else None) for k, b in enumerate(before)]
        return (-halves[0], halves[0]), (-halves[1], halves[1])
    if request.kind == "random":  # one unit changes every unit's weights by as much as they are
        least = np.ones(2)
    else:
        least = np.maximum(0.35 * (high - low).max() / 2, 0.15 * np.linalg.norm(axes.origin)) * np.ones(2)
    middle, half = (low + high) / 2, np.maximum(0.7 * (high - low), least)
    held = [_held(middle[k] - half[k], middle[k] + half[k], low[k], high[k], before[k]) for k in (0, 1)]
    return held[0], held[1]


def _half(size: float, before: float | None) -> float:
    """Return R of the range [-R, R] of a weight whose largest absolute value so far is ``size``."""
    if before is not None and 0.4 * before <= max(size, 1.0) <= 0.9 * before:
        return before
    return round_up(max(2.0, 1.5 * min(size, 1e300)))


def _held(low: float, high: float, least: float, most: float, before: Range | None) -> Range:
    """Return a range from ``low`` to ``high`` with round ends; ``before`` if it holds least..most and fits as well."""
    width = high - low
    if not (math.isfinite(width) and width > 0):
        return before or (-1.0, 1.0)
    if before is not None:
        room = 0.06 * (before[1] - before[0])
        if before[0] + room <= least and most <= before[1] - room and 0.6 < width / (before[1] - before[0]) < 1.2:
            return before
    step = nice(width / 10)
    return math.floor(low / step) * step, math.ceil(high / step) * step
