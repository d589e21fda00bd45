"""What reads or writes files for the window, each on a thread of its own; what comes of it is dealt with on Qt's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from dropout_viz.errors import UserError
from dropout_viz.late_threads import leave

Then = Callable[[], object]
_WAIT = 0.3  # seconds for one that only reads; it may be waiting for a network


class FileTasks(QObject):
    """Runs jobs beside the window.

    Signals:
        failed: what went wrong, as one line.
    """

    failed = Signal(str)
    _done = Signal(object, bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._threads: list[tuple[threading.Thread, bool]] = []
        self._over = False
        self._done.connect(self._deal)

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return any(thread.is_alive() for thread, _ in self._threads)

    def run(self, job: Callable[[], Then], *, writes: bool = False) -> None:
        """Do a job on a thread, then what it returns on this one. ``writes``: closing the window waits for it."""
        if self._over and not writes:
            return  # nobody would deal with what comes of it
        self._threads = [pair for pair in self._threads if pair[0].is_alive()]
        thread = threading.Thread(target=self._run, args=(job, writes), name="files", daemon=True)
        self._threads.append((thread, writes))
        thread.start()

    def finish(self) -> None:
        """Wait for what is being written, and deal with it: a run that was to be saved is not lost, and is known to be
        saved."""
        self._over = True
        for thread, writes in self._threads:
            thread.join(None if writes else _WAIT)
            leave(thread)
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def _run(self, job: Callable[[], Then], writes: bool) -> None:
        try:
            then = job()
        except UserError as error:
            text = str(error)
            then = lambda: self.failed.emit(text)  # noqa: E731
        except MemoryError:
            then = lambda: self.failed.emit("not enough memory; must be a smaller run")  # noqa: E731
        except Exception as error:
            wrong = f"This should not have happened: {type(error).__name__}: {error}"
            then = lambda: self.failed.emit(wrong)  # noqa: E731
        with suppress(RuntimeError):  # the window has been deleted meanwhile
            self._done.emit(then, writes)

    def _deal(self, then: Then, writes: bool) -> None:
        if writes or not self._over:
            then()
