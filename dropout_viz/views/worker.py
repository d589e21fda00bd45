"""One answer at a time, off the window's thread, with a rest in between so that training keeps its core."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from dropout_viz.draw.painting import tell

REST = 6.0  # for work that takes the interpreter lock from the trainer often; see ``Worker``
Work = Callable[[], Any]
Take = Callable[[Any], object]


@dataclass(eq=False)
class _Job:
    """Something to compute on a thread.

    Attributes:
        worker: who wants to know; None where nobody does any more. put: what it does, asked when it starts.
        take: where the answer goes, of a picture.
        hurried: it is not to wait for a rest. result, wrong, seconds: what came of it, and the processor's time.
    """

    worker: Worker | None
    put: Callable[[], Work]
    take: Take | None = None
    hurried: bool = False
    result: Any = None
    wrong: str = ""
    seconds: float = 0.0
    thread: threading.Thread = field(init=False)

    def start(self, name: str) -> None:
        post, work = _post(), self.put()  # made here: it lives where workers live
        self.thread = threading.Thread(target=self._run, args=(post, work), name=name)
        self.thread.start()

    def _run(self, post: _Post, work: Work) -> None:
        began = time.thread_time()
        try:
            with np.errstate(all="ignore"):  # of a run that diverges
                self.result = work()
        except Exception as error:
            self.wrong = tell("Cannot be shown" if self.take is not None else "Cannot be computed", error)
        self.seconds = time.thread_time() - began
        post.came.emit(self)


class _Post(QObject):
    """Brings answers to the thread on which workers live. There is one, which no job outlives."""

    came = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.came.connect(self._deliver)  # queued: it is emitted on the job's thread

    def _deliver(self, job: _Job) -> None:
        job.thread.join()
        if job.worker is not None and isValid(job.worker):
            job.worker._arrived(job)


@functools.cache
def _post() -> _Post:
    return _Post()


class Worker(QObject):
    """Runs the newest job; a job that comes while another runs replaces the one that waits.

    A thread lives only as long as one job, so an idle worker holds none and nothing is left behind.

    Args:
        name: of the thread. rest: it rests so many times as long as an answer kept a processor busy, but at least
        for ``least`` seconds.

    Attributes:
        patient: whether whoever makes a picture waits for ``rested``; else pictures are computed at once.

    Signals:
        done: what the job returned, on the thread that owns this object.
        failed: what went wrong instead, in a line. The next job runs as if nothing had happened.
        rested: of a picture everything has been computed.
    """

    done = Signal(object)
    failed = Signal(str)
    rested = Signal()

    def __init__(
        self, parent: QObject | None = None, name: str = "analysis", rest: float = REST, least: float = 0.0
    ) -> None:
        super().__init__(parent)
        self.patient = False
        self._name, self._factor, self._least = name, rest, least
        self._waiting: _Job | None = None
        self._running: _Job | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._running is not None or self._waiting is not None

    def ask(self, work: Work, *, now: bool = False) -> None:
        """Run a job as soon as the last one is done and rested; ``now``: without the rest (the user waits for it)."""
        self.ask_for(lambda: work, now=now)

    def ask_for(self, put: Callable[[], Work], *, now: bool = False) -> None:
        """Run a job of which is said what it does when it starts, on this object's thread: what it builds on may be
        known better by then."""
        self._put(_Job(self, put, hurried=now))

    def complete(self, work: Work, take: Take) -> None:
        """Compute what a picture needs and hand it to ``take``: before this returns, or, of one that is ``patient``,
        on a thread; the newest of such jobs is the one whose answer is taken."""
        if self.patient:
            self._put(_Job(self, lambda: work, take, hurried=True))
        else:
            self.forget()
            take(work())

    def forget(self) -> None:
        """Drop the job that waits. One that runs ends by itself; its answer still arrives."""
        self._waiting = None

    def close(self) -> None:
        """Drop everything. A job that runs ends by itself, and nobody hears of it."""
        self._waiting = None
        self._rest.stop()
        if self._running is not None:
            self._running.worker = None
            self._running = None

    def _put(self, job: _Job) -> None:
        self._waiting = job
        if job.hurried:
            self._rest.stop()
        if self._running is None and not self._rest.isActive():
            self._start()

    def _start(self) -> None:
        self._running, self._waiting = self._waiting, None
        if self._running is not None:
            self._running.start(self._name)

    def _arrived(self, job: _Job) -> None:
        self._running = None
        hurried = self._waiting is not None and self._waiting.hurried
        self._rest.start(0 if hurried else round(1000 * min(1.0, max(self._least, self._factor * job.seconds))))
        if job.take is not None:
            self._complete(job, job.take)
        elif job.wrong:
            self.failed.emit(job.wrong)
        else:
            self.done.emit(job.result)

    def _complete(self, job: _Job, take: Take) -> None:
        """Take a picture's answer, unless there is a newer question, and say when there is no other."""
        if self._waiting is not None:
            return
        wrong = job.wrong
        if not wrong:
            try:
                with np.errstate(all="ignore"):
                    take(job.result)
            except Exception as error:
                wrong = tell("Cannot be shown", error)
        if wrong:
            self.failed.emit(wrong)
        self.rested.emit()
