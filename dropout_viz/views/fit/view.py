"""The function of a network of one input, with those of its thinned networks, their spread and the examples."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import fit as scenes
from dropout_viz.analysis.questions.fit import Request, Scene, line_of
from dropout_viz.analysis.thinned import network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.near import nearest
from dropout_viz.draw.ranges import Range, fit
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import Switch
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.fit import KEY, words
from dropout_viz.views.fit.picture import FitPointer, graph_of, paint
from dropout_viz.views.steering import to_example

_NEAR = 8.0  # pixels from an example at which the mouse still means it
_FILLED = 0.8  # of the axis: the first steps' thinned networks reach far, and later ones would lie in a half of it


class View(ComputedView[Scene]):
    """Shows what the networks say along the input."""

    SIZE, LEAST = (460, 360), (160, 120)

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        self._output = 0
        self._range: Range | None = None
        self.test = self.declare(
            Switch(self, "test", "test set", "Show the test examples too, as rings", True), self.update
        )

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """Return why there is no curve of such a run."""
        if line_of(data) is not None:
            return ""
        n = int((np.ptp(data.x, axis=0) > 0).sum())
        return f"The fit is drawn along one input that varies; this data set has {n}."

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), "output": self._output, "memory": {"range": self._range}}

    def take_choices(self, choices: Choices) -> None:
        self._output, self._range = choices.whole("output"), choices.part("memory").span("range")
        super().take_choices(choices)

    # What is computed

    def settle(self, frame: Frame) -> None:
        self.test.possible = frame.data.x_test is not None

    def begin(self, frame: Frame) -> None:
        self._range = None

    def question(self, frame: Frame) -> Question:
        step, data, line = frame.snapshot.step, frame.data, line_of(frame.data)
        if line is None:  # another data set has come, and the panel is about to say why it shows nothing
            return Question(None, step)
        several = len(frame.arms) > 1
        arms = tuple((arm.name if several else "", network_of(arm.snapshot)) for arm in frame.arms)
        output = min(self._output, data.y.shape[1] - 1)
        request = Request(arms, data, line, output, 0)
        return Question((self.run_of(frame), output, len(arms)), step, partial(scenes.answer, request))

    def take(self, answer: Scene) -> None:
        self.scene = answer
        seen = [answer.request.data.y[:, answer.request.output]]
        for one in answer.fits:
            seen += [one.whole, one.mean + one.deviation, one.mean - one.deviation]
        values = np.concatenate(seen)
        values = values[np.isfinite(values)]
        if len(values):
            low, high = float(values.min()), float(values.max())
            self._range = fit(low, high, self._range, from_zero=0.0, parts=8, keep=_FILLED)

    def told_of(self, scene: Scene, step: int) -> list[str]:
        return words.summary(scene, step, self.ringed)

    # What the user does

    def walk(self, by: int) -> bool:
        return self.frame_ is not None and to_example(self.selection, self.frame_, by)

    def walk_second(self, by: int) -> bool:
        outputs = 0 if self.frame_ is None else self.frame_.data.y.shape[1]
        if outputs > 1:
            self._output, self._range = (self._output + by) % outputs, None
            self.refresh()
        return outputs > 1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = self._example_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and near is not None and not near[1]:
            self.selection.choose(example=near[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        near = self._example_at(event.position())
        clicks = near is not None and not near[1]
        self.setCursor(Qt.CursorShape.PointingHandCursor if clicks else Qt.CursorShape.ArrowCursor)

    def _example_at(self, at: QPointF) -> tuple[int, bool] | None:
        """Return the example within a few pixels, and whether it is a test example."""
        scene = self.scene
        if scene is None:
            return None
        data, graph = scene.request.data, self.graph(scene)
        column, k = scene.request.line.column, scene.request.output
        shown = [(data.x, data.y, False), *([(data.x_test, data.y_test, True)] if self.test.value else [])]
        for x, y, test in shown:
            if x is not None and y is not None:
                found = nearest(graph.px(x[:, column]), graph.py(y[:, k]), at.x(), at.y(), _NEAR)
                if found is not None:
                    return found, test
        return None

    # Drawing

    def graph(self, scene: Scene) -> Graph:
        """Return the mapping to pixels."""
        return graph_of(scene, self.width(), self.height(), self._range or (0.0, 1.0))

    def _place_at(self, scene: Scene, at: QPointF | None) -> int | None:
        """Return which of the places along the input lies nearest to a point of the graph."""
        graph = self.graph(scene)
        if at is None or not graph.area.contains(at):
            return None
        return int(np.abs(scene.x - graph.value_at(at.x())).argmin())

    def paint(self, p: QPainter, scene: Scene) -> None:
        pointer = FitPointer(self._place_at(scene, self.mouse), self.ringed)
        graph = self.graph(scene)
        paint(p, scene, self.shown_step or 0, graph, self.height(), self.style_, self.test.value, pointer, self.fine)
        self.draw_tip(p)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of a point: the place, the values there, the example there."""
        place = self._place_at(scene, at)
        if place is None:
            return []
        lines, near = words.at(scene, place), self._example_at(at)
        if near is not None:
            line = scene.request.line
            lines.append(words.example(scene.request.data, near[0], line.column, scene.request.output, near[1]))
        return lines
