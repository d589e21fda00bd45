"""How active the hidden units are, for every arm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QCheckBox, QWidget

from dropout_viz.analysis import activity
from dropout_viz.analysis.activity import Activity
from dropout_viz.analysis.thinned import network_of
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.views import activations_picture as drawn
from dropout_viz.views import style as look
from dropout_viz.views.activations_picture import Row
from dropout_viz.views.base import Frame, Selection, Unit
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.draw_text import draw_text, text_width
from dropout_viz.views.network_ink import Ink
from dropout_viz.views.numbers import count
from dropout_viz.views.tip import draw_tip
from dropout_viz.views.wheel import Combo

KEY = "activations"
TITLE = "Activations"
ORDER = 130
AREA = "right-bottom"
RATE = 10
HELP = (
    "What the hidden units send on, with every unit on, over the training or the test set, before any scaling. At the "
    "left all activations of a layer, at the right the mean activation of each unit.\n\n"
    "With a comparison the runs lie over one another. In ReLU networks that learn images, dropout leaves fewer units "
    "active for an example and the mean activation lower (Srivastava et al. 2014, figure 8); of tanh units it need "
    "not. Where activations have either sign, their mean size |h| is given. A logarithmic axis shows the rare large "
    "ones.\n\n"
    "Point at a unit in any view: its mean activation is marked."
)
EXAMPLES = 2000  # at most; of more an even choice
BUDGET = 1e9  # multiplications that an answer may take: a large net is looked at on fewer examples
_QUICK = 30_000  # activations that are computed at once


@dataclass(frozen=True, eq=False)
class Scene:
    """What is on show: the arms' names, their hidden layers, and over how many examples."""

    names: tuple[str, ...]
    layers: list[list[Activity]]
    examples: int
    of: int
    test: bool
    activation: str


