"""Pictures of a view or of the whole window, at any size and scale, on the screen or with none.

A picture is drawn by widgets of its own that are never shown: the ones on the screen keep their size. It depends on the
run and on its ``Shot`` alone, both of which it carries.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from dropout_viz import registry
from dropout_viz.app import icons, png, svg
from dropout_viz.app.session import Session
from dropout_viz.app.shot import VIEW_SIZE, WINDOW, WINDOW_SIZE, Shot
from dropout_viz.app.theme import Theme, palette, prepare, sheet
from dropout_viz.app.window import Window
from dropout_viz.draw.style import MARGIN, THEMES
from dropout_viz.engine.arms import Arms, not_shown
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.journey import Journey
from dropout_viz.engine.source import Source
from dropout_viz.engine.still import Still
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.files import write_bytes
from dropout_viz.views.base import BaseView, Frame, Selection, first_weight
from dropout_viz.views.choices import Choices

# What people tell Qt of their screen: a picture is the same whatever screen its maker has.
_OF_SCREENS = (
    "QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_SCALE_FACTOR_ROUNDING_POLICY", "QT_AUTO_SCREEN_SCALE_FACTOR",
    "QT_ENABLE_HIGHDPI_SCALING", "QT_FONT_DPI", "QT_USE_PHYSICAL_DPI", "QT_DPI_ADJUSTMENT_POLICY",
    "QT_QPA_PLATFORMTHEME",  # a desktop's own looks for its display
)  # fmt: skip


def export_run(
    source: Source | RunConfig,
    steps: int,
    view: str | None,
    path: Path,
    size: tuple[int, int] | None = None,
    scale: float = 1.0,
    theme: str | None = None,
    advance: Callable[[Arms], object] | None = None,
) -> None:
    """Train to a step in the calling thread and write a picture of one view, or of the window where ``view`` is None.

    Needs no display. ``size`` is in logical pixels, 960 x 600 for a view and 1440 x 900 for the window unless given;
    the file has ``scale`` times as many pixels a side. ``advance`` trains, where progress is to be shown on the way.

    Raises:
        UserError: an unknown view or theme, a size or scale out of range, a file that cannot be written.
    """
    shot = Shot(view or WINDOW, size or (VIEW_SIZE if view else WINDOW_SIZE), scale, theme or THEMES[0])
    shot.check()
    run = source.open() if isinstance(source, Source) else Arms.of(source)
    if advance is not None:
        advance(run)
    while advance is None and run.step < steps and not run.stopped:
        run.advance(steps - run.step)
    write_picture(shot, run, path)


def write_picture(shot: Shot, run: Trainer | Arms | Journey, path: Path) -> None:
    """Write a PNG or SVG of the step that a run is at, with what it takes to make it again. Raises ``UserError``."""
    with easel_of(shot, run) as easel:
        write_bytes(path, easel.svg() if path.suffix.lower() == ".svg" else easel.png())


@contextmanager
def easel_of(shot: Shot, run: Trainer | Arms | Journey) -> Iterator[Easel]:
    """Return what draws the step that a run is at, with no window open. Raises ``UserError``."""
    shot.check()
    offscreen_application()
    journey = run if isinstance(run, Journey) else Journey(run if isinstance(run, Arms) else Arms([run]))
    shot = settled(shot, journey.present)
    with Easel(shot, frame_of(journey, shot)) as easel:
        yield easel


def settled(shot: Shot, run: Arms) -> Shot:
    """Return a shot that takes the next step apart where its view shows that and it can be, and names the run."""
    facts = {} if shot.what == WINDOW else registry.entries("views")[shot.what].facts
    apart = (shot.dissected or bool(facts.get("DISSECTS"))) and run.config.worlds == 1 and not run.config.maps
    return replace(shot, dissected=apart, name=shot.name or run.config.title)


def frame_of(run: Arms | Journey, shot: Shot) -> Frame:
    """Return the frame that a picture shows of the step that a run is at."""
    if shot.dissected:
        run.dissect()
    return Frame.of(run.look())


def offscreen_application() -> QApplication:
    """Return the application, making one that needs no display where there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    for name in _OF_SCREENS:
        os.environ.pop(name, None)
    made = QApplication(["dropout-viz", "-platform", "offscreen"])  # whatever the environment names
    prepare(made)
    return made


