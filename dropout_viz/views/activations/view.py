"""How active the hidden units are, for every arm."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis import activity
from dropout_viz.analysis.activity import Activity
from dropout_viz.analysis.questions import activations as scenes
from dropout_viz.analysis.questions.activations import Request, Scene
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count
from dropout_viz.draw.text import draw_text, text_width
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views.activations import KEY
from dropout_viz.views.activations import picture as drawn
from dropout_viz.views.activations.picture import LayerRow
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf, Switch
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.steering import to_unit
from dropout_viz.words import many


class View(ComputedView[Scene]):
    """Shows the activity of every hidden layer."""

    SIZE, LEAST = (460, 360), (180, 140)

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        self.layer = self.declare(OneOf(self, "layer", "Layer", "Which layer is shown", _offered(0)), self.update)
        self.test = self.declare(
            Switch(self, "test", "test set", "Over the test set instead of the training set"), self.refresh
        )
        self.log = self.declare(Switch(self, "log", "log", "Logarithmic axis of shares"), self.update)

    # What is computed

    def settle(self, frame: Frame) -> None:
        self.layer.offer(_offered(len(frame.snapshot.sizes) - 2))

    def question(self, frame: Frame) -> Question:
        snapshot, data = frame.snapshot, frame.data
        arms = tuple((arm.name if len(frame.arms) > 1 else "", arm.snapshot) for arm in frame.arms)
        request = Request(arms, data, self.test.value and data.x_test is not None)
        about = (self.run_of(frame), request.test, len(arms))
        return Question(about, snapshot.step, partial(scenes.answer, request))

    def told_of(self, scene: Scene, step: int) -> list[str]:
        said = [f"Step {count(step)}, {self._over(scene)}, {self._rule(scene)}"]
        hover = self.selection.hover
        for row in self.rows(scene):
            mark = hover.index if isinstance(hover, Unit) and hover.layer == row.layer + 1 else None
            said.append(drawn.summary(f"Hidden {row.layer + 1}", self._arms(scene, row.layer), mark))
        return said

    def walk(self, by: int) -> bool:
        """Point at a unit: of the layer that was chosen, or of all."""
        only = self.layer.value
        sizes = () if self.frame_ is None else self.frame_.snapshot.sizes
        return bool(sizes) and to_unit(self.selection, sizes, by, None if only is None else only + 1)

    # Drawing

    def rows(self, scene: Scene) -> list[LayerRow]:
        """Return where the layers are drawn."""
        layers = len(scene.layers[0])
        only = self.layer.value
        if only is not None and only >= layers:  # of another network than the one on show
            only = None
        return drawn.lay_out(self.width(), self.height(), layers, len(scene.names), only)

    def paint(self, p: QPainter, scene: Scene) -> None:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = self.rows(scene)
        hover = self.selection.hover
        for row in rows:
            mark = hover.index if isinstance(hover, Unit) and hover.layer == row.layer + 1 else None
            units = len(scene.layers[0][row.layer].unit_means)
            name = f"hidden {row.layer + 1}: {many(units, 'unit')}"
            drawn.paint_row(p, row, name, self._arms(scene, row.layer), self.style_, self.log.value, mark)
        self._paint_foot(p, scene, len(rows))
        self.draw_tip(p)

    @staticmethod
    def _arms(scene: Scene, layer: int) -> list[tuple[str, Activity]]:
        return [(name, layers[layer]) for name, layers in zip(scene.names, scene.layers, strict=True)]

    def _paint_foot(self, p: QPainter, scene: Scene, shown: int) -> None:
        """Say over which examples, and what counts as active."""
        which, n = self._examples(scene)
        over, rule = self._over(scene), self._rule(scene)
        layers = len(scene.layers[0])
        some = f"; {shown} of {layers} layers" if shown < layers and self.layer.value is None else ""
        for text in (f"{over}; {rule}{some}", f"{n} {which} examples; {rule}{some}", f"{n} {which} examples"):
            if text_width(text, look.SMALL) <= self.width() - 24:
                draw_text(p, 12, self.height() - 11.0, text, look.SMALL, QColor(self.style_.dim))
                break

    @staticmethod
    def _examples(scene: Scene) -> tuple[str, str]:
        """Return of which set the examples are, and how many."""
        n = f"{count(scene.examples)} of {count(scene.of)}" if scene.examples < scene.of else count(scene.of)
        return "test" if scene.request.test else "training", n

    def _over(self, scene: Scene) -> str:
        which, n = self._examples(scene)
        return f"over {n} {which} examples, every unit on"

    @staticmethod
    def _rule(scene: Scene) -> str:
        """Return what counts as active."""
        limit, either = activity.threshold(scene.activation)
        return f"active: {'beyond ±' if either else 'above '}{limit:g}"

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of the bin under a point."""
        for row in self.rows(scene):
            for area, pick in ((row.values, "values"), (row.units, "unit_values")):
                if area is not None and area.contains(at):
                    place = (at.x() - area.left()) / area.width()
                    return drawn.about_bin(self._arms(scene, row.layer), pick, place)
        return []


def _offered(layers: int) -> dict[int | None, str]:
    """Return the layers that may be chosen: all, or one of several."""
    each: dict[int | None, str] = {layer: f"hidden {layer + 1}" for layer in range(layers if layers > 1 else 0)}
    return {None: "all layers", **each}
