"""The texts in a page that plays a run: what ``picture_file`` reads of a PNG, in one element of an HTML file."""

from __future__ import annotations

import json
from pathlib import Path

from dropout_viz.errors import UserError
from dropout_viz.files import read_bytes, readable

ENDING = ".html"
LARGEST = 16 << 20
"""Bytes of a page, at most."""
_BEGIN, _END = b'<script type="application/json" id="dropout-viz-run">', b"</script>"
_WANTED = "must be a page that dropout-viz has exported"


def read_texts(path: Path) -> dict[str, str]:
    """Return the texts by their keys; none where the page has no run.

    Raises:
        UserError: what cannot be read, or is damaged; one line.
    """
    with readable(path, "a readable page"):
        content = read_bytes(path, LARGEST)
    _, found, rest = content.partition(_BEGIN)
    text, closed, _ = rest.partition(_END)
    if not found:
        return {}
    try:
        texts = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        texts = None
    if not closed or not isinstance(texts, dict) or not all(isinstance(value, str) for value in texts.values()):
        raise UserError(f"{path}: damaged: what it says of its run cannot be read; {_WANTED}")
    return texts
