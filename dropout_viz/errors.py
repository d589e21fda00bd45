"""The errors that a user is meant to read."""

from __future__ import annotations

import difflib
import re
import sys
import unicodedata
from collections.abc import Iterable
from typing import Any

LONGEST, _LONGEST_WORD = 900, 120  # characters of a message, and of a piece of it without a space


def one_line(text: str) -> str:
    """Return a message as one line of bearable length: what a terminal would act on is spelt out, and of what is too
    long, the beginning and the end are left."""
    spelt = "".join(c if c.isprintable() or _is_space(c) else c.encode("unicode_escape").decode() for c in text)
    cut = re.sub(rf"\S{{{_LONGEST_WORD + 1},}}", lambda found: _cut(found[0], _LONGEST_WORD), spelt)
    return _cut(cut, LONGEST)


def plain(error: ValueError | RecursionError) -> str:
    """Return what Python says of bad input as one line, without advice that is meant for programmers."""
    said = " ".join(str(error).split())
    if "int_max_str_digits" in said:
        return f"a number of more than {sys.get_int_max_str_digits():,} digits"
    return said


def _is_space(c: str) -> bool:
    """Whether a character is a space within a line, such as one that does not break."""
    return unicodedata.category(c) == "Zs"


def _cut(text: str, most: int) -> str:
    end = most // 3
    return text if len(text) <= most else f"{text[: most - end - 1]}…{text[-end:]}"


class UserError(Exception):
    """A single line that names what is wrong, where, and what is allowed.

    The command line prints it after ``error:`` and exits with status 2; the window shows it in place.
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class OtherFiles(UserError):
    """A run was trained on other files of its data set than those that are here."""


class NoRoom(UserError):
    """A file that could not be written although its place is fine: the disk is full. Exit status 1."""


class MissingData(UserError):
    """A data set's files are not on this computer. ``store`` (see ``data.store``) can get them.

    ``why`` and ``detail`` say what is wrong without saying what to do: "is spoilt", and a sentence or ``""``.
    """

    def __init__(self, message: str, store: Any, why: str, detail: str = "") -> None:
        super().__init__(message)
        self.store, self.why, self.detail = store, why, detail


class MisplacedData(MissingData):
    """A folder that the user named for a data set holds none of its files. Nothing else may be taken without asking."""


class RunError(Exception):
    """A run that failed although its input was fine. Exit status 1."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def nearest(key: str, known: Iterable[str], most: int = 1) -> str:
    """Return a question that names the nearest known key, or as many as ``most`` of them, or ``""``."""
    by_small = {name.casefold(): name for name in known}
    close = [by_small[name] for name in difflib.get_close_matches(key.casefold(), list(by_small), n=most)]
    *others, last = close or [""]
    named = f"{', '.join(others)} or {last}" if others else last
    return f" (did you mean {named}?)" if named else ""
