"""The player of lessons: it carries out what a step says, on the session and the layout, and shows the step's words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QToolBar

from dropout_viz.app.panels.bars import fixed_bar
from dropout_viz.app.timeline.speeds import FOLLOW
from dropout_viz.engine.lesson import Lesson, LessonStep, load_lesson, titles
from dropout_viz.engine.pace import Speed

if TYPE_CHECKING:
    from dropout_viz.app.lessons.strip import LessonStrip
    from dropout_viz.app.workbench import Workbench


class Lessons(QObject):
    """The menu of lessons, and the lesson that is open.

    Attributes:
        lesson: the open one, or None. at: which of its steps is shown, counted from 0.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._workbench, self._session = workbench, workbench.session
        self.lesson: Lesson | None = None
        self.at = 0
        self.strip: LessonStrip | None = None
        self._bar: QToolBar | None = None
        self._speed: Speed = FOLLOW  # that was there before a lesson came
        self._way: LessonStep | None = None  # the step whose run has not come to its place yet
        for key, title in titles().items():
            workbench.top_bar.lessons_menu.addAction(title, partial(self.open, key))
        self._session.status_changed.connect(self._arrive)
        self._session.frame_ready.connect(self._arrive)

    def open(self, key: str) -> None:
        """Open a lesson at its first step. It has a stage of its own; what was there comes back when it is left."""
        if self.lesson is None:
            self._speed = self._session.speed
        self.lesson = load_lesson(key)
        self._workbench.top_bar.show_hint(False)
        self.go(0)

    def go(self, at: int) -> None:
        """Show a step and do what it says; beyond the last one the lesson is over."""
        if self.lesson is None or at < 0:
            return
        if at >= len(self.lesson.steps):
            self.leave()
            return
        self.at = at
        step, session = self.lesson.steps[at], self._session
        self._show().show_step(self.lesson, at)
        session.open_config(self.lesson.config(at), self.lesson.preset)
        session.set_speed(None)  # the window leaves the trainer more of the time then
        session.run_to(step.run_to)
        self._way = step
        self._workbench.stages.lend(step.views)

    def leave(self) -> None:
        """Close the lesson. The run stays as it is; panels and speed are what they were before."""
        if self.lesson is not None:
            self._session.set_speed(self._speed)
        self.lesson, self._way = None, None
        self._workbench.stages.take_back()
        if self._bar is not None:
            self._workbench.window.removeToolBar(self._bar)
            self._bar.deleteLater()
            self._bar = self.strip = None
            self._let_keys_turn(False)

    def turn(self, by: int) -> None:
        """Show the step that lies so many ahead."""
        self.go(self.at + by)

    def _let_keys_turn(self, on: bool) -> None:
        """Page keys, as presenters' remote controls send them, turn its steps; without a lesson they are a field's."""
        for name in ("next_slide", "last_slide"):
            self._workbench.shortcuts.enable(name, on)

    def _arrive(self) -> None:
        """Once the run is where the step wants it: a speed at which it can be followed, and on, if it is to play."""
        session, step = self._session, self._way
        if step is None or session.awaited or session.playing or session.status.step != step.run_to:
            return
        self._way = None
        session.set_speed(FOLLOW)
        if step.play:
            session.play_pause()

    def _show(self) -> LessonStrip:
        """Return the strip, made when a lesson is opened: a remembered layout knows nothing of it."""
        if self.strip is None:
            from dropout_viz.app.lessons.strip import LessonStrip

            window = self._workbench.window
            self.strip = strip = LessonStrip(self._workbench.theme)
            strip.turned.connect(lambda by: self.go(self.at + by))
            strip.left.connect(self.leave)
            self._let_keys_turn(True)
            self._bar = fixed_bar(window, "Lesson", strip, Qt.ToolBarArea.TopToolBarArea)
        return self.strip
