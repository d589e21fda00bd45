"""Saving a run every few seconds while it trains, so that little is lost if the program is killed.

A thread of the autosave's own asks the trainer's for the state, which is copied between two steps, and writes it. What
that costs is measured, and where it is dear the next time comes later, so that it takes at most ``SHARE`` of the time.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from dropout_viz.engine import recovery, run_file
from dropout_viz.engine.handing import Handed, hand_over
from dropout_viz.engine.recovery import RecoveryPlace
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.state import RunState
from dropout_viz.engine.timeline import Timeline
from dropout_viz.errors import UserError
from dropout_viz.files import exists

EVERY = 3.0
"""Seconds between two savings, where they cost little: with the time that one takes, less than 5 s can be lost."""
PROMISED = 5.0
"""Seconds of training that may be lost without a word about it."""
SHARE = 0.016
"""The share of the time that saving may take."""
LONG = 3.0
"""Seconds of training from which on what would be forgotten of a run is kept for long: where another one is begun, the
window is closed, or other settings are chosen in the past. Of shorter ones only the last few that others were begun in
place of: there is always a way back from a preset, but nine attempts push no long run out."""
TOLD = 60.0
"""Seconds of training from which on that is told; those of a run that was cut short, whatever it took."""


class Autosave:
    """Saves the run of a runner, whichever it is at the time, in one file.

    Attributes:
        place: whose file it is. every: seconds between two savings.
        step: the step that was saved last, or None. cost: the seconds of computing that it took.
        passing: courses of runs that a lesson brings back at any time: kept only if much has been trained of them.
        shown: how the window shows the run, to be kept with it; another object when that is another.
        on_kept: called on the autosave's thread when a run has been kept in a file of its own.
    """

    def __init__(
        self,
        runner: Runner,
        place: RecoveryPlace,
        tell: Callable[[str, str], None] = lambda text, level: None,
        every: float = EVERY,
    ) -> None:
        """Begin.

        Args:
            tell: is told, on the autosave's thread, what the user should know, and its level. every: seconds between
            two savings, at least.
        """
        self.place, self.every = place, every
        self.step: int | None = None
        self.cost = 0.0
        self.passing: set[tuple[int, int]] = set()
        self.shown: Mapping[str, Any] = {}
        self.on_kept: Callable[[], object] = lambda: None
        self._runner, self._tell = runner, tell
        self._least, self._told = every, set[str]()
        self._run = -1  # that is in the file
        self._seen: object = None  # the settings that it was saved with
        self._seen_shown: object = None
        self._bookmarks: dict[int, str] = {}
        self._jobs: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._kept: dict[int, Path] = {}  # the files of long runs that were kept, by the first number of their course
        self._dear = 0  # savings in a row that cost so much that the next comes late
        self._over = threading.Event()
        runner.leaving = self._take_leave
        self._thread = threading.Thread(target=self._work, name="autosave", daemon=True)
        self._thread.start()

    def saved_by_hand(self, handed: Handed) -> None:
        """What was handed over needs not be kept for longer than the run goes on: it has a file of the user's."""

        def note(run: Timeline) -> None:
            if run.first.run == handed.run:  # else another has come since
                self._runner.safe = max(self._runner.safe, handed.clock)
                self._kept.pop(run.course[0], None)

        self._runner.between(note)

    def adopt(self, place: RecoveryPlace) -> None:
        """Save in another place from now on: that of the run on show, whose file stays until it is saved again. The run
        before is kept first, if it is to be."""
        self._jobs.put(partial(self._move, place, RecoveryPlace.discard))

    def opened_kept(self, path: Path) -> None:
        """The run on show is one that was kept, and is safe for as long as that file is there."""
        self._runner.between(lambda run: self._kept.update({run.course[0]: path}))

    def close(self) -> None:
        """End cleanly: the file goes, but a long run that has not been saved by hand is kept.

        To be called while the runner still runs.
        """
        self._over.set()
        self._jobs.put(lambda: None)
        self._thread.join()
        self._runner.leaving, self.on_kept = (lambda run: None), (lambda: None)
        safe = self._is_safe()
        if not safe:
            with suppress(UserError):  # it may not have heard yet of what was saved by hand
                handed = hand_over(self._runner, _patience(2.0), lambda run: self._is_safe())
                safe = self._is_safe() if handed is None else self._keep(self._as_shown(handed.state), LONG)
        if safe:  # else the next start will find what is in the file
            self.place.discard()
        else:
            self.place.close()

    def save(self) -> None:
        """Save the run as it is now, unless the file has all of it; what goes wrong is told."""
        try:
            handed = hand_over(self._runner, lambda: not self._over.is_set(), self._knows)
            if handed is not None:
                self._save(handed)
        except UserError as error:
            self._say("failed", f"The run is not saved as it goes: {error}")
        except Exception as error:
            self._say("failed", f"The run is not saved as it goes: {type(error).__name__}: {error}")

    # --- the thread --------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                job = self._jobs.get(timeout=self.every)
            except queue.Empty:
                if self._runner.busy or self._news():
                    self.save()
            else:
                job()
        while not self._jobs.empty():
            self._jobs.get()()

    def _news(self) -> bool:
        """Whether the runner has told of anything since that is not in the file."""
        news = self._runner.news
        config = self._seen if self._runner.status.past else news.config  # the past has its own
        here = (news.snapshots[0].run, news.newest, config, news.bookmarks, self.shown)
        return news.newest > 0 and here != self._in_file

    def _knows(self, run: Timeline) -> bool:
        """Whether the file has all of a run, or there is nothing of it to be kept yet. On the trainer's thread."""
        present = run.present
        here = (run.first.run, present.step, present.config, present.bookmarks, self.shown)
        return present.step == 0 or here == self._in_file

    @property
    def _in_file(self) -> tuple[object, ...]:
        return self._run, self.step, self._seen, self._bookmarks, self._seen_shown

    def _save(self, handed: Handed) -> None:
        begun = time.thread_time()
        state = self._as_shown(handed.state)
        run_file.save(state, self.place.path)
        self._run, self.step, self._seen, self._bookmarks = handed.run, state.step, state.config, dict(state.bookmarks)
        self._seen_shown = state.shown
        self._told.discard("failed")
        self.cost = handed.cost + time.thread_time() - begun
        self.every = max(self._least, self.cost / SHARE)
        self._dear = self._dear + 1 if self.every > PROMISED else 0
        if self._dear > 1 and self._runner.news.course not in self.passing:  # what one costs says little
            self._say(
                "dear",
                f"So large a run is saved only every {self.every:.0f} s as it goes: so much is lost if "
                "the program is killed.",
            )

    def _move(self, place: RecoveryPlace, leave: Callable[[RecoveryPlace], None]) -> None:
        leave(self.place)
        self.place, self.step, self._run = place, None, -1

    def _as_shown(self, state: RunState) -> RunState:
        return replace(state, shown=self.shown)

    def _is_safe(self) -> bool:
        """Whether no more than a few seconds would be lost with the run on show."""
        return self._at_stake(self._runner.news.course) < LONG

    def _at_stake(self, course: tuple[int, int]) -> float:
        """Return the seconds of training that would be lost with the run on show, whose course this is."""
        if course in self.passing and self._runner.trained < TOLD:
            return 0.0
        kept = self._kept.get(course[0])
        gone = kept is not None and not exists(kept)  # others have taken its place, and what was trained before is lost
        return max(self._runner.trained, LONG) if gone else self._runner.trained

    def _take_leave(self, run: Timeline) -> None:
        """Take the state of a run of which steps are about to be forgotten. On the trainer's thread."""
        trained = self._at_stake(run.course)
        if not trained or run.present.step == 0:
            return
        try:
            self._jobs.put(partial(self._keep_left, self._as_shown(run.state()), trained, run.course[0]))
        except Exception as error:  # of a run that has failed: what comes in its place must come
            self._say("lost", f"The run before could not be kept: {type(error).__name__}: {error}")

    def _keep_left(self, state: RunState, trained: float, opened: int) -> None:
        """Keep a run of which steps have been forgotten; where that cannot be, what the file has of it is left to be
        found by the next start."""
        if not self._keep(state, trained, opened):
            with suppress(UserError):
                self._move(recovery.own_place(), RecoveryPlace.close)

    def _keep(self, state: RunState, trained: float, opened: int = 0) -> bool:
        """Keep a run in a file of its own; return whether it could be. ``opened``: the first number of its course."""
        try:
            path = recovery.keep(state, brief=trained < LONG)
        except Exception as error:  # the thread goes on
            what = error if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            self._say("lost", f"The run before could not be kept: {what}")
            return False
        if trained >= LONG:
            self._kept[opened] = path
        self.on_kept()
        if trained >= TOLD:
            self._tell(f"The run before is kept as it was at step {state.step:,}: File, Open recent.", "info")
        return True

    def _say(self, what: str, text: str) -> None:
        """Warn once; that saving failed, again when it has gone well meanwhile."""
        if what not in self._told:
            self._told.add(what)
            self._tell(text, "warning")


def _patience(seconds: float) -> Callable[[], bool]:
    """Return what is true for so long."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() < end
