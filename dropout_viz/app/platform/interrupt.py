"""Ctrl-C in the terminal, while Qt's event loop runs in C++ and Python would not notice."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class Interrupt(QObject):
    """Calls back, inside the event loop, when the process is interrupted (Ctrl-C) or asked to end.

    Attributes:
        signal: by which signal; 0: it has not been.

    Python's C-level handler writes a byte to a socket at once; Qt watches the other end.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.signal = 0
        self._act = act
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._notice)
        self._wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._handlers = {s: signal.signal(s, self._note) for s in _ends()}

    def restore(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for which, handler in self._handlers.items():
            signal.signal(which, handler)
        self._read.close()
        self._write.close()

    def _note(self, number: int, _: object) -> None:
        self.signal = number

    def _notice(self) -> None:
        self._read.recv(64)
        if self.signal:
            self._act()


def _ends() -> list[signal.Signals]:
    """Return the signals that end a program, but for those that it has been told to ignore."""
    known = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    return [which for which in known if signal.getsignal(which) is not signal.SIG_IGN]
