"""The menu of views: what is open is ticked, and what cannot show the run is grey and says why."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dropout_viz.app.commands.shortcuts import VIEW_KEYS, key_name
from dropout_viz.app.panels.able_views import AbleViews
from dropout_viz.app.panels.docks import Panel, ViewPanel
from dropout_viz.app.session import Session


class ViewMenu(QObject):
    """Fills a menu with panels.

    Signals:
        chosen: the panel that somebody has chosen.
    """

    chosen = Signal(object)

    def __init__(self, menu: QMenu, setup: Panel, views: list[ViewPanel], session: Session) -> None:
        super().__init__(menu)
        self._actions: dict[Panel, QAction] = {}
        for panel, key in zip_longest((setup, *views), ("S", *VIEW_KEYS[: len(views)]), fillvalue=""):
            assert isinstance(panel, Panel)
            self._actions[panel] = QAction(with_key(panel.title, key_name(key)), self, checkable=True)
        menu.addActions(list(self._actions.values()))
        menu.triggered.connect(self._choose)
        menu.aboutToShow.connect(self._tick)
        entries = {panel: self._actions[panel] for panel in views}
        self._able = AbleViews(menu, session, entries, always=ViewPanel.isVisible)  # what is open can be closed

    def close(self) -> None:
        """End what is being imported."""
        self._able.close()

    def _choose(self, action: QAction) -> None:
        for panel, each in self._actions.items():
            if each is action:
                self.chosen.emit(panel)

    def _tick(self) -> None:
        for panel, action in self._actions.items():
            action.setChecked(panel.isVisible())


def with_key(text: str, key: str) -> str:
    """Return the text of a menu's entry with its key, if it has one."""
    return f"{text}\t{key}" if key else text
