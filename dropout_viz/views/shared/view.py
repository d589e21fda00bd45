"""The one landscape in which all hidden units of a network with one hidden layer move: every unit is a ball on it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import shared as scenes
from dropout_viz.analysis.questions.shared import OneRun, Request, Scene
from dropout_viz.analysis.shared import DRAWS
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count
from dropout_viz.draw.palette import Palette, palette
from dropout_viz.draw.text import draw_text, text_width
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.shared import words
from dropout_viz.views.shared.balls import paint_ring
from dropout_viz.views.shared.curve import CurvePicture, paint_head
from dropout_viz.views.shared.layout import Layout, lay_out
from dropout_viz.views.shared.map import MapPicture
from dropout_viz.views.shared.memory import Memory
from dropout_viz.views.weight_names import Names

COORDINATES = 3  # at most
UNITS = 4096  # at most
NEAR = 4.0  # pixels beside a ball at which the mouse still means it

Picture = CurvePicture | MapPicture


class View(ComputedView[Scene]):
    """Shows V, and the units on it, for every arm."""

    SIZE, LEAST = (460, 400), (200, 140)
    MASKS = "The landscape here is a mean over them."
    STEPS = "The balls here are moved as in a healthy step."

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, "shared landscape")
        self._names: Names | None = None
        self._memory = Memory()
        self._made: tuple[object, Layout, tuple[Picture, ...]] | None = None
        self.surface = self.declare(
            OneOf(
                self,
                "surface",
                "Which landscape",
                "The landscape that training sees on average, or that of the whole network",
                words.KINDS,
            ),
            self.refresh,
        )

    @staticmethod
    def why_not(config: RunConfig, data: DataSet) -> str:
        inputs, outputs, layers = data.x.shape[1], data.y.shape[1], len(config.hidden)
        coordinates = inputs + bool(config.bias)
        only = "All units share one landscape only in a network with"
        if layers != 1:
            return f"{only} one hidden layer; this one has {layers}."
        if outputs != 1:
            return f"{only} one output; this one has {outputs}."
        if coordinates > COORDINATES:
            bias = " and a bias" if config.bias else ""
            return (
                f"A landscape of {coordinates} coordinates cannot be drawn, {COORDINATES} are the most: every hidden "
                f"unit of this network has {inputs} incoming weights{bias}."
            )
        return ""

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), "memory": self._memory.choices()}

    def take_choices(self, choices: Choices) -> None:
        self.surface.take(choices)
        if self.frame_ is not None:
            snapshots = [arm.snapshot for arm in self.frame_.arms]
            self._memory = Memory()
            self._memory.take_choices(choices.part("memory"), snapshots, self.surface.value)
            self.refresh()

    # What is computed

    def run_of(self, frame: Frame) -> object:
        return super().run_of(frame), tuple((arm.snapshot.run, arm.snapshot.world) for arm in frame.arms)

    def begin(self, frame: Frame) -> None:
        self._memory = Memory()
        self._names = Names(frame.snapshot.sizes, frame.data)

    def question(self, frame: Frame) -> Question:
        snapshots = [arm.snapshot for arm in frame.arms]
        axes = min(2, frame.data.x.shape[1] + bool(len(snapshots[0].biases[0])))
        weight = self.selection.weight
        chosen = weight.target if weight.layer == 0 else weight.source
        request = Request(
            tuple(OneRun(arm.name, arm.snapshot) for arm in frame.arms),
            frame.data,
            self.surface.value,
            self._memory.ranges(snapshots, axes),
            min(chosen, snapshots[0].sizes[1] - 1),
        )
        about = (self.run_of(frame), request.kind, len(request.ranges), request.held)
        return Question(about, frame.snapshot.step, partial(scenes.answer, request))

    def take(self, answer: Scene) -> None:
        self.scene = answer
        self._memory.record(answer)

    def told(self) -> list[str]:
        if self.scene is None or self._names is None:
            return []
        pictures = self.pictures()
        if not pictures:
            return [f"Step {count(self.scene.request.runs[0].snapshot.step)}", words.NOWHERE]
        cells = [(picture.cell.arm, picture.cell.no) for picture in pictures]
        said = words.described(self.scene, self._names, cells, self._memory.against, DRAWS)
        hover = self.selection.hover
        if isinstance(hover, Unit) and hover.layer == 1 and hover.index < len(self.scene.arms[0].votes):
            said.append(", ".join(words.ball(self.scene, self._names, 0, hover.index)))
        return said

    # What the user does

    def walk(self, by: int) -> bool:
        """Choose the unit before or after the one whose weight is chosen, and point at it."""
        if self.frame_ is None:
            return False
        weight, units = self.selection.weight, self.frame_.snapshot.sizes[1]
        chosen = ((weight.target if weight.layer == 0 else weight.source) + by) % units
        self._choose_unit(chosen)
        self.selection.point_at(Unit(1, chosen))
        return True

    def _choose_unit(self, unit: int) -> None:
        weight = self.selection.weight
        self.selection.choose(weight=Weight(0, weight.source if weight.layer == 0 else 0, unit))

    def ball_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return arm and unit of the ball at a point."""
        best: tuple[float, int, int] | None = None
        for picture in self.pictures():
            for unit, (x, y), size in zip(picture.units.tolist(), picture.places.tolist(), picture.sizes, strict=True):
                away = (at.x() - x) ** 2 + (at.y() - y) ** 2
                if away <= (size + NEAR) ** 2 and (best is None or away < best[0]):
                    best = away, picture.cell.arm, unit
        return None if best is None else best[1:]

    def point(self, at: QPointF) -> None:
        found = self.ball_at(at)
        self.setCursor(Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor)
        self.selection.point_at(None if found is None else Unit(1, found[1]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.ball_at(event.position())
        if found is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._choose_unit(found[1])

    # Drawing

    def _drawn(self, scene: Scene) -> tuple[Layout, tuple[Picture, ...]]:
        """Return where everything lies; empty where V has no finite value."""
        key = (scene, self.width(), self.height())
        if self._made is None or self._made[0] != key:
            flat = scene.arms[0].zones is None
            layout = lay_out(self.width(), self.height(), len(scene.arms), self._memory.against, flat)
            span = self._memory.heights(scene)
            pictures: list[Picture] = []
            if span is not None and flat:
                pictures = [MapPicture(scene, cell) for cell in layout.cells]
            elif span is not None:
                pictures = [CurvePicture(scene, cell, span) for cell in layout.cells]
            self._made = key, layout, tuple(pictures)
        return self._made[1:]

    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures on show, with where their balls lie."""
        return () if self.scene is None else self._drawn(self.scene)[1]

    def draw(self, p: QPainter) -> None:
        colours = palette(self.style_)
        p.fillRect(self.rect(), colours.panel)
        if self.scene is None or self._names is None:
            return
        layout, pictures = self._drawn(self.scene)
        for picture in pictures:
            self._paint_picture(p, colours, self.scene, self._names, picture)
        if not pictures:
            p.setPen(QColor(self.style_.warning))
            p.setFont(look.font(look.BODY))
            p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words.NOWHERE)
        elif layout.legend is not None:
            said = words.legend(self.scene, self._memory.steps)
            fits = [w for w in said if text_width(w, look.SMALL) <= layout.legend.width()]
            draw_text(p, layout.legend.left(), layout.legend.center().y(), (fits or [""])[0], look.SMALL, colours.dim)
        self.draw_tip(p)

    def _paint_picture(self, p: QPainter, colours: Palette, scene: Scene, names: Names, picture: Picture) -> None:
        cell, memory = picture.cell, self._memory
        arm, snapshot = scene.arms[cell.arm], scene.request.runs[cell.arm].snapshot
        inputs = scene.request.data.x.shape[1]
        held = words.held(scene, names, cell.arm)
        second = words.summary(arm, cell.no)
        paint_head(
            p,
            colours,
            cell.head,
            words.title(scene, cell.arm, cell.no, memory.against),
            "" if cell.no else f"step {snapshot.step:,}",
            [f"{second[0]}  ·  {held}", *second] if held else second,
            words.surface(scene, cell.arm, DRAWS),
        )
        units, axes = arm.points.shape
        trails = [memory.trail(cell.arm, unit, units, axes) for unit in range(units)]
        numbers = [str(unit + 1) for unit in range(units)]
        if isinstance(picture, CurvePicture):
            picture.paint_axes(p, colours, words.coordinate(names, 0, inputs))
        else:
            picture.paint_axes(p, colours, (words.coordinate(names, 0, inputs), words.coordinate(names, 1, inputs)))
        picture.paint(p, colours, self.fine)
        picture.paint_balls(p, colours, trails, memory.steps, numbers)
        hover = self.selection.hover
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for unit, (x, y), size in zip(picture.units.tolist(), picture.places.tolist(), picture.sizes, strict=True):
            if hover == Unit(1, unit):
                paint_ring(p, QPointF(x, y), float(size), colours.text)

    def said(self, at: QPointF) -> list[str]:
        """Return what is said of the ball at a point, or of the point of a curve or a map."""
        scene, picture = self.scene, self._picture_at(at)
        if scene is None or self._names is None or picture is None:
            return []
        found = self.ball_at(at)
        arm, no = scene.arms[picture.cell.arm], picture.cell.no
        if found is not None:
            return words.ball(scene, self._names, *found)
        if isinstance(picture, CurvePicture):
            return words.reading(arm, no, scene.axes[0], picture.t(at.x()))
        return words.spot(no, *picture.value(at))

    def _picture_at(self, at: QPointF) -> Picture | None:
        return next((each for each in self.pictures() if each.cell.plot.contains(at)), None)
