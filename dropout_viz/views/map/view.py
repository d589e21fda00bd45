"""What the network says everywhere in the plane of its two inputs, with the examples on it."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from dropout_viz.analysis.decision_map import plane_of
from dropout_viz.analysis.questions import map as maps
from dropout_viz.analysis.questions.map import InputMap, Mode, Request, Scene
from dropout_viz.analysis.thinned import network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.drawn import Point
from dropout_viz.draw import style as look
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.near import nearest
from dropout_viz.draw.numbers import written
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.own_points import points_of, settings_with
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf, Switch
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.inputs.maps import graph_of
from dropout_viz.views.map import KEY, words
from dropout_viz.views.map.drawing import ERASER, INKS, PointDrawing
from dropout_viz.views.map.layout import Layout, lay_out
from dropout_viz.views.map.picture import MapsPicture, axis_names
from dropout_viz.views.steering import to_example, to_unit

_NEAR = 8.0  # pixels within which a click takes hold of a point
_NO_KEY = Qt.KeyboardModifier.NoModifier
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
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
        self.drawing = PointDrawing()
        self._asked: RunConfig | None = None  # what the run will be when all that was drawn has come
        self.draw_ = self.declare(Switch(self, "draw", "draw", "Draw points of your own (D)"), self._turn_drawing)
        self.ink = self.declare(
            OneOf(self, "ink", "What a click adds", "What a click adds (1 to 5, 0)", INKS), self.update
        )
        self.ink.possible = False
        self._empty = QToolButton()
        self._empty.setText("start empty")
        self._empty.setToolTip("Take all points away; the next stroke begins anew")
        self._empty.setFont(look.font(look.SMALL))
        self._empty.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._empty.clicked.connect(self._start_empty)
        self._empty.setVisible(False)

    def menu(self) -> QMenu:
        menu = super().menu()
        if self.draws:
            menu.addAction("Start empty", self._start_empty)
        return menu

    def header_tools(self) -> list[QWidget]:
        return [*super().header_tools(), self._empty]

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
        self._turn_drawing()

    # What is computed

    def settle(self, frame: Frame) -> None:
        self.test.possible = frame.data.x_test is not None

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
        said = words.summary(scene, step, self.ringed)
        if self.draws:
            said.append(words.drawing(self._sheet(), self.ink.value, self.drawing.is_full, self.drawing.cursor)[0])
        return said

    # What the user draws

    @property
    def draws(self) -> bool:
        """Whether clicks draw points."""
        patient = self.frame_ is not None and self.frame_.snapshot.config.patient is not None  # its data are given
        return bool(self.draw_.value) and not self.fine and self.scene is not None and not patient

    @property
    def drawing_on(self) -> bool:
        return bool(self.draw_.value)

    @drawing_on.setter
    def drawing_on(self, on: bool) -> None:
        self.draw_.value = on

    def _turn_drawing(self) -> None:
        self.ink.possible = self.draw_.value
        self._empty.setVisible(self.draw_.value and self._empty.parentWidget() is not None)
        if not self.draw_.value and not self.drawing.points:
            self.drawing.points = None
        self.setCursor(Qt.CursorShape.CrossCursor if self.draw_.value else Qt.CursorShape.ArrowCursor)
        self.update()

    def _sheet(self) -> list[Point]:
        """Return the points as they are now; none where the examples cannot be drawn on: then they begin anew."""
        scene, frame = self.scene, self.frame_
        if self.drawing.points is not None:
            return self.drawing.points
        if scene is None or frame is None:
            return []
        if points := frame.snapshot.config.points:
            return list(points)
        return points_of(frame.data, scene.request.plane.columns) or []

    def _start_empty(self) -> None:
        if self.draws:
            self.drawing.points = []
            self.update()

    def _send(self) -> None:
        """Ask for a run of what has been drawn."""
        frame = self.frame_
        if frame is None:
            return
        config = frame.snapshot.config
        if self._asked is None or not self.drawing.waits:
            self._asked = config
        if (points := self.drawing.send(config.points)) is not None:
            settings = settings_with(self._asked, points)
            self._asked = self._asked.model_copy(update=settings)
            self.selection.ask(settings)
        self.update()
        self.refreshed.emit()

    def _place(self, at: QPointF) -> tuple[tuple[float, float], float] | None:
        """Return where a pixel of a large map lies in the plane, and how far some pixels reach there."""
        if self.scene is None:
            return None
        plane = self.scene.request.plane
        for area in self.layout_(self.scene).large:
            if area.contains(at):
                graph = graph_of(plane, area)
                return (graph.value_at(at.x()), graph.value_up(at.y())), _NEAR * (
                    plane.high[0] - plane.low[0]
                ) / area.width()
        return None

    def _draw_by_key(self, event: QKeyEvent) -> bool:
        """Choose the ink, move the cursor, or add and erase at it. Returns whether the key does any of that."""
        key, held, scene = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, self.scene
        if not self.draws or scene is None or held not in (_NO_KEY, Qt.KeyboardModifier.ShiftModifier):
            return False
        if held == _NO_KEY and event.text() in map(str, INKS):
            self.ink.value = int(event.text())
            return True
        plane = scene.request.plane
        wide = plane.high[0] - plane.low[0]
        x, y = self.drawing.cursor or (plane.low[0] + wide / 2, plane.low[1] + wide / 2)
        if (way := _ARROWS.get(Qt.Key(key))) is not None:
            step = wide / (8 if held == Qt.KeyboardModifier.ShiftModifier else 40)
            x, y = (
                float(np.clip(value + step * by, low, high))
                for value, by, low, high in zip((x, y), way, plane.low, plane.high, strict=True)
            )
            self.drawing.cursor = (x, y)
        elif key in (*ENTER, Qt.Key.Key_Delete) and held == _NO_KEY:
            self.drawing.points = list(self._sheet())
            if key == Qt.Key.Key_Delete or self.ink.value == ERASER:
                self.drawing.erase((x, y), wide / 60)
            else:
                self.drawing.add((x, y), self.ink.value)
            self.drawing.cursor = (x, y)
            self._send()
        else:
            return False
        self._steered = True
        self.update()
        self.refreshed.emit()
        return True

    def event(self, event: QEvent) -> bool:
        """While points are drawn, digits and arrows are this view's own, whatever they mean in the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.draws:
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier in (
                _NO_KEY,
                Qt.KeyboardModifier.ShiftModifier,
            )
            if plain and (event.text() in map(str, INKS) or event.key() in _ARROWS):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._draw_by_key(event):
            super().keyPressEvent(event)

    def meet(self, frame: Frame) -> None:
        """What is drawn stays in sight until the run of it is."""
        before, ours = self.scene, self.drawing.awaits(frame.snapshot.config.points)
        super().meet(frame)
        if ours and before is not None and self.scene is None:
            self.scene = before
            self._computing.uncover()

    def begin(self, frame: Frame) -> None:
        self.drawing.arrive(frame.snapshot.config.points)

    def take(self, answer: Scene) -> None:
        super().take(answer)
        self.drawing.settle()

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
        if self.draws:
            place = self._place(event.position())
            if self.drawing.held and place is not None:
                self.drawing.drag(place[0], self.ink.value, place[1])
            return
        panel = self._small_at(event.position())
        if self.mode.value == "units":
            self.selection.point_at(panel.unit if panel is not None else None)
        near = self._example_at(event.position())
        clicks = near is not None and not near[1]
        self.setCursor(Qt.CursorShape.PointingHandCursor if clicks else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.draws:
            place = self._place(event.position())
            if event.button() == Qt.MouseButton.LeftButton and place is not None:
                self.drawing.press(self._sheet(), place[0], self.ink.value, place[1])
                self.update()
            return
        near = self._example_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and near is not None and not near[1]:
            self.selection.choose(example=near[0])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.drawing.held and event.button() == Qt.MouseButton.LeftButton:
            self._send()

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
                    found = nearest(graph.px(x[:, a]), graph.py(x[:, b]), at.x(), at.y(), 7)
                    if found is not None:
                        return found, test
        return None

    # Drawing

    def layout_(self, scene: Scene) -> Layout:
        """Return where the maps are."""
        return lay_out(self.width(), self.height(), len(scene.large), len(scene.small), scene.apart is not None)

    def paint(self, p: QPainter, scene: Scene) -> None:
        layout = self.layout_(scene)
        small = self._small_at(self.mouse) if self.mouse is not None else None
        if small is None and self._unit is not None:
            small = next((panel for panel in scene.small if panel.unit == self._unit), None)
        drawn = self.drawing.examples if self.draws else None
        hint = words.drawing(self._sheet(), self.ink.value, self.drawing.is_full) if self.draws else []
        self._picture.paint(p, scene, layout, self.style_, self.ringed, self.test.value, small, drawn, hint)
        if self.draws:
            self._picture.paint_cursor(p, scene, layout, self.style_, self.drawing.cursor if self.hasFocus() else None)
        else:
            self.draw_tip(p)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of a point: where it is, the values there, the example there."""
        layout, plane, data = self.layout_(scene), scene.request.plane, scene.request.data
        large = list(zip(scene.large, layout.large, strict=True))
        if scene.apart is not None and layout.apart is not None:
            large.append((scene.apart, layout.apart))
        small = self._small_at(at)
        if small is not None:
            if small.unit is not None:
                names = [f"hidden {small.unit.layer}, unit {small.unit.index + 1}"]
            else:
                names = [small.title]
            return names + ([small.said] if small.said else [])
        for panel, area in large:
            if area.contains(at):
                n = panel.values.shape[1]
                column = round((at.x() - area.left()) / area.width() * (n - 1))
                row = round((area.bottom() - at.y()) / area.height() * (n - 1))
                values = panel.values[:, row, column]
                graph = graph_of(plane, area)
                across = graph.value_at(at.x())
                up = graph.value_up(at.y())
                one, other = axis_names(data, plane)
                lines = [
                    words.values(data, panel.kind, values),
                    f"{one} {written(across, 2)}, {other} {written(up, 2)}",
                ]
                near = self._example_at(at)
                if near is not None:
                    lines.append(words.example_words(data, *near))
                return lines
        return []
