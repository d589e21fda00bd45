"""A lab in a process of its own: what it says, and that it ends with whoever started it."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from dropout_viz.labs import process as process_
from dropout_viz.labs.messages import Message, packed, request, unpacked


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], list[Message]]:
    """Serves a request here, where the end of input must not end everything, and returns what is said."""
    monkeypatch.setattr(process_, "_end_all", lambda: None)

    def ask(line: bytes) -> list[Message]:
        taken = io.BytesIO()
        process_.serve(io.BytesIO(line), taken, threading.Event())
        return unpacked(bytearray(taken.getvalue()))

    return ask


def test_messages_survive_any_cutting() -> None:
    messages = [Message("failed", text="x" * n) for n in (0, 10, 70_000)]
    whole, buffer, found = b"".join(map(packed, messages)), bytearray(), []
    for at in range(0, len(whole), 1000):
        buffer += whole[at : at + 1000]
        found += unpacked(buffer)
    assert found == messages
    assert not buffer


def test_a_lab_says_how_far_it_is_and_what_it_found(said: Callable[[bytes], list[Message]]) -> None:
    messages = said(request("published", {"only": [1, 6]}))
    kinds = [m.kind for m in messages]
    assert kinds[-1] == "done"
    assert kinds.count("result") == 2
    assert kinds.count("progress") >= 1
    assert messages[-1].result is not None
    assert messages[-1].result.verdict == "agrees"


def test_bad_input_is_said_in_one_line(said: Callable[[bytes], list[Message]]) -> None:
    assert said(request("published", {"only": [99]}))[-1].text.startswith("--only 99: must be among")
    assert said(request("nosuch", {}))[-1].text.startswith("lab 'nosuch': unknown")


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    made = subprocess.Popen(
        [sys.executable, "-m", "dropout_viz.labs.process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield made
    made.kill()
    made.wait()
    for pipe in (made.stdin, made.stdout):
        if pipe is not None:
            pipe.close()


def test_it_ends_when_whoever_started_it_is_gone(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(request("published", {"only": [4]}))
    process.stdin.flush()
    assert process.stdout.read(8)  # it is at work
    process.stdin.close()
    process.stdin = None
    assert process.wait(60) != 0
