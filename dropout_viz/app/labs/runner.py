"""The process that a lab runs in, seen from the window: messages come as signals, and it ends with the window."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from PySide6.QtCore import QObject, QProcess, QSignalBlocker, QTimer, Signal

from dropout_viz.labs.lab import LabResult, Progress
from dropout_viz.labs.messages import Message, newest, request, unpacked

_PATIENCE_MS = 3_000  # that a lab has to stop by itself
_END_MS = 1_000


class LabRunner(QObject):
    """Runs one lab at a time.

    Signals:
        progressed: a ``Progress`` and the seconds left, or None while nobody knows. found: a ``LabResult`` so far.
        ended: how: "done", "cancelled" or "failed", and in the last case why, in one line.
    """

    progressed = Signal(object, object)
    found = Signal(object)
    ended = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._buffer = bytearray()
        self._told = ("", "")
        self._begun = 0.0
        self._seen: list[tuple[float, float]] = []  # (second, share), for the time left
        self._last_resort = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._last_resort.timeout.connect(self._kill)

    @property
    def running(self) -> bool:
        """Whether a lab is under way."""
        return self._process is not None

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._begun

    def start(self, key: str, options: dict[str, Any], *, fresh: bool = False) -> None:
        """Run a lab with valid options, as JSON can hold them; nothing may be running."""
        assert self._process is None
        self._buffer.clear()
        self._seen.clear()
        self._told, self._begun = ("", ""), time.monotonic()
        process = self._process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail)
        process.start(sys.executable, ["-P", "-m", "dropout_viz.labs.process"])  # nothing of the current folder
        process.write(request(key, options, fresh))

    def cancel(self) -> None:
        """Ask it to stop at its next word; it is ended if it takes no notice. What it found so far stays."""
        if self._process is not None:
            self._process.write(b"cancel\n")
            self._last_resort.start()

    def finish(self) -> None:
        """End it now, without a word."""
        if self._process is not None:
            process, self._process = self._process, None
            with QSignalBlocker(process):
                _end(process)
                process.waitForFinished(_END_MS)
            process.deleteLater()

    def _kill(self) -> None:
        if self._process is not None:
            self._told = ("cancelled", "")
            _end(self._process)

    def _read(self) -> None:
        if self._process is not None:
            self._buffer += self._process.readAllStandardOutput().data()
            for message in newest(unpacked(self._buffer)):  # the window may have been away
                self._take(message)

    def _take(self, message: Message) -> None:
        if message.kind == "progress" and message.progress is not None:
            self.progressed.emit(message.progress, self._left(message.progress))
        elif message.kind in ("result", "done") and isinstance(message.result, LabResult):
            self.found.emit(message.result)
        if message.kind in ("done", "cancelled", "failed"):
            self._told = (message.kind, message.text)

    def _left(self, progress: Progress) -> float | None:
        """Return the seconds left, judged by the last third of the time so far."""
        now = self.seconds
        self._seen.append((now, progress.share))
        while len(self._seen) > 2 and self._seen[1][0] < now * 2 / 3:
            self._seen.pop(0)
        then, share = self._seen[0]
        gained = progress.share - share
        return (now - then) / gained * (1 - progress.share) if now > 2 and gained > 0 else None

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._told = ("failed", "the process for it could not be started")
            self._finish()

    def _finish(self) -> None:
        self._read()
        process, self._process = self._process, None
        self._last_resort.stop()
        if process is not None:
            process.deleteLater()
            kind, text = self._told
            if not kind:
                kind, text = "failed", "its process ended without a word: there may be too little memory"
            self.ended.emit(kind, text)


def _end(process: QProcess) -> None:
    """End a process and all that it has started."""
    number = process.processId()
    if number and hasattr(os, "killpg"):
        try:
            if os.getpgid(number) == number:  # it has a group of its own by now
                os.killpg(number, signal.SIGKILL)
                return
        except ProcessLookupError:
            return
    process.kill()
