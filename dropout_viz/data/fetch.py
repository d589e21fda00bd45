"""Downloading the files of a data set: from one of several mirrors, resumed where it broke off, never half a file.

What has arrived of a file lies in a part file beside its place, named after the mirror, because the bytes of another
mirror need not go on from it. Whoever downloads owns its part file under a name of its own, so that two processes
never write to one; a part that was let go, or whose owner has died, is taken up by the next. Only what has been
accepted is renamed to its own name.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dropout_viz.errors import RunError, UserError

TIMEOUT = (6.0, 15.0)
"""Seconds to wait for a connection, and for the next bytes."""
TRIES = 3  # connections in a row that bring nothing new
PAUSE = 0.5  # seconds before the second of them
STALE = 60.0  # seconds without a new byte after which a part file's owner is taken for dead: longer than it waits
_PIECE = 8192
_REPORT = 0.05  # seconds between two reports


class FetchCancelled(Exception):
    """The user called it off. What has arrived is kept, and the next download goes on from there."""


@dataclass(frozen=True)
class RemoteFile:
    """A file to download.

    Attributes:
        name: on the mirrors and in the folder. size: about how many bytes.
        accept: reads a file and raises ``UserError`` where it is not the wanted one.
    """

    name: str
    size: int
    accept: Callable[[Path], object]


@dataclass(frozen=True)
class FetchProgress:
    """How far a download is: bytes done, of about how many in all, and from which host."""

    done: int
    total: int
    host: str


class Download:
    """Downloads files into a folder. ``run`` blocks; ``cancel`` may be called from any thread and takes effect at once.

    Args:
        title: what the files are, for messages. mirrors: addresses of folders that hold them, the best first.
        report: called on the thread of ``run``, some twenty times a second.
    """

    def __init__(
        self,
        title: str,
        files: Sequence[RemoteFile],
        mirrors: Sequence[str],
        folder: Path,
        report: Callable[[FetchProgress], object] = lambda progress: None,
    ) -> None:
        self._title, self._files, self._mirrors, self._folder = title, files, mirrors, folder
        self._report = report
        self._sizes = {file.name: file.size for file in files}
        self._done: dict[str, int] = {}
        self._reported = 0.0
        self._cancelled = threading.Event()
        self._response: Any = None

    def run(self) -> None:
        """Download every file that is not there yet.

        Raises:
            RunError: no mirror had the files, or they cannot be written; one line that says why.
            Cancelled: ``cancel`` was called.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for file in self._files:
                self._fetch(file)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RunError(f"{self._folder}: {reason}; must be a folder that can be written and has room") from None

    def cancel(self) -> None:
        """Stop, even while waiting for the network. ``run`` then raises ``FetchCancelled``."""
        self._cancelled.set()
        with suppress(Exception):  # whatever state the connection is in: waking its reader is a courtesy
            same = socket.fromfd(self._response.raw.fileno(), socket.AF_INET, socket.SOCK_STREAM)
            with same:
                same.shutdown(socket.SHUT_RDWR)

    def _fetch(self, file: RemoteFile) -> None:
        target = self._folder / file.name
        if _is_accepted(file, target):
            self._tell(file, file.size, "")
            return
        reasons = {}
        for mirror in self._mirrors:
            host = urlsplit(mirror).hostname or mirror
            try:
                self._fetch_from(mirror.rstrip("/") + "/" + file.name, file, target)
                return
            except _Failed as error:
                reasons[host] = str(error)
        told = "; ".join(f"{host}: {reason}" for host, reason in reasons.items())
        raise RunError(f"{self._title} could not be downloaded ({told}); must have a network connection")

    def _fetch_from(self, url: str, file: RemoteFile, target: Path) -> None:
        import pooch  # type: ignore[import-untyped]  # not before something is downloaded: it and requests take a third of a second

        pooch.get_logger().setLevel("WARNING")
        staged = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.whole")
        try:
            pooch.retrieve(
                url, None, staged.name, staged.parent, downloader=lambda url, out, _: self._resume(url, file, Path(out))
            )
            os.replace(staged, target)
        finally:
            staged.unlink(missing_ok=True)

    def _resume(self, url: str, file: RemoteFile, out: Path) -> None:
        """Bring a file, going on from what has arrived already, and accept it: this is pooch's downloader."""
        tag = hashlib.sha256(url.encode()).hexdigest()[:8]
        kept = out.with_name(f".{file.name}.{tag}.part")
        part = _take_up(kept)
        barren = 0
        try:
            while True:
                begun = part.stat().st_size
                try:
                    self._go_on(url, file, part)
                except _Broken as error:
                    barren = 0 if part.stat().st_size > begun else barren + 1
                    if barren == TRIES:
                        raise _Failed(str(error)) from None
                    self._cancelled.wait(PAUSE * barren)
                    continue
                try:
                    file.accept(part)
                except UserError:
                    os.truncate(part, 0)
                    if begun == 0:
                        raise _Failed("does not hold the published file") from None
                    continue  # the beginning was of something else: once more, from the start
                os.replace(part, out)
                return
        finally:
            _let_go(part, kept)

    def _go_on(self, url: str, file: RemoteFile, part: Path) -> None:
        """Append what is missing to a part file. Raises ``_Broken`` where another try may help, else ``_Failed``."""
        import requests
        import urllib3

        begun = part.stat().st_size
        headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={begun}-"} if begun else {})}
        try:
            self._check()
            with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
                self._response = response
                self._check()
                if response.status_code == 416 and begun:
                    return  # there is nothing after what has arrived
                if 400 <= response.status_code < 500:
                    raise _Failed(f"HTTP {response.status_code}")
                response.raise_for_status()
                resumes = response.headers.get("Content-Range", "").startswith(f"bytes {begun}-")
                if not (response.status_code == 206 and resumes):
                    begun = 0  # it sends the whole file
                self._sizes[file.name] = begun + int(response.headers.get("Content-Length") or file.size - begun)
                self._write(response.raw, file, part, begun, urlsplit(url).hostname or "")
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            self._check()
            raise _Broken(_reason(error)) from None
        finally:
            self._response = None

    def _write(self, source: Any, file: RemoteFile, part: Path, at: int, host: str) -> None:
        most = 2 * file.size + (1 << 20)
        with part.open("r+b") as into:
            into.seek(at)
            into.truncate()
            while piece := source.read(_PIECE, decode_content=False):
                into.write(piece)
                at += len(piece)
                if at > most:
                    into.truncate(0)
                    raise _Failed("sends more than the file has")
                self._check()
                self._tell(file, at, host)
        self._check()

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise FetchCancelled

    def _tell(self, file: RemoteFile, done: int, host: str) -> None:
        self._done[file.name] = done
        now = time.monotonic()
        if now - self._reported >= _REPORT:
            self._reported = now
            total = sum(self._sizes.values())
            self._report(FetchProgress(min(sum(self._done.values()), total), total, host))


