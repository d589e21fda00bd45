"""One weight large: the loss along it, its zones and its ball; the other weights small, each on its own scale."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCloseEvent, QColor, QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.questions import landscape as scenes
from dropout_viz.analysis.questions.landscape import Request, Scene
from dropout_viz.draw import style as look
from dropout_viz.draw.spans import Span
from dropout_viz.draw.text import text_width
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choice import OneOf
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.landscape import words
from dropout_viz.views.landscape.chart import Chart
from dropout_viz.views.landscape.layout import Layout, lay_out
from dropout_viz.views.landscape.memory import Memory
from dropout_viz.views.landscape.multiples import MOST, NONE, arrange, multiples_from
from dropout_viz.views.landscape.picture import ShownSlices, SlicePicture
from dropout_viz.views.landscape.probes import Probes
from dropout_viz.views.weight_names import Names


class OneWeight(ComputedView[Scene]):
    """Shows the slices of the loss surface, and the balls on them.

    ``surface`` is a choice for the header: which loss.

    Attributes:
        probes: weightless balls that the user drops on it.
        arranged: the small ones on show.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, "landscape")
        self._names: Names | None = None
        self.memory = Memory()
        self._multiples = self.arranged = NONE  # those asked for, and those on show
        self._span: Span | None = None
        self._shades: list[list[int]] = [[]]  # of the chosen weight's zones, then of each multiple's
        self._layout: Layout | None = None
        self._picture = SlicePicture()
        self._dropped_at: int | None = None  # the step of the probes that are to lie on the curve that comes
        self.probes = Probes(self)
        self.probes.changed.connect(self.update)
        self.probes.button.toggled.connect(self._drop)
        self.probes.take(style)
        self.probes.button.setFont(look.font(look.SMALL))
        about = "Which loss: of the whole network, or of the thinned networks that this step drew"
        self.surface = self.declare(OneOf(self, "surface", "Surface", about, words.SURFACES), self.refresh)

    def choices(self) -> dict[str, Any]:
        probed = None
        if self.probes.rolling is not None and self.scene is not None:
            probed = self.scene.request.snapshot.step
        return {
            **super().choices(),
            "probes": probed,
            "memory": self.memory.choices(self.scene),
            "multiples": self._multiples.choices(),
        }

    def take_choices(self, choices: Choices) -> None:
        self.surface.take(choices)
        if self.frame_ is None:
            return
        snapshot = self.frame_.snapshot
        self.memory = Memory()
        self.memory.take_choices(choices.part("memory"), snapshot, self.surface.value)
        self._multiples = multiples_from(choices.part("multiples"), snapshot.sizes)
        self.probes.release()
        self._dropped_at = choices.maybe("probes")
        self.refresh()

    def like(self, other: BaseView) -> None:
        super().like(other)
        if isinstance(other, OneWeight) and other.frozen and other._answered is not None:
            self._multiples = other.arranged
            self._take(other._answered)  # its curve is frozen, while the run goes on
            self.probes.like(other.probes)

    def restyle(self, style: look.Style) -> None:
        self.probes.take(style)
        super().restyle(style)

    # What is computed

    def show_frame(self, frame: Frame) -> None:
        if self.frozen:
            self.meet(frame)
            self.settle(frame)
            if self._answered is not None and self._answered.question.about == self.question(frame).about:
                self.frame_ = frame
                return
            self.probes.release()
        super().show_frame(frame)

    @property
    def frozen(self) -> bool:
        """Whether the curve stands still: probes are on it."""
        return self.probes.rolling is not None

    def begin(self, frame: Frame) -> None:
        self.memory, self._multiples = Memory(), NONE
        self._names = Names(frame.snapshot.sizes, frame.data)

    def settle(self, frame: Frame) -> None:
        """Choose the small ones, if those on show do not hold the chosen weight."""
        snapshot, data, chosen = frame.snapshot, frame.data, self._chosen(frame)
        if chosen not in self._multiples.places and self._names is not None:
            examples = self._examples(frame)
            most = min(MOST, scenes.multiples_within(snapshot, chosen.layer, min(examples, len(data.x))))
            surface = partial(scenes.surface_of, snapshot, data, "all", examples)
            self._multiples = arrange(self._names, chosen, surface, most)

    def _chosen(self, frame: Frame) -> Weight:
        return self.selection.weight.within(frame.snapshot.sizes)

    def _examples(self, frame: Frame) -> int:
        return scenes.examples_for(frame.snapshot, frame.data, self.surface.value, self._chosen(frame).layer)

    def question(self, frame: Frame) -> Question:
        snapshot, chosen, places = frame.snapshot, self._chosen(frame), self._multiples.places
        ranges = self.memory.ranges(snapshot, (chosen, *places))
        request = Request(snapshot, frame.data, self.surface.value, self._examples(frame), chosen, places, ranges)
        about = (self.run_of(frame), request.kind, chosen, request.places)
        return Question(about, snapshot.step, partial(scenes.answer, request))

    def take(self, answer: Scene) -> None:
        self.scene, self.arranged = answer, self._multiples  # an answer about other ones is not taken
        memory = self.memory
        self._span = memory.axis(answer)
        self._shades = [memory.colours(curve.place, curve.zones) for curve in (answer.chosen, *answer.multiples)]
        memory.record(answer)
        if self._dropped_at is not None:
            self.probes.drop_at_rest(answer, self._dropped_at)
            self._dropped_at = None

    def told(self) -> list[str]:
        if self.scene is None or self._names is None:
            return []
        said = words.summary_of_one(self._names, self.scene)
        shown = self.probes.shown()
        return [*said, *([words.frozen(self.scene)[0]] if shown is not None else [])]

    # What the user does

    def _drop(self, on: bool) -> None:
        """Drop probes on the curve, or take them away and let the curve move again."""
        if on and self.scene is not None and self.scene.chosen.span is not None:
            self.probes.drop(self.scene)
        else:
            self.probes.release()
            self.refresh()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the whole view has a menu, with this one's choice in it

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.selection.choose(weight=place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self._place_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        if place is None and self._reading() is not None and self.scene is not None:
            place = self.scene.chosen.place
        self.selection.point_at(None if place is None else place)

    def _reading(self) -> float | None:
        """Return the weight's value under the mouse, where that is over the curve."""
        chart, at = self.chart(), self.mouse
        return chart.t(at.x()) if chart is not None and at is not None and chart.area.contains(at) else None

    def closeEvent(self, event: QCloseEvent) -> None:
        self.probes.stop()
        super().closeEvent(event)

    def _place_at(self, at: QPointF) -> Weight | None:
        """Return the weight whose small picture lies at a point."""
        return next((place for place, cell in self.cells().items() if cell.contains(at)), None)

    # Drawing

    def _laid_out(self) -> Layout:
        layout, multiples = self._layout, self.arranged
        if layout is None or layout.size != (self.width(), self.height()) or layout.multiples is not multiples:
            self._layout = layout = lay_out(
                self.width(), self.height(), multiples, partial(text_width, pixels=look.SMALL)
            )
            button, plot = self.probes.button, layout.plot
            button.setVisible(layout.named and not self.fine)  # at the end of the line that names the weight axis
            button.move(round(plot.right() * self.zoom) - button.width(), round((plot.bottom() + 17) * self.zoom))
        return layout

    def chart(self) -> Chart | None:
        """Return the mapping of the large curve to pixels, or None where there is no curve."""
        if self.scene is None or self._span is None:
            return None
        return Chart(self._laid_out().plot, self.scene.request.ranges[0], self._span)

    def cells(self) -> dict[Weight, QRectF]:
        """Return where the weights' small pictures are, of those that have one."""
        if self.scene is None:
            return {}
        return dict(zip(self.scene.request.places, self._laid_out().cells, strict=False))

    def draw(self, p: QPainter) -> None:
        if self.scene is None or self._names is None:
            p.fillRect(self.rect(), QColor(self.style_.panel))
            return
        scene = self.scene
        self._picture.paint(
            p,
            ShownSlices(
                scene=scene,
                names=self._names,
                layout=self._laid_out(),
                chart=self.chart(),
                shades=self._shades,
                trail=self.memory.trail(scene, scene.chosen.place),
                hover=self.selection.hover,
                probes=self.probes.shown(),
                reading=self._reading(),
                style=self.style_,
                fine=self.fine,
            ),
        )
