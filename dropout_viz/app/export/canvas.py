"""What draws a picture: widgets of its own that are never shown, so that the ones on the screen keep their size.

A picture depends on the run and on its ``Shot`` alone, both of which it carries. Making one takes its time, so it is
done in *turns*, each of which is short: between two of them the window lives, if there is one, and what the picture's
views ask for is computed on threads. With nobody there to ``wake`` all turns follow one another at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt, QThread
from PySide6.QtGui import QColor, QImage, QRegion
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from dropout_viz import registry
from dropout_viz.app.export import png, svg
from dropout_viz.app.export.shot import WINDOW, Shot
from dropout_viz.app.look import icons
from dropout_viz.app.look.theme import Theme, palette, sheet
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import Workbench
from dropout_viz.draw.style import MARGIN
from dropout_viz.engine.arms import not_shown
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.still import Still
from dropout_viz.errors import UserError
from dropout_viz.views.base import BaseView, Selection, first_weight
from dropout_viz.views.choices import Choices
from dropout_viz.views.unavailable import make_view
from dropout_viz.views.worker import Worker

T = TypeVar("T")
Turns = Generator[None, None, T]
"""Work in turns. After each turn the views' questions must have been answered before it goes on."""


class FigureCanvas:
    """Draws a shot. It ends with ``close``, or as a context.

    Attributes:
        frame: what it shows. view: the view that draws it; None for the window, and where the view does not apply.
        turns: how many there will be until it is drawn, about.
    """

    def __init__(self, shot: Shot, frame: Frame, wake: Callable[[], object] | None = None) -> None:
        """Lay everything out; with ``wake``, nothing yet: that is told when an answer has come that turns wait for.

        Raises:
            UserError: a picture that cannot be made.
        """
        shot.check()
        self.shot, self.frame = shot, frame
        self.view: BaseView | None = None
        self.turns = 5
        self._wake = wake
        self._style = Theme(shot.theme).style
        self._still = Still(frame.news())
        self._window: Window | None = None
        self._furnished: Workbench | None = None  # what stands in it
        self._views: list[BaseView] = []
        self._tools: list[QWidget] = []
        self._widget: QWidget | None = None
        if wake is None:
            _finish(self.lay_out())

    def __enter__(self) -> FigureCanvas:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- in turns ----------------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something is being computed that the next turn needs."""
        return any(view.busy for view in self._views)

    def lay_out(self) -> Turns[None]:
        """Make the widgets and show the frame in them."""
        if self.shot.what == WINDOW:
            yield from self._make_window()
        else:
            yield from self._make_view()

    def change(self, frame: Frame) -> Turns[None]:
        """Show another frame of the same run."""
        self.frame = frame
        if self.view is not None:
            self.view.present(frame)
        if self._window is not None:
            self._still.show(frame.news())
            for panel in self._panels():
                self._show(panel)
                yield
            self._workbench.transport.show_frame(frame)
        yield

    def paint(self) -> Turns[QImage]:
        """Return the picture."""
        assert self._widget is not None
        deliver_events()
        yield
        size, scale = self._widget.size(), self.shot.scale
        image = QImage(round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_RGB32)
        if image.isNull():
            raise UserError(f"{size.width()} x {size.height()} at scale {scale:g}: does not fit into memory")
        image.setDevicePixelRatio(scale)
        image.fill(QColor(self._background))
        for region in self._regions():
            with _painted(self._widget):
                self._widget.render(image, region.boundingRect().topLeft(), region)
            yield
        return image

    def write_svg(self) -> Turns[bytes]:
        """Return the picture as an SVG file; its size is that at scale 1."""
        assert self._widget is not None
        deliver_events()
        yield
        with _painted(self._widget):
            return svg.encode(self._widget, self._background, png.texts(self.shot, self.frame))

    # --- at once -----------------------------------------------------------------------------------------------------

    def show(self, frame: Frame) -> None:
        """Show another frame of the same run."""
        _finish(self.change(frame))

    def image(self) -> QImage:
        """Return the picture."""
        return _finish(self.paint())

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        return png.encode(self.image(), png.texts(self.shot, self.frame))

    def svg(self) -> bytes:
        """Return the picture as an SVG file; its size is that at scale 1."""
        return _finish(self.write_svg())

    def close(self) -> None:
        """Give everything back."""
        if self._window is not None and self._furnished is not None:
            self._furnished.close()
            self._window.workbench = self._furnished = None
        for widget in (self._widget, *self._tools):
            if widget is not None:
                _discard(widget)
        self._views.clear()
        self._widget, self._window, self.view = None, None, None
        self._tools.clear()
        if not QThread.currentThread().loopLevel():  # in a script nothing else does what deleteLater() has promised
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # --- inside ------------------------------------------------------------------------------------------------------

    @property
    def _workbench(self) -> Workbench:
        assert self._furnished is not None
        return self._furnished

    def _panels(self) -> list[ViewPanel]:
        """Return the panels of the window that can be seen."""
        return [panel for panel in self._workbench.views if panel.on_screen()]

    @property
    def _background(self) -> str:
        return self._style.panel if self._window is None else self._style.window

    def _regions(self) -> list[QRegion]:
        """Return the parts that the picture is painted in: each panel of the window, and what is left."""
        assert self._widget is not None
        rest = QRegion(QRect(0, 0, self._widget.width(), self._widget.height()))
        if self._window is None or self.shot.scale % 1:  # between two pixels nothing can be cut
            return [rest]
        panels = [QRegion(panel.geometry()) for panel in self._panels() if not panel.isFloating()]
        for panel in panels:
            rest = rest.subtracted(panel)
        return [*panels, rest]

    def _make_view(self) -> Turns[None]:
        shot, frame = self.shot, self.frame
        selection = Selection()
        view = make_view(registry.entries("views")[shot.what], selection, self._style)
        kind = type(view)
        view.resize(*shot.size)  # which says how many arms it has room for
        self._tools = view.header_tools()  # they have no header here: they end with the view
        if shot.selection:
            selection.take_choices(Choices(shot.selection), frame)
        else:
            selection.choose(weight=first_weight(frame.data))
            able = [not kind.reason_not(arm.snapshot.config, frame.data) for arm in frame.arms]
            selection.choose_arm(able.index(True) if len(view.part_of(frame).arms) == 1 and True in able else 0)
        widget: QWidget = view
        part = view.part_of(frame)
        if why := kind.reason_not(part.snapshot.config, frame.data):
            _discard(view)
            widget = _sentence(why)
        else:
            self.view = self._widget = view
            view.pressable = False
            self._prepare(view)
            view.present(frame)
            yield
            self._take_choices(view, shot.what)
            part = view.part_of(frame)  # what was chosen may be of one arm
            yield
        notes = [_which_arm(frame, part.arms[0].name)] if len(part.arms) < len(frame.arms) else []
        notes.append(not_shown(frame.config or frame.snapshot.config))
        if text := " ".join(filter(None, notes)):
            widget = _with_note(widget, text)
        self._widget = widget
        widget.setPalette(palette(self._style))
        widget.setStyleSheet(sheet(self._style))
        _place(widget, shot.size)
        yield

    def _make_window(self) -> Turns[None]:
        """Make a window in turns; icons fit the picture's scale, which the window on the screen knows nothing of."""
        turns = self._furnish()
        while True:
            with icons.at_scale(self.shot.scale):
                try:
                    next(turns)
                except StopIteration:
                    return
            yield

    def _furnish(self) -> Turns[None]:
        shot = self.shot
        session = Session(self._still, shot.name)
        session.set_speed(shot.speed)
        if shot.selection:
            session.selection.take_choices(Choices(shot.selection), self.frame)
        window = self._widget = self._window = Window(theme=Theme(shot.theme))
        window.setMinimumSize(1, 1)
        window.resize(*shot.size)
        workbench = Workbench(window, session)
        for _ in workbench.put_in():
            yield
        workbench.clock.stop()  # what it shows is for the turns to say
        self._furnished = workbench
        yield
        workbench.open_stage()
        yield
        workbench.setup.fill()
        workbench.setup.open_groups(shot.opened)
        yield
        _place(window, shot.size)
        yield
        if not (shot.layout and workbench.layout.arrange(shot.layout)):
            workbench.open_stage()
        session.selection.point_at(None)  # where the mouse is belongs to no picture
        panels = self._panels()
        self.turns = 7 + 4 * len(panels)
        yield
        for panel in panels:
            view = panel.load()
            yield
            self._prepare(view)
            self._show(panel)
            yield
            self._take_choices(view, panel.key)
            yield
        workbench.transport.clock = None  # nor does how fast it goes, or how much memory it takes
        workbench.transport.hide_memory()
        workbench.transport.play.show_icon("play")
        workbench.transport.show_frame(self.frame)
        yield

    def _show(self, panel: ViewPanel) -> None:
        """Show the frame in a panel, whose step is that of the picture: no clock tells it here."""
        panel.compare(self.frame.snapshot.step, moving=False)
        panel.show_frame(self.frame)

    def _prepare(self, view: BaseView) -> None:
        """Make a view fit for a picture; where turns wait for its answers they are computed on threads."""
        self._views.append(view)
        if self._wake is not None:
            for worker in view.findChildren(Worker):
                worker.patient = True
                worker.rested.connect(self._wake)
        view.prepare_export()

    def _take_choices(self, view: BaseView, key: str) -> None:
        if key in self.shot.views:
            view.take_choices(Choices(self.shot.views[key]))


