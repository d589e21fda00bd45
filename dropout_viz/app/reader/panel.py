"""The panel of the guide: a dock beside the views. What is in it is made when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from dropout_viz.app.look.scaling import BOUNDED, rescale, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.panels.layout import Layout

if TYPE_CHECKING:
    from dropout_viz.app.reader.body import ReaderBody
    from dropout_viz.app.reader.pages import Page

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
        self._wanted: tuple[Page | None, str] | None = None  # the page that is to be opened, and at which heading
        self._takes_focus = False
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._go_on)
        frame = QFrame()
        frame.setObjectName("DockBody")
        self._pages = QStackedLayout(frame)
        self._pages.setContentsMargins(1, 0, 1, 1)
        self.setWidget(frame)
        self.setProperty(BOUNDED, True)
        self.setMinimumWidth(_LEAST)
        layout.add(self, stays=True)

    def stops(self) -> list[QWidget]:
        return [*((self.body.view,) if self.body is not None else ()), *super().stops()]

    def load(self) -> ReaderBody:
        """Make what is in it, once and now, and return it."""
        while self.body is None or self._wanted is not None:
            self._go_on()
        return self.body

    def _go_on(self) -> None:
        """Do the next thing: make what is in it, or open the page that is wanted. Both in one turn would take long."""
        if self.body is None:
            from dropout_viz.app.reader.body import ReaderBody  # not before someone asks for it

            self.body = body = ReaderBody(self._theme)
            body.shown.connect(self.shown)
            body.said.connect(self.said)
            self._pages.addWidget(body)
            rescale(self, zoom_of(self))
            return
        self._turns.stop()
        (page, heading), self._wanted = self._wanted or (None, ""), None
        self.body.begin(page, heading)
        if self._takes_focus:
            self._takes_focus = False
            self.body.view.setFocus()

    def finish(self) -> None:
        """Wait for nothing any more; the window is about to close."""
        self._turns.stop()
        if self.body is not None:
            self.body.close_workers()

    def furnish(self) -> None:
        super().furnish()
        if self.body is None:
            self._turns.start()

    def open(self, key: str = "", heading: str = "") -> None:
        """Show the page of that key, or the one that was read last; at a heading if one is named."""
        from dropout_viz.app.reader.pages import find_page

        self._wanted, self._takes_focus = (find_page(key), heading), True
        if not self.on_screen():
            self._layout.open_beside(self)
        if self.body is None:
            self._turns.start()
        else:
            self._go_on()
