"""Why the scale is needed: the mean activation that layers pass on, in training and with every unit on."""

from __future__ import annotations

import math
from collections import deque
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import scaling as scenes
from dropout_viz.analysis.questions.scaling import Request, Scene
from dropout_viz.analysis.scaling import MOST
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.box import Box, ui_scale
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import count, plain, setting
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import elided, text_width
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.choices import Choices, rounded
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.scaling import KEY
from dropout_viz.views.scaling.moments import MomentsBox, draw_box, make_boxes
from dropout_viz.views.scaling.picture import Group, draw_group, make_groups, top_of
from dropout_viz.words import many

_KEPT = 60
_WHY_NOTHING = "Nothing was dropped in this step."


class View(ComputedView[Scene]):
    """Paints a box for each layer and scaling; of noise of mean 1, for each layer's mean and variance.

    Attributes:
        boxes: what was painted last, and where.
    """

    BESIDE = math.inf
    SIZE, LEAST = (460, 400), (240, 232)  # three boxes of two rows, each as high as its words

    def __init__(self, selection: Selection, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        selection.changed.disconnect(self.refresh)  # nothing here depends on them
        self._past: deque[list[float]] = deque(maxlen=_KEPT)
        self.boxes: list[Group] | list[MomentsBox] = []

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        if any(config.drop_probabilities):
            return ""
        return "There is nothing to scale: every drop probability is 0, so training and test see the same network."

    def choices(self) -> dict[str, Any]:
        return {"memory": {"past": [rounded(past) for past in self._past]}}

    def take_choices(self, choices: Choices) -> None:
        layers = 0 if self.scene is None else len(self.scene.layers)
        past = choices.part("memory").table("past", layers)
        if past and layers:
            self._past.clear()
            self._past.extend(past)
        self.update()

    # What is computed

    def run_of(self, frame: Frame) -> object:
        return super().run_of(frame), frame.snapshot.used.drop_probabilities

    def begin(self, frame: Frame) -> None:
        self._past.clear()

    def question(self, frame: Frame) -> Question:
        request = Request(frame.snapshot, frame.data)
        return Question(self.run_of(frame), frame.snapshot.step, partial(scenes.answer, request))

    def take(self, answer: Scene) -> None:
        step, before = answer.request.snapshot.step, self.scene
        shown = -1 if before is None else before.request.snapshot.step
        self.scene = answer
        if step < shown:
            self._past.clear()
        if step and step != shown and answer.layers:
            self._past.append([one.step for one in answer.layers])

    # Drawing

    def groups(self, scene: Scene, ui: float) -> list[Group]:
        """Return what is drawn, and where."""
        margin = 10 * ui
        box = Box(margin, 40 * ui, self.width() - 2 * margin, self.height() - 40 * ui - margin / 2)
        steps = [[past[k] for past in self._past] for k in range(len(scene.layers))]
        names = [self._name(scene, one.layer) for one in scene.layers]
        return make_groups(box, names, scene.layers, steps, scene.request.snapshot.used.scaling, ui)

    @staticmethod
    def _name(scene: Scene, layer: int) -> str:
        if layer == 0:
            return "input"
        return "hidden" if len(scene.request.snapshot.sizes) == 3 else f"hidden {layer}"

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self.style_.panel))
        scene = self.scene
        self.boxes = []
        if scene is None:
            self.draw_nothing(painter)
            return
        if not (scene.layers or scene.moments):
            self.draw_nothing(painter, _WHY_NOTHING)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = Ink(self.style_, ui_scale(self.width() * 1.6, self.height() * 1.3), 3.0)
        (self._draw_moments if scene.moments else self._draw_groups)(painter, scene, ink)
        self.draw_tip(painter, ink)

    def _draw_groups(self, painter: QPainter, scene: Scene, ink: Ink) -> None:
        self.boxes = groups = self.groups(scene, ink.ui)
        self._draw_headings(painter, scene, groups, ink)
        for group in groups:
            draw_group(painter, group, top_of(groups, group.layer), ink, self._is_under(group.box))

    def _draw_moments(self, painter: QPainter, scene: Scene, ink: Ink) -> None:
        """Draw what noise of mean 1 does, of which there is nothing to scale."""
        margin, noise = 10 * ink.ui, scene.request.snapshot.used.noise_kind
        seen = len(scene.request.snapshot.examples)
        over = f", {many(MOST, 'example', of=seen)} of the step" if seen > MOST else ""
        said = f"{noise.general}, of mean 1: nothing is to be scaled. Present weights, over many draws{over}."
        room = self.width() - 2 * margin
        ink.write(painter, margin, 12 * ink.ui, said, "dim", room=room)
        area = Box(margin, 40 * ink.ui, room, self.height() - 40 * ink.ui - margin / 2)
        names = [self._name(scene, one.layer) for one in scene.moments]
        self.boxes = boxes = make_boxes(area, names, scene.moments, ink.ui)
        for box, one in zip(boxes[::2], scene.moments, strict=True):
            title = f"{box.layer} layer, p = {setting(one.p)}, variance of r {plain(one.factor)}"
            title = elided(title, ink.small, box.box.width)
            ink.write(painter, box.box.left, 29 * ink.ui, title, "text", bold=True)
        for box in boxes:
            draw_box(painter, box, ink, self._is_under(box.box))

    def _draw_headings(self, painter: QPainter, scene: Scene, groups: list[Group], ink: Ink) -> None:
        seen = len(scene.request.snapshot.examples)
        cut = seen > MOST
        over = many(min(MOST, seen), "example", of=seen if cut else None)
        words = [
            f"Mean size of activations, {over}{' of the step' * cut}; strokes: {_steps(len(self._past))}",
            f"Mean size of activations, {over}",
            f"Mean size, {over}" if cut else "Mean size of activations",
        ]
        room = self.width() - 20 * ink.ui
        said = next((w for w in words if text_width(w, ink.small) <= room), words[-1])
        ink.write(painter, 10 * ink.ui, 12 * ink.ui, said, "dim", live=True)
        for one, group in zip(scene.layers, groups[::3], strict=True):
            title = f"{group.layer} layer, p = {setting(one.p)}"
            title = elided(title, ink.small, group.box.width)
            ink.write(painter, group.box.left, 29 * ink.ui, title, "text", bold=True)

    def _is_under(self, box: Box) -> bool:
        return self.mouse is not None and box.holds(self.mouse.x(), self.mouse.y())

    def told_of(self, scene: Scene, step: int) -> list[str]:
        nothing = [] if scene.layers or scene.moments else [_WHY_NOTHING]
        return [f"Step {count(step)}", *nothing, *(text for one in self.boxes if (text := one.sentence()))]

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of the box at a point."""
        return next((one.lines() for one in self.boxes if one.box.holds(at.x(), at.y())), [])


def _steps(n: int) -> str:
    return "no step yet" if not n else "the last step shown" if n == 1 else f"the last {n} steps that were shown"
