"""What the welcome of a window leads to, and what closes it: it is in nobody's way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from dropout_viz import registry
from dropout_viz.app.lessons.shelf import shelves
from dropout_viz.app.reader.pages import FOLDERS, pages
from dropout_viz.app.welcome.recent_runs import RecentRun, read_recent
from dropout_viz.app.welcome.shelves import Place, Shelf
from dropout_viz.app.welcome.start import PATH, LessonProgress, read_progress
from dropout_viz.app.welcome.thumbnails import Thumbnails
from dropout_viz.app.welcome.welcome import Welcome
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.views.worker import Worker

if TYPE_CHECKING:
    from dropout_viz.app.workbench import Workbench

_MOST = 6  # recent runs
_ABOUT = {
    "balls-and-valleys": "weights as balls that roll downhill",
    "three-lines": "what the three lines of dropout do",
    "with-and-without": "learning by heart, and what dropout does about it",
    "clinic": "find what is wrong with eight runs",
}
"""What the lessons to begin with are about, in a few words."""
_SHORT = {"three-lines": "The three lines"}
"""What a lesson to begin with is called on its card, where its title is too long for that."""
_SHOWING = ("fold_setup", "maximise", "guide")
"""Commands that show something which lies below."""


def read_all() -> None:
    """Read what stands on it, which is kept; on whatever thread."""
    for key in preset_keys():
        load_preset(key)
    pages()
    registry.entries("labs")


class WindowWelcome(Welcome):
    """The welcome of a window. It closes where something else is shown, by whatever means.

    What files hold is read beside the window, each time that it opens.
    """

    def __init__(self, parts: Workbench) -> None:
        thumbnails = Thumbnails(preset_keys(), parts.motion)
        super().__init__(parts.theme, parts.window, thumbnails, lambda typed: parts.palette.open(typed))
        thumbnails.setParent(self)
        self._parts = parts
        self._asked_for = parts.session.this_run()
        self._known: dict[Path, RecentRun] = {}
        self._progress: dict[str, LessonProgress] = {}
        self._reader = Worker(self, "recent", 0.0)
        self._reader.done.connect(self._take)
        self.shown.connect(self._look)
        parts.session.opening.connect(self._heed_run)
        parts.shortcuts.used.connect(self._heed_key)
        for shows in (
            parts.palette.chosen,
            parts.lessons.opened,
            parts.view_menu.chosen,
            parts.top_bar.labs_menu.triggered,
            parts.top_bar.setup.clicked,
            parts.top_bar.guide.clicked,
        ):
            shows.connect(self.leave)

    def shelves(self) -> list[Shelf]:
        parts, session = self._parts, self._parts.session
        presets = [
            Place(config.title or key, partial(session.open_preset, key), config.about, preset=key)
            for key, config in ((key, load_preset(key)) for key in preset_keys())
        ]
        told = {one.title: one.told for one in self._progress.values()}
        lessons = [
            _of(action, told.get(action.text(), "")) for action in parts.top_bar.lessons_menu.actions() if action.text()
        ]
        labs = [
            Place(entry.title, partial(parts.labs.open, entry.key), entry.facts["QUESTION"])
            for entry in registry.entries("labs").values()
        ]
        texts = {
            group: [Place(page.title, partial(parts.guide.open, page.key)) for page in pages() if page.group == group]
            for group in FOLDERS.values()
        }
        return [
            Shelf("Start here", self._path(), "one after the other: nothing need be known before"),
            Shelf("Presets", presets, "small runs, trained here: one that is pointed at trains anew"),
            Shelf("Recent runs", self._recent(), empty="Runs that you open or save stand here.", aside=True),
            Shelf("Lessons", lessons, aside=True),
            Shelf("Labs", labs, "questions that take many runs"),
            *(Shelf(group, places) for group, places in texts.items() if places),
        ]

    def _path(self) -> list[Place]:
        """Return the lessons to begin with. The first that is not done is the one to open; what is done has a mark."""
        titles = {key: title for group in shelves() for key, (title, _) in group.items()}
        known = {key: self._progress.get(key) for key in PATH}
        following = next((key for key, one in known.items() if one is None or not one.is_done), "")
        begun = any(one is not None and one.answered for one in known.values())
        found = []
        for number, (key, one) in enumerate(known.items(), 1):
            done, told = one is not None and one.is_done, "" if one is None else one.told
            here = ("Go on here" if begun else "Start here") if key == following else ""
            note = ": ".join(filter(None, (here, told or _ABOUT[key])))
            badge = "✓" if done else str(number)
            act = partial(self._parts.lessons.open, key)
            found.append(Place(_SHORT.get(key, titles[key]), act, note, badge=badge, primary=key == following))
        return found

    def finish(self) -> None:
        super().finish()
        self._reader.close()

    def _recent(self) -> list[Place]:
        """Return runs that were not saved, then files; one that is gone is taken off their list when it is chosen."""
        files = self._parts.files
        found = []
        for entry in self._parts.file_menu.kept():
            kind, _, told = entry.text.partition(": ")
            found.append(Place(kind, entry.act, told, stays=True))
        for path in files.recent.paths:
            run = self._known.get(path) or RecentRun(path, "is being read")
            act = partial(files.open_recent, path) if run.there else partial(self._drop, path)
            found.append(Place(path.name, act, run.told, stays=True, gone=not run.there))
        return found[:_MOST]

    def _drop(self, path: Path) -> None:
        self._parts.files.open_recent(path)
        self._look(True)

    def _look(self, shown: bool) -> None:
        """Look at the files anew. What is below is nothing that anybody sees meanwhile, and catches up then."""
        parts = self._parts
        parts.top_bar.welcome.setChecked(shown)
        if shown:
            self._reader.ask(partial(_read, parts.files.recent.paths), now=True)
        else:
            self._reader.close()
            parts.clock.wake()
            QApplication.postEvent(parts.window, QEvent(QEvent.Type.LayoutRequest))  # it may have another size

    def _take(self, read: tuple[list[RecentRun], dict[str, LessonProgress]]) -> None:
        runs, self._progress = read
        self._known = {run.path: run for run in runs}
        self.renew()

    def _heed_run(self) -> None:
        """Where another run has been asked for, that is to be seen."""
        before, self._asked_for = self._asked_for, self._parts.session.this_run()
        if self._asked_for != before:
            self.leave()

    def _heed_key(self, command: str) -> None:
        if command in (*_SHOWING, *self._parts.shortcuts.views):
            self.leave()


def _of(action: QAction, told: str) -> Place:
    """Return what stands in a menu; what its tip says of it is told, too, or what else there is to say."""
    tip = action.toolTip()
    return Place(action.text(), action.trigger, told or (tip if tip != action.text() else ""))


def _read(paths: Sequence[Path]) -> tuple[list[RecentRun], dict[str, LessonProgress]]:
    return read_recent(paths), read_progress()
