"""What of a run can be undone: what becomes of it (its settings, live changes, arms), the comparison, its bookmarks.

A step that changed what becomes of the run is undone by going back to where that was done. To set the old value again
from now on is another change: the steps in between stay what they are. Whoever means that enters it.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from dropout_viz.app.file_actions import FileActions
from dropout_viz.app.session import Session
from dropout_viz.app.undo import Kind, RunKind
from dropout_viz.draw.numbers import count
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.left import Left
from dropout_viz.engine.status import News
from dropout_viz.words import many

BOUND = 64 << 20
"""Bytes of runs that can come back at once; the steps of others are done again."""


class Course:
    """What becomes of a run, from its settings at step 0 by way of its changes.

    Attributes:
        number: see ``Journey.course``. name: of the run. left: the run as it was when it was left last, or None.
        path: the file that it is saved in, or None.
    """

    def __init__(self, news: News, name: str, path: Path | None) -> None:
        self.number, self.name, self.path = news.course, name, path
        self.config, self.names = news.config, news.names
        self.first = news.first or news.config
        self.changes = news.changes
        self.marks = [mark for history in news.histories for mark in (history.known or history).marks]
        self.left: Left | None = None

    @property
    def root(self) -> RunConfig:
        """The settings at step 0 of the first arm."""
        return self.first.arm_configs[0]


class Courses(RunKind):
    """The run itself: which one it is, and what was changed while it trained."""

    def __init__(self, session: Session, files: FileActions) -> None:
        super().__init__()
        self._session, self._files = session, files
        self._courses: WeakValueDictionary[tuple[int, int], Course] = WeakValueDictionary()
        self._left: deque[Left] = deque()  # told by the trainer's thread, not sorted in yet
        self._seen: object = None
        session.runner.departing = self._left.append
        session.frame_ready.connect(self._look)
        files.changed.connect(self._note_file)

    def now(self) -> Course:
        self._session.frame()
        news, known = self._session.news, self._courses.get(self._session.news.course)
        self._sort_in()
        if known is None:
            known = self._courses[news.course] = Course(news, self._session.name, self._files.path)
        return known

    def put(self, record: Course) -> None:
        self._sort_in()
        if record.left is not None:
            self._session.bring_back(record.left, record.name)

    def arrived(self, record: Course) -> bool | None:
        if self._session.news.course == record.number:
            if record.path is not None and self._files.path is None:
                self._files.belong(record.path)
            return True
        return False if self._session.awaited else None

    def text(self, before: Course, after: Course) -> str:
        return told(before, after)

    def flow(self, before: Course, after: Course) -> str:
        if before.name != after.name:
            return ""
        if _goes_on(before, after):
            return "live " + " ".join(after.changes[-1].settings) if after.changes and not _arms(before, after) else ""
        return "run " + " ".join(_other(before.root, after.root))

    def going_back(self, record: Course) -> str:
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

    def _sort_in(self) -> None:
        """Take what the trainer's thread has told, and let the oldest runs go where all take too much room."""
        while self._left:
            left = self._left.popleft()
            if (course := self._courses.get(left.course)) is not None:
                course.left = left
        data, room = {id(self._session.news.data)}, BOUND
        for course in sorted(self._courses.values(), key=lambda one: one.number[1], reverse=True):
            if course.left is None or course.left.state is None:
                continue
            examples = course.left.state.data
            room -= course.left.nbytes + (0 if id(examples) in data else examples.x.nbytes + examples.y.nbytes)
            data.add(id(examples))
            if room < 0:
                course.left.thin_out()


class Comparison(Kind):
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


class Bookmarks(Kind):
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


def told(before: Course, after: Course) -> str:
    """Return what led from one course to another, in a few words."""
    if _goes_on(before, after):
        if (arms := _arms(before, after)) is not None:
            return arms
        if after.changes and (marks := [m for m in after.marks if m.step == after.changes[-1].step]):
            return f"Set {marks[-1].text} at step {count(marks[-1].step)}"
        return "Change the run"
    if before.name != after.name:
        return f"Open {after.config.title or after.name}"
    other = _other(before.root, after.root)
    if other == ["seed"]:
        return f"New seed: {count(after.root.seed)}"
    names = [RunConfig.model_fields[key].title or key for key in other]
    if len(other) == 1:
        return f"New run: {names[0]} {short(getattr(after.root, other[0]))}"
    return f"New run: {', '.join(names)}" if 0 < len(names) < 4 else f"New run: {many(len(names), 'other setting')}"


def _goes_on(before: Course, after: Course) -> bool:
    """Whether the run is the same one up to some step."""
    same = before.name == after.name and before.root == after.root
    return same and bool(after.changes or before.changes or len(before.names) > len(after.names))


def _arms(before: Course, after: Course) -> str | None:
    """Return what was done to the arms, or None."""
    if after.changes and after.changes[-1].arm is not None and before.changes != after.changes:
        return f"Branch: {after.names[1]}"
    if len(after.names) < len(before.names):
        return f"Leave out “{before.names[1]}”" if len(before.names) == 2 else "Leave out all but the first arm"
    return None


def _other(before: RunConfig, after: RunConfig) -> list[str]:
    fields = [key for key in RunConfig.model_fields if key not in ("about", "title", "arms")]
    return [key for key in fields if getattr(before, key) != getattr(after, key)]


def short(value: Any) -> str:
    """Return a setting's value in a few letters."""
    if isinstance(value, tuple):
        return ", ".join(map(short, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value).replace("_", " ")
