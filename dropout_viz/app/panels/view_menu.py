"""The menu of views: what is open is ticked, and what cannot show the run is grey and says why."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dropout_viz.app.commands.shortcuts import VIEW_KEYS, key_name
from dropout_viz.app.panels.docks import Panel, ViewPanel
from dropout_viz.app.session import Session
from dropout_viz.views.worker import Worker


class ViewMenu(QObject):
    """Fills a menu with panels.

    Only a view itself knows what it can show, and its file may not have been imported yet: that is done beside the
    window while the menu is open for the first time.

    Signals:
        chosen: the panel that somebody has chosen.
    """

    chosen = Signal(object)

    def __init__(self, menu: QMenu, setup: Panel, views: list[ViewPanel], session: Session) -> None:
        super().__init__(menu)
        self._views, self._session = views, session
        self._actions: dict[Panel, QAction] = {}
        for panel, key in zip_longest((setup, *views), ("S", *VIEW_KEYS[: len(views)]), fillvalue=""):
            assert isinstance(panel, Panel)
            self._actions[panel] = QAction(with_key(panel.title, key_name(key)), self, checkable=True)
        menu.addActions(list(self._actions.values()))
        menu.triggered.connect(self._choose)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._open)
        self._importer = Worker(self, "views", 0.0)
        self._importer.done.connect(self._tell)

    def close(self) -> None:
        """End what is being imported."""
        self._importer.close()

    def _choose(self, action: QAction) -> None:
        for panel, each in self._actions.items():
            if each is action:
                self.chosen.emit(panel)

    def _open(self) -> None:
        self._tell()
        if not all(panel.is_imported for panel in self._views):
            self._importer.ask(self._import, now=True)

    def _import(self) -> None:
        for panel in self._views:
            panel.kind()

    def _tell(self) -> None:
        frame = self._session.frame()
        for panel, action in self._actions.items():
            why = panel.why_not(frame) if isinstance(panel, ViewPanel) and panel.is_imported else ""
            action.setChecked(panel.isVisible())
            action.setEnabled(not why or panel.isVisible())  # what is open can always be closed
            action.setToolTip(why or panel.title)


def with_key(text: str, key: str) -> str:
    """Return the text of a menu's entry with its key, if it has one."""
    return f"{text}\t{key}" if key else text
