"""One weight large: the loss along it, its zones and its ball; the other weights small, each on its own scale."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QCloseEvent, QColor, QContextMenuEvent, QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.draw import style as look
from dropout_viz.draw.spans import Span
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.snapshot import Floats
from dropout_viz.nn.parts import Weight
from dropout_viz.views import landscape_scene as scenes
from dropout_viz.views import landscape_words as words
from dropout_viz.views.base import BaseView, Selection, answering
from dropout_viz.views.choice import OneOf
from dropout_viz.views.choices import Choices
from dropout_viz.views.landscape_chart import Chart
from dropout_viz.views.landscape_layout import Layout, lay_out
from dropout_viz.views.landscape_memory import Memory
from dropout_viz.views.landscape_multiples import MOST, NONE, arrange, multiples_from
from dropout_viz.views.landscape_picture import ShownSlices, SlicePicture
from dropout_viz.views.landscape_probes import Probes
from dropout_viz.views.landscape_scene import Request, Scene
from dropout_viz.views.weight_names import Names
from dropout_viz.views.worker import Worker

AT_ONCE = 1.5e6  # nanoseconds: what takes longer is not computed on the window's thread


class OneWeight(BaseView):
    """Shows the slices of the loss surface, and the balls on them.

    ``surface`` is a choice for the header: which loss.

    Attributes:
        scene: what is on show, or None before the first frame. probes: weightless balls that the user drops on it.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        self.scene: Scene | None = None
        self._run: tuple[int, int] | None = None
        self._names: Names | None = None
        self._memory = Memory()
        self._multiples = NONE
        self._span: Span | None = None
        self._shades: list[list[int]] = [[]]  # of the chosen weight's zones, then of each multiple's
        self._layout: Layout | None = None
        self._picture = SlicePicture()
        self._dropped_at: int | None = None  # the step of the probes that are to lie on the curve that comes
        self._worker = Worker(self, "landscape")
        self._worker.done.connect(self._arrived)
        self._worker.failed.connect(self.fail)
        self.probes = Probes(self)
        self.probes.changed.connect(self.update)
        self.probes.button.toggled.connect(self._drop)
        self.probes.take(style)
        self.probes.button.setFont(look.font(look.SMALL))
        about = "Which loss: of the whole network, or of the thinned networks that this step drew"
        self.surface = self.declare(OneOf(self, "surface", "Surface", about, words.SURFACES), self.refresh)
        self.setMouseTracking(True)
        self.setMinimumSize(200, 140)

    def sizeHint(self) -> QSize:
        return QSize(460, 400)

    def choices(self) -> dict[str, Any]:
        probed = None
        if self.probes.rolling is not None and self.scene is not None:
            probed = self.scene.request.snapshot.step
        return {
            **super().choices(),
            "probes": probed,
            "memory": self._memory.choices(self.scene),
            "multiples": self._multiples.choices(),
        }

    def take_choices(self, choices: Choices) -> None:
        self.surface.take(choices)
        if self.frame_ is None:
            return
        snapshot = self.frame_.snapshot
        self._run, self._memory = (snapshot.run, snapshot.world), Memory()
        self._memory.take_choices(choices.part("memory"), snapshot, self.surface.value)
        self._multiples = multiples_from(choices.part("multiples"), snapshot.sizes)
        self.probes.release()
        self._dropped_at = choices.maybe("probes")
        self.refresh()

    def like(self, other: BaseView) -> None:
        super().like(other)
        if isinstance(other, OneWeight) and other.probes.rolling is not None and other.scene is not None:
            self._take(other.scene)  # its curve is frozen, while the run goes on
            self.probes.like(other.probes)

    def restyle(self, style: look.Style) -> None:
        self.probes.take(style)
        super().restyle(style)

    def prepare_export(self) -> None:
        """Draw with true pens, and compute everything before drawing."""
        super().prepare_export()
        self.refresh()

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        super().show_frame(frame)
        request = self._request(frame)
        if self.probes.rolling is not None:
            if self.scene is not None and not self._is_other(self.scene.request, request):
                return  # the curve is frozen while probes are on it
            self.probes.release()
        if self.at_once:
            self._worker.complete(partial(scenes.answer, request), self._take)
            return
        if request.work <= AT_ONCE:
            self._worker.forget()
            self._take(scenes.answer(request))
            return
        fresh = self.scene is None or self._is_other(self.scene.request, request)
        self._worker.ask(partial(scenes.answer, request), now=fresh or frame.past)

    @property
    def shown_step(self) -> int | None:
        return None if self.scene is None else self.scene.request.snapshot.step

    def _request(self, frame: Frame) -> Request:
        """Return what to compute for a frame; forgets what belongs to an earlier run."""
        snapshot, data = frame.snapshot, frame.data
        sizes = snapshot.sizes
        if self._names is None or not self._names.are_of(sizes, data):
            self._names, self._multiples, self.scene = Names(sizes, data), NONE, None
        if self._run != (snapshot.run, snapshot.world):
            self._run, self._memory, self.scene = (snapshot.run, snapshot.world), Memory(), None
        chosen = self.selection.weight.within(sizes)
        examples = scenes.examples_within(snapshot, chosen.layer)
        if self.surface.value == "mean":
            examples = min(examples, max(8, scenes.MASKED // scenes.masked(snapshot, data, 1).rows))
        if chosen not in self._multiples.places:
            most = min(MOST, scenes.multiples_within(snapshot, chosen.layer, min(examples, len(data.x))))
            surface = partial(scenes.surface_of, snapshot, data, "all", examples)
            self._multiples = arrange(self._names, chosen, surface, most)
        ranges = self._memory.ranges(snapshot, (chosen, *self._multiples.places))
        return Request(snapshot, data, self.surface.value, examples, chosen, self._multiples, ranges)

    @staticmethod
    def _is_other(old: Request, new: Request) -> bool:
        return any(getattr(old, name) != getattr(new, name) for name in ("run", "kind", "chosen", "places"))

    @answering
    def _arrived(self, scene: Scene) -> None:
        """Take an answer from the worker, unless something else is on show by now."""
        if self.frame_ is None or self.probes.rolling is not None:
            return
        present = self._request(self.frame_)
        if not self._is_other(scene.request, present) and scene.request.snapshot.step <= present.snapshot.step:
            self._take(scene)

    def _take(self, scene: Scene) -> None:
        self.fail("")
        self.scene = scene
        memory = self._memory
        self._span = memory.axis(scene)
        self._shades = [memory.colours(curve.place, curve.zones) for curve in (scene.chosen, *scene.multiples)]
        memory.record(scene)
        if self._dropped_at is not None:
            self.probes.drop_at_rest(scene, self._dropped_at)
            self._dropped_at = None
        self.update()

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
        self._worker.close()
        self.probes.stop()
        super().closeEvent(event)

    def _place_at(self, at: QPointF) -> Weight | None:
        """Return the weight whose small picture lies at a point."""
        return next((place for place, cell in self.cells().items() if cell.contains(at)), None)

    # Drawing

    def _laid_out(self, scene: Scene) -> Layout:
        layout, multiples = self._layout, scene.request.multiples
        if layout is None or layout.size != (self.width(), self.height()) or layout.multiples is not multiples:
            width = QFontMetricsF(look.font(look.SMALL)).horizontalAdvance
            self._layout = layout = lay_out(self.width(), self.height(), multiples, width)
            button, plot = self.probes.button, layout.plot
            button.setVisible(layout.named and not self.fine)  # at the end of the line that names the weight axis
            button.move(round(plot.right()) - button.width(), round(plot.bottom()) + 17)
        return layout

    def chart(self) -> Chart | None:
        """Return the mapping of the large curve to pixels, or None where there is no curve."""
        if self.scene is None or self._span is None:
            return None
        return Chart(self._laid_out(self.scene).plot, self.scene.request.ranges[0], self._span)

    def cells(self) -> dict[Weight, QRectF]:
        """Return where the weights' small pictures are, of those that have one."""
        if self.scene is None:
            return {}
        return dict(zip(self.scene.request.places, self._laid_out(self.scene).cells, strict=False))

    def trail(self, scene: Scene) -> tuple[Floats, Floats]:
        """Return where the chosen weight's ball has been, and the losses there, both (n,), the oldest first."""
        return self._memory.trail(scene, scene.chosen.place)

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
                layout=self._laid_out(scene),
                chart=self.chart(),
                shades=self._shades,
                trail=self.trail(scene),
                hover=self.selection.hover,
                probes=self.probes.shown(),
                reading=self._reading(),
                style=self.style_,
                fine=self.fine,
            ),
        )
