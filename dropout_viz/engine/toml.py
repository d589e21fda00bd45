"""TOML: from outside whatever it is, it is tables or a few words that say why not; and values as it writes them."""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from datetime import date, time
from typing import Any

from dropout_viz.errors import plain

LONGEST = 1 << 18
"""Bytes of TOML that are read, at most."""
_PARTS = 20  # of a dotted key: the parser takes a time that grows with their cube
_KEY = r"""(?:"[^"\n]*+"|'[^'\n]*+'|(?<![\w-])[\w-]++)"""
_DEEP = re.compile(rf"(?:{_KEY}[ \t]*+\.[ \t]*+){{{_PARTS}}}")
_FOREIGN = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16", b"\0": "UTF-16 or no text"}


def parsed(content: bytes | str) -> dict[str, Any]:
    """Return the tables of a piece of TOML; a mark of UTF-8 at its beginning is passed over.

    Raises:
        ValueError: it is none; a few words that say why.
    """
    text = (content if isinstance(content, str) else _decoded(content)).removeprefix("\ufeff")
    if len(text) > LONGEST:
        raise ValueError(f"{len(text):,} characters; must be at most {LONGEST:,}")
    if _DEEP.search(text):
        raise ValueError(f"a key of more than {_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("too deep: brackets within brackets") from None
    except ValueError as error:
        raise ValueError(plain(error)) from None


def toml_value(value: Any) -> str:
    """Return a setting's value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's escapes are JSON's, and DEL
    if isinstance(value, tuple | list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {toml_value('none' if v is None else v)}" for k, v in value.items()) + "}"
    if isinstance(value, date | time):
        return value.isoformat()
    return repr(value)


def _decoded(content: bytes) -> str:
    for mark, name in _FOREIGN.items():
        if content.startswith(mark) or (mark == b"\0" and mark in content[:64]):
            raise ValueError(f"its text is {name}; must be saved as UTF-8")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(f"line {line} is not UTF-8; must be saved as UTF-8") from None
