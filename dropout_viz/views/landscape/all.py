"""All balls at once: every weight on its own slice of the loss, on one weight axis and one loss axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis import balls
from dropout_viz.analysis.balls import Balls, Which
from dropout_viz.analysis.curves import curves_of
from dropout_viz.analysis.slices import Array, Surface
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import arm_names
from dropout_viz.draw import style as look
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.history import History
from dropout_viz.engine.schedule import SCORED
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.landscape import scene as scenes
from dropout_viz.views.landscape import words
from dropout_viz.views.landscape.balls import BallsPicture, OfArm, ShownBalls, places_beside
from dropout_viz.views.weight_names import Names
from dropout_viz.words import of_arm

POINTS = 225  # samples of a curve
MOST_CURVES = 32
BUDGET = 12e6  # nanoseconds that an answer may take, about


@dataclass(frozen=True, eq=False)
class Measured:
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


def answer(arms: Sequence[Arm], data: DataSet, which: Which, chosen: Weight) -> tuple[Balls, ...]:
    """Compute what is shown of some arms of as many units, all of the same weights and on the same axes. Their
    histories go up to their snapshots' steps."""
    sizes = [
        np.fmax.reduce([np.abs(w) for w in layer]) for layer in zip(*(a.snapshot.weights for a in arms), strict=True)
    ]
    which = balls.possible(sizes, which)
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


def _measure(arm: Arm, data: DataSet, places: tuple[Weight, ...], examples: int) -> Measured:
    snapshot, history = arm.snapshot, arm.history.until(arm.snapshot.step)
    values = np.array([float(snapshot.weights[p.layer][p.source, p.target]) for p in places])
    surface = scenes.surface_of(snapshot, data, "all", examples)
    past, first = _past(snapshot, history, data, places)
    begun = history.loss_train.values[:1]
    return Measured(snapshot, surface, values, past, first, float(begun[0]) if len(begun) else surface.loss)


def _within(snapshot: Snapshot, data: DataSet, places: tuple[Weight, ...], budget: float) -> tuple[int, int]:
    """Return over how many examples, and for how many weights, the budget allows curves."""
    dearest = max(scenes.cost(snapshot, layer) for layer in {p.layer for p in places})
    few = min(len(places), 8)
    examples = int(max(8, min(scenes.EXAMPLES, budget / (few * POINTS * dearest))))
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
    if len(data.x) > min(scenes.EXAMPLES, SCORED):
        return balls.NO_TRAILS, weights[0]
    return balls.trails(steps, weights, history.loss_train.until(snapshot.step).pair()), weights[0]


class AllWeights(ComputedView):
    """Shows all balls, or those of one unit, or the strongest.

    Attributes:
        scenes: what is on show, of each arm; none before the first frame. which: which weights.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, "landscape")
        self.scenes: tuple[Balls, ...] = ()
        self.which: Which = "all"
        self._names: Names | None = None
        self._picture = BallsPicture()

    def sizeHint(self) -> QSize:
        return QSize(460, 400)

    @property
    def scene(self) -> Balls | None:
        """What is on show of the first arm."""
        return self.scenes[0] if self.scenes else None

    def show_which(self, which: Which) -> None:
        """Choose which weights are shown, from the next frame on."""
        self.which = which

    def begin(self, frame: Frame) -> None:
        self._names, self.scenes = Names(frame.snapshot.sizes, frame.data), ()

    def run_of(self, frame: Frame) -> object:
        return super().run_of(frame), tuple((arm.name, arm.snapshot.run) for arm in frame.arms)

    def question(self, frame: Frame) -> Question:
        snapshot, data = frame.snapshot, frame.data
        chosen = self.selection.weight.within(snapshot.sizes)
        about = (self.run_of(frame), self.which, chosen)
        return Question(about, snapshot.step, partial(answer, frame.arms, data, self.which, chosen))

    def take(self, answer: tuple[Balls, ...]) -> None:
        self.scenes = answer

    def shown(self) -> ShownBalls | None:
        """Return all that the picture of the first arm depends on."""
        return next(iter(self.all_shown()), None)

    def all_shown(self) -> list[ShownBalls]:
        """Return all that the picture of each arm depends on, from the left."""
        if self._names is None or self.frame_ is None or len(self.scenes) != len(self.frame_.arms):
            return []
        names = [arm.name for arm in self.frame_.arms] if len(self.scenes) > 1 else [""]
        apart = zip(names, arm_names.told_apart(names), self.scenes, strict=True)
        arms = [OfArm(name, short, self.style_.arm(k), one) for k, (name, short, one) in enumerate(apart)]
        lefts = places_beside(len(arms), self.width(), self.height())
        mouse = self.mouse
        under = None if mouse is None else sum(left <= mouse.x() for left in lefts[1:-1])
        return [
            ShownBalls(
                arm.balls,
                self._names,
                left,
                end - left,
                self.height(),
                QPointF(mouse.x() - left, mouse.y()) if mouse is not None and under == k else None,
                self.selection.hover,
                self.style_,
                self.fine,
                arm if len(arms) > 1 else None,
                tuple(other for other in arms if other is not arm),
            )
            for k, (arm, left, end) in enumerate(zip(arms, lefts, lefts[1:], strict=False))
        ]

    def draw(self, p: QPainter) -> None:
        self._picture.paint(p, self.all_shown(), self.style_, self.rect())

    def told(self) -> list[str]:
        if self._names is None:
            return []
        said = []
        for shown in self.all_shown():
            of_one = words.summary_of_all(self._names, shown.balls)
            said += of_one if shown.arm is None else [of_arm(shown.arm.name, sentence) for sentence in of_one]
        return said

    # What the user does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self._place_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        self.selection.point_at(None if place is None else place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            if len(self.scenes) > 1:
                self.selection.choose_arm(sum(shown.left <= event.position().x() for shown in self.all_shown()) - 1)
            if place is not None:
                self.selection.choose(weight=place)
                return
        super().mousePressEvent(event)

    def _place_at(self, at: QPointF) -> Weight | None:
        """Return the weight whose ball, name or curve lies at a point."""
        beneath = [shown for shown in self.all_shown() if shown.left <= at.x()]
        return beneath[-1].place_at(QPointF(at.x() - beneath[-1].left, at.y())) if beneath else None
