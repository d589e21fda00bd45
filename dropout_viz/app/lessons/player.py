"""The player of lessons: it carries out what a step says, on the session and the layout, and shows the step's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolBar

from dropout_viz import clinic, places
from dropout_viz.analysis.truths import Truth, truth
from dropout_viz.app.files.tasks import FileTasks
from dropout_viz.app.lessons.answers import Answer, Answers
from dropout_viz.app.panels.bars import fixed_bar
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.panels.stages import Stages
from dropout_viz.app.session import Session
from dropout_viz.app.timeline.speeds import FOLLOW
from dropout_viz.app.window import Window
from dropout_viz.engine.lesson import Lesson, LessonStep, load_lesson, titles
from dropout_viz.engine.pace import Speed
from dropout_viz.engine.prediction import Guess
from dropout_viz.views.worker import Worker

if TYPE_CHECKING:
    from dropout_viz.app.lessons.strip import LessonStrip
    from dropout_viz.clinic.ward import Patient, Ward


class Lessons(QObject):
    """The menu of lessons, and the lesson that is open.

    Attributes:
        lesson: the open one, or None. at: which of its steps is shown, counted from 0.
        answers: what has been predicted. pointed: the panel that there is something to see in, outlined, or None.

    Signals:
        opened: a lesson. ended: somebody has come to its end, or had enough of it. turnable: whether there are steps
            to be turned.
    """

    opened = Signal()
    ended = Signal()
    turnable = Signal(bool)

    def __init__(
        self,
        session: Session,
        stages: Stages,
        views: Sequence[ViewPanel],
        window: Window,
        menu: QMenu,
        tasks: FileTasks,
    ) -> None:
        super().__init__(window)
        self._session, self._stages, self._window = session, stages, window
        self._panels = {panel.key: panel for panel in views}
        self.lesson: Lesson | None = None
        self.at = 0
        self.strip: LessonStrip | None = None
        self._bar: QToolBar | None = None
        self._speed: Speed = FOLLOW  # that was there before a lesson came
        self._way: LessonStep | None = None  # the step whose run has not come to its place yet
        self._heard: Callable[[], bool] = lambda: True  # whether the trainer knows of it
        self._looking = False  # whether the example that the step shows is to be chosen when the run is there
        self.pointed: ViewPanel | None = None
        self._guess: Guess | None = None  # what was predicted of the step that is shown
        self._wrong: Guess | None = None  # the last diagnosis of the patient that is shown, if it was wrong
        self._open: dict[str, Guess] = {}  # by question of this lesson: predictions whose truth has not come yet
        self._tasks = tasks
        self.answers = self._read_answers()
        self._judge = Worker(self, "truth", 0.0)
        self._judge.done.connect(self._compare)
        self._judge.failed.connect(lambda text: self._session.message.emit(text, "error"))
        for key, title in titles().items():
            menu.addAction(title, partial(self.open, key))
        menu.addSeparator()
        menu.addAction(clinic.TITLE, partial(self.open, clinic.LESSON)).setToolTip(clinic.ABOUT)
        self._session.status_changed.connect(self._arrive)
        self._session.frame_ready.connect(self._arrive)

    def open(self, key: str, at: int | None = None) -> None:
        """Open a lesson at a step, if none is said at its first; the clinic at the first patient without a diagnosis.

        It has a stage of its own; what was there comes back when it is left.
        """
        if self.lesson is None:
            self._speed = self._session.speed
        self.lesson = _load(key)
        self._session.lent = True
        self.answers = self._read_answers()  # another window may have added to them
        self._open.clear()
        self.opened.emit()
        self.go(self._first() if at is None else at)

    @property
    def _ward(self) -> Ward | None:
        """The clinic, if that is what is open."""
        lesson = self.lesson
        return cast("Ward", lesson) if lesson is not None and lesson.key == clinic.LESSON else None

    @property
    def _patient(self) -> Patient | None:
        """The patient that is shown, in the clinic."""
        return None if self._ward is None else self._ward.steps[self.at]

    def _first(self) -> int:
        """Return the step that a lesson is opened at."""
        steps = enumerate(() if self._ward is None else self._ward.steps)
        return next((at for at, step in steps if not self._known(step)), 0)

    def go(self, at: int) -> None:
        """Show a step and do what it says; beyond the last one the lesson is over."""
        if self.lesson is None or at < 0:
            return
        if at >= len(self.lesson.steps):
            self._end()
            return
        self.at = at
        step, session = self.lesson.steps[at], self._session
        asked = step.predict
        units = self.lesson.config(at).hidden[-1]
        known = self._known(step, units)
        guess = known.guess if known is not None else self._open.get(asked.question) if asked is not None else None
        strip = self._show()
        strip.prediction.ask(asked, step.run_to, units)
        strip.show_step(self.lesson, at, asking=asked is not None and known is None, note=self._note())
        if session.playing:
            session.play_pause()  # else the other run would do a step before it hears where to stop
        self._guess = self._wrong = None
        self._judge.close()
        if asked is not None and guess is None:
            self._open_run(asked=True)
            self._stages.lend(asked.views or step.views, setup=self._ward is not None)
            self._point_at(None)
            self._way = None
            session.set_speed(None)
            session.run_to(asked.start)
        else:
            self._open_run()
            self._run(step, guess)

    def _known(self, step: LessonStep, units: int = 0) -> Answer | None:
        """Return what was said to a step's question before, about a layer of so many units."""
        assert self.lesson is not None
        asked = step.predict
        known = None if asked is None else self.answers.find(self.lesson.key, asked.question)
        if asked is None or known is None or not asked.allows(known.guess, units):
            return None  # or somebody has written in the file
        return known

    def _note(self) -> str:
        """Return how many of the patients the learner has found out."""
        if self._ward is None:
            return ""
        said = [(step, self._known(step)) for step in self._ward.steps]
        found = sum(known is not None and known.guess == step.right for step, known in said)
        return f"{found} found" if found else ""

    def _open_run(self, *, asked: bool = False) -> None:
        """Open the run of the step, or the one beside its question."""
        assert self.lesson is not None
        config, own = (self.lesson.config(self.at, asked=beside) for beside in (asked, False))
        place = f"{self.lesson.title}, {self.at + 1} of {len(self.lesson.steps)}"
        self._session.open_config(config, self.lesson.preset, place if config == own else f"{place}: the question")
        self._looking = True

    def _run(self, step: LessonStep, guess: Guess | None) -> None:
        """Let the run come to where the step wants it; then a guess is compared."""
        self._guess = guess
        self._stages.lend(step.views, setup=self._ward is not None)
        self._point_at(step.views[0] if step.views else None)
        if guess is not None:
            self._show().prediction.wait(guess)
        self._session.set_speed(None)  # the window leaves the trainer more of the time then
        self._session.run_to(step.run_to)
        self._way, self._heard = step, self._session.hearing()
        self._arrive()

    def _predict(self, guess: Guess) -> None:
        """The learner has said what will come: let it come. A run that has been changed meanwhile is put back."""
        patient = self._patient
        if patient is not None and guess != patient.right:
            self._wrong = guess
            self._show().prediction.refuse(patient.hint)
        else:
            self._reveal(guess)

    def _give_up(self) -> None:
        """The learner has been wrong, and would rather be told."""
        if self._wrong is not None:
            self._reveal(self._wrong)

    def _reveal(self, guess: Guess) -> None:
        assert self.lesson is not None
        step = self.lesson.steps[self.at]
        assert step.predict is not None
        self._open[step.predict.question] = guess
        if not self._is_own():
            self._open_run()
        self._run(step, guess)

    def _compare_patient(self) -> None:
        """Train the patient's run without the fault, beside it where that can be."""
        if self._ward is not None:
            self._session.open_config(self._ward.compared(self.at), self._ward.preset)
            self._session.set_speed(None)
            self._session.run_to(self._ward.steps[self.at].run_to)

    def _is_own(self) -> bool:
        """Return whether the run is the one that the step tells of: no setting, seed or arm has been changed."""
        assert self.lesson is not None
        frame = self._session.frame()
        own = (frame.config or frame.snapshot.config) == self.lesson.config(self.at)
        return own and not frame.changes and len(frame.arms) == max(1, len(self.lesson.config(self.at).arm_names))

    def _ask_again(self) -> None:
        assert self.lesson is not None
        asked = self.lesson.steps[self.at].predict
        assert asked is not None
        self.answers.forget(self.lesson.key, asked.question)
        self._open.pop(asked.question, None)
        self.go(self.at)

    def _compare(self, found: Truth) -> None:
        """Show guess and truth, and keep both."""
        if self.lesson is None or self._guess is None:
            return
        asked = self.lesson.steps[self.at].predict
        assert asked is not None
        when = datetime.now().astimezone().isoformat(timespec="seconds")
        known = self.answers.find(self.lesson.key, asked.question)
        if known is None or known.guess != self._guess:
            self.answers.keep(Answer(self.lesson.key, asked.question, self._guess, found.told, when))
        strip = self._show()
        strip.show_step(self.lesson, self.at, note=self._note())  # what it is about tells the answer: not before
        (strip.prediction.show_outcome if self._ward is None else strip.prediction.show_alone)(found)

    def leave(self) -> None:
        """Close the lesson. The run stays as it is; panels and speed are what they were before."""
        was_open = self.lesson is not None
        self.lesson, self._way, self._guess, self._looking = None, None, None, False
        if was_open:
            self._session.set_speed(self._speed)  # it tells of another status, and nothing may wait for that any more
        self._session.lent = False
        self._point_at(None)
        self._judge.close()
        self._stages.take_back()
        if self._bar is not None:
            self._window.removeToolBar(self._bar)
            self._bar.deleteLater()
            self._bar = self.strip = None
            self.turnable.emit(False)

    def _end(self) -> None:
        self.leave()
        self.ended.emit()

    def turn(self, by: int) -> None:
        """Show the step that lies so many ahead."""
        self.go(self.at + by)

    def _choose_row(self) -> None:
        assert self.lesson is not None
        self._looking, row = False, self.lesson.steps[self.at].row
        self._session.selection.choose(example=(row or 1) - 1)
        if row is None:
            self._session.selection.follow_batch(None)

    def _point_at(self, key: str | None) -> None:
        """Outline the panel that there is something to see in, and no other."""
        if self.pointed is not None:
            self.pointed.mark("pointed", False)
        self.pointed = None if key is None else self._panels[key]
        if self.pointed is not None:
            self.pointed.mark("pointed", True)

    def _read_answers(self) -> Answers:
        return Answers(places.state(), partial(self._tasks.run, writes=True))

    def _arrive(self) -> None:
        """Once the run is where the step wants it: a speed at which it can be followed, and on, if it is to play."""
        session, step = self._session, self._way
        if self._looking and not session.awaited:
            self._choose_row()
        if step is None or session.awaited or session.playing:
            return
        if session.frame().snapshot.step != step.run_to or session.status.step != step.run_to:
            if self._guess is not None and self._heard() and not session.busy:
                self._show().prediction.offer()  # somebody has stopped it on the way
            return
        self._way = None
        session.set_speed(step.pace if step.play else FOLLOW)
        if step.predict is not None and self._guess is not None:
            if self._is_own():
                frame, patient = session.frame(), self._patient
                found = partial(truth, asked=step.predict) if patient is None else patient.examine
                self._judge.ask(partial(found, frame), now=True)
            else:
                self._show().prediction.offer()  # somebody has changed it on the way
        if step.play:
            session.play_pause()

    def _show(self) -> LessonStrip:
        """Return the strip, made when a lesson is opened: a remembered layout knows nothing of it."""
        if self.strip is None:
            from dropout_viz.app.lessons.strip import LessonStrip

            self.strip = strip = LessonStrip(self._window.theme)
            strip.turned.connect(lambda by: self.go(self.at + by))
            strip.left.connect(self._end)
            strip.prediction.predicted.connect(self._predict)
            strip.prediction.again.connect(self._ask_again)
            strip.prediction.told.connect(self._give_up)
            strip.code.compared.connect(self._compare_patient)
            strip.code.again.connect(self._ask_again)
            self.turnable.emit(True)
            self._bar = fixed_bar(self._window, "Lesson", strip, Qt.ToolBarArea.TopToolBarArea)
        return self.strip


def _load(key: str) -> Lesson:
    """Return a lesson, or the clinic, which nothing needs before it is opened."""
    if key != clinic.LESSON:
        return load_lesson(key)
    from dropout_viz.clinic import ward

    return ward.ward()