class _Broken(Exception):
    """The connection failed: the same mirror may do better at the next try."""


class _Failed(Exception):
    """This mirror will not do."""


def _is_accepted(file: RemoteFile, path: Path) -> bool:
    try:
        file.accept(path)
    except UserError:
        return False
    return True


def _take_up(kept: Path) -> Path:
    """Return a part file of our own: one that was let go, one whose owner died, or an empty one."""
    own = kept.with_name(f"{kept.stem}.{uuid.uuid4().hex[:8]}.part")
    orphans = []
    for other in kept.parent.glob(f"{kept.stem}.*.part"):
        with suppress(OSError):
            if time.time() - other.stat().st_mtime > STALE:
                orphans.append(other)
    for candidate in (kept, *orphans):
        with suppress(OSError):  # somebody else was quicker
            os.rename(candidate, own)
            os.utime(own)
            return own
    own.touch()
    return own


def _let_go(part: Path, kept: Path) -> None:
    with suppress(OSError):
        if part.stat().st_size:
            os.replace(part, kept)
        else:
            part.unlink()


def _reason(error: Exception) -> str:
    """Return in a few words why a connection failed."""
    import requests

    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is refused"
    if isinstance(error, requests.Timeout):
        return "no answer"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"HTTP {error.response.status_code}"
    if isinstance(error, requests.ConnectionError) and "broken" not in str(error) and "Broken" not in str(error):
        return "no connection"
    return "the connection broke off"