class View(ComputedView):
    """Shows the activity of every hidden layer.

    Attributes:
        scene: what is on show, or None before the first answer.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        self.scene: Scene | None = None
        self._test = self._log = False
        self._layer: int | None = None
        self._layers = Combo()
        self._layers.setFont(look.font(look.SMALL))
        self._layers.setAccessibleName("Layer")
        self._layers.addItem("all layers", None)
        self._layers.currentIndexChanged.connect(self._choose_layer)
        self._logs = _box("log", "Logarithmic axis of shares", self.set_log)
        self._tests = _box("test set", "Over the test set instead of the training set", self.set_test)
        self.setMinimumSize(180, 140)

    def sizeHint(self) -> QSize:
        return QSize(460, 360)

    def header_tools(self) -> list[QWidget]:
        """Return the choice of layer (of several), of the axis and of the set."""
        self._layers.setVisible(self._layers.count() > 2)
        return [self._layers, self._tests, self._logs]

    def choices(self) -> dict[str, Any]:
        return {"test": self._test, "log": self._log, "layer": self._layer}

    def take_choices(self, choices: Choices) -> None:
        self._test, self._log = choices.flag("test"), choices.flag("log")
        layer = choices.maybe("layer", self._layers.count() - 2)
        self._layer = layer if "layer" in choices else self._layer
        for box, on in ((self._tests, self._test), (self._logs, self._log)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        self._layers.blockSignals(True)
        self._layers.setCurrentIndex(self._layers.findData(self._layer))
        self._layers.blockSignals(False)
        self.refresh()

    def set_log(self, on: bool) -> None:
        """Make the axis of shares logarithmic or linear."""
        self._log = on
        self.update()

    def set_test(self, on: bool) -> None:
        """Take the activations over the test set or over the training set."""
        self._test = on
        self.refresh()

    def _choose_layer(self) -> None:
        self._layer = self._layers.currentData()
        self.update()

    # What is computed

    def question(self, frame: Frame) -> Question:
        snapshot, data = frame.snapshot, frame.data
        self._offer(len(snapshot.sizes) - 2)
        test = self._test and data.x_test is not None
        x: Any = data.x_test if test else data.x
        most = int(min(EXAMPLES, BUDGET // sum(w.size for w in snapshot.weights)))
        rows = np.linspace(0, len(x) - 1, most).astype(np.intp) if len(x) > most else slice(None)
        names = tuple(arm.name if len(frame.arms) > 1 else "" for arm in frame.arms)
        snapshots = [arm.snapshot for arm in frame.arms]
        about = (snapshot.run, snapshot.world, test, len(names), id(data))
        quick = min(EXAMPLES, len(x)) * sum(snapshot.sizes) * len(names) <= _QUICK
        return Question(about, snapshot.step, partial(_answer, names, snapshots, x, rows, test), quick)

    def _offer(self, layers: int) -> None:
        """Offer the hidden layers in the header."""
        box = self._layers
        if box.count() == layers + 1:
            return
        box.blockSignals(True)
        box.clear()
        box.addItem("all layers", None)
        for layer in range(layers):
            box.addItem(f"hidden {layer + 1}", layer)
        box.blockSignals(False)
        self._layer = None
        box.setVisible(layers > 1 and box.parent() is not None)

    def take(self, answer: Scene) -> None:
        self.scene = answer

    # What the user does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        self.update()

    # Drawing

    def rows(self, scene: Scene) -> list[Row]:
        """Return where the layers are drawn."""
        layers = len(scene.layers[0])
        only = self._layer if self._layer is not None and self._layer < layers else None
        return drawn.lay_out(self.width(), self.height(), layers, len(scene.names), only)

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), QColor(self.style_.panel))
        scene = self.scene
        if scene is None:
            return
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = self.rows(scene)
        hover = self.selection.hover
        for row in rows:
            mark = hover.index if isinstance(hover, Unit) and hover.layer == row.layer + 1 else None
            units = len(scene.layers[0][row.layer].unit_means)
            name = f"hidden {row.layer + 1}: {count(units)} unit{'s' * (units != 1)}"
            drawn.paint_row(p, row, name, self._arms(scene, row.layer), self.style_, self._log, mark)
        self._paint_foot(p, scene, len(rows))
        if self._mouse is not None and (lines := self.said(self._mouse)):
            draw_tip(
                p, self.width(), self.height(), Ink(self.style_, 1.0, 1.0), lines, self._mouse.x(), self._mouse.y()
            )

    @staticmethod
    def _arms(scene: Scene, layer: int) -> list[tuple[str, Activity]]:
        return [(name, layers[layer]) for name, layers in zip(scene.names, scene.layers, strict=True)]

    def _paint_foot(self, p: QPainter, scene: Scene, shown: int) -> None:
        """Say over which examples, and what counts as active."""
        limit, either = activity.threshold(scene.activation)
        which = "test" if scene.test else "training"
        n = f"{count(scene.examples)} of {count(scene.of)}" if scene.examples < scene.of else count(scene.of)
        over = f"over {n} {which} examples, every unit on"
        rule = f"active: {'beyond ±' if either else 'above '}{limit:g}"
        layers = len(scene.layers[0])
        some = f"; {shown} of {layers} layers" if shown < layers and self._layer is None else ""
        for text in (f"{over}; {rule}{some}", f"{n} {which} examples; {rule}{some}", f"{n} {which} examples"):
            if text_width(text, look.SMALL) <= self.width() - 24:
                draw_text(p, 12, self.height() - 11.0, text, look.SMALL, QColor(self.style_.dim))
                break

    def said(self, at: QPointF) -> list[str]:
        """Return what is said of the bin under a point."""
        scene = self.scene
        if scene is None:
            return []
        for row in self.rows(scene):
            for area, pick in ((row.values, "values"), (row.units, "unit_values")):
                if area is not None and area.contains(at):
                    place = (at.x() - area.left()) / area.width()
                    return drawn.about_bin(self._arms(scene, row.layer), pick, place)
        return []


def _answer(names: tuple[str, ...], snapshots: list[Snapshot], x: Any, rows: Any, test: bool) -> Scene:
    networks, part = [network_of(s) for s in snapshots], x[rows]
    return Scene(names, activity.activity(networks, part), len(part), len(x), test, networks[0].activation)


def _box(text: str, tip: str, set_it: Any) -> QCheckBox:
    box = QCheckBox(text)
    box.setFont(look.font(look.SMALL))
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.toggled.connect(set_it)
    return box
