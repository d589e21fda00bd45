"""How alike the hidden units are, by eight numbers that need not agree, for every arm."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QCloseEvent, QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import redundancy as scenes
from dropout_viz.analysis.questions.redundancy import Known, Request, Scene
from dropout_viz.analysis.redundancy import MEASURES
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views import redundancy_table as table
from dropout_viz.views.base import BaseView, Selection, answering
from dropout_viz.views.choice import OneOf
from dropout_viz.views.choices import Choices
from dropout_viz.views.worker import Worker

KEY = "redundancy"
TITLE = "Redundancy"
ORDER = 70
AREA = "right-top"
RATE = 10
HELP = (
    "The post says that dropout keeps weights from becoming identical. Whether hidden units become more or less alike "
    "depends on what one means by it: the same weights, the same activations, activations that others explain, or two "
    "halves of a layer either of which could do the work alone. So there are eight numbers, measured with every unit "
    "on, and they need not agree. Each has its own scale; the small curves show how it went since step 0.\n\n"
    "Press C to compare a run that drops units with the same without dropout. Of two runs the last column says for the "
    "one that is named above it, which way each number points; of more it puts them in order, the most alike last. The "
    "sentence at the bottom counts. Values within 2 % count as the same, and so do numbers of clones that differ by no "
    "more than chance may. Point at a row to read what it means and where it comes from; one of the two units "
    "most alike lights up in the Network view."
)


class View(BaseView):
    """Shows the numbers of one hidden layer.

    Attributes:
        scene: what is on show, or None before the first frame. chosen: which hidden layer, 1 for the first.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        selection.changed.disconnect(self.refresh)  # nothing here depends on them
        selection.hovered.disconnect(self.update)
        self.scene: Scene | None = None
        self.chosen = self.declare(
            OneOf(self, "layer", "Hidden layer", "Which hidden layer's units are compared", _offered(1)), self.refresh
        )
        self._known: Known = {}
        self._run: object = None
        self._worker = Worker(self, "redundancy")
        self._worker.done.connect(self._arrived)
        self._worker.failed.connect(self.fail)
        self.setMouseTracking(True)
        self.setMinimumSize(220, 190)

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        """A single unit has nothing to be like."""
        return "" if max(config.hidden) > 1 else "Units are compared with one another here: this network has only one."

    def sizeHint(self) -> QSize:
        return QSize(520, 400)

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
            for arm, step, *row in choices.part("memory").table("seen", 2 + len(MEASURES)):
                if 0 <= arm < len(self.frame_.arms) and 0 <= step < self.frame_.snapshot.step:
                    self._known[int(arm), self.layer, int(step)] = np.array(row)
        self.refresh()

    def prepare_export(self) -> None:
        """Measure everything before drawing."""
        super().prepare_export()
        self.refresh()

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        self.frame_ = frame
        request = self._request(frame)
        if self.at_once:
            self._worker.complete(partial(scenes.answer, replace(request, seconds=None)), self._take)
        elif self.scene is None or self.scene.request.moment != request.moment:
            fresh = self.scene is None or self.scene.request.layer != request.layer
            self._worker.ask(partial(scenes.answer, request), now=fresh or frame.past)

    @property
    def shown_step(self) -> int | None:
        return None if self.scene is None else self.scene.request.frame.snapshot.step

    def _request(self, frame: Frame) -> Request:
        """Return what to measure for a frame; forgets what belongs to an earlier run."""
        snapshot = frame.snapshot
        run = (snapshot.run, snapshot.world, snapshot.sizes, frame.data)
        if run != self._run:
            self._run, self._known, self.scene = run, {}, None
        self.chosen.offer(_offered(len(snapshot.sizes) - 2))
        return Request(frame, self.layer, self._known)

    @answering
    def _arrived(self, scene: Scene) -> None:
        """Take an answer from the worker, unless something else is on show by now; then go on with the past."""
        if self.frame_ is None:
            return
        present = self._request(self.frame_)
        if scene.request.known is not self._known or scene.request.layer != present.layer:
            return
        if scene.request.frame.snapshot.step <= self.frame_.snapshot.step:  # else the run is looked back at by now
            self._take(scene)
        if not scene.complete or scene.request.moment != present.moment:
            self._worker.ask(partial(scenes.answer, present))

    def _take(self, scene: Scene) -> None:
        self.fail("")
        self.scene = scene
        self.setAccessibleDescription(table.described(scene))
        self.update()

    # What the user does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.scene is not None:
            self.selection.point_at(self._pointed(self.scene, self.layout_(self.scene).row_at(event.position())))

    @staticmethod
    def _pointed(scene: Scene, row: int | None) -> Unit | None:
        """Return the first of the two units most alike by the number of a row."""
        if row is None:
            return None
        key = MEASURES[row].key
        pair = scene.now[0].closest.get({"clones": "weight_cosine"}.get(key, key))
        return None if pair is None else Unit(scene.request.layer, pair.first)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._worker.close()
        super().closeEvent(event)

    # Drawing

    def layout_(self, scene: Scene) -> table.Layout:
        """Return where things are."""
        return table.lay_out(self.width(), self.height(), [arm.name for arm in scene.request.frame.arms])

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), QColor(self.style_.panel))
        if self.scene is not None:
            table.paint(p, self.layout_(self.scene), self.scene, self.mouse, self.style_)

    def said(self, at: QPointF) -> list[str]:
        """Return what the foot of the table says of the row at a point."""
        return [] if self.scene is None else table.said(self.layout_(self.scene), self.scene, at)


def _offered(hidden: int) -> dict[int, str]:
    """Return the hidden layers that may be chosen."""
    return {k: f"hidden layer {k}" for k in range(1, hidden + 1)}
