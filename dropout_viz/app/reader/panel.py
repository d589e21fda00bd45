"""The panel of the guide: a dock beside the views. What is in it is made when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedLayout

from dropout_viz.app.look.scaling import BOUNDED, rescale, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.panels.layout import Layout

if TYPE_CHECKING:
    from dropout_viz.app.reader.body import ReaderBody

HELP = {
    "shows": "The guide, page by page: every view, every kind of noise, the words, how it is computed, and sources.",
    "read": "A link with ▸ before it shows the thing itself, in this window; what it changes can be undone.",
    "keys": (
        "F1 opens the page of the view that has the focus, and closes the guide again. Ctrl+F searches all pages, "
        "Alt ← and Alt → go back and forward, Tab goes from link to link."
    ),
}
_LEAST = 400  # units: narrower lines are a nuisance to read


class Reader(Panel):
    """A dock around the pages.

    Signals:
        shown: what a link wants to be shown. said: (text, level): a message.
    """

    shown = Signal(object)
    said = Signal(str, str)

    def __init__(self, theme: Theme, layout: Layout) -> None:
        super().__init__("guide", "Guide", HELP, theme, is_view=True, exports=False)
        self._theme, self._layout = theme, layout
        self.body: ReaderBody | None = None
        frame = QFrame()
        frame.setObjectName("DockBody")
        self._pages = QStackedLayout(frame)
        self._pages.setContentsMargins(1, 0, 1, 1)
        self.setWidget(frame)
        self.setProperty(BOUNDED, True)
        self.setMinimumWidth(_LEAST)
        layout.add(self, stays=True)

    def load(self) -> ReaderBody:
        """Make what is in it, once, and return it."""
        if self.body is None:
            from dropout_viz.app.reader.body import ReaderBody  # not before someone asks for it

            self.body = ReaderBody(self._theme)
            self.body.shown.connect(self.shown)
            self.body.said.connect(self.said)
            self._pages.addWidget(self.body)
            rescale(self, zoom_of(self))
        return self.body

    def finish(self) -> None:
        """Wait for nothing any more; the window is about to close."""
        if self.body is not None:
            self.body.view.pictures.close()

    def furnish(self) -> None:
        super().furnish()
        self.load()

    def open(self, key: str = "", heading: str = "") -> None:
        """Show the page of that key, or the one that was read last; at a heading if one is named."""
        from dropout_viz.app.reader.pages import find_page

        page = find_page(key)
        if not self.on_screen():
            self._layout.open_beside(self)
        body = self.load()
        if page is not None:
            body.open(page, heading)
        body.view.setFocus()
