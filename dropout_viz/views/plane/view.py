"""A plane of parameter space: the loss as a map, and the way that the run took over it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dropout_viz.analysis.questions import plane as scenes
from dropout_viz.analysis.questions.plane import Request, Scene
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.draw.plot import Plot
from dropout_viz.draw.ranges import Range
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import BaseView, Selection, answering
from dropout_viz.views.choice import OneOf, Switch
from dropout_viz.views.choices import Choices
from dropout_viz.views.plane import RATE, words
from dropout_viz.views.plane import picture as pictures
from dropout_viz.views.plane import shading as shadings
from dropout_viz.views.plane.bar import Bar, PlaneHeading
from dropout_viz.views.plane.colours import Scale, recalled, remembered
from dropout_viz.views.plane.shading import Canvas, Shading
from dropout_viz.views.plane.space import Space
from dropout_viz.views.plane.tools import Tools, fit_pair, pair_with
from dropout_viz.views.weight_names import Names
from dropout_viz.views.worker import Worker

REST = 1.2  # its work is done outside the interpreter's lock, mostly
STILL = 150  # milliseconds without a new step after which the picture is refined


class View(BaseView):
    """Shows the map and the paths.

    Attributes:
        scene: what is on show, or None before the first frame. plot: the map's axes.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        selection.hovered.disconnect(self.update)  # what is pointed at elsewhere changes nothing here
        self.scene: Scene | None = None
        self.kind = self.declare(OneOf(self, "kind", "Plane", words.TIPS, words.KINDS), self.refresh)
        self.log = self.declare(
            Switch(self, "log", "log", "Shades and contours by the logarithm of the loss"), self._shade_again
        )
        self.deep = self.declare(Switch(self, "space", "3-D", "The same surface in three dimensions"), self._show_space)
        self._pair = (Weight(0, 0, 0), Weight(0, 0, 0))
        self._seed = 0  # of the random directions
        self._known: scenes.Known = {}
        self._run: object = None
        self._names: Names | None = None
        self._traces: list[pictures.Trace] = []
        self._mouse: QPointF | None = None
        self._asked: Request | None = None
        self._shading: Shading | None = None
        self._ranges: tuple[Range, Range] | None = None  # those that another view has shown, to begin with
        self._before: Scale | None = None  # so its scale
        self._worker = Worker(self, "plane", REST, 1 / RATE)
        self._worker.done.connect(self._arrived)
        self._worker.failed.connect(self.fail)
        self.plot = Plot(style, self)
        self.plot.overlays.append(self._paint)
        self.plot.pointed.connect(self._point)
        self.heading, self.bar = PlaneHeading(style, self), Bar(style, self)
        self.space = Space(style, self)
        # runs out when the run stands still: time for a finer picture
        self._still = QTimer(self, singleShot=True, interval=STILL)
        self._still.timeout.connect(self._refine)
        self._tools = Tools(self)
        self._tools.others_asked.connect(self._draw_others)
        self._tools.weight_chosen.connect(self._weight_chosen)
        self._arrange()
        self.restyle(style)

    def _arrange(self) -> None:
        middle = QHBoxLayout()
        middle.setContentsMargins(2, 0, 0, 2)
        middle.setSpacing(0)
        for part, stretch in ((self.plot, 1), (self.space, 1), (self.bar, 0)):
            middle.addWidget(part, stretch)
        self.space.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self._tools.row)
        column.addLayout(middle, 1)
        self.setMinimumSize(220, 160)

    def sizeHint(self) -> QSize:
        return QSize(460, 400)

    def header_tools(self) -> list[QWidget]:
        """The choice of plane, other random directions, logarithmic shades, three dimensions."""
        kind, log, deep = super().header_tools()
        return [kind, self._tools.others, log, deep]

    def choices(self) -> dict[str, Any]:
        memory = remembered(None if self.scene is None else self.scene.ranges, self._scale)
        pair = [list(place) for place in self._pair]
        return {**super().choices(), "pair": pair, "seed": self._seed, "memory": memory}

    def take_choices(self, choices: Choices) -> None:
        pair = choices.whole_table("pair", 3)
        self._pair = (Weight(*pair[0]), Weight(*pair[1])) if len(pair) == 2 else self._pair
        self._seed = choices.whole("seed", most=1 << 31)
        self.scene = self._shading = None
        self._ranges, self._before = recalled(choices.part("memory"))
        super().take_choices(choices)
        self._show_space()

    def prepare_export(self) -> None:
        """Draw with true pens, and compute the finest surface before drawing."""
        super().prepare_export()
        self._mouse = None
        self.plot.fine()
        self.refresh()

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        self.frame_ = frame
        request = self._request(frame)
        if self.at_once:
            finest = replace(request, stage=scenes.stages(request)[-1])
            self._worker.complete(partial(shadings.picture, finest, self._canvas(), self._scale), self._take_picture)
            return
        shown, asked = self.scene, self._asked
        fresh = shown is None or shown.request.what != request.what
        if fresh and asked is not None and asked.what != request.what:
            asked.given_up.set()
        if fresh or shown is None or shown.request.moment != request.moment:
            self._still.start()
            self._ask(request, now=fresh or frame.past)

    @property
    def shown_step(self) -> int | None:
        return None if self.scene is None else self.scene.request.frame.snapshot.step

    def _request(self, frame: Frame) -> Request:
        """Return what to compute for a frame, at the resolution of a moving picture."""
        snapshot, data = frame.snapshot, frame.data
        if self._names is None or not self._names.are_of(snapshot.sizes, data):
            self._names = Names(snapshot.sizes, data)
            self._tools.show_network(self._names)
        if self._run != (snapshot.run, snapshot.world, data):
            self._run = (snapshot.run, snapshot.world, data)
            self.scene, self._shading, self._known = None, None, {}
            self._ranges = self._before = None
        w = self.selection.weight
        self._pair = fit_pair(w, self._pair, snapshot.sizes)
        self._show_choice()
        request = Request(frame, self.kind.value, self._pair, self._seed, (0, False), None, self._known)
        if self.scene is not None and self.scene.request.what == request.what:
            request = replace(request, ranges=self.scene.ranges)
        elif self.scene is None:
            request = replace(request, ranges=self._ranges)
        return replace(request, stage=scenes.stages(request)[0])

    def _ask(self, request: Request, *, now: bool) -> None:
        self._asked = request
        self._worker.ask(partial(shadings.picture, request, self._canvas(), self._scale), now=now)

    @answering
    def _arrived(self, answer: tuple[Scene, Shading] | None) -> None:
        """Take an answer from the worker, unless something else is on show by now."""
        if self.frame_ is None or answer is None:
            return
        (scene, shading), present = answer, self._request(self.frame_)
        if scene.request.what != present.what:
            return
        if scene.request.frame.snapshot.step <= self.frame_.snapshot.step:  # else the run is looked back at by now
            self._take(scene, shading)
        if scene.request.moment != present.moment:
            self._ask(replace(present, ranges=scene.ranges), now=False)
        elif not self._still.isActive():
            self._refine()

    def _refine(self) -> None:
        """Ask for a finer picture of the frame on show, where there is one."""
        if self.frame_ is None or self.scene is None or self._worker.busy:
            return  # what is on its way comes back here
        present = self._request(self.frame_)
        finer = [s for s in scenes.stages(present) if s > self.scene.request.stage]
        if finer and (self.scene.request.what, self.scene.request.moment) == (present.what, present.moment):
            self._ask(replace(present, stage=finer[0]), now=False)

    @property
    def _scale(self) -> Scale | None:
        return self._before if self._shading is None else self._shading.scale

    def _canvas(self, ratio: float | None = None) -> Canvas:
        """Return what the map is painted on; ``ratio``: pixels of the device for one of the window."""
        if ratio is None:
            here = self.devicePixelRatioF() * self.zoom
            ratio = 1.0 if self.fine else here  # a picture does not depend on its maker's screen
        area = self.plot.area()
        width, height = (max(2, round(side * ratio)) for side in (area.width(), area.height()))
        return Canvas(width, height, self.style_.name, self.log.value)

    def _take_picture(self, answer: tuple[Scene, Shading] | None) -> None:
        if answer is not None:
            self._take(*answer)

    def _take(self, scene: Scene | None, shading: Shading | None = None) -> None:
        if scene is None or self._names is None:
            return
        self.fail("")
        self.scene, self._ranges = scene, None
        self._shading = shadings.shade(scene, self._canvas(), self._scale) if shading is None else shading
        losses = [(path.name, number(float(path.losses[-1]), 4)) for path in scene.paths]
        self.heading.tell(words.title(scene, self._names), losses, words.details(scene))
        self._name_axes(scene, self._names)
        self.plot.show_range(*scene.ranges)
        self._traces = []
        if not self.space.isHidden():
            self.space.take(scene, self._shading.scale)
        self._repaint()

    def _name_axes(self, scene: Scene, names: Names) -> None:
        """Name the axes where there is room; naming them anew costs a repaint of both."""
        roomy = self.width() >= 340 and self.height() >= 260
        across, up = words.axes(scene, names) if roomy else ("", "")
        if (across, up) != (self.plot.x_axis.labelText or "", self.plot.y_axis.labelText or ""):
            self.plot.label(x=across, y=up)

    def _repaint(self) -> None:
        self.plot.viewport().update()
        if self.bar.scale != self._scale:
            self.bar.scale = self._scale
            self.bar.update()

    def _show_choice(self) -> None:
        self._tools.show_choice(self.kind.value, self._pair)
        self._tools.row.setVisible(self.kind.value == "weights" and not self.fine)

    def _weight_chosen(self, k: int, place: Weight) -> None:
        self._pair = pair_with(self._pair, k, place)
        first = self._pair[0]
        if first != self.selection.weight:
            self.selection.choose(weight=first)
        else:
            self.refresh()

    def _draw_others(self) -> None:
        self._seed += 1
        self.refresh()

    def _shade_again(self) -> None:
        if self.scene is not None:
            self._take(self.scene)

    def _show_space(self) -> None:
        on: bool = self.deep.value
        self.space.setVisible(on)
        self.plot.setVisible(not on)
        if on and self.scene is not None and self._shading is not None:
            self.space.take(self.scene, self._shading.scale)

    def _point(self, at: QPointF | None) -> None:
        self._mouse = at
        self.plot.viewport().update()
        weights = at is not None and self.kind.value == "weights"
        self.selection.point_at(self._pair[0] if weights else None)

    def restyle(self, style: look.Style) -> None:
        self.style_ = self.heading.style_ = self.bar.style_ = style
        self.plot.restyle(style)
        self.space.restyle(style)
        self.bar.update()
        self.heading.update()
        self._repaint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.setVisible(self.width() >= 300)
        if self.scene is not None and self._names is not None:
            self._name_axes(self.scene, self._names)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._asked is not None:
            self._asked.given_up.set()
        self._worker.close()
        super().closeEvent(event)

    def told(self) -> list[str]:
        if self.scene is None or self._names is None:
            return []
        said = words.summary(self.scene, self._names)
        return [*said, *([self.space.message] if self.deep.value and self.space.message else [])]

    def walk(self, by: int) -> bool:
        return self._step_weight(0, by)

    def walk_second(self, by: int) -> bool:
        return self._step_weight(1, by)

    def _step_weight(self, axis: int, by: int) -> bool:
        """Go through the weights of an axis, of a plane of two weights."""
        if self.kind.value == "weights":
            self._tools.choosers[axis].stepBy(by)
        return bool(self.kind.value == "weights")

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), QColor(self.style_.panel))

    def _paint(self, p: QPainter) -> None:
        scene, shading, area = self.scene, self._shading, self.plot.area()
        if scene is None or shading is None:
            return
        canvas = self._canvas(brush.pixels(p))
        if shading.canvas != canvas:  # another size or theme, or a picture of finer pixels
            self._shading = shading = shadings.shade(scene, canvas, shading.scale)
        if (self.bar.top, self.bar.bottom) != (area.top(), area.bottom()):
            self.bar.top, self.bar.bottom = area.top(), area.bottom()
            self.bar.update()
        pictures.paint_map(p, area, shading)
        if not self._traces or self._traces[0].area != area:
            self._traces = [pictures.Trace(path, area, scene.ranges) for path in scene.paths]
        p.setClipRect(area)
        for k, trace in reversed(list(enumerate(self._traces))):
            pictures.paint_trace(p, trace, shading.scale, self.style_, k, scene.off, self.fine)
        pointed = None
        if self._mouse is not None:
            pointed = pictures.paint_reading(p, scene, self._traces, self._mouse, area, self.style_)
        if pointed != self.bar.pointed:
            self.bar.pointed = pointed
            self.bar.update()
