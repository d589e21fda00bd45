"""The run on show is saved as it goes; what a killed program has left is offered when the next one starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dropout_viz.app.files.actions import FileActions, name_of
from dropout_viz.app.files.menu import MenuEntry
from dropout_viz.app.messages.line import MessageCard
from dropout_viz.app.messages.offers import Offer
from dropout_viz.app.session import Session
from dropout_viz.draw.numbers import count
from dropout_viz.engine import recovery, run_file
from dropout_viz.engine.autosave import EVERY, Autosave
from dropout_viz.engine.recovery import RecoveryPlace
from dropout_viz.engine.run_file import OtherFormat
from dropout_viz.engine.source import Source, open_path
from dropout_viz.errors import UserError
from dropout_viz.words import many

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


class Recovery(QObject):
    """Keeps the run on show, and asks what is to become of those that were left behind, the newest first.

    Attributes:
        autosave: saves the run as it goes; None before ``begin``, and where there is no place for it.
    """

    _told = Signal(str, str)

    def __init__(self, session: Session, files: FileActions, messages: MessageCard) -> None:
        super().__init__(files)
        self._session, self._files, self._messages = session, files, messages
        self.autosave: Autosave | None = None
        self._left: list[RecoveryPlace] = []
        self._told.connect(session.message)
        files.saved.connect(lambda _: self.autosave.saved_by_hand() if self.autosave is not None else None)

    def begin(self, every: float = EVERY) -> None:
        """Save the run from now on every so many seconds, and look for those that were left behind."""
        try:
            place = recovery.own_place()
            self.autosave = Autosave(self._session.runner, place, self._told.emit, every)
        except UserError as error:
            self._session.message.emit(f"The run is not saved as it goes: {error}", "warning")
            return

        def look() -> Callable[[], None]:
            return partial(self._take, recovery.left_behind())

        self._files.tasks.run(look)

    def finish(self) -> None:
        """End cleanly, while the run still goes on: what has not been answered is offered by the next start."""
        if self.autosave is not None:
            self.autosave.close()
        for place in self._left:
            place.close()

    def entries(self) -> list[MenuEntry]:
        """Return what the menu of recent files has to offer beside files: runs that were not saved by hand."""
        found = []
        try:
            for path in recovery.kept_runs():
                with suppress(UserError, OSError):  # one that cannot be read hides no other
                    found.append(self._entry(path))
        except (UserError, OSError):
            return []
        return found

    def _entry(self, path: Path) -> MenuEntry:
        config, step = run_file.read_about(path)
        name, title = name_of(config), config.title or "untitled"
        told = f"Unsaved run: {title} at step {count(step)}, {_ago(path.stat().st_mtime)}"
        return MenuEntry(told, lambda: self._files.bring(lambda: open_path(path), name, self._say_where))

    # --- what was left behind ----------------------------------------------------------------------------------------

    def _take(self, places: list[RecoveryPlace]) -> None:
        self._left = places
        self._offer()

    def _offer(self) -> None:
        """Ask about the newest of them."""
        if not self._left:
            return
        place = self._left[0]
        try:
            config, step = run_file.read_about(place.path)
            saved = place.path.stat().st_mtime
        except OtherFormat as error:  # the version that wrote it will offer it
            self._left.remove(place)
            place.close()
            self._session.message.emit(str(error), "warning")
            self._offer()
            return
        except (UserError, OSError) as error:
            self._put_aside(place, str(error))
            return
        name = name_of(config)
        text = f"A run was cut short: {config.title or 'untitled'} at step {count(step)}, saved {_at(saved)}."
        discard = Offer("Discard", "Delete what was saved of it", partial(self._discard, place))
        go_on = Offer(
            "Open", "Go on with it from there; the run on show ends", partial(self._open, place, name), discard
        )
        self._messages.ask(text, "info", go_on)

    def _open(self, place: RecoveryPlace, name: str) -> None:
        def load() -> Source:
            return open_path(place.path)

        self._files.bring(load, name, partial(self._go_on, place), lambda why: self._put_aside(place, why))

    def _go_on(self, place: RecoveryPlace) -> None:
        """The run is on show: it is saved where it was from now on."""
        if self.autosave is not None and place in self._left:
            self._left.remove(place)
            self.autosave.adopt(place, self._session.frame().snapshot.run)
        self._say_where()
        self._offer()

    def _say_where(self) -> None:
        step = self._session.frame().snapshot.step
        text = f"The run is at step {count(step)}: playing goes on from there."
        self._session.remark.emit(text, "info", self._session.this_stop)

    def _discard(self, place: RecoveryPlace) -> None:
        self._left.remove(place)
        place.discard()
        self._offer()

    def _put_aside(self, place: RecoveryPlace, why: str) -> None:
        self._left.remove(place)
        aside = place.put_aside()
        text = f"A run that was cut short cannot be opened; what there is of it is now {aside.name} ({why})"
        self._session.message.emit(text, "warning")
        self._offer()


def _at(when: float) -> str:
    """Return when a time was, for a message that may stand for long: the time of day, of other days the date too."""
    then = time.localtime(when)
    day = "" if then[:3] == time.localtime()[:3] else time.strftime(" on %Y-%m-%d", then)
    return f"at {time.strftime('%H:%M:%S', then)}{day}"


def _ago(when: float) -> str:
    """Return how long ago a time was, in words."""
    seconds = max(0.0, time.time() - when)
    for size, unit in _UNITS:
        if seconds >= size:
            n = int(seconds // size)
            return f"{many(n, unit)} ago"
    return "just now"
