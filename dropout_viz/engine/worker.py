"""A worker thread that drives a run: requests are carried out at a step boundary.

State machine: ``paused`` <-> ``playing``; an exception while training leads to ``failed``, from which a rewind or
another config leads back to ``paused``; ``close`` ends in ``closed`` from anywhere. Stepping is a paused run with steps
to do.

The thread needs no Qt. It publishes on demand: each ``lease`` asks for one ``News``, which overwrites the last one, so
a slow reader never makes a queue. Where a lease has a length the thread trains until it ends and then waits for the
next: small steps hold the interpreter's lock, and a window that paints while nothing else wants that lock paints on
time.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from weakref import ref

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.left import Left
from dropout_viz.engine.pace import AUTO, AutoPace, Meter, Pace
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.status import RunnerStatus
from dropout_viz.engine.step_process import StepProcess
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import MissingData, UserError
from dropout_viz.late_threads import leave

CHUNK = 0.004  # seconds of training between two looks at requests: each piece costs as much as a dozen small steps
_AT_ALL = 1e-6  # seconds of a run that has done a step
_SHORTEST = 0.0002  # seconds of the last piece of a lease, at least
_AWAY = 0.016  # seconds of training between two looks at requests where most of it is done elsewhere: about a frame
_BRIEF = 0.001  # seconds of steps that leave so little to do when they are back that no lease need be waited for
_A_WHILE = 0.5  # seconds of training after which it pays to begin another process
_LONG = 0.004  # seconds of computing a step from which on it is done outside the interpreter's lock: no lease needed
# At full speed what lies behind is gone through at so many steps a second, and within so many seconds.
_REPLAY, _REPLAYED = 1_000, 8.0
_LEAST_COST = 1e-7  # seconds of a step, whatever the clock says
_STALLED = 0.25  # seconds after which the thread goes on although nobody renewed the lease (a dragged window, say)


class TrainingThread:
    """The thread, and what requests do on it. It trains one run, or several arms in lock-step.

    Args:
        run: a trainer, or several arms; from now on only the thread touches them.
        on_news: called on the worker thread after every ``News`` and every change of status; must be quick.
        helper: carries out the steps of what trains for a while, or None.

    Attributes:
        status, news: what the thread does, and what it has told last.
        beside: called on the thread between two pieces of training, with the run; must be quick.
        leaving: called on the thread with a run of which steps are about to be forgotten; must be quick.
        departing: called on the thread with a run that is about to take another course; must be quick.
        spent: seconds of this thread by what it did: ``training``, of which ``evaluation`` is a part, and ``snapshot``.
        clock: seconds that runs have trained in this thread. safe: up to when what the run has done is in a file.
    """

    def __init__(
        self, run: Trainer | Arms, on_news: Callable[[], None] = lambda: None, helper: StepProcess | None = None
    ) -> None:
        self._run = Timeline(run if isinstance(run, Arms) else Arms([run]))
        # Weak: a run that was replaced while it trained, and all of its memory, would stay until the next one trains.
        self._helper, self._helped = helper, ref(self._run.present)
        if helper is not None:
            helper.returning = self._wait_for_lease
        self._training, self._moved = 0.0, False  # what that run has computed, and whether its steps are done elsewhere
        self._lost = 0  # how many of those processes had ended when the run was moved last
        self._on_news = on_news
        self._wake = threading.Condition()
        self._requests: list[Callable[[], None]] = []
        self._closing = False
        self.beside: Callable[[Timeline], None] = lambda run: None
        self.leaving: Callable[[Timeline], None] = lambda run: None
        self.departing: Callable[[Left], None] | None = None
        self.clock = self.safe = 0.0
        self.spent = {"training": 0.0, "evaluation": 0.0, "snapshot": 0.0}
        self._seen_busy: float | None = None  # when the thread was last seen to train
        self._asked = True
        self._lease_end: float | None = None
        self._todo = 0  # single steps asked for while paused
        self._cost = CHUNK  # seconds of computing that a step takes, learned; until then one step at a time
        self._piece = 0.0  # seconds of computing that the steps under way take, about
        self._meter, self._pace = Meter(self._step), Pace(self._step)
        self._auto = AutoPace(self._run.first.config.steps, self._step)
        self.status = RunnerStatus(step=self._step)
        self.news = self._run.look()
        self._thread = threading.Thread(target=self._work, name="trainer", daemon=True)
        self._thread.start()

    @property
    def latest(self) -> tuple[Snapshot, ...]:
        """The newest snapshot of each arm."""
        return self.news.snapshots

    @property
    def busy(self) -> bool:
        """Whether the thread trains: it plays, or has single steps to do."""
        return self._todo > 0 or self.status.phase == "playing"

    @property
    def trained(self) -> float:
        """Seconds of training that are lost with the run: since it began, was saved, or lost steps; in one that was
        saved from a program that was killed, some of before."""
        return self.clock - self.safe

    @trained.setter
    def trained(self, seconds: float) -> None:
        self.safe = self.clock - seconds

    def lease(self, seconds: float | None) -> None:
        """Ask for news, and let the thread train for so long before it waits again; None: without waiting."""
        with self._wake:
            self._lease_end = None if seconds is None else time.perf_counter() + seconds
            self._asked = True
            self._wake.notify()

    def close(self, timeout: float = 1.0) -> None:
        """Stop at the next step boundary and join the thread. Calling it again does nothing."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)
            if self._thread.is_alive() and self._helper is not None:
                self._helper.close()  # it waits for a step that takes longer
                self._thread.join(timeout)
            leave(self._thread)

    def _request(self, act: Callable[[], None]) -> None:
        with self._wake:
            self._requests.append(act)
            self._wake.notify()

    # -- the thread ------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._wake:
                if not (self._requests or self._closing):
                    self._wait()
                if self._closing:
                    break
                requests, self._requests = self._requests, []
            before = self.status
            for act in requests:
                self._attempt(act)
            self._attempt(self._train)
            self._attempt(self._look_out)
            if requests or self.status is not before or self._due_news():
                self._attempt(self._publish)
        self.status = replace(self.status, phase="closed")
        if self._helper is not None:
            self._helper.close()

    def _attempt(self, act: Callable[[], None]) -> None:
        """Do something whose failure is to be told, not to end the thread."""
        try:
            act()
        except MissingData as error:
            self._set(missing=error)
        except UserError as error:
            self._set(message=str(error))
        except Exception as error:
            self._todo = 0
            self._set(phase="failed", message=f"{type(error).__name__}: {error}")

    def _wait(self) -> None:
        """Wait while there is nothing to do: for a request, for the next step's time, or for the next lease."""
        now = time.perf_counter()
        if not self.busy:
            if not self._asked:
                self._wake.wait()
        elif self._lease_end is not None and now >= self._lease_end and not (self._asked or self._cost > _LONG):
            self._wake.wait(_STALLED)
        elif self._next_due() > now:
            self._wake.wait(min(self._next_due() - now, _STALLED))

    @property
    def _away(self) -> bool:
        """Whether another process carries out the steps."""
        return all(trainer.elsewhere for trainer in self._run.present.trainers)

    def _wait_for_lease(self) -> None:
        """Steps that were carried out elsewhere are back: what is to be done with them is done in a lease."""
        with self._wake:
            if self._lease_end is None or self._closing or self._cost > _LONG or self._piece < _BRIEF:
                return
            if self._lease_end <= time.perf_counter():
                self._wake.wait(_STALLED)

    @property
    def _computed(self) -> float:
        """Seconds of computing so far, wherever: by the clock, what has waited for the window would look dear."""
        return time.thread_time() + (self._helper.seconds if self._helper else 0.0)

    @property
    def _step(self) -> int:
        return self._run.step

    def _look_out(self) -> None:
        self.beside(self._run)

    @property
    def _place(self) -> int:
        """The step, counted so that it grows as the run is played, backwards too."""
        return -self._step if self.status.backwards else self._step

    @property
    def _speed(self) -> float | None:
        """Steps a second, None for as fast as it goes; what lies behind is gone through in a time that can be seen."""
        speed = self.status.speed
        if (speed is None and self._run.past) or speed == AUTO:
            return max(_REPLAY, self._run.present.step / _REPLAYED)
        return speed

    @property
    def _told(self) -> bool:
        """Whether the run is told: played forwards in about a minute."""
        return self.status.speed == AUTO and not self.status.backwards

    @property
    def _loss(self) -> float:
        """The last loss with every unit on until the step that is looked at; nan where there is none."""
        found = self._run.present.histories[0].loss_train.until(self._step).values
        return float(found[-1]) if len(found) else math.nan

    def _next_due(self) -> float:
        """Return the time at which the next step is due."""
        if self._todo:
            return 0.0
        return self._auto.due_at(self._step) if self._told else self._pace.due_at(self._place, self._speed)

    def _train(self) -> None:
        """Do the steps that are due, at most for ``CHUNK`` seconds or so."""
        now = time.perf_counter()
        self._count_time(now)
        if not self.busy:
            return
        away = self._away
        left = CHUNK if self._lease_end is None else min(CHUNK, max(_SHORTEST, self._lease_end - now))
        if away and self._cost <= _LONG:
            left = _AWAY
        most = max(1, int(left / self._cost))
        speed, past = self._speed, self._run.past
        if self._todo:
            due = self._todo
        elif self._told:
            due = self._auto.due(self._step, self._loss)
        else:
            due = most if speed is None else self._pace.due(self._place, speed)
        if self.status.target is not None and not self.status.backwards:
            due = min(due, self.status.target - self._step)
        # To look further at what is known costs nothing, however far; at its end training begins.
        steps = min(due, self._run.present.step - self._step) if past else min(due, most)
        if away and not past:
            steps = min(steps, max(1, self._run.checkpoints.due - self._step))  # once there and back
        if due > 0 and self.status.backwards:
            self._run.go(self._step - due)
            if self._step == 0:
                self._set(phase="paused", target=None, backwards=False)
        elif steps > 0:
            self._piece = steps * self._cost
            began, evaluated = self._computed, self._run.measuring_seconds
            self._run.advance(steps)
            self.spent["training"] += time.perf_counter() - now
            self._training += time.perf_counter() - now
            self.spent["evaluation"] += max(0.0, self._run.measuring_seconds - evaluated)
            if not past and not self.trained:
                self.clock += _AT_ALL
            if steps * self._cost > _SHORTEST and not past:  # what one or two steps take says little about many
                self._cost = _learned(self._cost, (self._computed - began) / steps)
            ends = 0 < self._todo <= steps
            self._todo = max(0, self._todo - steps)
            if ends:
                self._set()  # news, whether it was asked for or not
            self._check_end()
            self._help()

    def _help(self) -> None:
        """Have another process carry out the steps of a run that has trained for a while; where that has ended, another
        one once it may be begun."""
        run = self._run.present
        if run is not self._helped():
            self._helped, self._training, self._moved = ref(run), 0.0, False
        helper = self._helper
        if helper is None:
            return
        if helper.lost != self._lost and helper.may_begin:
            self._lost, self._moved = helper.lost, False
        if not self._moved and self._training > _A_WHILE:
            self._moved = True
            if not self._away:  # as arms are that went on in another run
                run.move(helper.program)

    def _count_time(self, now: float) -> None:
        trains = self.busy and not self._run.past
        if trains and self._seen_busy is not None:
            self.clock += min(now - self._seen_busy, 1.0)  # longer ones are pauses of the whole program
        self._seen_busy = now if trains else None

    def _leave(self) -> None:
        """Steps of the run are about to be forgotten: whoever keeps such runs is told."""
        self.leaving(self._run)
        self.trained = 0.0

    def _depart(self) -> None:
        """The run is about to take another course: whoever brings runs back is told."""
        if self.departing is not None:
            self.departing(self._run.leave())

    def _check_end(self) -> None:
        status = self.status
        if self._run.stopped:
            self._todo = 0
            diverged = status.phase if self._run.diverged else ""
            self._set(phase="paused", target=None, message=self._run.stopped, diverged=diverged)
        elif status.phase == "playing" and status.target is not None and self._step >= status.target:
            self._set(phase="paused", target=None)

    def _due_news(self) -> bool:
        """Return whether to publish: asked for, and as late in the lease as possible."""
        if not self._asked:
            return False
        if not self.busy:
            return True
        if self.status.speed is not None:
            return self._step != self.status.step or self._next_due() <= time.perf_counter()  # else nothing is new
        if self._away:
            return True  # the next steps take until after the lease
        following = self._cost if self._cost > _LONG else 0.0  # a long step might end long after the lease
        return self._lease_end is None or time.perf_counter() + following >= self._lease_end

    def _publish(self) -> None:
        step = self._step
        self._asked = False
        began = time.perf_counter()
        self.news = self._run.look(self._seek)
        self.spent["snapshot"] += time.perf_counter() - began
        self.status = replace(
            self.status,
            step=step,
            newest=self._run.present.step,
            past=self._run.past,
            sought=None,
            epoch=self._run.epoch,
            rate=self._meter.read(self._place) if self.busy else 0.0,
            kept=self._run.checkpoints.nbytes,
            memory=self._run.checkpoints.memory,
        )
        self._on_news()

    def _seek(self, at: int) -> bool:
        """Tell how far a step that is computed again has come; return whether it is still wanted."""
        self.status = replace(self.status, sought=(at, self._step))
        self._on_news()
        return not (self._requests or self._closing)

    def _set(self, **fields: Any) -> None:
        self.status = replace(self.status, **fields)
        self._pace.restart(self._place)
        self._auto.restart(self._step)


def _learned(known: float, measured: float) -> float:
    """Return a smoothed cost of a step, quick to become less.

    What is measured is the thread's own computing: by the clock, a piece that has waited for the window would look
    dear. And each piece has a cost beside that of its steps. So a step of a short piece looks dear, and an estimate
    that believes it makes the next piece as short, and its steps as dear.
    """
    return max(_LEAST_COST, known + (0.5 if measured < known else 0.05) * (measured - known))
