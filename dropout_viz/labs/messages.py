"""What the window and a lab's process say to each other: a line of JSON one way, pickled messages the other.

Both ends are this program; nothing that comes from a file or from elsewhere is ever unpickled.
"""

from __future__ import annotations

import json
import pickle
import struct
from typing import Any, NamedTuple

from dropout_viz.labs.lab import LabResult, Progress

HEAD = struct.Struct("<Q")


class Message(NamedTuple):
    """What the process says: of how far it is, of what it has found, or how it ended.

    ``kind``: "progress", "result" (so far), "done", "cancelled" or "failed", of which ``text`` is the one line.
    """

    kind: str
    progress: Progress | None = None
    result: LabResult | None = None
    text: str = ""


def packed(message: Message) -> bytes:
    """Return a message as bytes."""
    body = pickle.dumps(message)
    return HEAD.pack(len(body)) + body


def unpacked(buffer: bytearray) -> list[Message]:
    """Take the complete messages out of what has arrived."""
    found = []
    while len(buffer) >= HEAD.size:
        end = HEAD.size + HEAD.unpack_from(buffer)[0]
        if len(buffer) < end:
            break
        found.append(pickle.loads(memoryview(buffer)[HEAD.size : end]))
        del buffer[:end]
    return found


def newest(messages: list[Message]) -> list[Message]:
    """Return of several messages of a kind the last one: each says all that there is to say."""
    last = {message.kind: at for at, message in enumerate(messages)}
    return [messages[at] for at in sorted(last.values())]


def request(key: str, options: dict[str, Any], fresh: bool = False) -> bytes:
    """Return the line that asks for a lab."""
    return json.dumps({"lab": key, "options": options, "fresh": fresh}).encode() + b"\n"
