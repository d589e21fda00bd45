"""What a cell says: nothing, a number, a date, yes or no, or a text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "?", "null", "-"))
"""Cells that say nothing, in small letters."""
LARGEST = 1e100
"""Of numbers: the square of what is more cannot be computed with."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GROUPED = {",": re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?"), ".": re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d*)?")}
_SPACES = " '\u00a0\u2009\u202f"
_SPACED = re.compile(rf"[-+]?\d{{1,3}}([{_SPACES}]\d{{3}})+([.,]\d*)?")
_COMMA = re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE)
_POINT = re.compile(r"[-+]?\d*\.\d+(e[-+]?\d+)?", re.IGNORECASE)
_SIGNS = re.compile(r"^[$€£¥]\s*|\s*[$€£¥]$")
_YES_NO = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<a>\d{1,2})[-/.](?P<b>\d{1,2})(?:[T ](?P<t>.+))?"),
    re.compile(r"(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4})(?:[T ](?P<t>.+))?"),
)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(Z|[-+]\d{2}:?\d{2})?")


def is_missing(cell: str) -> bool:
    """Return whether a cell says nothing."""
    return (len(cell) < 5 and cell.strip().lower() in MISSING) or cell.isspace()


def decimal_mark(cells: Iterable[str], delimiter: str) -> str:
    """Return what stands before the decimals of a table's numbers, ``","`` or ``"."``, by some of its cells.

    The comma where some number shows it (1,5 and 1.234,56) and none shows the point; where both do, or neither, the
    point, but the comma in a table whose cells are separated by semicolons and that has numbers with one.
    """
    comma = point = doubtful = False
    for cell in cells:
        text = _bare(cell)
        if "," not in text and "." not in text:
            continue
        if _GROUPED[","].fullmatch(text):
            point |= "." in text
            doubtful |= "." not in text and text.count(",") == 1
        elif _GROUPED["."].fullmatch(text):
            comma |= "," in text
        elif _SPACED.fullmatch(text):
            comma |= "," in text
            point |= "." in text
        else:
            comma |= bool(_COMMA.fullmatch(text))
            point |= bool(_POINT.fullmatch(text))
    if comma != point:
        return "," if comma else "."
    return "," if delimiter == ";" and not point and doubtful else "."


def number(cell: str, mark: str) -> float:
    """Return a cell's number; ``mark`` stands before decimals, the other one between thousands, as may a space or '.

    12 % is 0.12; a sign of a currency before or behind is passed over. NaN where it says nothing.

    Raises:
        ValueError: no number.
    """
    if is_missing(cell):
        return math.nan
    text = _bare(cell)
    share = text.endswith("%")
    text = text[:-1].rstrip() if share else text
    other = "," if mark == "." else "."
    if _GROUPED[other].fullmatch(text):
        text = text.replace(other, "")
    elif _SPACED.fullmatch(text):
        text = re.sub(f"[{_SPACES}]", "", text)
    if mark == ",":
        if "." in text and not _POINT.fullmatch(text):
            raise ValueError(cell)
        text = text.replace(",", ".")
    if "_" in text or not text.isascii():
        raise ValueError(cell)
    return float(text) / 100 if share else float(text)


def numbers(cells: Sequence[str], mark: str) -> list[float]:
    """Return many cells' numbers, as ``number`` does, quickly where they are plain. Raises ``ValueError``."""
    joined = "\n".join(cells)
    if "_" not in joined and joined.isascii():
        plain = cells
        if mark == ",":
            if "." in joined:
                return [number(cell, mark) for cell in cells]
            plain = joined.replace(",", ".").split("\n")
        with suppress(ValueError):
            return list(map(float, plain))
        with suppress(ValueError):
            return [math.nan if is_missing(cell) else float(cell) for cell in plain]
    return [number(cell, mark) for cell in cells]


def yes_no(texts: Iterable[str]) -> dict[str, float]:
    """Return what each text stands for, 0 or 1, where they are words for yes and no; else nothing."""
    by_word = {text: text.strip().lower() for text in texts}
    pair = next((pair for pair in _YES_NO if set(by_word.values()) == set(pair)), None)
    return {} if pair is None else {text: float(pair.index(word)) for text, word in by_word.items()}


def day_first(cells: Iterable[str]) -> bool:
    """Return whether dates such as 3/4/2024 name the day first: by those that can be read one way alone, else where
    they are written with points or dashes."""
    points = False
    for cell in cells:
        found = _DATES[1].fullmatch(cell.strip())
        if found is None:
            continue
        if int(found["a"]) > 12:
            return True
        if int(found["b"]) > 12:
            return False
        points |= found["s"] in ".-"
    return points


def date(cell: str, day_first: bool) -> float:
    """Return a date, and time, as days since 1970 began; without a zone it is taken for Greenwich's. NaN where a cell
    says nothing. Raises ``ValueError``."""
    if is_missing(cell):
        return math.nan
    text = cell.strip()
    found = _DATES[0].fullmatch(text)
    if found is not None:
        month, day = int(found["a"]), int(found["b"])
    else:
        found = _DATES[1].fullmatch(text)
        if found is None:
            raise ValueError(cell)
        day, month = (int(found["a"]), int(found["b"])) if day_first else (int(found["b"]), int(found["a"]))
    whole = datetime(int(found["y"]), month, day, tzinfo=UTC)
    seconds = 0.0
    if found["t"]:
        clock = _TIME.fullmatch(found["t"].strip())
        if clock is None or int(clock[1]) > 24 or int(clock[2]) > 59 or int(clock[3] or 0) > 60:
            raise ValueError(cell)
        seconds = 3600.0 * int(clock[1]) + 60 * int(clock[2]) + int(clock[3] or 0)
        zone = clock[4] or "Z"
        if zone != "Z":
            ahead = 3600 * int(zone[1:3]) + 60 * int(zone[-2:])
            seconds -= -ahead if zone[0] == "-" else ahead
    return (whole - _EPOCH) / timedelta(days=1) + seconds / 86_400


def _bare(cell: str) -> str:
    text = cell.strip()
    return _SIGNS.sub("", text) if text and (text[0] in "$€£¥" or text[-1] in "$€£¥") else text
