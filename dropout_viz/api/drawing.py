"""What drawing takes, from a script: the thread that may, and the system's libraries."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dropout_viz.errors import UserError


@contextmanager
def drawing() -> Iterator[None]:
    """Let Qt be imported and draw, with or without an application that is there already.

    Raises:
        UserError: on another thread than the main one, or where a library of the system is missing; one line.
    """
    if threading.current_thread() is not threading.main_thread():
        raise UserError("figures, films and windows: drawn on the main thread only; must be asked for there")
    try:
        yield
    except ImportError as error:
        from dropout_viz.app.platform import libraries

        if (lacking := libraries.lacking(error)) is None:
            raise
        raise UserError(lacking) from None
