"""What the window and the process that draws thumbnails say to each other: a line of JSON one way; a line of JSON, and
the pixels that it tells of, the other."""

from __future__ import annotations

import json
from typing import NamedTuple

from PySide6.QtGui import QImage

_PIXEL = 4  # bytes, of ``Format_RGB32``


class Wanted(NamedTuple):
    """A picture that is asked for: of a preset, trained to a step, in a theme, with ``scale`` pixels a unit."""

    preset: str
    step: int
    theme: str
    scale: int


class Sent(NamedTuple):
    """What came of it.

    ``step``: the step that it shows; an earlier one than was asked for where the run has stopped, or a step takes too
    long. ``image``: None where there is none, and ``why`` says why in a line.
    """

    wanted: Wanted
    step: int = 0
    image: QImage | None = None
    why: str = ""


def asked(line: bytes) -> Wanted:
    """Return what a line asks for."""
    return Wanted(**json.loads(line))


def asking(wanted: Wanted) -> bytes:
    """Return the line that asks for a picture."""
    return json.dumps(wanted._asdict()).encode() + b"\n"


def packed(sent: Sent) -> bytes:
    """Return an answer as bytes."""
    width, height = (0, 0) if sent.image is None else sent.image.size().toTuple()
    told = {**sent._asdict(), "wanted": sent.wanted._asdict(), "image": [width, height]}
    pixels = b"" if sent.image is None else bytes(sent.image.constBits())
    return json.dumps(told).encode() + b"\n" + pixels


def unpacked(buffer: bytearray) -> Sent | None:
    """Take the first answer out of what has arrived; None while it is not all there."""
    end = buffer.find(b"\n") + 1
    if not end:
        return None
    told = json.loads(buffer[:end])
    width, height = told["image"]
    whole = end + width * height * _PIXEL
    if len(buffer) < whole:
        return None
    image = None
    if width:
        pixels = bytes(buffer[end:whole])  # Qt does not keep it: it has to be there until there is a copy
        image = QImage(pixels, width, height, QImage.Format.Format_RGB32).copy()
    del buffer[:whole]
    return Sent(Wanted(**told["wanted"]), told["step"], image, told["why"])
