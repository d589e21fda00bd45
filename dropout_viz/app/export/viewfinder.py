"""What the window shows, as a shot that a picture can be made of, and a picture's shot put back into the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from dropout_viz import __version__
from dropout_viz.app.export.shot import WINDOW, Shot, Size, shot_of
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.source import Source
from dropout_viz.views.choices import Choices

if TYPE_CHECKING:
    from dropout_viz.app.workbench import Workbench


def seen(workbench: Workbench, frame: Frame, what: str, size: Size, scale: float = 1.0, theme: str = "") -> Shot:
    """Return how a frame is shown by a view, or by the window: with all that the user has chosen in it."""
    chosen = {panel.key: panel.choices() for panel in workbench.views if what in (WINDOW, panel.key)}
    return Shot(
        what,
        size,
        scale,
        theme or workbench.theme.style.name,
        workbench.session.selection.choices(),
        {key: choices for key, choices in chosen.items() if choices is not None},
        workbench.layout.for_picture() if what == WINDOW else b"",
        workbench.session.name,
        frame.dissection is not None,
        workbench.session.speed,
        tuple(workbench.opened_groups) if what == WINDOW else (),
    )


class Restorer(QObject):
    """Shows a run that was opened from a picture as the picture shows it."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._workbench = workbench
        self._done: Source | None = None
        # queued: the session still has to see what of its own choices fits the run that has come
        workbench.session.opening.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def show(self, shown: ShownRun) -> None:
        """Show the run that is there as a picture of it does."""
        workbench, shot = self._workbench, shot_of(shown)
        frame = workbench.session.frame()
        workbench.session.selection.take_choices(Choices(shot.selection), frame)
        known = {panel.key: panel for panel in workbench.views}
        if shot.what == WINDOW:
            workbench.session.set_speed(shot.speed)
            workbench.open_groups(shot.opened)
        if shot.what == WINDOW and shot.layout:
            workbench.layout.arrange(shot.layout)
        elif shot.what in known:
            workbench.layout.bring(known[shot.what])
        for key, choices in shot.views.items():
            known[key].restore(frame, choices)
        if shown.version != __version__:
            text = (
                f"The picture was made by version {shown.version}, this is {__version__}: numbers may differ a little."
            )
            workbench.session.remark.emit(text, "info", workbench.session.this_run)

    def _look(self) -> None:
        """Show the run as its picture does, if it has just come from one."""
        session = self._workbench.session
        source = session.source
        if source.picture is None or source is self._done or session.awaited or session.lacking:
            return
        self._done, frame = source, session.frame()
        if (frame.config, frame.snapshot.step) == (source.picture.config, source.picture.step):  # or it was given up
            self.show(source.picture)
