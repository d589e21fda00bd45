"""A plane of parameter space: the loss as a map, and the way that the run took over it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dropout_viz.analysis.slices import Place
from dropout_viz.views import plane_picture as pictures
from dropout_viz.views import plane_scene as scenes
from dropout_viz.views import plane_words as words
from dropout_viz.views import style as look
from dropout_viz.views.base import BaseView, Frame, Selection, Weight
from dropout_viz.views.draw_text import draw_text, text_width
from dropout_viz.views.landscape_colours import faded
from dropout_viz.views.landscape_names import Names
from dropout_viz.views.numbers import number
from dropout_viz.views.plane_bar import Bar, Heading
from dropout_viz.views.plane_colours import Scale, scale_of
from dropout_viz.views.plane_scene import Kind, Request, Scene
from dropout_viz.views.plane_space import Space
from dropout_viz.views.plane_tools import Tools, fit_pair
from dropout_viz.views.plot import Plot
from dropout_viz.views.worker import Worker

KEY = "plane"
TITLE = "Plane"
ORDER = 50
AREA = "right-bottom"
RATE = 30
HELP = (
    "The loss over a plane through the space of all weights, as a map: deep is dark. The line is the way that the run "
    "took, from the ring to the ball; the ball is the network as it is now and lies exactly on the map. A network has "
    "many more than two weights, so that the earlier points lie off the plane: the farther off, the smaller the dot. "
    "A dot's shade is its own true loss, which may differ from the map around it.\n\n"
    "Choose the plane in the header: the two directions in which the path varies most (its principal components; they "
    "turn as the path grows), the line from its start to now, two weights, or two random directions, each unit's share "
    "scaled to the size of its incoming weights (Li et al. 2018). With a comparison both runs are drawn on the map of "
    "the first."
)
REST = 1.2  # its work is done outside the interpreter's lock, mostly


class View(BaseView):
    """Shows the map and the paths.

    Attributes:
        scene: what is on show, or None before the first frame. plot: the map's axes.
    """

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        selection.hovered.disconnect(self.update)  # what is pointed at elsewhere changes nothing here
        self.scene: Scene | None = None
        self._kind: Kind = "path"
        self._pair = (Place(0, 0, 0), Place(0, 0, 0))
        self._seed, self._log = 0, False
        self._known: dict[object, float] = {}
        self._run: object = None
        self._scale: Scale | None = None
        self._names: Names | None = None
        self._traces: list[pictures.Trace] = []
        self._mouse: QPointF | None = None
        self._asked: Request | None = None
        self._fine = False
        self._map = pictures.Map()
        self._worker = Worker(self, "plane", REST)
        self._worker.done.connect(self._arrived)
        self.plot = Plot(style, self)
        self.plot.overlays.append(self._paint)
        self.plot.pointed.connect(self._point)
        self.heading, self.bar = Heading(style, self), Bar(style, self)
        self.space = Space(style, self)
        self._tools = Tools(self)
        self._tools.kind_chosen.connect(self._choose)
        self._tools.others_asked.connect(self._draw_others)
        self._tools.log_toggled.connect(self._set_log)
        self._tools.deep_toggled.connect(self._show_space)
        self._tools.weight_chosen.connect(self._weight_chosen)
        self._arrange()
        self.restyle(style)

    def _arrange(self) -> None:
        middle = QHBoxLayout()
        middle.setContentsMargins(2, 0, 0, 2)
        middle.setSpacing(0)
        middle.addWidget(self.plot, 1)
        middle.addWidget(self.space, 1)
        middle.addWidget(self.bar)
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
        return self._tools.header

    def like(self, other: BaseView) -> None:
        """Take over another's plane, shades and ranges."""
        if isinstance(other, View):
            self._kind, self._pair, self._seed, self._log = other._kind, other._pair, other._seed, other._log
            self._run, self._known, self._scale, self.scene = other._run, dict(other._known), other._scale, other.scene
            self.refresh()

    def prepare_export(self) -> None:
        """Draw with true pens, and compute the finest surface before drawing."""
        self._fine = True
        self._mouse = None
        self.plot.fine()
        self.refresh()

    # What is shown

    def show_frame(self, frame: Frame) -> None:
        self.frame_ = frame
        request = self._request(frame)
        if self._fine or not self.isVisible():
            self._worker.forget()
            self._take(scenes.answer(replace(request, stage=scenes.stages(request)[-1])))
            return
        shown, asked = self.scene, self._asked
        fresh = shown is None or shown.request.what != request.what
        if fresh and asked is not None and asked.what != request.what:
            asked.given_up.set()
        if fresh or shown is None or shown.request.moment != request.moment:
            self._ask(request, now=fresh)

    def _request(self, frame: Frame) -> Request:
        """Return what to compute for a frame, at the resolution of a moving picture."""
        snapshot, data = frame.snapshot, frame.data
        if self._names is None or self._names.sizes != snapshot.sizes or self._names.data is not data:
            self._names = Names(snapshot.sizes, data)
            self._tools.show_network(self._names)
        if self._run != (snapshot.run, snapshot.world, data):
            self._run = (snapshot.run, snapshot.world, data)
            self.scene, self._scale, self._known = None, None, {}
        w = self.selection.weight
        self._pair = fit_pair(Place(w.layer, w.source, w.target), self._pair, snapshot.sizes)
        self._show_choice()
        request = Request(frame, self._kind, self._pair, self._seed, (0, False), None, self._known)
        if self.scene is not None and self.scene.request.what == request.what:
            request = replace(request, ranges=self.scene.ranges)
        return replace(request, stage=scenes.stages(request)[0])

    def _ask(self, request: Request, *, now: bool) -> None:
        self._asked = request
        self._worker.ask(partial(scenes.answer, request), now=now)

    def _arrived(self, scene: Scene | None) -> None:
        """Take an answer from the worker, unless something else is on show by now; then ask for a finer one."""
        if self.frame_ is None:
            return
        present = self._request(self.frame_)
        if scene is None or scene.request.what != present.what:
            return
        self._take(scene)
        finer = [s for s in scenes.stages(present) if s > scene.request.stage]
        if scene.request.moment != present.moment:
            self._ask(replace(present, ranges=scene.ranges), now=False)
        elif finer:
            self._ask(replace(present, stage=finer[0], ranges=scene.ranges), now=False)

    def _take(self, scene: Scene | None) -> None:
        if scene is None or self._names is None:
            return
        self.scene = scene
        self._scale = scale_of(scene.losses, self._log, self._scale)
        self.heading.title, self.heading.details = words.title(scene, self._names), words.details(scene)
        self.heading.losses = [(p.name, number(float(p.losses[-1]), 4)) for p in scene.paths]
        across, up = words.axes(scene, self._names)
        self.plot.label(x=across, y=up)
        self.plot.show_range(*scene.ranges)
        self.bar.scale = self._scale
        self._traces = []
        if not self.space.isHidden():
            self.space.take(scene, self._scale)
        self._repaint()

    def _repaint(self) -> None:
        self.plot.viewport().update()
        self.heading.update()
        self.bar.update()

    # What the user does

    def _choose(self, kind: Kind) -> None:
        if kind != self._kind:
            self._kind = kind
            self.refresh()

    def _show_choice(self) -> None:
        self._tools.show_choice(self._kind, self._pair)
        self._tools.row.setVisible(self._kind == "weights" and not self._fine)

    def _weight_chosen(self, k: int, place: Place) -> None:
        first, second = self._pair
        if place == self._pair[1 - k]:  # the other axis' weight: the two change places
            first, second = second, first
        elif k == 0:
            first = place
        else:
            second = place
        self._pair = (first, second)
        if Weight(*first) != self.selection.weight:
            self.selection.choose(weight=Weight(*first))
        else:
            self.refresh()

    def _draw_others(self) -> None:
        self._seed += 1
        self.refresh()

    def _set_log(self, on: bool) -> None:
        self._log = on
        if self.scene is not None:
            self._take(self.scene)

    def _show_space(self, on: bool) -> None:
        self.space.setVisible(on)
        self.plot.setVisible(not on)
        if on and self.scene is not None and self._scale is not None:
            self.space.take(self.scene, self._scale)

    def _point(self, at: QPointF | None) -> None:
        self._mouse = at
        self.plot.viewport().update()
        inside = at is not None and self._kind == "weights"
        self.selection.point_at(Weight(*self._pair[0]) if inside else None)

    def restyle(self, style: look.Style) -> None:
        self.style_ = self.heading.style_ = self.bar.style_ = style
        self.plot.restyle(style)
        self.space.restyle(style)
        self._repaint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= 340 and self.height() >= 260
        self.bar.setVisible(self.width() >= 300)
        if self.scene is not None and self._names is not None:
            across, up = words.axes(self.scene, self._names)
            self.plot.label(x=across if roomy else "", y=up if roomy else "")

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._asked is not None:
            self._asked.given_up.set()
        self._worker.close()
        super().closeEvent(event)

    # Drawing

    def _paint(self, p: QPainter) -> None:
        scene, scale, area = self.scene, self._scale, self.plot.area()
        if scene is None or scale is None:
            return
        if (self.bar.top, self.bar.bottom) != (area.top(), area.bottom()):
            self.bar.top, self.bar.bottom = area.top(), area.bottom()
            self.bar.update()
        self._map.paint(p, area, scene, scale, self.style_, self._fine)
        self._traces = [pictures.Trace(path, area, scene.ranges) for path in scene.paths]
        p.setClipRect(area)
        for k, trace in reversed(list(enumerate(self._traces))):
            pictures.paint_trace(p, trace, scale, self.style_, k, scene.off, self._fine)
        pointed = None
        if self._mouse is not None:
            pointed = self._paint_reading(p, scene, self.plot.at(self._mouse.x(), self._mouse.y()), area)
        if pointed != self.bar.pointed:
            self.bar.pointed = pointed
            self.bar.update()

    def _paint_reading(self, p: QPainter, scene: Scene, at: QPointF, area: QRectF) -> float:
        """Write what is under the mouse; return its loss."""
        assert self._mouse is not None
        found = [(away, k, trace) for trace in self._traces if (near := trace.nearest(at)) for k, away in [near]]
        away, k, trace = min(found, key=lambda f: f[0], default=(float("inf"), 0, None))
        if trace is not None and away <= pictures.REACH:
            loss = float(trace.path.losses[k])
            text = words.at_point(trace.path, k, float(scene.surface.losses(trace.path.points[k : k + 1])[0]))
            at = QPointF(*trace.points[k])
            pictures.paint_mark(p, at, self.style_)
        else:
            u, v = self._mouse.x(), self._mouse.y()
            loss = float(scene.surface.losses([[u, v]])[0])
            text = words.at_place(u, v, loss)
        width = text_width(text, look.SMALL) + 14
        left = min(max(at.x() - width / 2, area.left() + 2), area.right() - width - 2)
        top = at.y() - 34 if at.y() - 36 > area.top() else at.y() + 16
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(QColor(self.style_.line))
        p.setBrush(faded(self.style_.raised, 0.94))
        p.drawRoundedRect(QRectF(left, top, width, 20), 4, 4)
        draw_text(p, left + 7, top + 10, text, look.SMALL, QColor(self.style_.text), live=True)
        return loss
