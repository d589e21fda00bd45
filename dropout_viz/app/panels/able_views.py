"""The entries of a menu that are of one view each: what cannot show the run is grey and says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.session import Session
from dropout_viz.views.worker import Worker


class AbleViews(QObject):
    """Looks through them whenever their menu opens.

    Only a view itself knows what it can show, and its file may not have been imported yet: that is done beside the
    window while the menu is open for the first time.
    """

    def __init__(
        self,
        menu: QMenu,
        session: Session,
        entries: Mapping[ViewPanel, QAction],
        always: Callable[[ViewPanel], bool] = lambda panel: False,
    ) -> None:
        """``always``: whether a view's entry is of use whatever it can show."""
        super().__init__(menu)
        self._session, self._entries, self._always = session, entries, always
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._open)
        self._importer = Worker(self, "views", 0.0)
        self._importer.done.connect(self._tell)

    def close(self) -> None:
        """End what is being imported."""
        self._importer.close()

    def _open(self) -> None:
        self._tell()
        if not all(panel.is_imported for panel in self._entries):
            self._importer.ask(self._import, now=True)

    def _import(self) -> None:
        for panel in self._entries:
            panel.kind()

    def _tell(self) -> None:
        frame = self._session.frame()
        for panel, action in self._entries.items():
            why = panel.why_not(frame) if panel.is_imported else ""
            action.setEnabled(not why or self._always(panel))
            action.setToolTip(why or panel.title)
