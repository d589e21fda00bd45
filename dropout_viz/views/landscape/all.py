"""All balls at once: every weight on its own slice of the loss, on one weight axis and one loss axis."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis import balls
from dropout_viz.analysis.balls import Balls, Which
from dropout_viz.analysis.curves import curves_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.history import History
from dropout_viz.engine.schedule import SCORED
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.landscape import scene as scenes
from dropout_viz.views.landscape import words
from dropout_viz.views.landscape.balls import BallsPicture, ShownBalls
from dropout_viz.views.weight_names import Names

POINTS = 225  # samples of a curve
MOST_CURVES = 32
BUDGET = 12e6  # nanoseconds that an answer may take, about


def answer(snapshot: Snapshot, history: History, data: DataSet, which: Which, chosen: Weight) -> Balls:
    """Compute what is shown of a snapshot. ``history``: up to its step."""
    which = balls.possible(snapshot.weights, which)
    places = balls.choose(snapshot.weights, which, chosen)
    at = places.index(chosen)
    values = np.array([float(snapshot.weights[p.layer][p.source, p.target]) for p in places])
    examples, most = _within(snapshot, data, places)
    surface = scenes.surface_of(snapshot, data, "all", examples)
    past, first = _past(snapshot, history, data, places)
    half = balls.weight_end(values, past.weights, first)
    begun = history.loss_train.values[:1]
    top = balls.loss_end(surface.loss, float(begun[0]) if len(begun) else surface.loss)
    indices = balls.drawn(places, values, at, len(snapshot.weights), most)
    closer = balls.zoom(surface.loss, top)
    shown = [places[k] for k in indices]
    curves = curves_of(surface, shown, [half] * len(indices), POINTS, balls.even_end(half))
    total = sum(w.size for w in snapshot.weights)
    over = (min(examples, len(data.x)), len(data.x))
    by_index = dict(zip(indices, curves, strict=True))
    return Balls(
        snapshot.step, which, places, values, surface.loss, total, by_index, at, half, top / closer, past, over, closer
    )


def _within(snapshot: Snapshot, data: DataSet, places: tuple[Weight, ...]) -> tuple[int, int]:
    """Return over how many examples, and for how many weights, the budget allows curves."""
    dearest = max(scenes.cost(snapshot, layer) for layer in {p.layer for p in places})
    few = min(len(places), 8)
    examples = int(max(8, min(scenes.EXAMPLES, BUDGET / (few * POINTS * dearest))))
    most = int(BUDGET / (min(examples, len(data.x)) * POINTS * dearest))
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
        scene: what is on show, or None before the first frame. which: which weights.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, "landscape")
        self.scene: Balls | None = None
        self.which: Which = "all"
        self._names: Names | None = None
        self._picture = BallsPicture()

    def sizeHint(self) -> QSize:
        return QSize(460, 400)

    def show_which(self, which: Which) -> None:
        """Choose which weights are shown, from the next frame on."""
        self.which = which

    def begin(self, frame: Frame) -> None:
        self._names, self.scene = Names(frame.snapshot.sizes, frame.data), None

    def question(self, frame: Frame) -> Question:
        snapshot, data = frame.snapshot, frame.data
        chosen = self.selection.weight.within(snapshot.sizes)
        about = (snapshot.run, snapshot.world, self.which, chosen)
        job = partial(answer, snapshot, frame.history.until(snapshot.step), data, self.which, chosen)
        return Question(about, snapshot.step, job)

    def take(self, answer: Balls) -> None:
        self.scene = answer

    def shown(self) -> ShownBalls | None:
        """Return all that the picture depends on."""
        if self.scene is None or self._names is None:
            return None
        return ShownBalls(
            self.scene,
            self._names,
            self.width(),
            self.height(),
            self.mouse,
            self.selection.hover,
            self.style_,
            self.fine,
        )

    def draw(self, p: QPainter) -> None:
        self._picture.paint(p, self.shown(), self.style_, self.rect())

    def told(self) -> list[str]:
        if self.scene is None or self._names is None:
            return []
        return words.summary_of_all(self._names, self.scene)

    # What the user does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self._place_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        self.selection.point_at(None if place is None else place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.selection.choose(weight=place)

    def _place_at(self, at: QPointF) -> Weight | None:
        """Return the weight whose ball, name or curve lies at a point."""
        shown = self.shown()
        return None if shown is None else shown.place_at(at)