def _finish(turns: Turns[T]) -> T:
    """Do all turns at once and return what comes of them."""
    while True:
        try:
            next(turns)
        except StopIteration as end:
            value: T = end.value
            return value


def _which_arm(frame: Frame, name: str) -> str:
    """Return which arm a picture of one arm shows, and what the others are."""
    others = ", ".join(f"“{arm.name}”" for arm in frame.arms if arm.name != name)
    return f"Of {len(frame.arms)} arms this is “{name}”; the others: {others}."


def _with_note(view: QWidget, text: str) -> QWidget:
    """Return a view with a line below it, on what it does not show."""
    whole, note = QWidget(), _sentence(text)
    note.setMargin(4)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(view, 1)
    column.addWidget(note)
    return whole


def _sentence(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("tone", "dim")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMargin(2 * MARGIN)
    return label


def _place(widget: QWidget, size: tuple[int, int]) -> None:
    """Lay a widget out at a size, as if it were on the screen."""
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.setUpdatesEnabled(False)  # it is painted when its picture is, and not before
    widget.setMinimumSize(1, 1)
    widget.resize(*size)
    widget.show()
    deliver_events()


@contextmanager
def _painted(widget: QWidget) -> Iterator[None]:
    """Let a widget that was placed be painted meanwhile."""
    widget.setUpdatesEnabled(True)
    try:
        yield
    finally:
        widget.setUpdatesEnabled(False)


def deliver_events() -> None:
    """Deliver all posted events: layouts that were asked for are among them, and so are the ones that follow."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QCoreApplication.sendPostedEvents()


def _discard(widget: QWidget) -> None:
    for view in widget.findChildren(BaseView):
        view.close()
    widget.close()
    widget.deleteLater()
