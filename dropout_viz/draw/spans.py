"""Axes that stand still: ranges in round steps, which follow what they show without jittering. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dropout_viz.draw.numbers import MINUS
from dropout_viz.words import figure

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
_LEAST, _MOST = 1e-300, 8e307  # of an axis: beyond, its width and its ticks are no numbers
SMALLEST = 4.0  # half-width of a weight's range at least: beyond it a sigmoid's bend is out of sight


def round_up(value: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 4, 6, 8, 10 times a power of ten, for a positive finite value."""
    power = 10.0 ** math.floor(math.log10(value))
    for step in _STEPS:
        if step * power >= value * (1 - 1e-12):
            return step * power
    return 10 * power


def half_width(weight: float, before: float | None = None) -> float:
    """Return R of the range [-R, R] of a weight: it holds the weight with a margin of at least a tenth.

    ``before`` is the range so far: kept while the weight is inside 0.9 of it and does not fit into a much smaller one.
    """
    size = min(abs(weight), 1e300) if math.isfinite(weight) else 0.0
    if before is not None and size <= 0.9 * before and (before == SMALLEST or size > 0.25 * before):
        return before
    return round_up(max(SMALLEST, 1.35 * size))


@dataclass(frozen=True)
class Span:
    """The visible part of an axis, ends and distance of its round ticks."""

    low: float
    high: float
    tick: float

    @property
    def stretch(self) -> float:
        """How many times as high things look as on an axis that begins at 0 and ends at the same value."""
        return self.high / (self.high - self.low) if self.low > 0 else 1.0

    def ticks(self) -> list[float]:
        """Return the round values inside the span, ascending."""
        first = math.ceil(self.low / self.tick - 1e-9)
        last = math.floor(self.high / self.tick + 1e-9)
        return [k * self.tick for k in range(first, last + 1)]


def tick_distance(width: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten, so that at most ``most`` steps of it fit into ``width``."""
    raw = min(max(width, _LEAST), _MOST) / max(1, most)
    power = 10.0 ** math.floor(math.log10(raw))
    for step in (1.0, 2.0, 5.0):
        if step * power >= raw * (1 - 1e-9):
            return step * power
    return 10 * power


def ticked(low: float, high: float, most: int) -> Span:
    """Return exactly this span with at most so many steps between its ticks; with more where only one tick, or none,
    would lie inside: one number is no scale."""
    span = Span(low, high, tick_distance(high - low, most))
    while len(span.ticks()) < 2 and most < 32:
        most += 1
        span = Span(low, high, tick_distance(high - low, most))
    return span


def span_of(low: float, high: float, most: int = 4) -> Span:
    """Return a round span that holds [low, high]; it starts at 0 where the values come near it."""
    low, high = (min(max(end, -_MOST), _MOST) for end in (low, high))
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-300):  # a flat curve: leave room on both sides of it
        room = max(abs(high), 1e-3) / 2
        low, high = low - room, high + room
    if 0 <= low < (high - low):
        low = 0.0
    tick = tick_distance(high - low, most)
    fine = tick / 2
    return Span(math.floor(low / fine + 1e-9) * fine, math.ceil(high / fine - 1e-9) * fine, tick)


class LossAxis:
    """The loss axis of a moving curve: it grows at once, and shrinks only when the curve has been small for a while."""

    patience = 20  # frames

    def __init__(self) -> None:
        self._span: Span | None = None
        self._waited = 0
        self._low, self._high = math.inf, -math.inf

    def fit(self, low: float, high: float) -> Span:
        """Return the span for a curve between two finite values."""
        span = self._span
        if span is None or low < span.low or high > span.high:
            return self._restart(span_of(low, high))
        self._low, self._high = min(self._low, low), max(self._high, high)
        wanted = span_of(self._low, self._high)
        if wanted.high - wanted.low > 0.6 * (span.high - span.low):
            self._waited, self._low, self._high = 0, math.inf, -math.inf
            return span
        self._waited += 1
        return self._restart(wanted) if self._waited >= self.patience else span

    @property
    def state(self) -> list[float] | None:
        """What the next span depends on: the present one, and how long the curve has been how small."""
        if self._span is None:
            return None
        small = [self._low, self._high] if self._waited else []
        return [self._span.low, self._span.high, self._span.tick, self._waited, *small]

    def take(self, state: Sequence[float]) -> None:
        """Take over the state of another axis."""
        if len(state) in (4, 6) and state[0] < state[1] and 0 < state[2] <= state[1] - state[0] <= 200 * state[2]:
            self._span, self._waited = Span(*state[:3]), int(state[3])
            self._low, self._high = (state[4], state[5]) if len(state) == 6 else (math.inf, -math.inf)

    def _restart(self, span: Span) -> Span:
        self._span, self._waited = span, 0
        self._low, self._high = math.inf, -math.inf
        return span


def weight_ticks(half: float, most: int) -> list[float]:
    """Return the ticks of an axis from -half to half: ends, middle, and round values between where ``most`` allows; of
    one whose end is no round number, the round values inside, three at least."""
    if not math.isclose(round_up(half), half, rel_tol=1e-9):
        return ticked(-half, half, max(2, most)).ticks()
    even = half / 10 ** math.floor(math.log10(half)) in (1.0, 2.0, 4.0, 6.0, 8.0)
    parts = 4 if most >= 9 and even else 2 if most >= 5 else 1
    return [half * k / parts for k in range(-parts, parts + 1)]


def weight_text(value: float) -> str:
    """Return a tick's label on a weight axis."""
    return f"{MINUS if value < 0 else ''}{figure(abs(value), 6)}"


def tick_text(value: float, tick: float) -> str:
    """Return a tick's label with the decimals that its distance needs."""
    if value == 0 or abs(value) < tick * 1e-6:
        return "0"
    decimals = max(0, -math.floor(math.log10(tick) + 1e-9))
    text = f"{abs(value):,.{decimals}f}" if decimals <= 5 and abs(value) < 1e7 else figure(abs(value), 3)
    return (MINUS if value < 0 else "") + text


def power_text(value: float, tick: float) -> str:
    """Return a tick's label as a power of ten, with the digits that its distance needs: 7e6, −1.5e240."""
    if value == 0 or abs(value) < tick * 1e-6:
        return "0"
    digits = max(0, math.floor(math.log10(abs(value)) + 1e-9) - math.floor(math.log10(tick) + 1e-9))
    mantissa, _, power = f"{abs(value):.{digits}e}".partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{MINUS if value < 0 else ''}{mantissa}e{int(power)}"
