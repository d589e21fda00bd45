"""The File menu: an entry is a text, a key and something to do, so that others can add theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dropout_viz.app.commands.shortcuts import COMMANDS, key_name
from dropout_viz.app.files.actions import FileActions


class MenuEntry(NamedTuple):
    """Something in the menu.

    Attributes:
        text: its words. act: what it does. command: its name in ``COMMANDS``, for the key that is shown beside it.
        why_not: told when the menu opens; a reason greys the entry and is its tooltip.
    """

    text: str
    act: Callable[[], object]
    command: str = ""
    why_not: Callable[[], str] = lambda: ""


class FileMenu:
    """Fills a menu. ``copies`` are the entries that put something on the clipboard: add to it with ``add_copy``."""

    def __init__(self, menu: QMenu, files: FileActions, close: Callable[[], object]) -> None:
        self.menu, self._files = menu, files
        self.kept: Callable[[], list[MenuEntry]] = list
        """What stands above the recent files, asked for when that menu opens."""
        self.look: Callable[[], object] = lambda: None
        """Called when the menu opens: to look whether there is more to stand there; see ``fill_again``."""
        menu.setToolTipsVisible(True)
        self._entries: list[tuple[QAction, MenuEntry]] = []
        self._add(MenuEntry("Open…", files.ask_open, "open"))
        self.recent = menu.addMenu("Open recent")
        self._add(MenuEntry("Open a folder of pictures…", files.ask_folder))
        self._add(MenuEntry("What is made of your data…", files.ask_about_data, why_not=files.no_own_data))
        menu.addSeparator()
        self._add(MenuEntry("Save run", files.save, "save"))
        self._add(MenuEntry("Save run as…", files.ask_save, "save_as"))
        menu.addSeparator()
        self._add(MenuEntry("Copy settings (TOML)", files.copy_settings, "copy_settings"))
        self._add(MenuEntry("Paste settings", files.paste_settings, "paste_settings"))
        self._add(MenuEntry("Copy command line", files.copy_command, "copy_command"))
        self._last = menu.addSeparator()
        self._add(MenuEntry("Quit", close, "quit"))
        menu.aboutToShow.connect(self._look)
        self.recent.aboutToShow.connect(self.fill_recent)

    def add_copy(self, entry: MenuEntry) -> None:
        """Add an entry after those that copy the settings."""
        self._add(entry, before=True)

    def _add(self, entry: MenuEntry, *, before: bool = False) -> None:
        key = key_name(COMMANDS[entry.command].keys[0]) if entry.command else ""
        action = QAction(f"{entry.text}\t{key}" if key else entry.text, self.menu)
        action.triggered.connect(lambda: entry.act())
        if before:
            self.menu.insertAction(self._last, action)
        else:
            self.menu.addAction(action)
        self._entries.append((action, entry))

    def _look(self) -> None:
        self.look()
        for action, entry in self._entries:
            why = entry.why_not()
            action.setEnabled(not why)
            action.setToolTip(why)

    def fill_again(self) -> None:
        """There is something else to stand above the recent files."""
        if self.recent.isVisible():
            self.fill_recent()

    def fill_recent(self) -> None:
        """Fill the menu of recent files."""
        self.recent.clear()
        kept = self.kept()
        for entry in kept:
            self.recent.addAction(entry.text, entry.act)
        paths = self._files.recent.paths
        if kept and paths:
            self.recent.addSeparator()
        for path in paths:
            action = self.recent.addAction(_shown(path, paths), partial(self._files.open_recent, path))
            action.setToolTip(str(path))
        if paths:
            self.recent.addSeparator()
            self.recent.addAction("Clear the list", self._files.recent.clear)
        elif not kept:
            self.recent.addAction("Nothing yet").setEnabled(False)
        self.recent.setToolTipsVisible(True)


def _shown(path: Path, paths: list[Path]) -> str:
    """Return a file's name, with its folder where another one is called the same."""
    alike = [other for other in paths if other.name == path.name]
    text = path.name if len(alike) == 1 else f"{path.name}  ({path.parent})"
    return text.replace("&", "&&")
