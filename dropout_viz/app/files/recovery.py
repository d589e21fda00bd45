"""The run on show is saved as it goes; what a killed program has left is offered when the next one starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
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
from dropout_viz.engine.autosave import EVERY, TOLD, Autosave
from dropout_viz.engine.handing import Handed
from dropout_viz.engine.recovery import RecoveryPlace
from dropout_viz.engine.run_file import Damaged
from dropout_viz.engine.source import Source, open_path
from dropout_viz.errors import UserError
from dropout_viz.words import ago


@dataclass(frozen=True)
class _Saved:
    """What a file of a run says of itself: its name and title, its step, and when it was written (seconds, and as the
    system counts)."""

    path: Path
    name: str
    title: str
    step: int
    at: float
    written: int


@dataclass(frozen=True)
class _CutShort:
    """A run that was left behind; ``why``: it could not be opened here."""

    place: RecoveryPlace
    saved: _Saved
    why: str = ""


class Recovery(QObject):
    """Keeps the run on show, and asks what is to become of those that were left behind, the newest first.

    No file is read on Qt's thread.

    Signals:
        changed: ``entries`` has others.

    Attributes:
        autosave: saves the run as it goes; None before ``begin``, and where there is no place for it.
    """

    changed = Signal()
    _told = Signal(str, str)
    _kept = Signal()

    def __init__(self, session: Session, files: FileActions, messages: MessageCard) -> None:
        super().__init__(files)
        self._session, self._files, self._messages = session, files, messages
        self.autosave: Autosave | None = None
        self._left: list[_CutShort] = []
        self._untold: list[str] = []  # what became of others that were cut short
        self._known: list[_Saved] = []  # of the runs that were kept, the newest first
        self._looks = 0
        self._told.connect(session.message)
        self._kept.connect(self.look)
        files.saved.connect(self._note_saved)

    def begin(self, every: float = EVERY) -> None:
        """Save the run from now on every so many seconds, and look for those that were left behind."""
        self.look()
        try:
            place = recovery.own_place()
            self.autosave = Autosave(self._session.runner, place, self._told.emit, every)
        except UserError as error:
            self._session.message.emit(f"The run is not saved as it goes: {error}", "warning")
            return
        self.autosave.on_kept = self._kept.emit
        self._session.config_changed.connect(self._note_passing)
        selection = self._session.selection
        for changed in (selection.changed, selection.armed, selection.lesioned, self._session.status_changed):
            changed.connect(self._note_shown)
        self._note_shown()
        self._files.tasks.run(self._find_left)

    def _note_passing(self) -> None:
        """A lesson's run that nobody has changed need not be kept for long: the lesson brings it back."""
        if self.autosave is not None and self._session.occasion and not self._session.frame().changes:
            self.autosave.passing.add(self._session.news.course)

    def _note_shown(self) -> None:
        """Let what is chosen in all views, and how fast the run is to go, be kept with it."""
        if self.autosave is not None:
            self.autosave.shown = {"selection": self._session.selection.choices(), "speed": self._session.speed}

    def finish(self) -> None:
        """End cleanly, while the run still goes on: what has not been answered is offered by the next start."""
        if self.autosave is not None:
            self.autosave.close()
        for one in self._left:
            one.place.close()

    # --- what was kept -----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look again, on a thread, for runs that were not saved by hand."""
        self._looks += 1
        self._files.tasks.run(partial(self._find_kept, self._looks, {saved.path: saved for saved in self._known}))

    def entries(self) -> list[MenuEntry]:
        """Return what the menu of recent files has to offer beside files: runs that were not saved by hand, as they
        were when somebody last looked."""
        return [self._entry(saved) for saved in self._known]

    def _find_kept(self, number: int, known: dict[Path, _Saved]) -> Callable[[], None]:
        found = []
        with suppress(UserError, OSError):  # there is no place for them
            for path in recovery.kept_runs():
                with suppress(UserError, OSError):  # one that cannot be read hides no other
                    saved = known.get(path)
                    same = saved is not None and saved.written == path.stat().st_mtime_ns
                    found.append(saved if saved is not None and same else _about(path))
        return partial(self._know, number, found)

    def _know(self, number: int, found: list[_Saved]) -> None:
        if number == self._looks and found != self._known:  # else somebody has looked since
            self._known = found
            self.changed.emit()

    def _entry(self, saved: _Saved) -> MenuEntry:
        told = f"Unsaved run: {saved.title} at step {count(saved.step)}, {ago(saved.at)}"
        return MenuEntry(told, partial(self._open_kept, saved))

    def _open_kept(self, saved: _Saved) -> None:
        def there() -> None:
            if self.autosave is not None:
                self.autosave.opened_kept(saved.path)
            self._say_where()

        self._files.bring(lambda: open_path(saved.path), saved.name, there)

    def _note_saved(self, handed: Handed) -> None:
        if self.autosave is not None:
            self.autosave.saved_by_hand(handed)

    # --- what was left behind ----------------------------------------------------------------------------------------

    def _find_left(self) -> Callable[[], None]:
        found, told = [], []
        for place in recovery.left_behind():
            try:
                found.append(_CutShort(place, _about(place.path)))
            except (UserError, OSError) as error:
                if run_file.is_damaged(place.path):
                    told.append(_put_aside(place, error))
                else:  # another version, or another day, will offer it
                    place.close()
                    told.append(f"A run that was cut short cannot be opened now, and stays where it is ({error})")
        return partial(self._take, found, told)

    def _take(self, found: list[_CutShort], told: list[str]) -> None:
        self._left, self._untold = found, told
        self._ask_about_next()

    def _ask_about_next(self) -> None:
        """Ask about the first of them; after the last, say which could not be asked about."""
        if not self._left:
            if self._untold:
                self._session.message.emit(" ".join(self._untold), "warning")
                self._untold = []
            return
        one = self._left[0]
        saved = one.saved
        text = f"A run was cut short: {saved.title} at step {count(saved.step)}, saved {_at(saved.at)}."
        if one.why:
            text += f" It could not be opened: {one.why}"
        discard = Offer("Discard", "Delete what was saved of it", partial(self._discard, one))
        go_on = Offer("Open", "Go on with it from there; the run on show ends", partial(self._open, one), discard)
        self._messages.ask(text, "warning" if one.why else "info", go_on)

    def _open(self, one: _CutShort) -> None:
        def load() -> Source:
            return replace(open_path(one.place.path), trained=TOLD)  # nobody has saved it yet

        self._files.bring(load, one.saved.name, partial(self._go_on, one), partial(self._refuse, one))

    def _go_on(self, one: _CutShort) -> None:
        """The run is on show: it is saved where it was from now on."""
        if self.autosave is not None and one in self._left:
            self._left.remove(one)
            self.autosave.adopt(one.place)
        self._say_where()
        self._ask_about_next()

    def _say_where(self) -> None:
        step = self._session.frame().snapshot.step
        text = f"The run is at step {count(step)}: playing goes on from there."
        self._session.remark.emit(text, "info", self._session.this_stop)

    def _discard(self, one: _CutShort) -> None:
        self._left.remove(one)
        one.place.discard()
        self._ask_about_next()

    def _refuse(self, one: _CutShort, error: UserError) -> None:
        """It cannot be opened: what is damaged is put aside, anything else is asked about again, after the others."""
        if one not in self._left:
            return
        self._left.remove(one)
        if isinstance(error, Damaged):
            self._untold.append(_put_aside(one.place, error))
        else:
            self._left.append(replace(one, why=str(error).removeprefix(f"{one.place.path}: ")))
        self._ask_about_next()


def _about(path: Path) -> _Saved:
    """Return what a run file says of itself. Raises ``UserError``, ``OSError``."""
    config, step = run_file.read_about(path)
    about = path.stat()
    return _Saved(path, name_of(config), config.title or "untitled", step, about.st_mtime, about.st_mtime_ns)


def _put_aside(place: RecoveryPlace, error: Exception) -> str:
    """Put a damaged file aside, and return what to say of it."""
    aside = place.put_aside()
    return f"A run that was cut short cannot be opened; what there is of it is now {aside.name} ({error})"


def _at(when: float) -> str:
    """Return when a time was, for a message that may stand for long: the time of day, of other days the date too."""
    then = time.localtime(when)
    day = "" if then[:3] == time.localtime()[:3] else time.strftime(" on %Y-%m-%d", then)
    return f"at {time.strftime('%H:%M:%S', then)}{day}"