class Easel:
    """Draws a shot. It ends with ``close``, or as a context.

    Attributes:
        frame: what it shows. view: the view that draws it; None for the window, and where the view does not apply.
    """

    def __init__(self, shot: Shot, frame: Frame) -> None:
        """Lay everything out.

        Raises:
            UserError: a picture that cannot be made.
        """
        shot.check()
        self.shot, self.frame = shot, frame
        self._style = Theme(shot.theme).style
        self._still = Still(frame.news())
        self._window: Window | None = None
        self.view: BaseView | None = None
        self._tools: list[QWidget] = []
        self._widget: QWidget
        if shot.what == WINDOW:
            with icons.at_scale(shot.scale):
                self._widget = self._window = self._make_window()
        else:
            self._widget = self._make_view()

    def __enter__(self) -> Easel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def show(self, frame: Frame) -> None:
        """Show another frame of the same run."""
        self.frame = frame
        if self.view is not None:
            self.view.present(self._of_arm(frame))
        if self._window is not None and self._window.furniture is not None:
            self._still.show(frame.news())
            for panel in self._window.furniture.views:
                if panel.on_screen():
                    panel.show_frame(frame)
            self._window.furniture.transport.show_frame(frame)

    def image(self) -> QImage:
        """Return the picture."""
        background = self._style.panel if self._window is None else self._style.window
        return _draw(self._widget, self.shot.scale, background)

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        return png.encode(self.image(), png.texts(self.shot, self.frame))

    def svg(self) -> bytes:
        """Return the picture as an SVG file; its size is that at scale 1."""
        settle()
        background = self._style.panel if self._window is None else self._style.window
        return svg.encode(self._widget, background, png.texts(self.shot, self.frame))

    def close(self) -> None:
        """Give everything back."""
        if self._window is not None and self._window.furniture is not None:
            self._window.furniture.close()
            self._window.furniture = None
        for widget in (self._widget, *self._tools):
            _discard(widget)

    def _make_view(self) -> QWidget:
        shot, frame = self.shot, self.frame
        entry = registry.entries("views")[shot.what]
        kind = entry.load().View
        widget: QWidget
        selection, notes = Selection(), [not_shown(frame.config or frame.snapshot.config)]
        self._one_arm = bool(entry.facts.get("ONE_ARM", False))
        if shot.selection:
            selection.take_choices(Choices(shot.selection), frame)
        else:
            selection.choose(weight=first_weight(frame.data))
            able = [not kind.reason_not(arm.snapshot.config, frame.data) for arm in frame.arms]
            selection.choose_arm(able.index(True) if self._one_arm and True in able else 0)
        if len(frame.arms) > 1 and (self._one_arm or shot.what == "network"):
            notes.insert(0, _which_arm(frame, selection.arm))
        self._selection = selection
        frame = self._of_arm(frame)
        if why := kind.reason_not(frame.snapshot.config, frame.data):
            widget = _sentence(why)
        else:
            widget = self.view = kind(selection, self._style)
            self._fill(self.view)
            self._tools = self.view.header_tools()  # they have no header here: they end with the view
        if text := " ".join(filter(None, notes)):
            widget = _with_note(widget, text)
        widget.setPalette(palette(self._style))
        widget.setStyleSheet(sheet(self._style))
        _place(widget, shot.size)
        return widget

    def _make_window(self) -> Window:
        shot = self.shot
        session = Session(self._still, shot.name)
        session.set_speed(shot.speed)
        if shot.selection:
            session.selection.take_choices(Choices(shot.selection), self.frame)
        window = Window(theme=Theme(self.shot.theme))
        window.setMinimumSize(1, 1)
        window.resize(*self.shot.size)
        window.furnish(session)
        furniture = window.furniture
        assert furniture is not None
        furniture.clock.stop()
        furniture.setup.fill()
        _place(window, self.shot.size)
        if not (self.shot.layout and furniture.layout.restore(QByteArray(self.shot.layout))):
            furniture.layout.resize()
            furniture.bring_views()
        session.selection.point_at(None)  # where the mouse is belongs to no picture
        for panel in furniture.views:
            if panel.on_screen():
                panel.load().prepare_export()
                panel.show_frame(self.frame)
                self._take_choices(panel.load(), panel.key)
        furniture.transport.clock = None  # nor does how fast it goes, or how much memory it takes
        furniture.transport.memory.hide()
        furniture.transport.play.show_icon("play")
        furniture.transport.show_frame(self.frame)
        return window

    def _fill(self, view: BaseView) -> None:
        view.prepare_export()
        view.present(self._of_arm(self.frame))
        self._take_choices(view, self.shot.what)

    def _of_arm(self, frame: Frame) -> Frame:
        """Return what the view is given: of one that shows one arm the chosen one."""
        return frame.alone(self._selection.arm) if self._one_arm else frame

    def _take_choices(self, view: BaseView, key: str) -> None:
        if key in self.shot.views:
            view.take_choices(Choices(self.shot.views[key]))


def _which_arm(frame: Frame, arm: int) -> str:
    """Return which arm a picture of one arm shows, and what the others are."""
    names = [f"“{each.name}”" for each in frame.arms]
    others = ", ".join(name for at, name in enumerate(names) if at != arm)
    return f"Of {len(names)} arms this is {names[arm]}; the others: {others}."


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
    widget.setMinimumSize(1, 1)
    widget.resize(*size)
    widget.show()
    settle()


def settle() -> None:
    """Let layouts take place: those that were asked for are posted events, and so are the ones that follow."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QCoreApplication.sendPostedEvents()


def _draw(widget: QWidget, scale: float, background: str) -> QImage:
    settle()
    size: QSize = widget.size()
    image = QImage(round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_RGB32)
    if image.isNull():
        raise UserError(f"{size.width()} x {size.height()} at scale {scale:g}: does not fit into memory")
    image.setDevicePixelRatio(scale)
    image.fill(QColor(background))
    widget.render(image)
    return image


def _discard(widget: QWidget) -> None:
    for view in widget.findChildren(BaseView):
        view.close()
    widget.close()
    widget.deleteLater()
