"""Two units that start alike: their weights, their votes, how they part, and what one does when the other goes off."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import twins as scenes
from dropout_viz.analysis.questions.twins import Request, Scene
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.twins import twins_of
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.steering import to_example
from dropout_viz.views.twins import KEY, words
from dropout_viz.views.twins.picture import Layout, lay_out, paint


class View(ComputedView[Scene]):
    """Shows the two units of the run, and of the other arm beside it."""

    SIZE, LEAST = (520, 420), (220, 160)
    MASKS = "This view follows what one twin learns while the other is off."
    STEPS = "What the twins are told is computed here as in a healthy step."

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """Return why there are no twins."""
        if twins_of(config) is not None:
            return ""
        if max(config.hidden) < 2:
            return "Twins are two hidden units of one layer; here no layer has two."
        return (
            "No two units of this network start alike. Right-click a hidden unit in the Network view and make a twin "
            "of it, or open the preset “twins”."
        )

    # What is computed

    def question(self, frame: Frame) -> Question:
        snapshot, data, example = frame.snapshot, frame.data, min(self.selection.example, len(frame.data.x) - 1)
        twins = twins_of(snapshot.config)
        if twins is None:  # another run has come, and the panel is about to say why it shows nothing
            return Question(None, snapshot.step)
        output = int(data.y[example].argmax()) if data.y.shape[1] > 1 else 0
        request = Request(frame.arms, data, twins, example, output)
        about = (self.run_of(frame), twins, example, len(frame.arms))
        return Question(about, snapshot.step, partial(scenes.answer, request))

    def told_of(self, scene: Scene, step: int) -> list[str]:
        return words.summary(scene)

    # What the user does

    def walk(self, by: int) -> bool:
        return self.frame_ is not None and to_example(self.selection, self.frame_, by)

    def point(self, at: QPointF) -> None:
        self.selection.point_at(self._unit_at(at))

    def _unit_at(self, at: QPointF) -> Unit | None:
        """Return the twin whose name is under a point."""
        if self.scene is None:
            return None
        head = self.layout_(self.scene).head
        if not (head.top() <= at.y() <= head.top() + 18 and at.x() > head.right() - 140):
            return None
        twins = self.scene.request.twins
        return Unit(twins.layer, twins.first if at.x() < head.right() - 62 else twins.second)

    # Drawing

    def layout_(self, scene: Scene) -> Layout:
        """Return where things are."""
        return lay_out(self.width(), self.height(), len(scene.pairs))

    def paint(self, p: QPainter, scene: Scene) -> None:
        twins, hover, lit = scene.request.twins, self.selection.hover, None
        if isinstance(hover, Unit) and hover.layer == twins.layer and hover.index in twins[1:]:
            lit = twins[1:].index(hover.index)
        paint(p, scene, self.layout_(scene), self.style_, lit)
        self.draw_tip(p)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of the panel under a point."""
        name = next((n for n, area in self.layout_(scene).panels.items() if area.contains(at)), "")
        lines: list[str] = []
        for arm, pair in zip(scene.request.arms, scene.pairs, strict=True):
            start = f"{arm.name}: " if len(scene.pairs) > 1 else ""
            if name == "vote":
                one, other = (number(float(v), 3) for v in pair.votes)
                lines.append(f"{start}votes with both on {one} and {other}")
            elif name == "apart" and len(pair.apart):
                lines.append(f"{start}apart by {number(float(pair.apart[-1]), 3)} of their length")
            elif name == "silence" and (text := words.louder(scene, pair)[0]):
                lines.append(start + text)
            elif name == "incoming":
                lines.append(f"{start}{words.state(pair)[0]}")
        return lines
