"""What of a run can be undone: what becomes of it (its settings, live changes, arms), the comparison, its bookmarks.

A step that changed what becomes of the run is undone by going back to where that was done. To set the old value again
from now on is another change: the steps in between stay what they are. Whoever means that enters it.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from dropout_viz.app.files.actions import FileActions
from dropout_viz.app.session import Session
from dropout_viz.app.undo.stack import RunKind, UndoKind
from dropout_viz.data import drawn
from dropout_viz.draw.numbers import count
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.left import Left
from dropout_viz.engine.settings import preset_keys
from dropout_viz.engine.source import READERS
from dropout_viz.engine.state import Change, shared_changes
from dropout_viz.engine.status import News
from dropout_viz.words import many

BOUND = 64 << 20
"""Bytes of runs that can come back at once; the steps of others are done again."""


class RunCourse:
    """What becomes of a run, from its settings at step 0 by way of its changes.

    Attributes:
        number: see ``Timeline.course``. name: of the run. left: the run as it was when it was left last, or None.
        path: the file that it is saved in, or None. renewed: whether it began as that of before under other settings.
        occasion: what it was opened for, or ``""``.
        names: of the arms, as they were seen last. gone: whether it has been left since it was put back.
    """

    def __init__(self, news: News, name: str, path: Path | None, renewed: bool, occasion: str) -> None:
        self.number, self.name, self.path, self.renewed, self.occasion = news.course, name, path, renewed, occasion
        self.config, self.names = news.config, news.names
        self.first = news.first or news.config
        self.changes = news.changes
        self.marks = [mark for history in news.histories for mark in (history.known or history).marks]
        self.left: Left | None = None
        self.gone = False

    @property
    def root(self) -> RunConfig:
        """The settings at step 0 of the first arm."""
        return self.first.arm_configs[0]


class Courses(RunKind):
    """The run itself: which one it is, and what was changed while it trained."""

    def __init__(self, session: Session, files: FileActions) -> None:
        super().__init__()
        self._session, self._files = session, files
        self._courses: WeakValueDictionary[tuple[int, int], RunCourse] = WeakValueDictionary()
        self._left: deque[Left] = deque()  # told by the trainer's thread, not sorted in yet
        self._seen: object = None
        session.runner.departing = self._left.append
        session.frame_ready.connect(self._look)
        files.changed.connect(self._note_file)

    def now(self) -> RunCourse:
        here = self._sort_in()
        here.names = self._session.news.names  # a comparison has others, and is no other course
        return here

    def put(self, record: RunCourse) -> None:
        self._sort_in()
        record.gone = False
        if record.left is not None:
            self._session.bring_back(record.left, record.name)

    def arrived(self, record: RunCourse) -> bool:
        if self._sort_in() is not record:
            return record.gone
        if record.path is not None and self._files.path is None:
            self._files.belong(record.path)
        return True

    def why_not(self, record: RunCourse) -> str:
        session = self._session
        if record.left is None:
            return "it is not known any more."
        if session.source.left is not record.left:
            return "another one was opened meanwhile."
        if session.lacking:
            return "its data has to be there first."
        return session.status.message or "it could not be opened."

    def text(self, before: RunCourse, after: RunCourse) -> str:
        return told(before, after)

    def is_nothing(self, before: RunCourse, after: RunCourse) -> bool:
        return _is_nothing(before, after)

    def flow(self, before: RunCourse, after: RunCourse) -> str:
        if not _goes_on(before, after) and (before.name != after.name or not after.renewed):
            return ""
        if _goes_on(before, after):
            return "live " + " ".join(after.changes[-1].settings) if after.changes and not _arms(before, after) else ""
        other = _other(before.root, after.root)
        return "" if "points" in other else "run " + " ".join(other)  # every stroke is a step

    def going_back(self, record: RunCourse) -> str:
        """Return what bringing a run back means, as a sentence; ``""`` where it is the one on show."""
        self._sort_in()
        if record.left is None or record.number == self._session.news.course:
            return ""
        left = record.left
        where = f"as it was at step {count(left.step)}" if left.step else "at step 0"
        return f"The run comes back {where}, with its history."

    def _note_file(self) -> None:
        course = self._courses.get(self._session.news.course)
        if course is not None and self._files.path is not None:
            course.path = self._files.path

    def _look(self) -> None:
        if (news := self._session.news).course != self._seen:
            self._seen = news.course
            self.changed.emit()

    def _here(self) -> RunCourse:
        """Return the course of the run on show."""
        self._session.frame()
        news = self._session.news
        known = self._courses.get(news.course)
        if known is None:
            session = self._session
            known = RunCourse(news, session.name, self._files.path, session.renewed, session.occasion)
            self._courses[news.course] = known
        return known

    def _sort_in(self) -> RunCourse:
        """Take what the trainer's thread has told, and let the oldest runs go where all take too much room. Return the
        course of the run on show."""
        told_of = [self._left.popleft() for _ in range(len(self._left))]
        here = self._here()  # looked at after that: what was left had been on show before, or never will be
        for left in told_of:
            if (known := self._courses.get(left.course)) is not None:
                known.left, known.gone = left, True
        data, room = {id(self._session.news.data)}, BOUND
        for course in sorted(self._courses.values(), key=lambda one: one.number[1], reverse=True):
            if course.left is None or course.left.state is None:
                continue
            examples = course.left.state.data
            room -= course.left.nbytes + (0 if id(examples) in data else examples.x.nbytes + examples.y.nbytes)
            data.add(id(examples))
            if room < 0:
                course.left.thin_out()
        return here


class Comparison(UndoKind):
    """Whether the same run without dropout is beside the run. The run goes on as it is, either way."""

    OF_RUN = True

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        session.config_changed.connect(self.changed)

    def now(self) -> bool:
        return self._session.news.config.arms == COMPARISON

    def put(self, record: bool) -> None:
        self._session.compare(record)

    def text(self, before: bool, after: bool) -> str:
        return "Compare with the run without dropout" if after else "End the comparison"


class Bookmarks(UndoKind):
    """Names of steps."""

    OF_RUN = True

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._seen: object = None
        session.frame_ready.connect(self._look)

    def now(self) -> dict[int, str]:
        return dict(self._session.news.bookmarks)

    def put(self, record: dict[int, str]) -> None:
        now = self.now()
        for step in now.keys() - record.keys():
            self._session.runner.bookmark(step, None)
        for step, name in record.items():
            if now.get(step) != name:
                self._session.runner.bookmark(step, name)

    def text(self, before: dict[int, str], after: dict[int, str]) -> str:
        for step in after:
            if step not in before:
                return f"Bookmark step {count(step)}"
        for step, name in before.items():
            if step not in after:
                return f"Delete bookmark “{name}”"
        return next(f"Rename a bookmark to “{name}”" for step, name in after.items() if before[step] != name)

    def _look(self) -> None:
        if (bookmarks := self._session.news.bookmarks) != self._seen:
            self._seen = bookmarks
            self.changed.emit()


def told(before: RunCourse, after: RunCourse) -> str:
    """Return what led from one course to another, in a few words."""
    if _goes_on(before, after):
        if (arms := _arms(before, after)) is not None:
            return arms
        if after.changes and (marks := [m for m in after.marks if m.step == after.changes[-1].step]):
            return f"Set {marks[-1].text} at step {count(marks[-1].step)}"
        return "Change the run"
    if before.name != after.name or not after.renewed:
        return after.occasion or f"Open {opened(after)}"
    other = _other(before.root, after.root)
    if not other:
        return "Start again"
    if "points" in other and after.root.points:
        return _drawn(len(before.root.points), len(after.root.points))
    if other == ["seed"]:
        return f"New seed: {count(after.root.seed)}"
    names = [RunConfig.model_fields[key].title or key for key in other]
    if len(other) == 1:
        return f"New run: {names[0]} {short(getattr(after.root, other[0]))}"
    return f"New run: {', '.join(names)}" if len(names) < 4 else f"New run: {many(len(names), 'other setting')}"


def opened(course: RunCourse) -> str:
    """Return what a run that has been opened is called: as its preset, its file, or its settings."""
    if course.name in preset_keys():
        return course.config.title or course.name
    if Path(course.name).suffix.lower() in READERS:
        return Path(course.name).name
    return course.config.title or course.name


def _goes_on(before: RunCourse, after: RunCourse) -> bool:
    """Whether the run is the same one up to some step."""
    return before.number[0] == after.number[0]


def _is_nothing(before: RunCourse, after: RunCourse) -> bool:
    """Whether two courses are the same run bit for bit: all that one has and the other has not was changed between two
    steps, and came to nothing."""
    if not _goes_on(before, after) or before.config != after.config:
        return False
    common = shared_changes(before.changes, after.changes)
    return len({change.step for change in (*before.changes[common:], *after.changes[common:])}) < 2


def _arms(before: RunCourse, after: RunCourse) -> str | None:
    """Return what was done to the arms, or None."""
    if after.changes != before.changes and after.changes and after.changes[-1].arm is not None:
        return f"Branch: {after.names[1]}"
    if len(after.names) < len(before.names) and _part_of(after.changes, before.changes):
        return f"Leave out “{before.names[1]}”" if len(before.names) == 2 else "Leave out all but the first arm"
    return None


def _part_of(some: tuple[Change, ...], all_: tuple[Change, ...]) -> bool:
    """Whether nothing has been changed that was not changed before, in whatever arm."""
    known = [(change.step, change.settings) for change in all_]
    return all((change.step, change.settings) in known for change in some)


def _other(before: RunConfig, after: RunConfig) -> list[str]:
    fields = [key for key in RunConfig.model_fields if key not in ("about", "title", "arms")]
    return [key for key in fields if getattr(before, key) != getattr(after, key)]


def _drawn(before: int, after: int) -> str:
    """Return what was done to points that are drawn, by how many there were and are."""
    if not before:
        return "Draw points of your own"
    if before == after:
        return "Move a point"
    return f"Draw {many(after - before, 'point')}" if after > before else f"Erase {many(before - after, 'point')}"


def short(value: Any) -> str:
    """Return a setting's value in a few letters."""
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return drawn.told(value)
    if isinstance(value, tuple):
        return ", ".join(map(short, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value).replace("_", " ")
