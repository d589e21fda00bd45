"""Reading files within bounds, and writing them so that a failure leaves what was there before.

Whatever looks at a file or opens one does it by way of this module: ``Path.is_file`` and its like raise where a folder
may not be entered (before Python 3.14), and opening a pipe waits for ever.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from dropout_viz.errors import NoRoom, UserError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_OPEN_FILES = Path("/proc/self/fd")


def path_of(given: Any) -> Path:
    """Return what a script gives as a path. Raises ``UserError`` for what is none."""
    if isinstance(given, str | os.PathLike):
        return Path(given)
    raise UserError(f"path = {given!r}: of type {type(given).__name__}; must be a path")


def is_file(path: Path) -> bool:
    """Return whether there is a plain file; False also where nobody may look."""
    return os.path.isfile(path)


def is_folder(path: Path) -> bool:
    """Return whether there is a folder; False also where nobody may look."""
    return os.path.isdir(path)


def exists(path: Path) -> bool:
    """Return whether there is anything; False also where nobody may look."""
    return os.path.exists(path)


def closed_folder(path: Path) -> str:
    """Return in a few words why nothing in a folder can be read, or ``""``."""
    try:
        os.scandir(path).close()
    except FileNotFoundError:
        return "no such folder"
    except OSError as error:
        return error.strerror or str(error)
    return "" if os.access(path, os.X_OK) else os.strerror(errno.EACCES)


def at_home(text: str) -> Path:
    """Return a path as people write it: ``~`` and ``~name`` are homes, where there are such."""
    return Path(os.path.expanduser(text))


def absolute(path: Path) -> Path:
    """Return a path from the root on, without asking the system whether anything is there."""
    return Path(os.path.abspath(path))


# --- reading ----------------------------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file for reading, and tell its size in bytes. Whatever is no plain file (a pipe, say) is not waited for.

    Raises:
        OSError: as opening does. UserError: it is no plain file.
    """

    def plain(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    _check_name(path)
    with open(path, "rb", opener=plain) as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise UserError(f"{path}: not a file; must be one that can be read")
        yield file, about.st_size


def read_bytes(path: Path, most: int) -> bytes:
    """Return what a file holds, ``most`` bytes at most.

    Raises:
        OSError: as opening does. UserError: it is too long, or no plain file.
    """
    with opened(path) as (file, size):
        content = file.read(most + 1) if size <= most else b""
    if size > most or len(content) > most:
        raise UserError(f"{path}: {max(size, len(content)):,} bytes; must be at most {most:,}")
    return content


@contextmanager
def readable(path: Path, wanted: str) -> Iterator[None]:
    """Raise ``UserError`` for what keeps a file from being read, with the path, the reason, and what is ``wanted``."""
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: {reason(path, error)}; must be {wanted}") from None


# --- writing ----------------------------------------------------------------------------------------------------------


def write_bytes(path: Path, *parts: bytes | memoryview) -> None:
    """Write a file whole or not at all: to a temporary file, which then takes its place.

    Raises:
        UserError: the place cannot be written (``NoRoom``: the disk is full); an older file of that name is untouched.
    """
    with replacing(path) as temporary, temporary.open("wb") as file:
        for part in parts:
            file.write(part)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text as ``write_bytes`` does."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))  # a name of a file may be no text


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the place of a temporary file, which takes a file's place at the end, or is gone if that fails.

    Of a symbolic link it is the file at its end that is replaced. A file that is replaced keeps its permissions.

    Raises:
        UserError: the place cannot be written (``NoRoom``: the disk is full); an older file of that name is untouched.
    """
    try:
        target = _end_of(path)
        handle, named = _temporary(target)
        try:
            try:
                yield named or _OPEN_FILES / str(handle)
                if hasattr(os, "fchmod") and exists(target):
                    os.fchmod(handle, stat.S_IMODE(target.stat().st_mode))
                os.fsync(handle)
                named = named or _link(handle, target)
            finally:
                os.close(handle)
            os.replace(named, target)
        except BaseException:
            if named is not None:
                with suppress(OSError):
                    named.unlink()
            raise
    except OSError as error:
        kind = NoRoom if error.errno in _FULL else UserError
        raise kind(
            f"{path}: cannot be written ({reason(path, error)}); must be a file in a folder "
            "that exists, is writable and has room"
        ) from None


def check_writable(path: Path) -> None:
    """Refuse a place that cannot be written, before any work is done for it. Raises ``UserError``."""
    try:
        target = _end_of(path)
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise PermissionError(f"not allowed to write in {target.parent}")
    except OSError as error:
        raise UserError(
            f"{path}: cannot be written ({reason(path, error)}); must be a file in a folder that exists and is writable"
        ) from None


def _end_of(path: Path) -> Path:
    """Return the file that is meant by a path, which need not be there; raises ``OSError`` where none can be."""
    _check_name(path)
    target = Path(os.path.realpath(path))
    try:
        about = os.stat(target)
    except FileNotFoundError:
        os.stat(target.parent)  # raises where there is no such folder
        return target
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError
    if not stat.S_ISREG(about.st_mode):
        raise OSError("not a file")
    if not os.access(target, os.W_OK):
        raise PermissionError("not allowed to write it")
    return target


def _temporary(target: Path) -> tuple[int, Path | None]:
    """Return a new file in the folder of another, open, and its path; None where it has no name yet, so that nothing
    is left of it even if this process is killed."""
    if hasattr(os, "O_TMPFILE") and is_folder(_OPEN_FILES):
        with suppress(OSError):  # not every file system can
            return os.open(target.parent, os.O_TMPFILE | os.O_RDWR, 0o666), None
    path = _beside(target)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), path


def _link(handle: int, target: Path) -> Path:
    """Give a file that has no name one beside another."""
    path = _beside(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.link(_OPEN_FILES / str(handle), path, src_dir_fd=folder)  # only so are links followed
    finally:
        os.close(folder)
    return path


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}")  # the name may be as long as names can be


def check_text(path: Path) -> None:
    """Refuse a path that settings, which are UTF-8, cannot hold. Raises ``UserError``."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UserError(f"{path}: a name that is no UTF-8, which settings cannot hold; must be renamed") from None


def _check_name(path: Path) -> None:
    """Raise ``OSError`` for what the system could not even be asked for."""
    try:
        possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise OSError("no name that a file can have")


def reason(path: Path, error: OSError) -> str:
    """Return in a few words why a file cannot be read or written."""
    if isinstance(error, IsADirectoryError):
        return "a directory"
    if isinstance(error, FileNotFoundError):
        return "no such file" if is_folder(path.parent) else f"no folder {path.parent}"
    if isinstance(error, NotADirectoryError):
        return f"{path.parent} is not a folder"
    return error.strerror or str(error) or type(error).__name__
