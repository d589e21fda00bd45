"""Saving a run every few seconds while it trains, so that little is lost if the program is killed.

A thread of the keeper's own asks the trainer's for the state, which is copied between two steps, and writes it. What
that costs is measured, and where it is dear the next time comes later, so that it takes at most ``SHARE`` of the time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dropout_viz.engine import run_file
from dropout_viz.engine.handing import Handed, hand_over
from dropout_viz.engine.journey import Journey
from dropout_viz.engine.recovery import Place
from dropout_viz.engine.runner import Runner
from dropout_viz.errors import UserError

EVERY = 3.0
"""Seconds between two savings, where they cost little: with the time that one takes, less than 5 s can be lost."""
PROMISED = 5.0
"""Seconds of training that may be lost without a word about it."""
SHARE = 0.016
"""The share of the time that saving may take."""
LONG = 60.0
"""Seconds of training from which on a run is kept although another one was begun or the window closed."""


class Keeper:
    """Saves the run of a runner, whichever it is at the time, in one file.

    Attributes:
        place: whose file it is. every: seconds between two savings.
        step: the step that was saved last, or None. cost: the seconds of computing that it took.
    """

    def __init__(
        self, runner: Runner, place: Place, last: Path, tell: Callable[[str, str], None] = lambda text, level: None,
        every: float = EVERY,
    ) -> None:  # fmt: skip
        """Begin.

        Args:
            last: the file of the last long run that was not saved by hand. tell: is told, on the keeper's thread, what
            the user should know, and its level. every: seconds between two savings, at least.
        """
        self.place, self.every = place, every
        self.step: int | None = None
        self.cost = 0.0
        self._runner, self._last, self._tell = runner, last, tell
        self._least, self._told = every, set[str]()
        self._run, self._from = -1, 0  # the run that is in the file, and the first that belongs in it
        self._seen: object = None  # the settings that it was saved with
        self._bookmarks: dict[int, str] = {}
        self._trained = 0.0  # seconds since it began, or was saved by hand
        self._dear = 0  # savings in a row that cost so much that the next comes late
        self._over = threading.Event()
        self._lock = threading.Lock()  # of the file
        self._thread = threading.Thread(target=self._work, name="autosave", daemon=True)
        self._thread.start()

    def saved_by_hand(self) -> None:
        """The run needs not be kept for longer than it goes on: it has a file of its own."""
        self._trained = 0.0

    def adopt(self, place: Place, run: int) -> None:
        """Save in another place from this run on: that of a run that is gone on with, whose file stays until then."""
        with self._lock:
            self._keep_if_long()
            self.place.discard()
            self.place, self.step, self._run, self._from, self._trained = place, None, -1, run, 0.0

    def close(self) -> None:
        """End cleanly: the file goes, but a long run that has not been saved by hand is kept as the last one.

        To be called while the runner still runs.
        """
        self._over.set()
        self._thread.join()
        if self._trained >= LONG:
            with suppress(UserError):  # then what is in the file has to do
                handed = hand_over(self._runner, _patience(2.0), self._knows)
                if handed is not None and handed.run == self._run:
                    self._write(handed)
            self._keep()
        self.place.discard()

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
        while not self._over.wait(self.every):
            if self._runner.busy or self._news():
                self.save()

    def _news(self) -> bool:
        """Whether the runner has told of anything since that is not in the file."""
        news = self._runner.news
        config = self._seen if self._runner.status.past else news.config  # the past has its own
        here = (news.snapshots[0].run, news.newest, config, news.bookmarks)
        return news.newest > 0 and here != (self._run, self.step, self._seen, self._bookmarks)

    def _knows(self, run: Journey) -> bool:
        """Whether the file has all of a run, or there is nothing of it to be kept yet. On the trainer's thread."""
        present = run.present
        here = (run.first.run, present.step, present.config, present.bookmarks)
        return present.step == 0 or here == (self._run, self.step, self._seen, self._bookmarks)

    def _save(self, handed: Handed) -> None:
        begun = time.thread_time()
        with self._lock:
            if handed.run < self._from:
                return  # it was taken before another run came
            another = handed.run != self._run
            if another:
                self._keep_if_long()
            self._write(handed)
            self._trained = self.every + (0.0 if another else self._trained)
        self._told.discard("failed")
        self.cost = handed.cost + time.thread_time() - begun
        self.every = max(self._least, self.cost / SHARE)
        self._dear = self._dear + 1 if self.every > PROMISED else 0
        if self._dear > 1:  # what one costs says little
            self._say("dear", f"So large a run is saved only every {self.every:.0f} s as it goes: so much is lost if "
                              "the program is killed.")  # fmt: skip

    def _write(self, handed: Handed) -> None:
        state = handed.state
        run_file.save(state, self.place.path)
        self._run, self.step, self._seen, self._bookmarks = handed.run, state.step, state.config, dict(state.bookmarks)

    def _keep_if_long(self) -> None:
        """Another run has come: keep the one that is in the file, if it was a long one."""
        if self._trained >= LONG and self._keep():
            self._tell(f"The run before is kept as it was at step {self.step:,}: File, Open recent, Last unsaved run.",
                       "info")  # fmt: skip

    def _keep(self) -> bool:
        """Keep the run that is in the file as the last long one; return whether it could be."""
        try:
            os.replace(self.place.path, self._last)
        except OSError:
            return False
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
