"""One answer at a time, off the window's thread, with a rest in between so that training keeps its core."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from dropout_viz.draw.painting import tell

REST = 6.0  # for work that takes the interpreter lock from the trainer often; see ``Worker``


class Worker(QObject):
    """Runs the newest job; a job that comes while another runs replaces the one that waits.

    A thread lives only as long as one job, so an idle worker holds none and nothing is left behind.

    Args:
        name: of the thread. rest: it rests so many times as long as an answer kept a processor busy, but at least
        for ``least`` seconds.

    Signals:
        done: what the job returned, on the thread that owns this object.
        failed: what went wrong instead, in a line. The next job runs as if nothing had happened.
    """

    done = Signal(object)
    failed = Signal(str)
    _finished = Signal(object, str, float)

    def __init__(
        self, parent: QObject | None = None, name: str = "analysis", rest: float = REST, least: float = 0.0
    ) -> None:
        super().__init__(parent)
        self._name, self._factor, self._least = name, rest, least
        self._waiting: Callable[[], Any] | None = None
        self._hurried = False  # what waits is not to wait for a rest
        self._thread: threading.Thread | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._start)
        self._finished.connect(self._arrived)  # queued: it is emitted on the job's thread

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._thread is not None or self._waiting is not None

    def ask(self, job: Callable[[], Any], *, now: bool = False) -> None:
        """Run a job as soon as the last one is done and rested; ``now``: without the rest (the user waits for it)."""
        self._waiting, self._hurried = job, now
        if now:
            self._rest.stop()
        if self._thread is None and not self._rest.isActive():
            self._start()

    def forget(self) -> None:
        """Drop the job that waits. One that runs ends by itself; its answer still arrives."""
        self._waiting = None

    def close(self) -> None:
        """Drop everything and wait for the running job, some tens of milliseconds at most."""
        self._waiting = None
        self._rest.stop()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        job, self._waiting = self._waiting, None
        if job is not None:
            self._thread = threading.Thread(target=self._run, args=(job,), name=self._name)
            self._thread.start()

    def _run(self, job: Callable[[], Any]) -> None:
        began = time.thread_time()
        result, wrong = None, ""
        try:
            with np.errstate(all="ignore"):  # of a run that diverges
                result = job()
        except Exception as error:
            wrong = tell("Cannot be computed", error)
        with suppress(RuntimeError):  # the view may have been deleted while the job ran
            self._finished.emit(result, wrong, time.thread_time() - began)

    def _arrived(self, result: Any, wrong: str, seconds: float) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        hurried = self._hurried and self._waiting is not None
        self._rest.start(0 if hurried else round(1000 * min(1.0, max(self._least, self._factor * seconds))))
        if wrong:
            self.failed.emit(wrong)
        else:
            self.done.emit(result)
