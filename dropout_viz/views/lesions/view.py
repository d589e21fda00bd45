"""What happens when units die: click them off, and see the damage, the lesion curve, each one's worth, two halves."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCloseEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QPushButton, QWidget

from dropout_viz.analysis.questions import lesions as scenes
from dropout_viz.analysis.questions.lesions import Memory, Request, Scene
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf, Switch
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.lesions import KEY, words
from dropout_viz.views.lesions import curve as lesions_curve
from dropout_viz.views.lesions import violins as lesions_violins
from dropout_viz.views.lesions.layout import Layout, lay_out
from dropout_viz.views.lesions.picture import LesionPointer, paint, panel_at
from dropout_viz.views.steering import to_unit


class View(ComputedView[Scene]):
    """Shows lesions of the run, and of the other arm beside it.

    Attributes:
        rescaled: whether what is left is scaled up.
        panel: which panel is shown where there is room for one: ``curve``, ``worth``, ``strangers``. split: which cut
            into two halves.
    """

    SIZE, LEAST = (520, 420), (220, 160)

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY)
        selection.changed.disconnect(self.refresh)  # neither example nor weight matters here
        selection.lesioned.connect(self.refresh)
        self.split = 0
        self._memory = Memory()
        self._wanted = 0  # the number of the newest frame or choice; a long job ends when there is a newer one
        self._open = True
        self.rescaled = self.declare(
            Switch(
                self, "rescaled", "scale up", "Multiply the units that are left of each layer by units / units left"
            ),
            self.refresh,
        )
        self.panel = self.declare(
            OneOf(
                self,
                "panel",
                "What is shown below the units",
                "What is shown below the units; a wide view shows all three",
                words.CHOICES,
            ),
            self.update,
        )
        self._all = QPushButton("all on")
        self._all.setFont(look.font(look.SMALL))
        self._all.setToolTip("Put every unit back")
        self._all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._all.clicked.connect(lambda: self.selection.take_away(frozenset()))
        self._all.setEnabled(bool(selection.off))

    def header_tools(self) -> list[QWidget]:
        """All units on again, whether what is left is scaled up, and the choice of panel."""
        return [self._all, *super().header_tools()]

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), "split": self.split}

    def take_choices(self, choices: Choices) -> None:
        self.split = choices.whole("split", most=1 << 31)
        super().take_choices(choices)

    # What is computed

    def show_frame(self, frame: Frame) -> None:
        self._wanted += 1
        super().show_frame(frame)

    def question(self, frame: Frame) -> Question:
        arms = tuple((arm.name if len(frame.arms) > 1 else "", arm.snapshot) for arm in frame.arms)
        sizes = frame.snapshot.sizes
        off = frozenset(unit for unit in self.selection.off if unit.is_hidden_in(sizes))
        request = Request(arms, frame.data, off, self.rescaled.value, self.split, self.fine)
        if (shown := self.scene) is not None and shown.request.moment == request.moment:
            same = shown.request.rescaled == request.rescaled and (shown.complete or shown.request.off == off)
            request = replace(request, finest=self.fine or same)  # once what is rough and quick has been shown
        about = (self.run_of(frame), off, self.rescaled.value, self.split, len(arms))
        mine = self._wanted

        def going() -> bool:
            return self._open and (self.fine or not request.finest or mine == self._wanted)

        return Question(about, frame.snapshot.step, partial(scenes.answer, request, self._memory, going))

    def take(self, answer: Scene) -> None:
        unchanged = self.scene is not None and self.scene.request.moment == answer.request.moment
        self.scene = answer
        self._all.setEnabled(bool(answer.request.off))
        if not answer.complete and not self.at_once and not (unchanged and answer.request.finest):
            self.go_on()  # the run stands still, or its next step is not there yet: there is time for more

    def closeEvent(self, event: QCloseEvent) -> None:
        self._open = False
        super().closeEvent(event)

    def told_of(self, scene: Scene, step: int) -> list[str]:
        said, hover = words.summary(scene, step), self.selection.hover
        if isinstance(hover, Unit) and hover.is_hidden_in(scene.request.arms[0][1].sizes):
            said.append("; ".join(words.of_unit(scene, hover)[:-1]))
        return said

    # What the user does

    def walk(self, by: int) -> bool:
        return self.frame_ is not None and to_unit(self.selection, self.frame_.snapshot.sizes, by)

    def walk_second(self, by: int) -> bool:
        """Show another cut into two halves."""
        self.split = max(0, self.split + by)
        self.refresh()
        return True

    def press(self) -> bool:
        unit, sizes = self.selection.hover, () if self.frame_ is None else self.frame_.snapshot.sizes
        if not (isinstance(unit, Unit) and unit.is_hidden_in(sizes)):
            return False
        self.selection.take_away(self.selection.off ^ {unit})
        return True

    def point(self, at: QPointF) -> None:
        unit, panel = self._unit_at(at), self._panel_at(at)
        self.selection.point_at(unit)
        clicks = unit is not None or panel == "strangers"
        self.setCursor(Qt.CursorShape.PointingHandCursor if clicks else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        unit = self._unit_at(event.position())
        if unit is not None:
            self.selection.take_away(self.selection.off ^ {unit})
        elif self._panel_at(event.position()) == "strangers":
            self.split += 1
            self.refresh()

    def _unit_at(self, at: QPointF) -> Unit | None:
        if self.scene is None:
            return None
        layout = self.layout_(self.scene)
        place = layout.unit_at(at)
        if place is not None:
            return Unit(*place)
        found = panel_at(layout, at)
        return lesions_violins.unit_at(self.scene, found[1], at) if found and found[0] == "worth" else None

    def _panel_at(self, at: QPointF) -> str:
        found = panel_at(self.layout_(self.scene), at) if self.scene is not None else None
        return found[0] if found else ""

    # Drawing

    def layout_(self, scene: Scene) -> Layout:
        """Return where things are."""
        layers, arms = scene.request.arms[0][1].sizes[1:-1], len(scene.request.arms)
        return lay_out(self.width(), self.height(), layers, arms, self.panel.value, bool(words.over(scene)))

    def paint(self, p: QPainter, scene: Scene) -> None:
        hover = self.selection.hover
        lit = hover if isinstance(hover, Unit) else None
        paint(p, scene, self.layout_(scene), self.style_, LesionPointer(lit, self.mouse))
        self.draw_tip(p)

    def said_of(self, scene: Scene, at: QPointF) -> list[str]:
        """Return what is said of a point: a unit's worth, or the curves' values."""
        unit = self._unit_at(at)
        if unit is not None:
            return words.of_unit(scene, unit)
        found = panel_at(self.layout_(scene), at)
        if found and found[0] == "curve" and found[1].contains(at):
            graph = lesions_curve.graph_of(scene, found[1])
            step = lesions_curve.nearest(scene, graph, at.x()) if graph is not None else None
            return words.curve_at(scene, step) if step is not None else []
        return ["click for another cut"] if found and found[0] == "strangers" else []
