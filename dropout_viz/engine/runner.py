"""A worker thread that drives trainers. Requests return at once and take effect at a step boundary.

State machine: ``paused`` <-> ``playing``; an exception while training leads to ``failed``, from which a rewind or
another config leads back to ``paused``; ``close`` ends in ``closed`` from anywhere. Stepping is a paused run with steps
to do.

The thread needs no Qt. It publishes on demand: each ``lease`` asks for one ``News``, which overwrites the last one, so
a slow reader never makes a queue. Where a lease has a length the thread trains until it ends and then waits for the
next: small steps hold the interpreter's lock, and a window that paints while nothing else wants that lock paints on
time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.pace import Meter, Pace
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.source import Source
from dropout_viz.engine.status import RunnerStatus
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import MissingData, UserError

_CHUNK = 0.004  # seconds of training between two looks at requests: each piece costs as much as a dozen small steps
_SHORTEST = 0.0002  # seconds of the last piece of a lease, at least
_LONG = 0.004  # seconds a step from which on its time is spent outside the interpreter's lock: it needs no lease
_STALLED = 0.25  # seconds after which the thread goes on although nobody renewed the lease (a dragged window, say)


class Runner:
    """Drives one trainer, or several arms in lock-step.

    Args:
        run: a trainer, or several arms; from now on only the thread touches them.
        on_news: called on the worker thread after every ``News`` and every change of status; must be quick.
    """

    def __init__(self, run: Trainer | Arms, on_news: Callable[[], None] = lambda: None) -> None:
        self._arms = run if isinstance(run, Arms) else Arms([run])
        self._on_news = on_news
        self._wake = threading.Condition()
        self._requests: list[Callable[[], None]] = []
        self._closing = False
        self._asked = True
        self._lease_end: float | None = None
        self._todo = 0  # single steps asked for while paused
        self._cost = _CHUNK  # seconds a step, measured; until then one step at a time
        self._meter, self._pace = Meter(self._step), Pace(self._step)
        self.status = RunnerStatus(step=self._step)
        self.news = self._arms.look()
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

    # -- requests, from any thread ---------------------------------------------------------------------------------

    def play(self) -> None:
        """Train until the config's number of steps is reached; beyond it, until told otherwise."""
        self._request(lambda: self._start(None))

    def pause(self) -> None:
        """Stop at the next step boundary."""
        self._request(self._stop)

    def step(self, steps: int = 1) -> None:
        """Do exactly so many steps, then pause.

        Raises:
            ValueError: fewer than one step.
        """
        if steps < 1:
            raise ValueError(f"{steps} steps: must be at least 1")
        self._request(lambda: self._do_steps(steps))

    def step_epoch(self) -> None:
        """Train to the end of the present epoch, then pause."""
        self._request(lambda: self._do_steps(self._epoch_left()))

    def run_to(self, step: int) -> None:
        """Train to ``step`` as fast as it goes, then pause. A step that lies behind is reached by rewinding first."""
        self._request(lambda: self._run_to(step))

    def set_speed(self, steps_per_second: float | None) -> None:
        """Set the pace of playing; None: as fast as it goes.

        Raises:
            ValueError: a speed that is not above 0.
        """
        if steps_per_second is not None and not steps_per_second > 0:
            raise ValueError(f"speed {steps_per_second}: must be above 0")
        self._request(lambda: self._set(speed=steps_per_second))

    def rewind(self) -> None:
        """Go back to step 0 under the settings in force: the same seed gives the same weights.

        A run whose settings were changed on the way does not repeat those changes.
        """
        self._request(lambda: self._begin(self._arms.again()))

    def replace(self, source: Source | RunConfig) -> None:
        """Start another run, or go on with one that has begun.

        What is not allowed is told in ``status.message``, data that must be fetched first in ``status.missing``.
        """
        made = source if isinstance(source, Source) else Source(source)
        self._request(lambda: self._begin(made.open(self._arms)))

    def dissect(self, what: str) -> None:
        """Pause and take the next step apart without doing it (``begin``), do it and take the one after it apart
        (``next``), or forget it (``leave``). See ``news.dissection``; a step that is really done ends it."""
        self._request(lambda: self._dissect(what))

    def change(self, **settings: Any) -> None:
        """Change live settings from the next step on: in the first arm, and in others that have none of their own."""
        self._request(lambda: self._change(settings))

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
            if requests or self.status is not before or self._due_news():
                self._attempt(self._publish)
        self.status = replace(self.status, phase="closed")

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
        elif self._lease_end is not None and now >= self._lease_end:
            if not (self._asked or self._cost > _LONG):
                self._wake.wait(_STALLED)
        elif self._next_due() > now:
            self._wake.wait(min(self._next_due() - now, _STALLED))

    @property
    def _step(self) -> int:
        return self._arms.step

    def _next_due(self) -> float:
        """Return the time at which the next step is due."""
        return 0.0 if self._todo else self._pace.due_at(self._step, self.status.speed)

    def _train(self) -> None:
        """Do the steps that are due, at most for ``_CHUNK`` seconds or so."""
        if not self.busy:
            return
        now = time.perf_counter()
        left = _CHUNK if self._lease_end is None else min(_CHUNK, max(_SHORTEST, self._lease_end - now))
        most = max(1, int(left / self._cost))
        speed = self.status.speed
        due = self._todo or (most if speed is None else self._pace.due(self._step, speed))
        if self.status.target is not None:
            due = min(due, self.status.target - self._step)
        steps = min(due, most)
        if steps > 0:
            self._arms.advance(steps)
            if steps * self._cost > _SHORTEST:  # what one or two steps take says little about many
                cost = (time.perf_counter() - now) / steps
                self._cost += (0.1 if cost < self._cost else 0.5) * (cost - self._cost)  # quick to become careful
            ends = 0 < self._todo <= steps
            self._todo = max(0, self._todo - steps)
            if ends:
                self._set()  # news, whether it was asked for or not
            self._check_end()

    def _check_end(self) -> None:
        status = self.status
        if self._arms.stopped:
            self._todo = 0
            diverged = status.phase if self._arms.diverged else ""
            self._set(phase="paused", target=None, message=self._arms.stopped, diverged=diverged)
        elif status.phase == "playing" and status.target is not None and self._step >= status.target:
            self._set(phase="paused", target=None)

    def _due_news(self) -> bool:
        """Return whether to publish: asked for, and as late in the lease as possible."""
        if not self._asked:
            return False
        if not self.busy or self.status.speed is not None:
            return True
        following = self._cost if self._cost > _LONG else 0.0  # a long step might end long after the lease
        return self._lease_end is None or time.perf_counter() + following >= self._lease_end

    def _publish(self) -> None:
        step = self._step
        self._asked = False
        self.news = self._arms.look()
        self.status = replace(
            self.status, step=step, epoch=self._arms.first.epoch, rate=self._meter.read(step) if self.busy else 0.0
        )
        self._on_news()

    # -- what requests do, on the thread ----------------------------------------------------------------------------

    def _set(self, **fields: Any) -> None:
        self.status = replace(self.status, **fields)
        self._pace.restart(self._step)

    def _start(self, target: int | None) -> None:
        if self.status.phase == "failed":
            return
        end = self._arms.first.config.steps
        if target is None and self._step < end:
            target = end
        self._todo = 0
        self._meter.restart(self._step)
        self._set(phase="playing", target=target, message="", diverged="")

    def _stop(self) -> None:
        self._todo = 0
        self._pause()

    def _pause(self) -> None:
        if self.status.phase == "playing":
            self._set(phase="paused", target=None)

    def _do_steps(self, steps: int) -> None:
        if self.status.phase == "failed":
            return
        if self.status.phase == "playing":
            self._stop()
        self._todo += steps
        self._set(message="", diverged="")

    def _epoch_left(self) -> int:
        per_epoch = self._arms.first.steps_per_epoch
        return per_epoch - (self._step + self._todo) % per_epoch

    def _run_to(self, step: int) -> None:
        if step < self._step:
            self._begin(self._arms.again())
        if self.status.phase == "failed":
            return
        if step > self._step:
            self._start(step)
            self._todo = step - self._step  # at full speed, whatever the pace of playing
        else:
            self._stop()

    def _begin(self, arms: Arms) -> None:
        """Go on with a new run; it plays if the old one did."""
        self._arms = arms
        self._todo, self._cost = 0, _CHUNK
        playing = self.status.phase == "playing"
        self._set(phase="paused", target=None, message="", diverged="", missing=None, rate=0.0)
        if playing:
            self._start(None)

    def _dissect(self, what: str) -> None:
        begins = what != "leave" and self.status.phase != "failed"
        if begins:
            self._stop()
        if begins and what == "next":
            self._arms.advance(1)
            self._check_end()
        self._arms.dissect(begins)

    def _change(self, settings: dict[str, Any]) -> None:
        self._arms.change(settings)
        self._set()
