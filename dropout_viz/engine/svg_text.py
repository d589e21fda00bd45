"""The texts in the metadata of an SVG that shows a run: what ``picture_file`` reads of a PNG."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from dropout_viz.errors import UserError
from dropout_viz.files import read_bytes, readable

ENDING = ".svg"
LARGEST = 64 << 20
"""Bytes of an SVG, at most."""
_METADATA = re.compile(rb"<metadata>(.{0,4000000}?)</metadata>", re.DOTALL)
_TEXT = re.compile(r'<text xmlns="[^"]*" name="([^"]*)">([^<]*)</text>')


def read_texts(path: Path) -> dict[str, str]:
    """Return the texts by their keys; none where the picture has no run.

    Raises:
        UserError: what cannot be read, or is damaged; one line.
    """
    with readable(path, "a readable SVG file"):
        content = read_bytes(path, LARGEST)
    found = _METADATA.search(content)
    try:
        text = "" if found is None else found[1].decode("utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path}: damaged: what it says of its run is no UTF-8") from None
    return {unescape(key): unescape(value) for key, value in _TEXT.findall(text)}
