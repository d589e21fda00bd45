"""Every thinned network's answer for one example, and what the several ways of averaging them give."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QCloseEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolButton, QWidget

from dropout_viz.analysis.questions import ensemble as scenes
from dropout_viz.analysis.questions.ensemble import BINS, CONVERGENCE, Scene
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.near import nearest
from dropout_viz.draw.numbers import number
from dropout_viz.draw.ranges import Range, fit
from dropout_viz.draw.whole_box import WholeBox
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import Whole
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import Answered, ComputedView, Question
from dropout_viz.views.ensemble import KEY, words
from dropout_viz.views.ensemble.layout import Layout, lay_out
from dropout_viz.views.ensemble.picture import dots_of, paint
from dropout_viz.words import many


def _same_means(before: scenes.Request, now: scenes.Request) -> bool:
    """Return whether an overview of the one is one of the other too, but for the step; both are of the same run."""
    return (before.network.n, before.k, before.draw) == (now.network.n, now.k, now.draw)


class View(ComputedView[Scene]):
    """Shows an ensemble."""

    SIZE, LEAST = (460, 400), (220, 150)
    MASKS = "This view shows what they say, each and on average."

    _progress = Signal(object)

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        self._draw = 0
        self._output: int | None = None  # None: the class that the example belongs to
        self._range: Range | None = None
        self._asked: Hashable = None
        self._progress.connect(self._arrived)
        self._progress.connect(self.refreshed)
        self._example = WholeBox(1, 1, "Which training example the networks answer for")
        self._example.setPrefix("example ")
        self._example.setFont(look.font(look.SMALL))
        self._example.setToolTip("Which training example the networks answer for")
        self._example.valueChanged.connect(self._choose_example)
        about = "Networks in the Monte-Carlo mean"
        self.k = self.declare(Whole(self, "k", about, about, 50, CONVERGENCE, "k = "), self.refresh)
        self._again = QToolButton()
        self._again.setText("resample")
        self._again.setToolTip("Draw other networks for the Monte-Carlo mean")
        self._again.setFont(look.font(look.SMALL))
        self._again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._again.clicked.connect(self._resample)

    def header_tools(self) -> list[QWidget]:
        """Return the stepper of examples, the number of networks drawn and the button that draws others."""
        return [self._example, *super().header_tools(), self._again]

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), "draw": self._draw, "output": self._output, "memory": {"range": self._range}}

    def take_choices(self, choices: Choices) -> None:
        self._draw = choices.whole("draw", most=1 << 31)
        self._output, self._range = choices.maybe("output"), choices.part("memory").span("range")
        super().take_choices(choices)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._asked = None  # an overview that is under way stops after its next part
        super().closeEvent(event)

    # What is computed

    def settle(self, frame: Frame) -> None:
        examples = len(frame.data.x)
        self._show_example(min(self.selection.example, examples - 1), examples)
        self._asked = self.question(frame).about

    def question(self, frame: Frame) -> Question:
        snapshot, data = frame.snapshot, frame.data
        example = min(self.selection.example, len(data.x) - 1)
        outputs = snapshot.sizes[-1]
        output = self._output if self._output is not None and self._output < outputs else int(data.y[example].argmax())
        others = tuple((arm.name, arm.snapshot) for arm in frame.arms[1:])
        k = min(self.k.value, scenes.affordable(snapshot, CONVERGENCE))
        request = scenes.Request(snapshot, data, others, example, output, k, self._draw, frame.arms[0].name)
        about = (self.run_of(frame), example, output, k, self._draw, len(others))
        asked = Question(about, snapshot.step, lambda: self._work(request, asked))
        return asked

    def _work(self, request: scenes.Request, asked: Question) -> Scene:
        scene = scenes.answer(request)
        if self.fine:
            return scenes.overview(scene, lambda _: self._asked is not None)
        self._progress.emit(Answered(asked, scene))
        return scenes.overview(scene, partial(self._tell, asked))

    def _tell(self, asked: Question, scene: Scene) -> bool:
        """Show an overview that is on its way; on the worker's thread. Returns whether it is still wanted."""
        if self._asked == asked.about:
            self._progress.emit(Answered(asked, scene))
        return self._asked == asked.about

    def take(self, answer: Scene) -> None:
        if answer.overview is None and self.scene is not None and _same_means(self.scene.request, answer.request):
            answer = replace(answer, overview=self.scene.overview)  # of an older step, which it names
        self.scene = answer
        k = np.arange(1, len(answer.drawn) + 1)
        running = (np.cumsum(answer.drawn) / k)[2:]
        wanted = np.array([*answer.averages[:3], running.min(), running.max()])
        if np.isfinite(wanted).all():
            self._range = fit(float(wanted.min()), float(wanted.max()), self._range, from_zero=0.3)

    def told_of(self, scene: Scene, step: int) -> list[str]:
        return words.summary(scene)

    # What the user does

    def walk(self, by: int) -> bool:
        self._example.stepBy(by)
        return True

    def walk_second(self, by: int) -> bool:
        """Choose the output, where there are several."""
        outputs = 0 if self.scene is None else self.scene.request.network.sizes[-1]
        if self.scene is not None and outputs > 1:
            self._output = (self.scene.request.output + by) % outputs
            self.refresh()
        return outputs > 1

    def _show_example(self, example: int, of: int) -> None:
        box = self._example
        if (box.maximum(), box.value()) != (of, example + 1):
            with QSignalBlocker(box):
                box.setRange(1, of)
                box.setValue(example + 1)

    def _choose_example(self, number: int) -> None:
        self.selection.choose(example=number - 1)

    def _resample(self) -> None:
        self._draw += 1
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.scene is None or event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        for k, cell in enumerate(self.layout_(self.scene).cells):
            if cell.contains(at):
                self._output = k
                self.refresh()
        graph = self.graph()
        if graph is not None and graph.area.contains(at):
            self.k.value = min(CONVERGENCE, max(1, round(10 ** graph.value_at(at.x()))))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        clicks = self._thing_at(event.position()) in ("graph", "cell")
        self.setCursor(Qt.CursorShape.PointingHandCursor if clicks else Qt.CursorShape.ArrowCursor)

    def _thing_at(self, at: QPointF) -> object:
        """Return the network's index, the average's name or the bin under a point, "graph", "cell", or None."""
        scene = self.scene
        if scene is None:
            return None
        layout = self.layout_(scene)
        if layout.plot.contains(at) and scene.histogram is not None:
            share = (at.x() - layout.plot.left()) / layout.plot.width()
            return "bin", min(BINS - 1, int(BINS * share))
        if layout.plot.contains(at):
            dots = dots_of(scene, layout)
            return nearest(dots.x, dots.y, at.x(), at.y(), dots.radius + 4)
        names = [*words.NAMES, *(name for name, _ in scene.others)]
        for row, name in zip(layout.rows, names, strict=False):
            if row.contains(at):
                return name
        if any(cell.contains(at) for cell in layout.cells):
            return "cell"
        if layout.notes and at.y() > layout.notes[0] - 9:
            return "notes"
        return "graph" if layout.graph is not None and layout.graph.contains(at) else None

    # Drawing

    def layout_(self, scene: Scene) -> Layout:
        """Return where things are."""
        return lay_out(self.width(), self.height(), scene.request.network.sizes[-1], 4 + len(scene.others))

    def graph(self) -> Graph | None:
        """Return the graph of the Monte-Carlo mean, or None where there is no room for it."""
        if self.scene is None or self._range is None:
            return None
        area = self.layout_(self.scene).graph
        longest = math.log10(len(self.scene.drawn))
        return None if area is None else Graph(area, (0.0, longest), self._range, log_x=True)

    def paint(self, p: QPainter, scene: Scene) -> None:
        hover = None if self.mouse is None else self._thing_at(self.mouse)
        paint(p, scene, self.layout_(scene), self.style_, hover, self.graph(), self.fine)
        self.draw_tip(p)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of a network, of an average or of a point of the lower graph."""
        thing, graph = self._thing_at(at), self.graph()
        if isinstance(thing, int):
            return words.member(scene, thing, scene.request.data)
        if isinstance(thing, tuple) and scene.histogram is not None:
            width = (scene.span[1] - scene.span[0]) / BINS
            low = scene.span[0] + thing[1] * width
            return words.density(scene, low, low + width, float(scene.histogram[thing[1]]))
        if isinstance(thing, str) and thing in words.NAMES:
            return [f"{words.label(scene, thing)} {words.value(scene, thing)}", words.about(scene, thing)]
        if thing == "notes":
            return [words.verdict(scene)[0], words.overview(scene)[0]]
        if thing == "graph" and graph is not None:
            k = min(len(scene.drawn), max(1, round(10 ** graph.value_at(at.x()))))
            mean = number(float(scene.drawn[:k].mean()))
            return [f"{mean} after {many(k, 'network')}", "click to choose k"]
        return []
