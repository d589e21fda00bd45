"""Numbers in text that somebody has written: digits from 0 to 9, nothing between or around them, one sign at most.

Python's own ``int`` and ``float`` read more than anybody is told: 1_0, blanks, digits of every script.
"""

from __future__ import annotations

import re

MOST = 40
"""Digits of a whole number that is looked at at all."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NAMES = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
"""Numbers that are not finite: read, for a range to refuse them by name."""
_WHOLE = re.compile(r"[+-]?[0-9]+")
_COUNT = re.compile(r"[0-9]+")


def is_count(text: str) -> bool:
    """Return whether a text is a whole number without a sign, of few enough digits to be read."""
    return len(text) <= MOST and _COUNT.fullmatch(text) is not None


def read_whole(text: str) -> int:
    """Return a whole number, with a sign or without.

    Raises:
        ValueError: what must be written, in words.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError("must be a whole number")
    if len(text) > MOST:  # Python reads none of more than a few thousand
        raise ValueError(f"must be a whole number of at most {MOST} digits")
    return int(text)


def read_number(text: str) -> float:
    """Return a number.

    Raises:
        ValueError: what must be written, in words.
    """
    if not (NUMBER.fullmatch(text) or NAMES.fullmatch(text)):
        raise ValueError("must be a number")
    return float(text)
