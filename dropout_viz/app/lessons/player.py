"""The player of lessons: it carries out what a step says, on the session and the layout, and shows the step's words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal
from PySide6.QtWidgets import QMenu

from dropout_viz import places
from dropout_viz.analysis.truths import truth
from dropout_viz.app.files.tasks import FileTasks
from dropout_viz.app.lessons.answers import Answer, Answers
from dropout_viz.app.lessons.shelf import load_lesson, shelves
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.panels.stages import Stages
from dropout_viz.app.session import Session
from dropout_viz.app.timeline.speeds import FOLLOW
from dropout_viz.app.window import Window
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.lesson import Lesson, LessonStep
from dropout_viz.engine.pace import Speed
from dropout_viz.engine.prediction import Guess, Truth
from dropout_viz.views.worker import Worker

if TYPE_CHECKING:
    from dropout_viz.app.lessons.bar import LessonBar
    from dropout_viz.app.lessons.strip import LessonStrip

_APART = 0.2  # seconds between two words on how far a run has come
_TWICE_MS = 1_000  # within which a key that comes again is hit twice, or held down


class Lessons(QObject):
    """The menu of lessons, and the lesson that is open.

    Attributes:
        lesson: the open one, or None. at: which of its steps is shown, counted from 0.
        answers: what has been predicted. pointed: the panel that there is something to see in, outlined, or None.

    Signals:
        opened: a lesson. ended: somebody has had enough of it, or has come to its end: then with its key.
        turnable: whether there are steps to be turned.
    """

    opened = Signal()
    ended = Signal(str)
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
        self._bar: LessonBar | None = None
        self._speed: Speed = FOLLOW  # that was there before a lesson came
        self._way: LessonStep | None = None  # the step whose run has not come to its place yet
        self._heard: Callable[[], bool] = lambda: True  # whether the trainer knows of it
        self._looking = False  # whether the example that the step shows is to be chosen when the run is there
        self.pointed: ViewPanel | None = None
        self._guess: Guess | None = None  # what was predicted of the step that is shown
        self._refused: Guess | None = None  # the last answer to the step that is shown, if it was refused
        self._owed = False  # the learner has answered for the first time, and does not know the truth yet
        self._warned = False  # and has been told so on the way to another step
        self._told_unanswered = QElapsedTimer()  # since a key would have skipped the question that is shown
        self._told_at = 0.0  # when it was last said how far the run has come
        self._open: dict[str, Guess] = {}  # by question of this lesson: predictions whose truth has not come yet
        self._anew = False
        self._tasks = tasks
        self.answers = self._read_answers()
        self._judge = Worker(self, "truth", 0.0)
        self._judge.done.connect(lambda tell: tell())
        self._judge.failed.connect(lambda text: self._session.message.emit(text, "error"))
        for group in shelves():
            if not menu.isEmpty():
                menu.addSeparator()
            for key, (title, about) in group.items():
                menu.addAction(title, partial(self.open, key)).setToolTip(about)
        self._session.status_changed.connect(self._arrive)
        self._session.frame_ready.connect(self._arrive)

    def open(self, key: str, at: int | None = None) -> None:
        """Open a lesson at a step, if none is said where it opens by itself.

        It has a stage of its own; what was there comes back when it is left.
        """
        if self.lesson is None:
            self._speed = self._session.speed
        self.lesson = load_lesson(key)
        self._session.lent = True
        self.answers = self._read_answers()  # another window may have added to them
        self._open.clear()
        self.opened.emit()
        self.go(self.lesson.first(self._said) if at is None else at)

    def ask_anew(self, on: bool) -> None:
        """While it is on an audience is asked: what the learner has said before is kept, and what is said is not.

        A step with an answer that is on show asks anew too, and has the learner's own answer again afterwards.
        """
        self._anew = on
        self._open.clear()
        if self.lesson is None:
            return
        shown = self._guess if self._refused is None else self._refused
        if shown != self._said(self._step):
            self.go(self.at)

    @property
    def names(self) -> set[str]:
        """Under which names the open lesson opens its runs."""
        return set() if self.lesson is None else {self.lesson.name(at) for at in range(len(self.lesson.steps))}

    def heed_return(self, occasion: str, config: RunConfig) -> None:
        """A run is about to come back, with what it was opened for, and the settings that it began with: leave the
        lesson, unless it is about that run."""
        lesson = self.lesson
        if lesson is not None and occasion not in self._places() and not lesson.holds(self.at, config):
            self.leave()

    def _places(self) -> tuple[str, str]:
        """Return what the runs of the step on show are opened for: the step's own, and the one beside its question."""
        assert self.lesson is not None
        place = f"{self.lesson.title}, {self.at + 1} of {len(self.lesson.steps)}"
        return place, f"{place}: the question"

    def _said(self, step: LessonStep) -> Guess | None:
        """Return what the learner has answered to a step before."""
        known = self._known(step)
        return None if known is None else known.guess

    def go(self, at: int) -> None:
        """Show a step and do what it says; beyond the last one the lesson is over."""
        if self.lesson is None or at < 0:
            return
        if at >= len(self.lesson.steps):
            done = self.lesson.key
            self.leave()
            self.ended.emit(done)
            return
        self.at = at
        step, session = self.lesson.steps[at], self._session
        asked = step.predict
        units = self.lesson.config(at).hidden[-1]
        known = self._known(step, units)
        guess = known.guess if known is not None else self._open.get(asked.kept_as) if asked is not None else None
        strip = self._show()
        strip.prediction.ask(asked, step.run_to, units)
        strip.show_step(self.lesson, at, asking=asked is not None, note=self.lesson.note(self._said))
        if session.playing:
            session.play_pause()  # else the other run would do a step before it hears where to stop
        self._guess = self._refused = None
        self._owed = self._warned = False
        self._told_unanswered.invalidate()
        self._judge.close()
        if asked is not None and guess is None:
            self._open_run(asked=True)
            self._stages.lend(asked.views or step.views, step.behind)
            self._point_at("")
            if step.front:
                self._panels[step.front].raise_()
            self._way = None
            session.set_speed(None)
            session.run_to(asked.start)
        else:
            self._open_run()
            self._run(step, guess, owed=known is None)

    def _known(self, step: LessonStep, units: int = 0) -> Answer | None:
        """Return what was said to a step's question before, about a layer of so many units."""
        assert self.lesson is not None
        asked = step.predict
        known = None if asked is None or self._anew else self.answers.find(self.lesson.key, asked.kept_as)
        if asked is None or known is None or not asked.allows(known.guess, units):
            return None  # or somebody has written in the file
        return known

    def _open_run(self, *, asked: bool = False) -> None:
        """Open the run of the step, or the one beside its question."""
        assert self.lesson is not None
        config, own = (self.lesson.config(self.at, asked=beside) for beside in (asked, False))
        name = self.lesson.name(self.at)
        self._session.open_config(config, name, self._places()[config != own])
        self._looking = True

    def _run(self, step: LessonStep, guess: Guess | None, *, owed: bool) -> None:
        """Let the run come to where the step wants it; then a guess is compared. ``owed``: for the first time."""
        self._guess, self._owed = guess, owed and guess is not None
        self._stages.lend(step.views, step.behind)
        self._point_at(step.pointed)
        if guess is not None:
            self._show().prediction.wait(guess)
            self._told_at = 0.0
        # As fast as it goes the window leaves the trainer more of the time.
        self._session.set_speed(step.run_to / step.told_in if step.told_in else None)
        self._session.run_to(step.run_to, paced=step.told_in > 0)
        self._way, self._heard = step, self._session.hearing()
        self._arrive()

    def _predict(self, guess: Guess) -> None:
        """The learner has said what will come: let it come, unless the step refuses that. A run that has been changed
        meanwhile is put back."""
        step = self._step
        if not step.refuses(guess):
            self._reveal(guess)
            return
        self._refused = guess
        self._point_at(step.pointed)
        frame = self._session.frame()
        if self.lesson is None:  # a run that came this moment has ended it
            return
        own = frame if self._is_own(frame) else None
        self._judge.ask(lambda: partial(self._object, guess, step.objection(own, guess)), now=True)

    def _object(self, guess: Guess, said: str) -> None:
        """Say what speaks against an answer, unless another has been given meanwhile."""
        if self.lesson is not None and self._refused == guess and self._guess is None:
            self._show().prediction.refuse(said)

    def _give_up(self) -> None:
        """The learner has been wrong, and would rather be told."""
        if self._refused is not None:
            self._reveal(self._refused)

    @property
    def _step(self) -> LessonStep:
        assert self.lesson is not None
        return self.lesson.steps[self.at]

    def _reveal(self, guess: Guess) -> None:
        step = self._step
        assert step.predict is not None
        self._open[step.predict.kept_as] = guess
        frame = self._session.frame()
        if self.lesson is None:  # a run that came this moment has ended it
            return
        if not self._is_own(frame):
            self._open_run()
        self._run(step, guess, owed=True)

    def _show_compared(self) -> None:
        """Open the run that the step has for comparison at its end."""
        assert self.lesson is not None
        config = self.lesson.compared(self.at)
        if config is not None:
            self._session.open_config(config, self.lesson.name(self.at))
            self._session.set_speed(None)
            self._session.run_to(self._step.run_to)

    def _is_own(self, frame: Frame) -> bool:
        """Return whether a run is the one that the step tells of: no setting, seed or arm has been changed."""
        assert self.lesson is not None
        own = (frame.config or frame.snapshot.config) == self.lesson.config(self.at)
        return own and not frame.changes and len(frame.arms) == max(1, len(self.lesson.config(self.at).arm_names))

    def _ask_again(self) -> None:
        assert self.lesson is not None
        asked = self.lesson.steps[self.at].predict
        assert asked is not None
        if not self._anew:
            self.answers.forget(self.lesson.key, asked.kept_as)
        self._open.pop(asked.kept_as, None)
        self.go(self.at)

    def _compare(self, found: Truth) -> None:
        """Show guess and truth, and keep both."""
        if self.lesson is None or self._guess is None:
            return
        asked = self.lesson.steps[self.at].predict
        assert asked is not None
        when = datetime.now().astimezone().isoformat(timespec="seconds")
        known = self.answers.find(self.lesson.key, asked.kept_as)
        if not self._anew and (known is None or known.guess != self._guess):
            self.answers.keep(Answer(self.lesson.key, asked.kept_as, self._guess, found.told, when))
        self._owed = False
        strip = self._show()
        # what it is about tells the answer: not before
        strip.show_step(self.lesson, self.at, note=self.lesson.note(self._said))
        strip.prediction.show_outcome(found, alone=self._step.ALONE)

    def leave(self, *, arranged: bool = False) -> None:
        """Close the lesson. The run stays as it is; panels and speed are what they were before. ``arranged``: others
        come now, and are arranged by whoever opens another run."""
        was_open = self.lesson is not None
        self.lesson, self._way, self._guess, self._looking = None, None, None, False
        if was_open:
            self._session.set_speed(self._speed)  # it tells of another status, and nothing may wait for that any more
        self._session.lent = False
        self._owed = False
        self._point_at("")
        self._judge.close()
        if not arranged:
            self._stages.take_back()
        if self._bar is not None:
            self._bar.remove()
            self._bar = self.strip = None
            self.turnable.emit(False)

    def _give_over(self) -> None:
        self.leave()
        self.ended.emit("")

    def turn(self, by: int) -> None:
        """Show the step that lies so many ahead. Whoever would leave a question whose answer is on its way is told so
        first, once."""
        if by > 0 and self._owed and not self._warned:
            self._warned = True
            self._show().prediction.tell_way(
                f"The answer has not come yet. {self._way_told()} Skip once more to go on."
            )
            return
        self.go(self.at + by)

    def turn_by_key(self, by: int) -> None:
        """Turn, as a key or a presenter's remote does. Before an audience no question is lost by it: that it has no
        answer is told, and only a second key, one that is neither hit twice nor held down, goes on."""
        if by > 0 and self._anew and self._unanswered:
            if not self._told_unanswered.isValid():
                self._told_unanswered.start()
                text = "No answer yet. Answer it, or press the key again to skip it."
                self._show().prediction.tell_way(text)
                return
            if not self._told_unanswered.hasExpired(_TWICE_MS):
                self._told_unanswered.start()
                return
        self.turn(by)

    @property
    def _unanswered(self) -> bool:
        """Whether the step on show asks something, and nothing has been said."""
        return self.lesson is not None and self._step.predict is not None and self._guess is None

    def _way_told(self) -> str:
        """Return how far the run is that plays a guess out, and where to look."""
        step, now = self._step, self._session.frame().snapshot.step
        if now == step.run_to and self._way is None:
            return "It is being computed."
        seen = f" Watch {self._panels[step.pointed].title}." if step.pointed else ""
        return f"The run is at step {now:,} of {step.run_to:,}; the answer comes at the end.{seen}"

    def _tell_way(self) -> None:
        """Say now and then how far the run is that plays a guess out."""
        if self._guess is None or self.strip is None or time.monotonic() - self._told_at < _APART:
            return
        self._told_at = time.monotonic()
        lead = "The answer has not come yet." if self._warned else "Played out now."
        more = " Skip once more to go on." if self._warned else ""
        self.strip.prediction.tell_way(f"{lead} {self._way_told()}{more}")

    def _choose_row(self) -> None:
        assert self.lesson is not None
        self._looking, row = False, self.lesson.steps[self.at].row
        self._session.selection.choose(example=(row or 1) - 1)
        if row is None:
            self._session.selection.follow_batch(None)

    def _point_at(self, key: str) -> None:
        """Outline the panel that there is something to see in, and no other; "": none."""
        if self.pointed is not None:
            self.pointed.mark("pointed", False)
        panel = self._panels[key] if key else None
        self.pointed = panel if panel is not None and panel.isVisible() else None
        if self.pointed is not None:
            self.pointed.mark("pointed", True)
            self.pointed.raise_()  # it may be behind another one in its place

    def _read_answers(self) -> Answers:
        return Answers(places.state(), partial(self._tasks.run, writes=True))

    def _arrive(self) -> None:
        """Once the run is where the step wants it: a speed at which it can be followed, and on, if it is to play."""
        session, step = self._session, self._way
        if self._looking and not session.awaited:
            self._choose_row()
        if step is not None:
            self._tell_way()
        if step is None or session.awaited or session.playing:
            return
        frame = session.frame()
        if self._way is not step:  # a run that came this moment has ended the lesson
            return
        if frame.snapshot.step != step.run_to or session.status.step != step.run_to:
            if self._guess is not None and self._heard() and not session.busy:
                self._show().prediction.offer()  # somebody has stopped it on the way
            return
        self._way = None
        session.set_speed(step.pace if step.play else FOLLOW)
        if step.predict is not None and self._guess is not None:
            if self._is_own(frame):
                self._judge.ask(lambda: partial(self._compare, step.examine(frame, truth)), now=True)
            else:
                self._show().prediction.offer()  # somebody has changed it on the way
        if step.play:
            session.play_pause()

    def _show(self) -> LessonStrip:
        """Return the strip, made when a lesson is opened: a remembered layout knows nothing of it."""
        if self.strip is None:
            from dropout_viz.app.lessons.bar import LessonBar
            from dropout_viz.app.lessons.strip import LessonStrip

            self.strip = strip = LessonStrip(self._window.theme)
            strip.turned.connect(self.turn)
            strip.left.connect(self._give_over)
            strip.prediction.predicted.connect(self._predict)
            strip.prediction.again.connect(self._ask_again)
            strip.prediction.told.connect(self._give_up)
            strip.code.compared.connect(self._show_compared)
            strip.code.again.connect(self._ask_again)
            self.turnable.emit(True)
            self._bar = LessonBar(self._window, strip, self._panels.values())
        return self.strip
