"""Where runs are kept while they train: one file for each process, which nobody else touches while that process lives.

Beside each run file lies a lock, which the system lets go with its process, however that ends. So a file whose lock can
be had was left behind.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

from dropout_viz import places
from dropout_viz.engine import run_file
from dropout_viz.engine.run_file import ENDING
from dropout_viz.engine.state import RunState
from dropout_viz.errors import UserError
from dropout_viz.files import exists, is_file, reason

_TRIES = 5  # another start may look at a new lock just before it is locked
_LOCK, _LAST, _UNSAVED, _DAMAGED = ".lock", "last", "unsaved-", ".damaged"
_BRIEF = f"{_UNSAVED}brief-"
KEPT = 8
"""Runs that were not saved by hand and are kept, the newest ones."""
KEPT_BRIEF = 5
"""Runs of a few seconds that are kept beside them: however many there are, they push no long one out."""


def folder() -> Path:
    """Return the folder of the files, made if need be. Raises ``UserError`` where it cannot be."""
    state = places.state()
    if state is None:
        raise UserError("HOME: names no folder, and so there is no place for it; must be a folder of one's own")
    path = state / "recovery"
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UserError(f"{path}: cannot be made ({reason(path, error)}); must be a folder of one's own") from None
    return path


def keep(state: RunState, brief: bool = False) -> Path:
    """Save a run that was ended without having been saved, in place of the oldest of ``KEPT`` such runs; one that took
    a few seconds (``brief``) in place of the oldest of ``KEPT_BRIEF``.

    Raises:
        UserError: there is no place for it.
    """
    title = re.sub(r"[^a-z0-9]+", "-", state.config.title.lower()).strip("-")[:40] or "untitled"
    when = time.strftime("%Y-%m-%d-%H%M%S")
    path = folder() / f"{_BRIEF if brief else _UNSAVED}{title}-step-{state.step}-{when}-{secrets.token_hex(2)}{ENDING}"
    others = kept_runs()
    run_file.save(state, path)
    _make_newest(path, others)
    alike = [other for other in kept_runs() if other.name.startswith(_BRIEF) == brief]
    for old in alike[KEPT_BRIEF if brief else KEPT :]:
        with suppress(OSError):
            old.unlink()
    return path


def _make_newest(path: Path, others: list[Path]) -> None:
    """Let a file that has just been written be the newest also where the clock has been set back since the others."""
    with suppress(OSError):
        latest = max((other.stat().st_mtime_ns for other in others), default=0)
        if path.stat().st_mtime_ns <= latest:
            os.utime(path, ns=(latest + 1, latest + 1))


def kept_runs() -> list[Path]:
    """Return the files of runs that were ended without having been saved, the newest first."""
    where = folder()
    found = []
    for path in (*where.glob(f"{_UNSAVED}*{ENDING}"), where / f"{_LAST}{ENDING}"):  # of a version that kept one
        with suppress(OSError):  # another process may just have deleted it
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


class RecoveryPlace:
    """A run file and its lock, which this process has.

    Attributes:
        path: the run file. It is there once a run has been saved in it.
    """

    def __init__(self, lock: Path, handle: int) -> None:
        self._lock, self._handle = lock, handle
        self.path = lock.with_suffix(ENDING)

    def close(self) -> None:
        """Let go of the file. Where there is one, the next start will find it."""
        if self._handle >= 0:
            self._sweep()
            if not exists(self.path):
                with suppress(OSError):  # nobody may write there any more
                    self._lock.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1

    def discard(self) -> None:
        """Delete the file, and let go of it."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.close()

    def put_aside(self) -> Path:
        """Rename a file that cannot be read, so that it is never asked about again; return where it is."""
        aside = self.path.with_name(self.path.name + _DAMAGED)
        with suppress(OSError):
            os.replace(self.path, aside)
        self.close()
        return aside

    def _sweep(self) -> None:
        """Delete what a process that was killed while it wrote has left of it."""
        for torn in self.path.parent.glob(f".{self.path.name}.*"):
            with suppress(OSError):
                torn.unlink()


def own_place() -> RecoveryPlace:
    """Return a place for this process's run. Raises ``UserError`` where there can be none."""
    where = folder()
    for _ in range(_TRIES):
        lock = where / f"run-{os.getpid()}-{secrets.token_hex(4)}{_LOCK}"
        place = _claim(lock, new=True)
        if place is not None:
            return place
        lock.unlink(missing_ok=True)
    raise UserError(f"{where}: its files cannot be locked; must be a folder whose system knows locks")


def left_behind() -> list[RecoveryPlace]:
    """Return the places of processes that are gone, the newest run first, and take them. Empty ones are cleared."""
    found = []
    for lock in folder().glob(f"run-*{_LOCK}"):
        try:
            place = _claim(lock, new=False)
        except UserError:
            continue
        if place is None:
            continue
        place._sweep()
        if is_file(place.path):
            found.append(place)
        else:
            place.close()
    return sorted(found, key=lambda place: place.path.stat().st_mtime, reverse=True)


def _claim(lock: Path, *, new: bool) -> RecoveryPlace | None:
    """Return a place whose lock can be had, or None."""
    try:
        handle = os.open(lock, os.O_RDWR | (os.O_CREAT | os.O_EXCL if new else 0), 0o600)
    except FileExistsError:
        return None
    except OSError as error:
        if not new:
            return None
        raise UserError(f"{lock}: {reason(lock, error)}; must be in a folder that is writable and has room") from None
    try:
        if _lock(handle) and os.fstat(handle).st_ino == os.stat(lock).st_ino:  # and not deleted meanwhile
            return RecoveryPlace(lock, handle)
    except OSError:
        pass
    os.close(handle)
    return None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
