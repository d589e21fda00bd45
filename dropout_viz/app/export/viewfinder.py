"""What the window shows, as a shot that a picture can be made of, and a picture's shot put back into the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from dropout_viz import __version__
from dropout_viz.app.export.shot import WINDOW, WINDOW_SIZE, Shot, Size, shot_of, speed_of
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.panels.layout import Layout
from dropout_viz.app.session import Session
from dropout_viz.app.setup.panel import SetupPanel
from dropout_viz.app.window import Window
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.source import Source
from dropout_viz.views.choices import Choices


class Viewfinder(QObject):
    """Knows the window's panels as what pictures can be made of.

    Attributes:
        window: the whole of it. panels: of its views.
    """

    def __init__(
        self, window: Window, session: Session, panels: Sequence[ViewPanel], layout: Layout, setup: SetupPanel
    ) -> None:
        super().__init__(window)
        self.window, self.panels = window, panels
        self._session, self._layout, self._setup = session, layout, setup

    def panel(self, key: str) -> ViewPanel | None:
        """Return a view's panel by the view's key; None for the whole window."""
        return next((panel for panel in self.panels if panel.key == key), None)

    def widget(self, key: str) -> QWidget:
        """Return what is drawn of a view, or of the whole window: its panel where that is not on show."""
        panel = self.panel(key)
        if panel is None:
            return self.window
        return panel.widget() if panel.isVisible() else panel

    def meant(self) -> str:
        """Return the key of the view that is meant: under the mouse, else with the focus, else the whole window."""
        open_ = [panel for panel in self.panels if panel.on_screen()]
        focus = QApplication.focusWidget()
        under = [panel for panel in open_ if panel.underMouse()]
        around = [panel for panel in open_ if focus is not None and panel.isAncestorOf(focus)]
        return next((panel.key for panel in (*under, *around)), WINDOW)

    def shot(self, frame: Frame, what: str, size: Size, scale: float = 1.0, theme: str = "") -> Shot:
        """Return how a frame is shown by a view, or by the window: with all that the user has chosen in it."""
        chosen = {panel.key: panel.choices() for panel in self.panels if what in (WINDOW, panel.key)}
        return Shot(
            what,
            size,
            scale,
            theme or self.window.theme.style.name,
            self._session.selection.choices(),
            {key: choices for key, choices in chosen.items() if choices is not None},
            self._layout.for_picture() if what == WINDOW else b"",
            self._session.name,
            frame.dissection is not None,
            self._session.speed,
            tuple(self._setup.opened) if what == WINDOW else (),
        )

    def chosen(self) -> dict[str, Any]:
        """Return what a run file keeps of how the window shows the run: what was chosen, and how fast it is to go.
        Where the panels are is the window's own."""
        facts = self.shot(self._session.frame(), WINDOW, WINDOW_SIZE).without_past().facts()
        return {key: facts[key] for key in ("selection", "views", "speed")}

    def show_chosen(self, chosen: Mapping[str, Any]) -> None:
        """Show the run that is there as a run file says that it was shown; what is no choice is passed over."""
        session, frame = self._session, self._session.frame()
        shot = shot_of(ShownRun(frame.snapshot.config, frame.snapshot.step, WINDOW, picture=chosen))
        if Choices(chosen).is_table("selection"):
            session.selection.take_choices(Choices({**shot.selection, "moment": None}), frame)
        session.set_speed(speed_of(chosen, session.speed))
        self._show_views(shot, frame)

    def show(self, shown: ShownRun) -> None:
        """Show the run that is there as a picture of it does."""
        session, shot = self._session, shot_of(shown)
        frame = session.frame()
        session.selection.take_choices(Choices(shot.selection), frame)
        if shot.what == WINDOW:
            session.set_speed(shot.speed)
            self._setup.open_groups(shot.opened)
        if shot.what == WINDOW and shot.layout:
            self._layout.arrange(shot.layout)
        elif (panel := self.panel(shot.what)) is not None:
            self._layout.bring(panel)
        self._show_views(shot, frame)
        if shown.version != __version__:
            text = (
                f"The picture was made by version {shown.version}, this is {__version__}: numbers may differ a little."
            )
            session.remark.emit(text, "info", session.this_run)

    def _show_views(self, shot: Shot, frame: Frame) -> None:
        for key, choices in shot.views.items():
            if (panel := self.panel(key)) is not None:
                panel.restore(frame, choices)


class Restorer(QObject):
    """Shows a run that was opened from a picture as the picture shows it, and that of a run file as it was when it was
    saved."""

    def __init__(self, session: Session, finder: Viewfinder) -> None:
        super().__init__(finder)
        self._session, self._finder = session, finder
        self._done: Source | None = None
        # queued: the session still has to see what of its own choices fits the run that has come
        session.opening.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def _look(self) -> None:
        """Show the run as its picture or its file does, if it has just come from one."""
        session = self._session
        source = session.source
        of_file = source.picture is not None or source.shown
        if not of_file or source is self._done or session.awaited or session.lacking:
            return
        self._done, frame = source, session.frame()
        if source.picture is None:
            if session.runner.opened is source:
                self._finder.show_chosen(source.shown)
        elif (frame.config, frame.snapshot.step) == (source.picture.config, source.picture.step):  # or it was given up
            self._finder.show(source.picture)
