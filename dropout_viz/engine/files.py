"""Reading files within bounds, and writing them so that a failure leaves what was there before."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dropout_viz.errors import NoRoom, UserError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_bytes(path: Path, *parts: bytes | memoryview) -> None:
    """Write a file whole or not at all: to a temporary file beside it, then rename.

    Raises:
        UserError: the place cannot be written (``NoRoom``: the disk is full); an older file of that name is untouched.
    """
    with replacing(path) as temporary, temporary.open("wb") as file:
        for part in parts:
            file.write(part)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the place of a temporary file beside a file, which takes its place at the end, or is gone if that fails.

    Raises:
        UserError: the place cannot be written (``NoRoom``: the disk is full); an older file of that name is untouched.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or ".")
        try:
            os.close(handle)
            yield Path(temporary)
            with open(temporary, "rb") as file:
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        kind = NoRoom if error.errno in _FULL else UserError
        raise kind(f"{path}: cannot be written ({reason(path, error)}); must be a file in a folder "
                   "that exists, is writable and has room") from None  # fmt: skip


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file for reading, and tell its size in bytes. Whatever is no plain file (a pipe, say) is not waited for.

    Raises:
        OSError: as opening does. UserError: it is no plain file.
    """

    def plain(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

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


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text as ``write_bytes`` does."""
    write_bytes(path, text.encode("utf-8"))


def check_writable(path: Path) -> None:
    """Refuse a place that cannot be written, before any work is done for it. Raises ``UserError``."""
    folder = path.parent
    why = "a directory" if path.is_dir() else "" if folder.is_dir() else f"no folder {folder}"
    if not why and not os.access(folder, os.W_OK | os.X_OK):
        why = f"not allowed to write in {folder}"
    if why:
        raise UserError(f"{path}: cannot be written ({why}); must be a file in a folder that exists and is writable")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def reason(path: Path, error: OSError) -> str:
    """Return in a few words why a file cannot be read or written."""
    if isinstance(error, IsADirectoryError):
        return "a directory"
    if isinstance(error, FileNotFoundError):
        return "no such file" if path.parent.is_dir() else f"no folder {path.parent}"
    if isinstance(error, NotADirectoryError):
        return f"{path.parent} is not a folder"
    return error.strerror or type(error).__name__
