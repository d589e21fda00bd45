"""Pictures of a view or of the whole window, at any size and scale, on the screen or with none.

A picture is drawn by widgets of its own that are never shown: the ones on the screen keep their size.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from dropout_viz import registry
from dropout_viz.app import icons, png
from dropout_viz.app.theme import Theme, palette, prepare, sheet
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.files import write_bytes
from dropout_viz.engine.source import Source
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.views.base import BaseView, Frame, Selection, first_weight
from dropout_viz.views.style import MARGIN, THEMES

WINDOW = "window"
"""What a picture of the whole window is called, where a view has its key."""
SIDES = (16, 16_384)
MOST_PIXELS = 120_000_000
SCALES = (1, 2, 3, 4)
WINDOW_SIZE = (1440, 900)
VIEW_SIZE = (960, 600)


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
    """Train to a step in the calling thread and write a PNG of one view, or of the window where ``view`` is None.

    Needs no display. ``size`` is in logical pixels, 960 x 600 for a view and 1440 x 900 for the window unless given;
    the file has ``scale`` times as many pixels a side. ``advance`` trains, where progress is to be shown on the way.

    Raises:
        UserError: an unknown view or theme, a size or scale out of range, a file that cannot be written.
    """
    size = size or (VIEW_SIZE if view else WINDOW_SIZE)
    theme = theme or THEMES[0]
    what = view or WINDOW
    check(what, size, scale, theme)
    run = source.open() if isinstance(source, Source) else Arms.of(source)
    if advance is not None:
        advance(run)
    while advance is None and run.step < steps and not run.stopped:
        run.advance(steps - run.step)
    offscreen_application()
    if view is None:
        image, frame = window_of(run, size, scale, theme)
    else:
        frame = frame_of(run, view)
        image = picture_of_view(view, frame, selection_for(frame), size, scale, theme)
    write_bytes(path, png.encode(image, png.texts(frame, what)))


def frame_of(run: Arms, view: str) -> Frame:
    """Return the frame that a view shows of a run's present step."""
    if registry.entries("views")[view].facts.get("DISSECTS") and run.config.worlds == 1 and not run.config.maps:
        run.dissect()
    return Frame.of(run.look())


def selection_for(frame: Frame) -> Selection:
    """Return what is chosen in a picture that nobody chose anything for."""
    selection = Selection()
    selection.choose(weight=first_weight(frame.data))
    return selection


def check(what: str, size: tuple[int, int], scale: float, theme: str = "dark") -> None:
    """Raise ``UserError`` for a picture that cannot be made."""
    known = [*registry.entries("views"), WINDOW]
    if what not in known:
        raise UserError(f"view '{what}': unknown, must be one of {', '.join(known)}")
    shown = f"size {size[0]}x{size[1]}"
    if not all(SIDES[0] <= side <= SIDES[1] for side in size):
        raise UserError(f"{shown}: each side must be {SIDES[0]} to {SIDES[1]} pixels")
    if not 1 <= scale <= max(SCALES):
        raise UserError(f"scale {scale:g}: must be 1 to {max(SCALES)}")
    if size[0] * size[1] * scale**2 > MOST_PIXELS:
        raise UserError(f"{shown} at scale {scale:g}: must be at most {MOST_PIXELS:,} pixels in all")
    if theme not in THEMES:
        raise UserError(f"theme '{theme}': unknown, must be one of {', '.join(THEMES)}")


def offscreen_application() -> QApplication:
    """Return the application, making one that needs no display where there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QApplication(["dropout-viz"])
    prepare(made)
    return made


def picture_of_view(
    key: str,
    frame: Frame,
    selection: Selection,
    size: tuple[int, int],
    scale: float,
    theme: str,
    live: BaseView | None = None,
) -> QImage:
    """Return a picture of a view; ``live`` is the one on the screen, whose choices (zoom, axes) are taken over."""
    look = Theme(theme).style
    kind = registry.entries("views")[key].load().View
    picture: QWidget
    tools: list[QWidget] = []
    if why := kind.reason_not(frame.snapshot.config, frame.data):
        picture = _sentence(why)
    else:
        view: BaseView = kind(selection, look)
        view.prepare_export()
        view.show_frame(frame)
        if live is not None:
            view.like(live)
        picture, tools = view, view.header_tools()  # they have no header here: they end with the view
    picture.setPalette(palette(look))
    picture.setStyleSheet(sheet(look))
    _place(picture, size)
    image = _draw(picture, scale, look.panel)
    for widget in (picture, *tools):
        _discard(widget)
    return image


def picture_of_window(
    session: object,
    frame: Frame,
    size: tuple[int, int],
    scale: float,
    theme: str,
    state: object = None,
    lives: dict[str, BaseView] | None = None,
) -> QImage:
    """Return a picture of the whole window, in a remembered layout (``state``) or the default one."""
    from dropout_viz.app.session import Session
    from dropout_viz.app.window import Window

    assert isinstance(session, Session)
    window = Window(theme=Theme(theme))
    window.setMinimumSize(1, 1)
    window.resize(*size)
    with icons.at_scale(scale):
        window.furnish(session)
    furniture = window.furniture
    assert furniture is not None
    furniture.clock.stop()
    furniture.setup.fill()
    _place(window, size)
    if state is None or not furniture.layout.restore(state):
        furniture.layout.resize()
        furniture.bring_views()
    for panel in furniture.views:
        if panel.isVisible():
            view = panel.load()
            view.prepare_export()
            panel.show_frame(frame)
            if lives and panel.key in lives:
                view.like(lives[panel.key])
    furniture.transport.show_frame(frame)
    image = _draw(window, scale, window.theme.style.window)
    furniture.close()
    window.furniture = None  # it only borrowed the session: closing it must not end the run
    _discard(window)
    return image


def window_of(run: Trainer | Arms, size: tuple[int, int], scale: float, theme: str) -> tuple[QImage, Frame]:
    """Return a picture of the whole window on a run's present step, and the frame that it shows."""
    from dropout_viz.app.session import Session

    session = Session(run, run.config.title)
    try:
        frame = session.frame()
        return picture_of_window(session, frame, size, scale, theme), frame
    finally:
        session.close()


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
