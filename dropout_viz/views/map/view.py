"""What the network says everywhere in the plane of its two inputs, with the examples on it."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.decision_map import plane_of
from dropout_viz.analysis.questions import map as maps
from dropout_viz.analysis.questions.map import InputMap, Mode, Request, Scene
from dropout_viz.analysis.thinned import network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf, Switch
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.example_shown import example_of
from dropout_viz.views.inputs.maps import graph_of
from dropout_viz.views.map import KEY, words
from dropout_viz.views.map.layout import Layout, lay_out
from dropout_viz.views.map.picture import MapsPicture, axis_names
from dropout_viz.views.steering import to_example, to_unit

MODES: dict[Mode, str] = {
    "output": "output",
    "units": "hidden units",
    "members": "thinned networks",
    "spread": "uncertainty",
}


class View(ComputedView[Scene]):
    """Shows the plane."""

    SIZE, LEAST = (460, 360), (160, 140)

    BESIDE = 64.0

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        self._unit: Unit | None = None
        self._picture = MapsPicture()
        selection.hovered.connect(self._look_at_unit)
        self.test = self.declare(
            Switch(self, "test", "test set", "Show the test examples too, as small dots"), self.update
        )
        self.mode = self.declare(OneOf(self, "mode", "What the map shows", "What the map shows", MODES), self.refresh)

    @property
    def beside(self) -> float:
        return math.inf if self.mode.value in ("units", "members") else self.BESIDE  # small maps are of one network

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """Return why there is no map of such a run."""
        if plane_of(data) is not None:
            return ""
        n = int((np.ptp(data.x, axis=0) > 0).sum())
        return f"The map is drawn for two inputs that vary; this data set has {n}."

    def choices(self) -> dict[str, Any]:
        unit = None if self._unit is None else [self._unit.layer, self._unit.index]
        return {**super().choices(), "unit": unit}

    def take_choices(self, choices: Choices) -> None:
        unit = choices.wholes("unit", 2)
        self._unit = Unit(*unit) if unit else None
        super().take_choices(choices)

    # What is computed

    def question(self, frame: Frame) -> Question:
        snapshot, data = frame.snapshot, frame.data
        plane = plane_of(data)
        if plane is None:  # another data set has come, and the panel is about to say why it shows nothing
            return Question(None, snapshot.step)
        arms = tuple((arm.name, network_of(arm.snapshot)) for arm in frame.arms)
        if len(arms) == 1:
            arms = (("", arms[0][1]),)
        request = Request(arms, data, plane, self.mode.value, self._unit, 0)
        about = (self.run_of(frame), self.mode.value, self._unit, len(arms))
        return Question(about, snapshot.step, partial(maps.answer, request))

    def told_of(self, scene: Scene, step: int) -> list[str]:
        return words.summary(scene, step, self.ringed)

    # What the user does

    def walk(self, by: int) -> bool:
        return self.frame_ is not None and to_example(self.selection, self.frame_, by)

    def walk_second(self, by: int) -> bool:
        return self.frame_ is not None and to_unit(self.selection, self.frame_.snapshot.sizes, by)

    def _look_at_unit(self) -> None:
        """Show the map of a hidden unit that is pointed at in any view."""
        hover = self.selection.hover
        sizes = () if self.frame_ is None else self.frame_.snapshot.sizes
        unit = hover if isinstance(hover, Unit) and hover.is_hidden_in(sizes) else None
        if unit != self._unit:
            self._unit = unit
            if self.mode.value in ("output", "units"):
                self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        panel = self._small_at(event.position())
        if self.mode.value == "units":
            self.selection.point_at(panel.unit if panel is not None else None)
        near = self._example_at(event.position())
        clicks = near is not None and not near[1]
        self.setCursor(Qt.CursorShape.PointingHandCursor if clicks else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = self._example_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and near is not None and not near[1]:
            self.selection.choose(example=near[0])

    def _small_at(self, at: QPointF) -> InputMap | None:
        if self.scene is None:
            return None
        areas = self.layout_(self.scene).small
        return next((p for p, a in zip(self.scene.small, areas, strict=True) if a.contains(at)), None)

    def _example_at(self, at: QPointF) -> tuple[int, bool] | None:
        """Return the example within a few pixels of a point of a large map, and whether it is a test example."""
        scene = self.scene
        if scene is None:
            return None
        data, plane = scene.request.data, scene.request.plane
        a, b = plane.columns
        for area in self.layout_(scene).large:
            if not area.contains(at):
                continue
            graph = graph_of(plane, area)
            for x, test in ((data.x, False), (data.x_test if self.test.value else None, True)):
                if x is not None:
                    away = np.hypot(graph.px(x[:, a]) - at.x(), graph.py(x[:, b]) - at.y())
                    if away.min() < 7:
                        return int(away.argmin()), test
        return None

    # Drawing

    @property
    def ringed(self) -> int:
        """The example with a ring about it: the one that the network shows."""
        frame, selection = self.frame_, self.selection
        if frame is None:
            return selection.example
        return example_of(frame.snapshot, frame.data, selection.example, selection.follow)

    def layout_(self, scene: Scene) -> Layout:
        """Return where the maps are."""
        return lay_out(self.width(), self.height(), len(scene.large), len(scene.small))

    def paint(self, p: QPainter, scene: Scene) -> None:
        layout = self.layout_(scene)
        small = self._small_at(self.mouse) if self.mouse is not None else None
        if small is None and self._unit is not None:
            small = next((panel for panel in scene.small if panel.unit == self._unit), None)
        self._picture.paint(p, scene, layout, self.style_, self.ringed, self.test.value, small)
        self.draw_tip(p)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of a point: where it is, the values there, the example there."""
        layout, plane, data = self.layout_(scene), scene.request.plane, scene.request.data
        small = self._small_at(at)
        if small is not None:
            if small.unit is not None:
                names = [f"hidden {small.unit.layer}, unit {small.unit.index + 1}"]
            else:
                names = [small.title]
            return names + ([small.said] if small.said else [])
        for panel, area in zip(scene.large, layout.large, strict=True):
            if area.contains(at):
                n = panel.values.shape[1]
                column = round((at.x() - area.left()) / area.width() * (n - 1))
                row = round((area.bottom() - at.y()) / area.height() * (n - 1))
                values = panel.values[:, row, column]
                graph = graph_of(plane, area)
                across = graph.value_at(at.x())
                up = plane.low[1] + (area.bottom() - at.y()) / area.height() * (plane.high[1] - plane.low[1])
                one, other = axis_names(data, plane)
                lines = [
                    words.values(data, panel.kind, values),
                    f"{one} {across:.2f}, {other} {up:.2f}",
                ]
                near = self._example_at(at)
                if near is not None:
                    lines.append(words.example_words(data, *near))
                return lines
        return []
