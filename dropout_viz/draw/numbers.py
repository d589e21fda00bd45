"""Numbers as text: as many digits as they deserve, thousands apart, a true minus sign. No Qt."""

from __future__ import annotations

import math

from dropout_viz.words import superscript

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
ARROW = "\N{RIGHTWARDS ARROW}"
PLUS_MINUS = "\N{PLUS-MINUS SIGN}"
_ROUNDING = 1e-9  # by which a share that is all or nothing may be off


def number(value: float, digits: int = 4) -> str:
    """Return a measured value with ``digits`` significant digits: 0.1203, 12.34, and 1.20×10⁻⁵ where it is far from 1.

    Trailing zeros stay, so that a live value keeps its width. What is not a finite number is named.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    size = abs(value)
    exponent = math.floor(math.log10(size))
    if -4 <= exponent < max(6, digits):
        text = f"{size:.{max(0, digits - 1 - exponent)}f}"
    else:
        fewer = min(digits, 3) if digits <= 4 else digits  # the power itself takes room
        mantissa, _, power = f"{size:.{fewer - 1}e}".partition("e")
        text = f"{mantissa}×10{superscript(int(power))}"
    return f"{MINUS}{text}" if value < 0 else text


def count(value: float) -> str:
    """Return a whole number with its thousands apart: 60,000."""
    return f"{round(value):,}".replace("-", MINUS)


def share(value: float, of: int | None = None) -> str:
    """Return a share as per cent; of ``of`` cases with the decimals that these need: 75 % of 4, 52.5 % of 40.

    What is not all is not written as 100 %, nor what is something as 0 %: > 99.9 %, < 0.1 %.
    """
    if not math.isfinite(value):
        return "not a number"
    decimals = 1 if of is None else share_decimals(of)
    text, least = f"{100 * value:.{decimals}f}", 10.0**-decimals
    if _ROUNDING < value < 1 - _ROUNDING and not 0 < float(text) < 100:
        return f"< {least:.{decimals}f} %" if value < 0.5 else f"> {100 - least:.{decimals}f} %"
    return f"{text} %"


def share_decimals(of: int) -> int:
    """Return the decimals of per cents that each number of so many cases needs: up to two where these make it exact,
    else at least one, and as many as tell one number from the next."""
    exact = (decimals for decimals in (0, 1, 2) if of and 100 * 10**decimals % of == 0)
    return next(exact, max(1, math.ceil(math.log10(max(of, 1) / 100))))


def fixed(value: float) -> str:
    """Return a weight with three decimals, so that a live one keeps its width."""
    if not math.isfinite(value):
        return number(value)
    if abs(value) >= 9999.5:
        return number(value)
    return f"{MINUS if value < 0 else ''}{abs(value):.3f}"


def short(value: float, decimals: int = 2) -> str:
    """Return a value in a few characters: 0.73, −1.25, 12.4, 170, 3.1e5; nan and ∞ where it is not finite."""
    if math.isnan(value):
        return "nan"
    size = abs(value)
    if math.isinf(size):
        text = "∞"
    elif size >= 99999.5:
        text = f"{size:.1e}".replace("e+0", "e").replace("e+", "e")
    else:
        places = decimals if size < 9.995 else min(decimals, 1) if size < 99.95 else 0
        text = f"{size:.{places}f}" if size < 1000 else count(size)
    return f"{MINUS}{text}" if value < 0 and text.strip("0.") else text


def told(value: float, decimals: int = 2) -> str:
    """Return a value as ``short`` writes it, for a tip or a sentence, where what is not a number can be called so."""
    return "not a number" if math.isnan(value) else short(value, decimals)


def plain(value: float) -> str:
    """Return a given value (an input, a target, a setting) with no more digits than it needs: 1, 0.2, −1.57."""
    if math.isfinite(value) and value == round(value) and abs(value) < 1000:
        return f"{MINUS if value < 0 else ''}{abs(round(value))}"
    text = short(value, 2 if abs(value) >= 0.1 else 3)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def setting(value: float) -> str:
    """Return a setting as it was given, with up to six digits: 0.125, 0.996, 3e−05."""
    return f"{value:.6g}".replace("-", MINUS)


def times(factor: float) -> str:
    """Return what is multiplied by: × 1.25, × 2; what is not quite 1 has the digits that tell it from 1: × 1.001."""
    text = plain(factor)
    return f"{TIMES} {setting(factor) if text == '1' and factor != 1 else text}"


def written(value: float, decimals: int) -> str:
    """Return a tick's value: no sign before zero, thousands apart, a true minus sign; powers where it is far from 1."""
    if abs(value) >= 1e9 or decimals > 12:
        return number(value, 3)
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def with_error(mean: float, error: float, digits: int = 4) -> str:
    """Return a mean with as many decimals as its standard error, which has two digits: 0.970 ± 0.021; alone, with
    ``digits`` that count, where the error is of rounding only, or not known."""
    if not (1e-9 < error < math.inf and math.isfinite(mean)):
        return number(mean, digits)
    decimals = min(9, max(0, 1 - math.floor(math.log10(error))))
    return f"{written(mean, decimals)} {PLUS_MINUS} {written(error, decimals)}"


def borne(mean: float, error: float) -> str:
    """Return a mean with at most three digits that count, and none behind the first one of its standard error."""
    if not (0 < error < math.inf and math.isfinite(mean) and mean):
        return number(mean, 3)
    known = 1 + math.floor(math.log10(abs(mean))) - math.floor(math.log10(error))
    return number(mean, min(3, max(1, known)))
