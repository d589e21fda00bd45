"""The panel of the labs: a dock that the Labs menu opens. What is in it is made when it is first shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QStackedLayout, QWidget

from dropout_viz import registry
from dropout_viz.app.look.scaling import rescale, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.panels.layout import Layout
from dropout_viz.views.worker import Worker

if TYPE_CHECKING:
    from dropout_viz.app.labs.beginnings import OnShow
    from dropout_viz.app.labs.body import LabsBody

HELP = {
    "shows": (
        "One run is an anecdote. A lab answers a question with many runs and says how sure it is. Its card has the "
        "question, how long it takes on this machine, and its last result."
    ),
    "read": (
        "It computes in a process of its own, so the window stays quick; what it has found so far is shown while it "
        "goes on, and stays when you cancel. A verdict says by what criterion it was found; only those of the "
        "published results 1 to 6 were written down before anyone had looked."
    ),
    "keys": (
        "Arrow keys and Enter open a card, Esc leads back to all labs. Every lab runs without a window too: "
        "dropout-viz lab NAME."
    ),
    "mind": (
        "A lab begins with the run on show where it has settings for it, and with a first look: few seeds and steps. "
        "Run it in full for an answer. Earlier results are kept, and can stand beside a new one."
    ),
}


def _import() -> None:
    """Import what the panel and every lab consist of; on whatever thread."""
    import dropout_viz.app.labs.body  # noqa: F401  # not before someone asks for it

    for entry in registry.entries("labs").values():
        entry.load()


class LabsPanel(Panel):
    """A dock around the labs, with a menu of them.

    Signals:
        said: (text, level): a message. run_wanted: (config, name): a run that a lab found is to be opened.
    """

    said = Signal(str, str)
    run_wanted = Signal(object, str)

    def __init__(self, theme: Theme, layout: Layout, menu: QMenu, on_show: OnShow) -> None:
        super().__init__("labs", "Labs", HELP, theme, is_view=True)
        self._theme, self._layout, self._on_show = theme, layout, on_show
        self.body: LabsBody | None = None
        frame = QFrame()
        frame.setObjectName("DockBody")
        self._pages = QStackedLayout(frame)
        self._pages.setContentsMargins(1, 0, 1, 1)
        self.setWidget(frame)
        self.header.export_asked.connect(lambda: self.load().export_picture())
        layout.add(self)
        menu.aboutToShow.connect(lambda: self._fill_menu(menu))
        self._wanted = ""  # the lab that is to be shown when there is what shows it
        self._all = False  # all of them are to be shown then
        self._importer = Worker(self, "labs", 0.0)
        self._importer.done.connect(self._show_wanted)

    def stops(self) -> list[QWidget]:
        return [*((self.body.gallery, self.body.page) if self.body is not None else ()), *super().stops()]

    def load(self) -> LabsBody:
        """Make what is in it, once, and return it; not on the way of a click: importing it takes long."""
        if self.body is None:
            from dropout_viz.app.labs.body import LabsBody  # not before someone asks for it

            self.body = LabsBody(self._theme, self._on_show)
            self.body.turned.connect(self._tell_help)
            self.body.said.connect(self.said)
            self.body.run_wanted.connect(self.run_wanted)
            self._pages.addWidget(self.body)
            rescale(self.body, zoom_of(self))
        return self.body

    def open(self, key: str = "") -> None:
        """Show a lab, or all of them. The panel fills the window where it was not on the screen: numbers want room."""
        self._wanted, self._all = key, not key
        if self.body is None:
            self._importer.ask(_import, now=True)
        else:
            self._show_wanted()
        if not self.on_screen():
            self._layout.open_filling(self)

    def follow(self) -> None:
        """Another run is on show, or it has other settings."""
        if self.body is not None:
            self.body.follow()

    def finish(self) -> None:
        """End whatever runs; the window is about to close."""
        self._importer.close()
        if self.body is not None:
            self.body.finish()

    def showEvent(self, event: QShowEvent) -> None:
        if self.body is None:
            self._importer.ask(_import, now=True)
        super().showEvent(event)

    def _show_wanted(self) -> None:
        """Make what is in it, where there is none yet, and show the lab that was asked for last."""
        fresh = self.body is None
        body, key, self._wanted = self.load(), self._wanted, ""
        if key:
            body.choose(key)
        elif self._all or fresh:
            body.show_gallery()
        self._all = False

    def _tell_help(self, key: str) -> None:
        """Let the help be that of the lab on show."""
        self.header.help = registry.entries("labs")[key].facts["HELP"] if key else HELP

    def _fill_menu(self, menu: QMenu) -> None:
        """List the labs, once. The window does not wait for their files to be read."""
        if not menu.isEmpty():
            return
        menu.addAction("All labs", lambda: self.open())
        menu.addSeparator()
        for entry in registry.entries("labs").values():
            action = menu.addAction(entry.title, partial(self.open, entry.key))
            action.setToolTip(entry.facts["QUESTION"])
        menu.setToolTipsVisible(True)
