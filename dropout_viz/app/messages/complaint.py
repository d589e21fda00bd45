"""What becomes of an error in the program's own code: it is told once a place, and nothing ends."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from dropout_viz.draw.painting import Trouble


class Complaint:
    """A ``sys.excepthook``: a traceback on the terminal, and a message where the window does not say it by itself."""

    def __init__(self, window: object) -> None:
        self._window = window
        self._seen: set[str] = set()

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = error.trace if isinstance(error, Trouble) else "".join(traceback.format_exception(kind, error, trace))
        place = text.rpartition("  File ")[2]
        if place in self._seen:
            return
        self._seen.add(place)
        print(text, end="", file=sys.stderr)
        session = getattr(self._window, "session", None)
        if session is not None and not isinstance(error, Trouble):
            session.message.emit(f"This should not have happened: {kind.__name__}: {error}", "error")


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """Say what a picture could not show in a line on standard error, each once: a command has no window to say it."""
    seen: set[str] = set()
    hook = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Trouble):
            hook(kind, error, trace)
        elif str(error) not in seen:
            seen.add(str(error))
            print(f"warning: {error}", file=sys.stderr)

    sys.excepthook = tell
    try:
        yield
    finally:
        sys.excepthook = hook
