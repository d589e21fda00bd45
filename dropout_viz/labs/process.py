"""A lab in a process of its own, for the window: ``python -m dropout_viz.labs.process``.

Standard input brings one line of JSON, what to run, and later perhaps the line ``cancel``. Where it ends, whoever asked
is gone, and so this process ends at once, with all that it has started. Standard output takes messages, each a pickle
after its length in eight bytes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from typing import BinaryIO

from dropout_viz.errors import RunError, UserError
from dropout_viz.labs.keeping import Kept, keep
from dropout_viz.labs.lab import Cancelled, Progress, Tell, load_lab
from dropout_viz.labs.messages import Message, packed
from dropout_viz.labs.options import make
from dropout_viz.labs.store import Store

_APART = 0.05  # seconds between two words on progress
_NICE = 5  # the window goes first


def serve(given: BinaryIO, taken: BinaryIO, asked: threading.Event) -> None:
    """Carry out the one request and say how it goes. ``asked``: whether to stop."""
    lock = threading.Lock()

    def say(message: Message) -> None:
        with lock:
            taken.write(packed(message))
            taken.flush()

    last = [0.0]

    def show(progress: Progress) -> None:
        now = time.monotonic()
        if now - last[0] > _APART:
            last[0] = now
            say(Message("progress", progress))

    line = given.readline()
    if not line:
        return
    wanted = json.loads(line)
    try:
        lab = load_lab(wanted["lab"])
        tell = Tell(
            show,
            asked.is_set,
            lambda result: say(Message("result", result=result)),
            Store(reading=not wanted["fresh"]),
        )
        threading.Thread(target=_listen, args=(given, asked), daemon=True).start()
        options, begun = make(lab.Options, wanted["options"]), time.monotonic()
        result = lab.run(options, tell)
        took = time.monotonic() - begun
        say(Message("done", result=result))
        keep(tell.store, Kept(lab.KEY, time.time(), took, options.model_dump(mode="json"), True, result))
    except Cancelled:
        say(Message("cancelled"))
    except (UserError, RunError) as error:
        say(Message("failed", text=str(error)))
    except MemoryError:
        say(Message("failed", text="not enough memory; must be smaller"))
    except Exception as error:
        traceback.print_exc()
        say(Message("failed", text=f"{type(error).__name__}: {error}"))


def _listen(given: BinaryIO, asked: threading.Event) -> None:
    for line in iter(given.readline, b""):
        if line.strip() == b"cancel":
            asked.set()
    _end_all()


def _end_all() -> None:
    """End this process and what it has started."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def main() -> None:
    """Serve the one request of whoever started this process."""
    if hasattr(os, "setsid"):
        with suppress(OSError):
            os.setsid()  # so that its own processes can be ended with it; Ctrl-C is the window's to hear
    if hasattr(os, "nice"):
        os.nice(_NICE)
    taken = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a lab prints must not get among the messages
    try:
        serve(sys.stdin.buffer, taken, threading.Event())
    except BrokenPipeError:
        _end_all()
    os._exit(0)  # the thread that listens is not waited for


if __name__ == "__main__":
    main()
