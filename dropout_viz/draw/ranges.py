"""Ranges of axes that hold still: they end at round numbers and change only when the data ask for it. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Range = tuple[float, float]

_ENDS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_KEEP = 0.5  # a range stays as long as the range that the data ask for is this share of it
_LEAST = 1e-290  # below, floating point loses its digits
_DECADES = 12  # a logarithmic axis reaches at most so far below its top


def nice(value: float, steps: Sequence[float] = (1, 2, 5)) -> float:
    """Return the smallest of ``steps`` times a power of ten that is at least ``value``; 1 where that is next to 0."""
    if not _LEAST < value < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in steps:
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10 * power


def nice_below(value: float) -> float:
    """Return the greatest of 1, 2, 5 times a power of ten that is at most ``value`` (which is above 0)."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return max((step * power for step in (1, 2, 5) if step * power <= value * (1 + 1e-9)), default=power)


def whole_run(step: int) -> float:
    """Return where the step axis ends while it follows a run that has come to ``step``."""
    return max(10.0, nice(step, _ENDS))


def fit(
    low: float, high: float, now: Range | None = None, *, from_zero: float = 1.0, parts: int = 4, keep: float = _KEEP
) -> Range:
    """Return a linear range for data from ``low`` to ``high``; ``now`` if it suits.

    It begins at 0 where ``low`` is 0 to ``from_zero`` times ``high``; else its ends are whole steps, of which the data
    have about so many ``parts``. ``keep``: the share of ``now`` that what they
    ask for must have.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return now or (0.0, 1.0)
    if 0 <= low <= from_zero * high:
        wanted = (0.0, nice(high, _ENDS))
    else:
        step = nice(max(high - low, abs(high) * 1e-3) / parts)
        wanted = (math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step)
        if wanted[0] >= wanted[1]:
            wanted = (wanted[0] - step, wanted[0] + step)
    return _still(wanted, low, high, now, keep)


def fit_log(low: float, high: float, now: Range | None = None) -> Range:
    """Return exponents, a range for positive data from ``low`` to ``high``, at most 12 decades; ``now`` if it suits."""
    if not (0 < low <= high < math.inf and high > _LEAST * 10.0**_DECADES):
        return now or (-3.0, 0.0)
    low = max(low, high / 10.0**_DECADES)
    wanted = (math.log10(nice_below(low)), math.log10(nice(high)))
    if wanted[1] - wanted[0] < 0.1:
        wanted = (wanted[0] - 0.2, wanted[1] + 0.2)
    return _still(wanted, math.log10(low), math.log10(high), now, _KEEP)


def _still(wanted: Range, low: float, high: float, now: Range | None, keep: float) -> Range:
    """Return ``now`` where it holds the data and they fill enough of it, else ``wanted``."""
    if now is not None and now[0] <= low and high <= now[1] and wanted[1] - wanted[0] >= keep * (now[1] - now[0]):
        return now
    return wanted


class NiceLimit:
    """The end of a colour scale: 1, 2 or 5 times a power of ten, and slow to change.

    It grows when what it covers outgrows it and shrinks only when well under the next lower step, so that a value that
    wavers about a step does not make the whole picture flicker.
    """

    def __init__(self) -> None:
        self.value = 0.0

    def cover(self, size: float) -> float:
        """Return the limit that covers a size. A size that is not finite or not above 0 changes nothing."""
        if math.isfinite(size) and size > 0 and not 0.8 * lower_step(self.value) <= size <= self.value:
            self.value = nice(size)
        return self.value or 1.0


def lower_step(limit: float) -> float:
    """Return the step below a step: 0.5 for 1, 1 for 2, 2 for 5."""
    return nice(limit * 0.35) if limit > 0 else 0.0


def bulk(values: NDArray[np.floating[Any]], share: float = 0.9) -> float:
    """Return the size that a share of the values other than 0 stays within, or 0 where none is finite.

    One runaway weight must not fade all the others, so the scale ends there and the rest is clamped.
    """
    size = np.abs(values[np.isfinite(values) & (values != 0)])
    rank = math.ceil(share * (size.size - 1))
    return float(np.partition(size, rank)[rank]) if size.size else 0.0
