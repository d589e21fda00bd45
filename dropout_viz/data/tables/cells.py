"""What a cell says: nothing, a number, a date, yes or no, or a text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

MISSING = frozenset(
    (
        *("", "na", "n/a", "nan", "nat", "none", "null", "?", "-", "--", ".", "\\n"),
        *("#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!"),
    )
)
"""Cells that say nothing, in small letters."""
_LONGEST_MISSING = 12  # characters, with some spaces
LARGEST = 1e100
"""Of numbers: the square of what is more cannot be computed with."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GROUPED = {  # a group of thousands begins with no zero: 0,100 has a decimal comma
    ",": re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?"),
    ".": re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?"),
}
_SPACES = " '\u2019\u00a0\u2009\u202f"
_SPACED = re.compile(rf"[-+]?\d{{1,3}}([{_SPACES}]\d{{3}})+([.,]\d*)?")
_COMMA = re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE)
_POINT = re.compile(r"[-+]?\d*\.\d+(e[-+]?\d+)?", re.IGNORECASE)
_CURRENCY = (
    r"(?:[A-Z]{0,2}\$|[€£¥₹]|zł|Kč|kr\.?|Rs\.?|Fr\.?"
    r"|CHF|EUR|USD|GBP|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|BRL|CAD|AUD)"
)
_MONEY = re.compile(
    rf"(?P<a>[-+]?)\s*(?:{_CURRENCY})?\s*(?P<b>[-+]?)(?P<n>[\d.,].*?)\s*(?P<c>%?)\s*(?:{_CURRENCY})?(?P<d>-?)",
    re.IGNORECASE,
)
_YES_NO = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
_CLOCK = r"(?:(?:T|,? +)(?P<t>\d.*))?"
_DATES = (
    re.compile(rf"(?P<y>\d{{4}})[-/.](?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}}){_CLOCK}"),
    re.compile(rf"(?P<a>\d{{1,2}})(?P<s>[./-])(?P<b>\d{{1,2}})(?P=s)(?P<y>\d{{4}}|\d\d){_CLOCK}"),
)
_CENTURY = 69  # of years of two digits: those below are of this century, as POSIX has it
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAMED = (
    re.compile(rf"(?P<d>\d{{1,2}})[ -](?P<m>[a-z]{{3,9}})\.?,?[ -](?P<y>\d{{4}}|\d\d){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?P<m>[a-z]{{3,9}})\.? (?P<d>\d{{1,2}}),? (?P<y>\d{{4}}){_CLOCK}", re.IGNORECASE),
)
_TIME = re.compile(
    r"(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?(?: ?(?P<half>[ap])\.?m\.?)?"
    r" ?(?P<zone>Z|UTC|GMT|[-+]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def is_missing(cell: str) -> bool:
    """Return whether a cell says nothing."""
    return (len(cell) <= _LONGEST_MISSING and cell.strip().lower() in MISSING) or cell.isspace()


class Marks:
    """What cells show of the mark before the decimals of a table's numbers.

    Attributes:
        comma, point: some number can only be read with it (1,5; 0,100; 1.234,56). doubtful: some number can be read
            with either (1,234: a thousand and more, or one and some).
    """

    def __init__(self) -> None:
        self.comma = self.point = self.doubtful = self._one_comma = False

    def see(self, cells: Iterable[str], *, enough: bool = False) -> None:
        """Look at further cells, whatever they are; ``enough``: no further than to the first that shows the
        point."""
        for cell in cells:
            if enough and self.point:
                return
            if "," not in cell and "." not in cell:
                continue
            text, _ = _bare(cell)
            if _GROUPED[","].fullmatch(text):
                self._see_groups(text, ",", ".")
            elif _GROUPED["."].fullmatch(text):
                self._see_groups(text, ".", ",")
            elif _SPACED.fullmatch(text):
                self.comma |= "," in text
                self.point |= "." in text
            else:
                self.comma |= bool(_COMMA.fullmatch(text))
                self.point |= bool(_POINT.fullmatch(text))

    def _see_groups(self, text: str, between: str, mark: str) -> None:
        sure = mark in text or text.count(between) > 1
        self.point |= sure and mark == "."
        self.comma |= sure and mark == ","
        self.doubtful |= not sure
        self._one_comma |= not sure and between == ","

    @property
    def told(self) -> bool:
        """Whether the cells show a mark at all."""
        return self.comma or self.point

    def mark(self, delimiter: str) -> str:
        """Return ``","`` where some number shows it and none shows the point; where both do, or neither, the point, but
        the comma in a table whose cells are separated by semicolons and that has numbers with one."""
        if self.comma != self.point:
            return "," if self.comma else "."
        return "," if delimiter == ";" and not self.point and self._one_comma else "."


def number(cell: str, mark: str) -> float:
    """Return a cell's number; ``mark`` stands before decimals, the other one between thousands, as may a space or '.

    12 % is 0.12; the sign or the name of a currency before or behind is passed over; (1.50) and 1.50- are below zero.
    NaN where it says nothing.

    Raises:
        ValueError: no number.
    """
    if is_missing(cell):
        return math.nan
    text, share = _bare(cell)
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


def numbers(cells: Sequence[str], mark: str, marks: Marks | None = None) -> list[float]:
    """Return many cells' numbers, as ``number`` does, quickly where they are plain; ``marks`` sees them. Raises
    ``ValueError``."""
    joined = "\n".join(cells)
    if marks is not None and "," in joined and not marks.comma:
        marks.see(cells)
    elif marks is not None and "." in joined and not marks.point:
        marks.see(cells, enough=mark == ".")
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
    if (found := _DATES[0].fullmatch(text)) is not None:
        month, day = int(found["a"]), int(found["b"])
    elif (found := _DATES[1].fullmatch(text)) is not None:
        day, month = (int(found["a"]), int(found["b"])) if day_first else (int(found["b"]), int(found["a"]))
    else:
        found = _NAMED[0].fullmatch(text) or _NAMED[1].fullmatch(text)
        word = found["m"].lower() if found is not None else ""
        months = [number for number, name in enumerate(_MONTHS, 1) if word and name.startswith(word)]
        if found is None or not months:
            raise ValueError(cell)
        day, month = int(found["d"]), months[0]
    year = int(found["y"])
    if len(found["y"]) == 2:
        year += 2000 if year < _CENTURY else 1900
    whole = datetime(year, month, day, tzinfo=UTC)
    return (whole - _EPOCH) / timedelta(days=1) + (_seconds(found["t"]) if found["t"] else 0.0) / 86_400


def _seconds(time: str) -> float:
    """Return the seconds since a day began at Greenwich. Raises ``ValueError``."""
    clock = _TIME.fullmatch(time.strip())
    if clock is None:
        raise ValueError(time)
    hour, half, zone = int(clock["h"]), (clock["half"] or "").lower(), (clock["zone"] or "Z").upper()
    if int(clock["min"]) > 59 or int(clock["s"] or 0) > 60 or hour > 24 or (half and not 1 <= hour <= 12):
        raise ValueError(time)
    if half:
        hour = hour % 12 + 12 * (half == "p")
    seconds = 3600.0 * hour + 60 * int(clock["min"]) + int(clock["s"] or 0)
    if zone[0] in "+-":
        ahead = 3600 * int(zone[1:3]) + 60 * int(zone[-2:])
        seconds -= -ahead if zone[0] == "-" else ahead
    return seconds


def _bare(cell: str) -> tuple[str, bool]:
    """Return a cell's number with its sign before it, without currency and percent sign, and whether it had that."""
    text = cell.strip()
    begins = text[1:2] if text[:1] in ("+", "-") else text[:1]
    if not text or (text[-1].isdigit() and begins in "0123456789.,"):
        return text, False
    text = text.replace("\u2212", "-")
    below = text[0] == "(" and text[-1] == ")"
    found = _MONEY.fullmatch(text[1:-1].strip() if below else text)
    if found is None:
        return text, False
    signs = found["a"] + found["b"] + found["d"] + "-" * below
    return (signs + found["n"] if len(signs) < 2 else text), bool(found["c"])
