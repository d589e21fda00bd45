"""Numbers with what they count, or are measured in."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable

_KEPT = "\N{NO-BREAK SPACE}"
_FORMULA = re.compile(r"\S+(?: [×=−+/·] \S+)+")
_SHORT = 24  # characters of a formula that had better stay on its line
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def many(n: int, one: str, several: str = "", *, of: int | None = None) -> str:
    """Return a number and what it counts: 1 seed, 2 seeds, 60,000 steps; with ``of``: 1 of 2 seeds, 0 of 1 unit.

    ``several``: the plural, where it is not ``one`` and an s.
    """
    part = "" if of is None else f"{n:,} of "
    whole = n if of is None else of
    return f"{part}{whole:,} {one if whole == 1 else several or f'{one}s'}"


def sentences(told: Iterable[str]) -> str:
    """Return sentences one after another, each with a full stop unless it ends in a mark of its own; "" is none."""
    return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in told if one)


def of_arm(name: str, text: str) -> str:
    """Return what is said of an arm behind its name; of a run alone, which has none, as it is."""
    return f"{name}: {text}" if name and text else text


def figure(value: float, digits: int = 4) -> str:
    """Return a measured number in a sentence: so many digits that count, from a millionth to ten million without a
    power of ten: 0.004809, 0.00009746, 15,000, 60,000; beyond with one as it is written: 9.746×10⁻⁷."""
    size = abs(value)
    if 999.5 <= size < 1e7:
        return f"{round(value):,}"
    if 1e-6 <= size < 1e-4:
        return f"{value:.{digits - 1 - math.floor(math.log10(size))}f}".rstrip("0")
    mantissa, _, power = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}×10{superscript(int(power))}" if power else mantissa


def superscript(power: int) -> str:
    """Return a whole number as an exponent: -5 as ⁻⁵."""
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def unbroken(text: str) -> str:
    """Return a text that is to be broken into lines, but not between a number and its per cent, nor in a short formula:
    their spaces are such as do not break."""
    kept = text.replace(" %", f"{_KEPT}%")
    return _FORMULA.sub(lambda found: found[0].replace(" ", _KEPT) if len(found[0]) <= _SHORT else found[0], kept)


def gibibytes(size: int, most: int) -> str:
    """Return a size that is more than another in GiB, with as many decimals as it takes to see that it is more."""
    decimals = next((d for d in range(1, 9) if float(f"{size / 2**30:.{d}f}") > most / 2**30), 9)
    return f"{size / 2**30:,.{decimals}f} GiB"


def ago(when: float) -> str:
    """Return how long ago a time was, in words; ``when``: in seconds, as ``time.time`` has it."""
    seconds = max(0.0, time.time() - when)
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{many(int(seconds // size), unit)} ago"
    return "just now"
