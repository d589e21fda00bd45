"""The menu of what can be exported: the window, a film, a page, curves, code; or one of the views."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from dropout_viz.app.panels.able_views import AbleViews
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.panels.view_menu import with_key
from dropout_viz.app.session import Session

_KINDS = {
    "A film: GIF or MP4…": ".gif",
    "A page that plays: HTML…": ".html",
    "The curves: CSV…": ".csv",
    "The settings: TOML…": ".toml",
    "Code: NumPy or PyTorch…": ".py",
}
"""What is of the whole run, and the ending of its file."""


class ExportMenu(QObject):
    """Fills a menu. A view's own entries make pictures of it; any other kind of file can be chosen in the dialog."""

    def __init__(
        self,
        menu: QMenu,
        views: list[ViewPanel],
        session: Session,
        ask: Callable[[str, str], object],
        copy: Callable[[], object],
    ) -> None:
        """``ask``: opens the dialog for a view's key, "" for the window, and for the ending of a file."""
        super().__init__(menu)
        menu.addAction(with_key("The whole window…", "E"), lambda: ask("", ".png"))
        menu.addAction("Copy a picture of the window", copy)
        menu.addSeparator()
        for text, ending in _KINDS.items():
            menu.addAction(text, partial(ask, "", ending))
        menu.addSeparator()
        entries = {panel: menu.addAction(f"{panel.title}…", partial(ask, panel.key, ".png")) for panel in views}
        self._able = AbleViews(menu, session, entries)

    def close(self) -> None:
        """End what is being imported."""
        self._able.close()
