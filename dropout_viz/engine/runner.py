"""A runner drives a run on a worker thread. Requests return at once and take effect at a step boundary.

What the thread does, and its states, are in ``engine.worker``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.left import Left
from dropout_viz.engine.pace import AUTO, AutoPace, Speed
from dropout_viz.engine.replay import GivenUp
from dropout_viz.engine.source import Source
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.worker import CHUNK, TrainingThread
from dropout_viz.errors import UserError


class Runner(TrainingThread):
    """What can be asked of a run, from any thread.

    Attributes:
        restored: while steps are done for what was asked for, another run or other arms: how many, and how many there
            are. gathering: whether these are for other arms of this run. refused: what could not be opened last.
        opened: what was opened last.
    """

    restored: tuple[int, int] | None = None
    gathering: bool = False
    refused: Source | None = None
    opened: Source | None = None
    _wanted: object = None
    _awaited: object = None
    _coming: Source | None = None

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

    def run_to(self, step: int, of: Source | None = None, *, paced: bool = False) -> None:
        """Train to ``step`` as fast as it goes, then pause; or look at it, where the run has been there. ``of``: only
        where that is what was opened last: its data may be missing. ``paced``: at the speed of playing."""
        self._request(lambda: self._run_to(step, paced) if of is None or of is self.opened else None)

    def look_at(self, step: int) -> None:
        """Pause, and look at a step that the run has been at, or at the newest one."""
        self._request(lambda: self._look_at(step))

    def step_back(self) -> None:
        """Pause, and look at the step before."""
        self._request(lambda: self._look_at(self._step - 1))

    def epoch_back(self) -> None:
        """Pause, and look at the last step before this one at which an epoch was complete."""
        self._request(self._epoch_back)

    def play_back(self) -> None:
        """Go back step by step, at the speed of playing, then pause at step 0."""
        self._request(lambda: self._start(None, -1))

    def set_speed(self, steps_per_second: Speed) -> None:
        """Set the pace of playing; ``AUTO``: the whole run in about a minute; None: as fast as it goes.

        Raises:
            ValueError: a speed that is not above 0.
        """
        if steps_per_second not in (None, AUTO) and not steps_per_second > 0:
            raise ValueError(f"speed {steps_per_second}: must be above 0")
        self._request(lambda: self._set_speed(steps_per_second))

    def rewind(self) -> None:
        """Go back to step 0. What the run has done stays known: playing repeats it, with its changes of settings."""
        self._request(self._rewind)

    def replace(self, source: Source | RunConfig) -> None:
        """Start another run, or go on with one that has begun.

        What is not allowed is told in ``status.message``, data that must be fetched first in ``status.missing``. Where
        its steps have to be done again first, ``restored`` tells how far that is. A run that is waiting for its turn
        is not made: the newest one comes in its place.
        """
        made = source if isinstance(source, Source) else Source(source)
        self._wanted = self._awaited = self._coming = made  # in place of what was asked for before
        self.gathering = False

        def going(done: int, of: int) -> bool:
            self.restored = (done, of)
            return self._wanted is made and not self._closing

        def begin() -> None:
            if self._coming is not made:
                return
            self._set(message="")  # what was told of another run is not told again
            try:
                self._begin(made.open(self._run.present, going), made.left, made.trained)
                self.opened = made
            except Exception as error:
                if self._awaited is made or not isinstance(error, UserError):
                    self.refused = made
                    raise
                # else another has been asked for since, and nobody waits for this one
            finally:
                self.restored = None

        self._request(begin)

    def compare(self, on: bool) -> None:
        """Put the same run without dropout beside the run, at the step that it has come to, or the arms that it had.

        That takes about as long as the run took, which ``restored`` tells, and can be given up.
        """
        made = object()
        self._wanted = self._awaited = made
        self.gathering = True

        def going(done: int, of: int) -> bool:
            self.restored = (done, of)
            return self._wanted is made and not self._closing

        def gather() -> None:
            try:
                if on and len(self._run.present.trainers) > 1:
                    self._leave()  # the arms that are set aside are in memory only
                self._run.compare(on, going)
                self._set(message="")
            except MemoryError:
                raise UserError("compare: not enough memory; must be a smaller run") from None
            except UserError as error:
                if self._awaited is made and not self._closing:
                    if isinstance(error, GivenUp):
                        raise UserError(f"{'The comparison was' if on else 'The other arms were'} {error}") from None
                    raise
            finally:
                self.restored = None
                if self._awaited is made:
                    self.gathering = False

        self._request(gather)

    def give_up(self) -> None:
        """Do without what was asked for last, if steps are still being done for it."""
        self._wanted = None

    def dissect(self, what: str) -> None:
        """Pause and take the next step apart without doing it (``begin``), do it and take the one after it apart
        (``next``), or forget it (``leave``). See ``news.dissection``; a step that is really done ends it."""
        self._request(lambda: self._dissect(what))

    def change(self, /, **settings: Any) -> None:
        """Change live settings from the next step on: in the first arm, and in others that have none of their own.

        At a step that lies behind, what follows it is forgotten.
        """
        self._request(lambda: self._change(settings))

    def branch(self, settings: Mapping[str, Any], names: tuple[str, str]) -> None:
        """Put a second arm beside the first, with other live settings from here on; what follows is forgotten."""
        self._request(lambda: self._branch(settings, names))

    def leave_out(self) -> None:
        """Go on with the first arm alone."""

        def leave() -> None:
            self._leave()
            self._depart()
            self._run.leave_out()
            self._set(message="", diverged="")

        self._request(leave)

    def bookmark(self, step: int, name: str | None) -> None:
        """Give a step that the run has been at a name, or take its name away (None)."""
        self._request(lambda: self._run.bookmark(step, name))

    def keep_within(self, memory: int) -> None:
        """Let the states that going back starts from take so many bytes, in this run and those to come."""
        self._request(lambda: self._run.checkpoints.give(memory))

    def between(self, act: Callable[[Timeline], None]) -> None:
        """Do something with the run between two of its steps, on the thread."""
        self._request(lambda: act(self._run))

    # -- what they do, on the thread --------------------------------------------------------------------------------

    def _set_speed(self, speed: Speed) -> None:
        self._set(speed=speed)
        self._meter.restart(self._place)

    def _start(self, target: int | None, way: int = 1) -> None:
        if self.status.phase == "failed" or (way < 0 and self._step == 0):
            return
        end = self._run.first.config.steps
        if target is None and self._step < end:
            target = end
        self._todo = 0
        self._set(phase="playing", target=None if way < 0 else target, backwards=way < 0, message="", diverged="")
        if way < 0 and not self._run.past:
            self._run.go(self._step - 1)
        self._pace.restart(self._place)
        self._meter.restart(self._place)

    def _stop(self) -> None:
        self._todo = 0
        self._pause()

    def _pause(self) -> None:
        if self.status.phase == "playing":
            self._set(phase="paused", target=None, backwards=False)

    def _do_steps(self, steps: int) -> None:
        if self.status.phase == "failed":
            return
        if self.status.phase == "playing":
            self._stop()
        self._todo += steps
        self._set(message="", diverged="")

    def _epoch_left(self) -> int:
        per_epoch = self._run.first.steps_per_epoch
        return per_epoch - (self._step + self._todo) % per_epoch

    def _epoch_back(self) -> None:
        per_epoch = self._run.first.steps_per_epoch
        self._look_at((self._step - 1) // per_epoch * per_epoch)

    def _run_to(self, step: int, paced: bool = False) -> None:
        if self.status.phase == "failed":
            return
        if step <= self._run.present.step:
            self._look_at(step)
            return
        self._run.go(self._run.present.step)
        self._start(step)
        if not paced:
            self._todo = step - self._step  # at full speed, whatever the pace of playing

    def _look_at(self, step: int) -> None:
        if self.status.phase == "failed":
            return
        self._stop()
        self._run.go(step)
        self._set(message="", diverged="")

    def _rewind(self) -> None:
        if self.status.phase == "failed":  # who knows what it is at
            self._begin(self._run.present.again())
            return
        self._todo = 0
        self._run.go(0)
        self._set(message="", diverged="")
        if self.status.phase == "playing":
            self._start(None)

    def _begin(self, run: Arms, left: Left | None = None, trained: float = 0.0) -> None:
        """Go on with a new run, or with one that was left; it plays if the old one did. ``trained``: the seconds that
        it has trained, where no file has that."""
        self._leave()
        self.trained = trained
        self._depart()
        self._run = Timeline(run, self._run.checkpoints.memory)
        if left is not None:
            self._run.take_up(left)
        self._auto = AutoPace(self._run.first.config.steps, self._step)
        self._todo, self._cost = 0, CHUNK
        playing = self.status.phase == "playing"
        self._set(
            phase="paused",
            target=None,
            message="",
            diverged="",
            missing=None,
            rate=0.0,
            backwards=False,
        )
        if playing:
            self._start(None)

    def _dissect(self, what: str) -> None:
        begins = what != "leave" and self.status.phase != "failed"
        if begins:
            self._stop()
        if begins and what == "next":
            self._run.advance(1)
            self._check_end()
        self._run.dissect(begins)

    def _change(self, settings: dict[str, Any]) -> None:
        self._run.check(settings)
        if self._run.past:
            self._leave()
        self._depart()
        self._run.change(settings)
        self._set()

    def _branch(self, settings: Mapping[str, Any], names: tuple[str, str]) -> None:
        self._run.check(settings)
        if self._run.past or len(self._run.present.trainers) > 1:
            self._leave()
        self._depart()
        self._run.branch(settings, names)
        self._set(message="", diverged="")
