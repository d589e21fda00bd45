"""Long series drawn with few points and no lost peak: the least and the greatest value of every pixel. NumPy only.

A ``Pyramid`` keeps the places of the extremes of blocks of 16, 128, 1,024, ... values and grows with its series, so
that any stretch of a run of millions of steps is ready in the time that its pixels take, not its steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.history import Series

Places = NDArray[np.int64]
Floats = NDArray[np.float64]

_BASE = 16  # values in a block of the lowest level
_FACTOR = 8  # blocks of one level in a block of the next


def extremes(values: Floats, size: int) -> Places:
    """Return the places of the least and the greatest value of each block of ``size`` values, in ascending order.

    ``values`` has shape (n,), the result at most (2 ceil(n / size),): a place that is both is named once. What is not
    finite is passed over; a block of nothing else gives its first place, so that a gap stays visible.
    """
    n = len(values)
    full = n - n % size
    pairs = (_block_extremes(values[:full].reshape(-1, size)) + np.arange(0, full, size)[:, None]).ravel()
    if full < n:
        pairs = np.concatenate([pairs, full + _block_extremes(values[full:].reshape(1, -1)).ravel()])
    return _once(pairs)


class Pyramid:
    """The extremes of a growing series at every scale.

    Attributes:
        series: the series it belongs to.
        steps, values: what of it ``update`` has seen.
        first_bad: the first step whose value is not a finite number, or None.
        rows: the table's rows that they were taken from.
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        self.steps, self.values, self.rows = series.read()
        self._begin()

    def _begin(self) -> None:
        self.steps, self.values = self.steps[:0], self.values[:0]
        self.first_bad: int | None = None
        self._levels: list[_Pairs] = []
        self._key: object = None  # of the window that was asked for last
        self._until, self._found = 0, np.empty(0, np.int64)

    @property
    def length(self) -> int:
        """How many values it has seen."""
        return len(self.values)

    def update(self) -> int:
        """Take in what the series has gained and return its length."""
        steps, values, rows = self.series.read()
        if rows.thinnings != self.rows.thinnings:  # places have moved
            self._begin()
        elif len(values) == self.length:
            return self.length
        if self.first_bad is None and len(values) > self.length:
            bad = np.flatnonzero(~np.isfinite(values[self.length :]))
            if bad.size:
                self.first_bad = int(steps[self.length + bad[0]])
        self.steps, self.values, self.rows = steps, values, rows
        size, below = _BASE, None
        for k in range(40):
            blocks = len(values) // size
            if k == len(self._levels):
                if not blocks:
                    break
                self._levels.append(_Pairs())
            level = self._levels[k]
            done = len(level)
            if blocks > done:
                if below is None:
                    chunk = values[done * size : blocks * size].reshape(-1, size)
                    level.extend(_block_extremes(chunk) + np.arange(done, blocks)[:, None] * size)
                else:
                    places = below.pairs(done * _FACTOR, blocks * _FACTOR).reshape(-1, 2 * _FACTOR)
                    level.extend(np.take_along_axis(places, _block_extremes(values[places]), axis=1))
            size, below = size * _FACTOR, level
        return len(values)

    def window(self, first: int, stop: int, size: int) -> Places:
        """Return the places to draw of ``series[first:stop]`` so that each ``size`` values keep their extremes.

        Ascending, first and last included; all of them where ``size`` is below 3. At most about ``2 (stop - first) /
        size`` and a few. ``update`` must have seen ``stop``.
        """
        if size < 3 or stop - first <= 2 * size:
            return np.arange(first, stop, dtype=np.int64)
        level, block = -1, 1
        while level + 1 < len(self._levels) and _BASE * _FACTOR ** (level + 1) <= size:
            level += 1
            block = _BASE * _FACTOR**level
        together = size // block
        key, places, begin = (first, level, together), np.empty(0, np.int64), first
        if key == self._key and self._until <= stop:  # it has grown: only its end is looked at anew
            places, begin = self._found, self._until
        until = begin + (stop - begin) // (block * together) * block * together
        more, rest = self._extremes(begin, until, level, together), self._extremes(until, stop, level, together)
        self._key, self._until, self._found = key, until, np.concatenate([places, more])
        return _once(np.concatenate([[first], self._found, rest, [stop - 1]]))

    def _extremes(self, first: int, stop: int, level: int, together: int) -> Places:
        """Return the places of the extremes of a stretch, of as many blocks of a level together."""
        if stop <= first:
            return np.empty(0, np.int64)
        if level < 0:
            return first + extremes(self.values[first:stop], together)
        places = self._cover(first, stop, level)
        return places[extremes(self.values[places], 2 * together)] if together > 1 else places

    def _cover(self, first: int, stop: int, level: int) -> Places:
        """Return places that hold the extremes of a stretch: whole blocks, and finer ones at its two ends."""
        if level < 0 or stop - first < _BASE:
            return np.arange(first, stop, dtype=np.int64)
        block = _BASE * _FACTOR**level
        low, high = -(-first // block), min(stop // block, len(self._levels[level]))
        if high <= low:
            return self._cover(first, stop, level - 1)
        return np.concatenate(
            [
                self._cover(first, low * block, level - 1),
                self._levels[level].pairs(low, high).ravel(),
                self._cover(high * block, stop, level - 1),
            ]
        )


class _Pairs:
    """A growing array of pairs of places, shape (n, 2)."""

    def __init__(self) -> None:
        self._rows = np.empty((64, 2), np.int64)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def pairs(self, first: int, stop: int) -> Places:
        return self._rows[first:stop]

    def extend(self, rows: Places) -> None:
        n, m = self._length, len(rows)
        if n + m > len(self._rows):
            grown = np.empty((max(2 * len(self._rows), n + m), 2), np.int64)
            grown[:n] = self._rows[:n]
            self._rows = grown
        self._rows[n : n + m] = rows
        self._length = n + m


def _block_extremes(blocks: Floats) -> Places:
    """Return, for blocks of shape (n, size), the places of least and greatest within each, ascending, shape (n, 2)."""
    good = np.isfinite(blocks)
    if good.all():
        low, high = blocks.argmin(axis=1), blocks.argmax(axis=1)
    else:
        low = np.where(good, blocks, np.inf).argmin(axis=1)
        high = np.where(good, blocks, -np.inf).argmax(axis=1)
    pairs = np.empty((len(blocks), 2), np.int64)
    np.minimum(low, high, out=pairs[:, 0])
    np.maximum(low, high, out=pairs[:, 1])
    return pairs


def _once(places: Places) -> Places:
    """Return ascending places without repetition."""
    if len(places) < 2:
        return places
    keep = np.empty(len(places), bool)
    keep[0] = True
    np.greater(places[1:], places[:-1], out=keep[1:])
    return places[keep]
