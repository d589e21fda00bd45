"""Undo and redo: a stack of steps, each of which holds what it changed as it was before and after.

What can be undone is of a *kind*: it says what there is now, puts back what there was, and finds words for what lies
between. A kind is a class of its own, wherever its subject lives; nobody who changes anything need know of this. The
stack looks after each event which kinds are not what they were.

Training is no step. What changed the course of a run is undone by bringing back the run as it was before: at its step,
under its settings, with its history. What it has done since comes back with redo.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication

from dropout_viz.app.session import Session
from dropout_viz.draw.numbers import count

MOST = 100
"""Steps that can be undone."""
_TOGETHER = 1.0  # seconds between two changes of one number that are one step
_HELD_MS = 40  # between two looks while the mouse holds something


class UndoKind(QObject):
    """One kind of thing that can be undone.

    Attributes:
        OF_RUN: whether it belongs to the run, and comes back with it.
        LATE: whether what nobody has changed comes of the run that came last, whose views may show it later.

    Signals:
        changed: it may be another now.
    """

    OF_RUN = False
    LATE = False
    changed = Signal()

    def now(self) -> Any:
        """Return what there is, as a small record that can be compared."""
        raise NotImplementedError

    def put(self, record: Any) -> None:
        """Put back what there was, as far as it fits."""
        raise NotImplementedError

    def text(self, before: Any, after: Any) -> str:
        """Return what was done, in a few words; ``""``: no step of its own, it only goes along with others."""
        return ""

    def is_nothing(self, before: Any, after: Any) -> bool:
        """Return whether what led from one to the other has changed nothing in the end."""
        return bool(before == after)

    def flow(self, before: Any, after: Any) -> str:
        """Return what is changed little by little, as when a slider is dragged: such changes are one step. Else
        ``""``."""
        return ""


class RunKind(UndoKind):
    """The kind that all others wait for, since what they are depends on the run."""

    OF_RUN = True

    def arrived(self, record: Any) -> bool:
        """Return whether a run is there, or has been there since it was put back."""
        raise NotImplementedError

    def why_not(self, record: Any) -> str:
        """Return why a run that was to come back is not there."""
        raise NotImplementedError

    def going_back(self, record: Any) -> str:
        """Return what bringing a run back means, as a sentence; ``""`` where it is the one on show."""
        raise NotImplementedError


Changes = dict[UndoKind, tuple[Any, Any]]


class Step(QUndoCommand):
    """Something that was done: which kinds it changed, and from what to what."""

    def __init__(self, text: str, changes: Changes, flow: str, aim: Callable[[Mapping[UndoKind, Any]], None]) -> None:
        super().__init__(f"{text}\n{text[:1].lower()}{text[1:]}")  # in the list, and after "Undo"
        self.changes, self._flow, self._aim = changes, flow, aim
        self._when = time.monotonic()
        self._done = True  # what is pushed has been done already

    def undo(self) -> None:
        self._aim({kind: before for kind, (before, _) in self.changes.items()})

    def redo(self) -> None:
        if not self._done:
            self._aim({kind: after for kind, (_, after) in self.changes.items()})
        self._done = False

    def goes_on(self, later: Step) -> bool:
        """Return whether a later step is one more moment of the same movement."""
        return bool(self._flow) and self._flow == later._flow and later._when - self._when <= _TOGETHER

    def take(self, later: Step) -> None:
        """Become one step with a later one. It is obsolete where nothing is left of both."""
        for kind, (before, after) in later.changes.items():
            self.changes[kind] = (self.changes[kind][0] if kind in self.changes else before, after)
        self._when = later._when
        self.setText(f"{later.text()}\n{later.actionText()}")
        self.setObsolete(all(kind.is_nothing(*pair) for kind, pair in self.changes.items()))


class Undo(QObject):
    """The steps of a window.

    Attributes:
        stack: the steps. kinds: what can be undone; the first of them is the run.

    Signals:
        leaving: another run is about to be brought back: its record.
    """

    leaving = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)
        self.kinds: list[UndoKind] = []
        self._known: dict[UndoKind, Any] = {}
        self._aimed: dict[UndoKind, Any] = {}  # what is on its way back
        self._beside: dict[UndoKind, Any] = {}  # what is to stay as it is meanwhile
        self._from = 0  # the stack's index before that
        self._coming: Any = None  # the run that has been asked for; one at a time, and a newer aim waits for it
        self._called_off = False  # that one is not wanted any more, and may not come
        self._put = False  # all else has been asked for
        self._settled: Callable[[], bool] | None = None  # whether what was asked for has been done
        self._waiting: list[int] = []  # which ways the user wants to go then
        self._deaf = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)

    def begin(self, kinds: Sequence[UndoKind]) -> None:
        """Take what there is for granted, and every change of it for a step from now on."""
        self.kinds = list(kinds)
        self._known = {kind: kind.now() for kind in kinds}
        for kind in kinds:
            kind.setParent(self)
            kind.changed.connect(self._soon.start)
        self._session.frame_ready.connect(self._hear)

    def close(self) -> None:
        """Take no more notice; the session is about to end."""
        self.kinds, self._aimed, self._waiting = [], {}, []
        self._soon.stop()
        self._session.runner.departing = None

    # --- what the user does ------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Undo the last step; what is still being opened is called off, and what waits for an answer is taken back."""
        if self._session.timeline.waiting:
            self._session.timeline.take_back()
        elif self._session.under_way and not self._aimed:
            self._session.runner.give_up()
        else:
            self._when_done(-1)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._when_done(1)

    def words(self, way: int) -> str:
        """Return what undo (-1) or redo (1) would do, or ``""`` where there is nothing."""
        if way < 0 and (waiting := self._session.timeline.waiting):
            return f"Undo: enter {waiting}"
        text = self.stack.undoText() if way < 0 else self.stack.redoText()
        return f"{'Undo' if way < 0 else 'Redo'}: {text}" if text else ""

    def meaning(self, way: int) -> str:
        """Return what undo (-1) or redo (1) means for the run, as a sentence, or ``""`` where it goes on as it is."""
        if way < 0 and self._session.timeline.waiting:
            return "Nothing has been changed yet: the question goes, and all stays as it is."
        at = self.stack.index() - (1 if way < 0 else 0)
        step = self.stack.command(at) if 0 <= at < self.stack.count() else None
        run = self.kinds[0] if self.kinds else None
        if not isinstance(step, Step) or not isinstance(run, RunKind) or run not in step.changes:
            return ""
        text = run.going_back(step.changes[run][0 if way < 0 else 1])
        return f"{text} Redo brings back what is on show now." if text and way < 0 else text

    def _when_done(self, way: int) -> None:
        """Act when the trainer has done what was asked of it before: only then it is known what there is to undo."""
        if self._aimed:
            self._go(way)
        elif self.kinds:
            self._settled = self._settled or self._session.hearing()
            self._waiting.append(way)

    def _go(self, way: int) -> None:
        if way < 0 and not self.stack.canUndo():
            self._session.message.emit("There is nothing to undo.", "info")
        elif way > 0 and not self.stack.canRedo():
            self._session.message.emit("There is nothing to do again.", "info")
        else:
            self.stack.undo() if way < 0 else self.stack.redo()

    # --- looking -----------------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        if self._aimed or self._waiting:
            self._look()

    def _look(self) -> None:
        if not self.kinds:
            return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._soon.start(_HELD_MS)  # what is being dragged has not come to its place
            return
        self._soon.setInterval(0)
        if self._settled is not None and not self._settled():
            self._hurry()
            return
        self._settled = None
        if self._aimed:
            self._pursue()
        else:
            self._record()
            waiting, self._waiting = self._waiting, []
            for way in waiting:
                self._go(way)

    def _record(self) -> None:
        """Make a step of what is not as it was."""
        before, now = self._known, {kind: kind.now() for kind in self.kinds}
        changes = {kind: (before[kind], now[kind]) for kind in self.kinds if now[kind] != before[kind]}
        if self.kinds[0] in changes:  # what belongs to the run is to be what it was with that run, however it was left
            changes |= {kind: (before[kind], now[kind]) for kind in self.kinds if kind.OF_RUN}
        self._known = now
        texts = {kind: kind.text(*pair) for kind, pair in changes.items() if pair[0] != pair[1]}
        silent = {} if self.kinds[0] in changes else {kind: changes.pop(kind) for kind in texts if not texts[kind]}
        self._take_along({kind: pair for kind, pair in silent.items() if kind.LATE})
        for part in self._apart(changes, texts):
            kind = next(kind for kind in part if texts.get(kind))
            self._append(Step(texts[kind], part, kind.flow(*part[kind]), self._aim))

    def _apart(self, changes: Changes, texts: Mapping[UndoKind, str]) -> list[Changes]:
        """Return what is a step each: what was done to a run that goes on, while the trainer was at something long, is
        told of together with that, and was not done together."""
        done = [kind for kind in changes if kind.OF_RUN and texts.get(kind)]
        if self.kinds[0] in changes or len(done) < 2:
            return [changes] if changes else []
        first = done[:-1]
        rest = {kind: pair for kind, pair in changes.items() if kind not in first}
        return [*({kind: changes[kind]} for kind in first), rest]

    def _append(self, step: Step) -> None:
        """Put a step on the stack, or make it one with the last. What Qt merges itself, PySide would never let go."""
        last = self._last()
        if last is None or not last.goes_on(step):
            self.stack.push(step)
            return
        last.take(step)
        if last.isObsolete():
            self.stack.undo()  # takes it away, and undoes nothing
        else:
            self.stack.indexChanged.emit(self.stack.index())  # it has another text

    def _last(self) -> Step | None:
        """Return the newest step, where it has not been undone."""
        step = self.stack.command(self.stack.count() - 1) if self.stack.count() == self.stack.index() > 0 else None
        return step if isinstance(step, Step) else None

    def _take_along(self, late: Changes) -> None:
        """Let what came of another run a little later belong to the step that brought the run."""
        last = self._last()
        if last is not None and self.kinds[0] in last.changes:
            for kind, (before, after) in late.items():
                last.changes[kind] = (last.changes[kind][0] if kind in last.changes else before, after)

    # --- going there -------------------------------------------------------------------------------------------------

    def _aim(self, records: Mapping[UndoKind, Any]) -> None:
        """Go to what there was, or is to be again."""
        if self._deaf:
            return
        if not self._aimed:
            self._from = self.stack.index()
            self._beside = {kind: kind.now() for kind in self.kinds if not kind.OF_RUN}
        self._aimed.update(records)
        self._put = False
        self._soon.start(0)

    def _pursue(self) -> None:
        """Bring the run, then all that depends on it. Called again whenever there is news, until all of it is there."""
        run = self.kinds[0]
        assert isinstance(run, RunKind)
        if run in self._aimed:
            if not self._bring(run, self._aimed[run]):
                return
            if run.now() != self._aimed[run]:  # it came, and was changed at once: a step from what was to be there
                self._known = {**{kind: kind.now() for kind in self.kinds}, **self._beside, **self._aimed}
                self._aimed, self._beside = {}, {}
                self._soon.start(0)
                return
        wanted_now = {**(self._beside if run in self._aimed else {}), **self._aimed}
        late = [kind for kind, record in wanted_now.items() if kind is not run and kind.now() != record]
        for kind in late:
            kind.put(wanted_now[kind])
        if any(kind.OF_RUN for kind in late) and not self._put:
            self._put, self._settled = True, self._session.hearing()
            return
        self._known = {kind: kind.now() for kind in self.kinds}
        if run in self._aimed:
            self._known[run] = self._aimed[run]  # if another has come this very moment, that is a step
            step = count(self._session.status.step)
            more = " Redo brings back what came after." if self.stack.canRedo() else ""
            self._session.remark.emit(f"The run is as it was at step {step}.{more}", "info", self._session.this_stop)
        self._aimed, self._beside = {}, {}

    def _bring(self, run: RunKind, wanted: Any) -> bool:
        """Return whether the run that is wanted is there, and ask for it where nothing has been asked for.

        Called when the trainer has done all that was asked of it: what was under way has come then, or never will.
        """
        coming, called_off = self._coming, self._called_off
        self._coming, self._called_off = None, False
        if run.arrived(wanted) if coming is wanted else run.now() == wanted:
            return True
        if coming is wanted and not called_off:
            self._give_up(run.why_not(wanted))
            return False
        self._coming = wanted
        self.leaving.emit(wanted)
        run.put(wanted)
        self._settled = self._session.hearing()
        return False

    def _hurry(self) -> None:
        """Call off what is under way where something else is wanted by now."""
        wanted = self._aimed.get(self.kinds[0])
        if self._coming is not None and wanted is not self._coming and not self._called_off:
            self._called_off = True
            self._session.runner.give_up()

    def _give_up(self, why: str) -> None:
        """The run does not come back: nothing was undone."""
        self._aimed, self._beside = {}, {}
        self._session.remark.emit(f"The run did not come back: {why}", "warning", self._session.this_run)
        self._deaf = True
        self.stack.setIndex(self._from)
        self._deaf = False
        self._soon.start(0)
