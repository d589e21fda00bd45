"""How alike the hidden units are, by eight numbers that need not agree, for every arm."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import redundancy as scenes
from dropout_viz.analysis.questions.redundancy import Known, Request, Scene
from dropout_viz.analysis.redundancy import MEASURES
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.redundancy import KEY, table


class View(ComputedView[Scene]):
    """Shows the numbers of one hidden layer.

    Attributes:
        chosen: which hidden layer, 1 for the first.
    """

    SIZE, LEAST = (520, 400), (220, 190)

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        selection.changed.disconnect(self.refresh)  # nothing here depends on them
        selection.hovered.disconnect(self.update)
        self.chosen = self.declare(
            OneOf(self, "layer", "Hidden layer", "Which hidden layer's units are compared", _offered(1)), self.refresh
        )
        self._known: Known = {}

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """A single unit has nothing to be like."""
        return "" if max(config.hidden) > 1 else "Units are compared with one another here: this network has only one."

    @property
    def layer(self) -> int:
        """The hidden layer on show, 1 for the first."""
        layer: int = self.chosen.value
        return layer

    def choices(self) -> dict[str, Any]:
        seen: list[list[float]] = []
        if self.frame_ is not None and not self.frame_.history.path.kept:  # what was seen is all that there is
            own = sorted((k, step) for k, layer, step in self._known if layer == self.layer)
            seen = [[k, step, *self._known[k, self.layer, step].tolist()] for k, step in own]
        return {"layer": self.layer, "memory": {"seen": seen}}

    def take_choices(self, choices: Choices) -> None:
        self.chosen.take(choices)
        if self.frame_ is not None:
            arms, now = len(self.frame_.arms), self.frame_.snapshot.step
            seen = choices.part("memory").table("seen", 2 + len(MEASURES))
            self._known = self._known | {
                (int(arm), self.layer, int(step)): np.array(row)
                for arm, step, *row in seen
                if 0 <= arm < arms and 0 <= step < now
            }
        self.refresh()

    # What is computed

    def begin(self, frame: Frame) -> None:
        self._known = {}

    def settle(self, frame: Frame) -> None:
        self.chosen.offer(_offered(len(frame.snapshot.sizes) - 2))

    def question(self, frame: Frame) -> Question:
        snapshot = frame.snapshot
        request = Request(frame, self.layer, self._known, None if self.at_once else scenes.AT_ONCE)
        about = (self.run_of(frame), self.layer, len(frame.arms))
        return Question(about, snapshot.step, partial(scenes.answer, request))

    def take(self, answer: Scene) -> None:
        self.scene, self._known = answer, answer.known

    def is_whole(self, answer: Scene) -> bool:
        return answer.complete

    def told_of(self, scene: Scene, step: int) -> list[str]:
        foot = [] if self.mouse is None else self.said(self.mouse)
        return [*table.summary(scene), " ".join(foot)]

    # What the user does

    def walk(self, by: int) -> bool:
        """Point at the row before or after the one that is pointed at."""
        if self.scene is None:
            return False
        layout = self.layout_(self.scene)
        at = None if self.mouse is None else layout.row_at(self.mouse)
        row = ((-1 if by > 0 else 0) if at is None else at) + by
        self.mouse = layout.rows[row % len(layout.rows)].center()
        self.selection.point_at(self._pointed(self.scene, row % len(layout.rows)))
        self.update()
        return True

    def point(self, at: QPointF) -> None:
        if self.scene is not None:
            self.selection.point_at(self._pointed(self.scene, self.layout_(self.scene).row_at(at)))

    @staticmethod
    def _pointed(scene: Scene, row: int | None) -> Unit | None:
        """Return the first of the two units most alike by the number of a row."""
        if row is None:
            return None
        key = MEASURES[row].key
        pair = scene.now[0].closest.get({"clones": "weight_cosine"}.get(key, key))
        return None if pair is None else Unit(scene.request.layer, pair.first)

    # Drawing

    def layout_(self, scene: Scene) -> table.Layout:
        """Return where things are."""
        return table.lay_out(self.width(), self.height(), [arm.name for arm in scene.request.frame.arms])

    def paint(self, p: QPainter, scene: Scene) -> None:
        told = [] if self.mouse is None else self.said(self.mouse)
        table.paint(p, self.layout_(scene), scene, self.mouse, told, self.style_)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what the foot of the table says of the row at a point."""
        return table.said(self.layout_(scene), scene, at)


def _offered(hidden: int) -> dict[int, str]:
    """Return the hidden layers that may be chosen."""
    return {k: f"hidden layer {k}" for k in range(1, hidden + 1)}
