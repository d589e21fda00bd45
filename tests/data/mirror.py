"""A web server on this machine that has files and treats them badly, as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """Answers with what the server's behaviour does."""

    server: Mirror

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range", "")))
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
        else:
            self.server.behave(self, content)

    @property
    def start(self) -> int:
        """The first byte that is asked for."""
        return int(self.headers.get("Range", "bytes=0-")[len("bytes=") : -1])

    def begin(self, content: bytes, *, claimed: int | None = None, whole: bool = False) -> bytes:
        """Send the head of an answer and return what is to follow; ``whole``: as if no range had been asked for."""
        first = 0 if whole else self.start
        if first >= len(content) > 0:
            self.send_error(416)
            return b""
        rest = content[first:]
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(rest) if claimed is None else claimed))
        self.end_headers()
        return rest

    def log_message(self, format: str, *args: object) -> None:
        pass


class Mirror(ThreadingHTTPServer):
    """``asked`` lists the paths and ranges of all requests, in order."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes], behave: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.behave = {f"/{name}": content for name, content in files.items()}, behave
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone away is what is being tested."""


def good(handler: Handler, content: bytes) -> None:
    handler.wfile.write(handler.begin(content))


@contextmanager
def serving(files: dict[str, bytes], behave: Behaviour = good) -> Iterator[Mirror]:
    """Serve files, each at ``/name``, while the context lasts."""
    mirror = Mirror(files, behave)
    thread = threading.Thread(target=mirror.serve_forever, args=(0.01,), name="mirror")
    thread.start()
    try:
        yield mirror
    finally:
        mirror.shutdown()
        mirror.server_close()
        thread.join()
