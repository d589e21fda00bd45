"""A plane of parameter space: the loss as a map, and the way that the run took over it."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QTimer
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
from dropout_viz.views.base import Selection
from dropout_viz.views.choice import OneOf, Switch
from dropout_viz.views.choices import Choices
from dropout_viz.views.computed import ComputedView, Question
from dropout_viz.views.plane import KEY, RATE, words
from dropout_viz.views.plane import picture as pictures
from dropout_viz.views.plane import shading as shadings
from dropout_viz.views.plane.bar import Bar, PlaneHeading
from dropout_viz.views.plane.colours import Scale, recalled, remembered
from dropout_viz.views.plane.shading import Canvas, Shading
from dropout_viz.views.plane.space import Space
from dropout_viz.views.plane.tools import Tools, fit_pair, pair_with
from dropout_viz.views.weight_names import Names

REST = 1.2  # its work is done outside the interpreter's lock, mostly
STILL = 150  # milliseconds without a new step after which the picture is refined


class View(ComputedView[Scene]):
    """Shows the map and the paths.

    Attributes:
        plot: the map's axes.
    """

    SIZE, LEAST = (460, 400), (220, 160)

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent, KEY, REST, 1 / RATE)
        selection.hovered.disconnect(self.update)  # what is pointed at elsewhere changes nothing here
        self.kind = self.declare(OneOf(self, "kind", "Plane", words.TIPS, words.KINDS), self.refresh)
        self.log = self.declare(
            Switch(self, "log", "log", "Shades and contours by the logarithm of the loss"), self._shade_again
        )
        self.deep = self.declare(Switch(self, "space", "3-D", "The same surface in three dimensions"), self._show_space)
        self._pair = (Weight(0, 0, 0), Weight(0, 0, 0))
        self._seed = 0  # of the random directions
        self._known: scenes.Known = {}
        self._what: object = None
        self._given_up = threading.Event()  # tells who computes that another plane is wanted
        self._names: Names | None = None
        self._traces: list[pictures.Trace] = []
        self._mouse: QPointF | None = None
        self._shading: Shading | None = None
        self._ranges: tuple[Range, Range] | None = None  # those that another view has shown, to begin with
        self._before: Scale | None = None  # so its scale
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

    def stops(self) -> list[QWidget]:
        return [self, *self._tools.choosers]

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
        self.scene = self._shading = self._answered = None
        self._ranges, self._before = recalled(choices.part("memory"))
        super().take_choices(choices)
        self._show_space()

    def prepare_export(self) -> None:
        """Draw with true pens, and compute the finest surface before drawing."""
        self._mouse = None
        self.plot.fine()
        super().prepare_export()

    # What is computed

    def begin(self, frame: Frame) -> None:
        self._shading, self._known = None, {}
        self._ranges = self._before = None
        self.heading.tell("", (), ())
        self._traces = []
        self._repaint()
        self._names = Names(frame.snapshot.sizes, frame.data)
        self._tools.show_network(self._names)

    def settle(self, frame: Frame) -> None:
        self._pair = fit_pair(self.selection.weight, self._pair, frame.snapshot.sizes)
        self._tools.show_choice(self.kind.value, self._pair)
        self._tools.row.setVisible(self.kind.value == "weights" and not self.fine)
        if (what := self._request(frame).what) != self._what:
            self._given_up.set()
            self._what, self._given_up = what, threading.Event()
        if not self.is_answered(frame):
            self._still.start()

    def question(self, frame: Frame) -> Question:
        request = self._request(frame)
        work = partial(shadings.picture, request, self._canvas(), self._scale)
        return Question((self.run_of(frame), request.what), frame.snapshot.step, work)

    def _request(self, frame: Frame) -> Request:
        """Return what to compute for a frame: for a moving picture first, then as fine as there is time for."""
        asked = Request(frame, self.kind.value, self._pair, self._seed, (0, False), None, self._known, self._given_up)
        shown, stages = self.scene, scenes.stages(asked)
        stage, ranges = stages[0], self._ranges if shown is None else None
        if shown is not None and shown.request.what == asked.what:
            ranges = shown.ranges
            if shown.request.moment == asked.moment:
                stage = next((finer for finer in stages if finer > shown.request.stage), stages[-1])
        return replace(asked, stage=stages[-1] if self.at_once else stage, ranges=ranges)

    def is_answered(self, frame: Frame) -> bool:
        if self.scene is None:
            return False
        shown, asked = self.scene.request, self._request(frame)
        return (shown.what, shown.moment) == (asked.what, asked.moment)

    def is_cheap(self, asked: Question) -> bool:
        """Never: a surface is computed outside of the interpreter's lock, mostly, and a finer one follows."""
        return False

    def is_whole(self, answer: tuple[Scene, Shading]) -> bool:
        request = answer[0].request
        return self._still.isActive() or request.stage == scenes.stages(request)[-1]

    def _refine(self) -> None:
        """Ask for a finer picture of the frame on show, where there is one."""
        if self.scene is not None and self.scene.request.stage != scenes.stages(self.scene.request)[-1]:
            self.go_on()  # what is on its way comes back here

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

    def take(self, answer: tuple[Scene, Shading]) -> None:
        self._show(*answer)

    def _show(self, scene: Scene, shading: Shading) -> None:
        if self._names is None:
            return
        self.scene, self._shading, self._ranges = scene, shading, None
        losses = [(path.name, number(float(path.losses[-1]), 4)) for path in scene.paths]
        self.heading.tell(words.title(scene, self._names), losses, words.details(scene))
        self._name_axes(scene, self._names)
        self.plot.show_range(*scene.ranges)
        self._traces = []
        if not self.space.isHidden():
            self.space.take(scene, shading.scale)
        self._repaint()

    def _name_axes(self, scene: Scene, names: Names) -> None:
        """Name the axes where there is room; naming them anew costs a repaint of both."""
        roomy = self.width() >= 340 and self.height() >= 260
        across, up = words.axes(scene, names) if roomy else ("", "")
        if (across, up) != (self.plot.x_axis.labelText or "", self.plot.y_axis.labelText or ""):
            self.plot.label(x=across, y=up)

    def _repaint(self) -> None:
        self.plot.renew()
        if self.bar.scale != self._scale:
            self.bar.scale = self._scale
            self.bar.update()

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
            self._show(self.scene, shadings.shade(self.scene, self._canvas(), self._scale))

    def _show_space(self) -> None:
        on: bool = self.deep.value
        self.space.setVisible(on)
        self.plot.setVisible(not on)
        if on and self.scene is not None and self._shading is not None:
            self.space.take(self.scene, self._shading.scale)

    def _point(self, at: QPointF | None) -> None:
        self._mouse = at
        self.plot.renew()
        weights = at is not None and self.kind.value == "weights"
        self.selection.point_at(self._pair[0] if weights else None)

    def restyle(self, style: look.Style) -> None:
        self.style_ = self.heading.style_ = self.bar.style_ = style
        self.plot.restyle(style)
        self.space.restyle(style)
        self.bar.update()
        self.heading.update()
        self.update()
        self._repaint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.setVisible(self.width() >= 300)
        if self.scene is not None and self._names is not None:
            self._name_axes(self.scene, self._names)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._given_up.set()
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
