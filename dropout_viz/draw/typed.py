"""Numbers as people type them: with a point, or with one comma, before the decimals. What could be read in two ways
is not read at all. No Qt."""

from __future__ import annotations

import re

from dropout_viz import digits

_COMMA = re.compile(r"([+-]?)([0-9]*),([0-9]*)([eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_POINTS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")

NUMBER = "must be one number, with a point or one comma before its decimals and nothing between its thousands"
WHOLE = "must be a whole number, written 1000 or 1,000"


def read_number(text: str, *, whole: bool = False) -> int | float:
    """Return the number that was typed; an ``int`` where it is ``whole`` and a whole number is asked for.

    One lone comma is a decimal comma: ``0,5`` is 0.5 everywhere. Only where a ``whole`` number is asked for do commas
    before groups of three digits stand between thousands, because that is how such numbers are shown: ``1,000`` is
    1000 there. ``1.000`` is refused there, since one half of the world means 1 by it and the other 1000.

    Raises:
        ValueError: what must be typed, in words: the text is no number, or could mean two.
    """
    wanted = WHOLE if whole else NUMBER
    typed = text.strip().replace("\N{MINUS SIGN}", "-")
    if whole and _THOUSANDS.fullmatch(typed):
        typed = typed.replace(",", "")
    elif (found := _COMMA.fullmatch(typed)) and (found[2] or found[3]):
        typed = f"{found[1]}{found[2] or '0'}.{found[3] or '0'}{found[4] or ''}"
    elif whole and _POINTS.fullmatch(typed):
        raise ValueError(wanted)
    try:
        number = digits.read_number(typed)
    except ValueError:
        raise ValueError(wanted) from None
    return int(number) if whole and number.is_integer() else number


def read_numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a list: with commas between those that have points, else with semicolons.

    Raises:
        ValueError: what must be typed, in words.
    """
    if ";" in text:
        parts = text.split(";")
    elif "." in text or not re.search(r"\d,\d", text):
        parts = text.split(",")
    else:  # 0,2 may be a fifth, or nothing and two
        raise ValueError("must be numbers with ; between them, such as 0.2; 0.5")
    return tuple(read_number(part) for part in parts if part.strip())
