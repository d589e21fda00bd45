"""A run told in about a minute: which step it is to be at at which moment. No clock and no window.

Told time runs so: for the first seconds steps come slowly enough for every mask to be read; from then on each second
goes as many times farther as the last, so that a run of sixty thousand steps takes as long as one of a thousand. Told
time itself goes slower than the clock where the loss falls fast, and faster as long as it has hardly fallen, within
bounds. Which step is trained when changes nothing of what is trained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

READ_RATE = 4.0
"""Steps a second at first."""
READ = 4.0
"""Seconds in which nothing goes faster than that."""
TOLD = 72.0
"""Seconds of told time that a whole run takes, or fewer where it is over at ``READ_RATE`` before."""
GAINED, LOST = 12.0, 18.0
"""Seconds that a run may take less, and more, than ``TOLD``."""
FALL = 0.055
"""Of the loss at the start: what it may fall in a second before time goes slower."""
BEGUN = 0.8
"""Of the loss at the start: as long as it is higher, little has happened, and time may go faster."""
SLOWEST, FASTEST = 0.4, 4.0
"""Told seconds in a second of the clock, at least and at most."""
_LATE = 1.0  # seconds of steps that may be caught up on, of those that can be read half as many; the rest is let go
_SIGHT = 0.5  # told seconds over which the fall of the loss is measured, at least


@dataclass(frozen=True)
class TellingPlan:
    """Told time of a run of so many steps, as a function: strictly increasing, and its inverse.

    Attributes:
        steps: of the whole run. stretch: seconds in which the pace grows by READ_RATE times e, or inf.
    """

    steps: int
    stretch: float

    @classmethod
    def of(cls, steps: int) -> TellingPlan:
        """Return the plan that has done ``steps`` after ``TOLD`` seconds, or earlier where that needs no hurry."""
        if steps <= READ_RATE * TOLD:
            return cls(steps, math.inf)
        low, high = 0.05, 1e6
        for _ in range(200):
            middle = math.sqrt(low * high)
            low, high = (middle, high) if cls(steps, middle).step(TOLD) > steps else (low, middle)
        return cls(steps, high)

    def step(self, told: float) -> float:
        """Return which step it is at after so many told seconds; between two steps a fraction."""
        if told <= READ or math.isinf(self.stretch):
            return READ_RATE * told
        growth = min((told - READ) / self.stretch, 600.0)
        return READ_RATE * (READ + self.stretch * math.expm1(growth))

    def told(self, step: float) -> float:
        """Return after how many told seconds it is at a step."""
        if step <= READ_RATE * READ or math.isinf(self.stretch):
            return step / READ_RATE
        return READ + self.stretch * math.log1p((step / READ_RATE - READ) / self.stretch)


class Telling:
    """Where the telling of a run is.

    Attributes:
        told: seconds of told time. balance: seconds of the clock that it has taken beyond that, without those in which
            the trainer could not follow.
    """

    def __init__(self, steps: int, step: int = 0) -> None:
        self.plan = TellingPlan.of(steps)
        self.told = self.plan.told(step)
        self.balance = 0.0
        self._first = self._best = math.nan
        self._seen = (self.told, math.nan)  # told time and best loss, where the fall is measured from
        self._fall = 0.0

    def at(self, step: int) -> None:
        """The run is at a step, however it has come there; a telling that begins anew has its whole time again."""
        if step == 0:
            self.balance = 0.0
        if step == 0 or int(self.plan.step(self.told) + 1e-9) != step:
            self.told = self.plan.told(step)
            self._first = self._best = math.nan
            self._seen, self._fall = (self.told, math.nan), 0.0

    def go_on(self, seconds: float, step: int, loss: float) -> int:
        """Let some seconds of the clock pass; return the step that the run is to be at.

        Args:
            step, loss: where the run is, and its last loss with every unit on.
        """
        self._look(loss)
        speed = self.speed()
        self.balance += seconds * (1 - speed)
        late = _LATE if self.told > READ else 2 / READ_RATE
        self.told = min(self.told + seconds * speed, self.plan.told(step) + late)
        return int(self.plan.step(self.told) + 1e-9)

    def wait(self, step: int) -> float:
        """Return the seconds of the clock until a step is due, as things stand."""
        return max(0.0, (self.plan.told(step) - self.told) / self.speed())

    def speed(self) -> float:
        """Return how many told seconds a second of the clock is now."""
        if self.told <= READ or math.isinf(self.plan.stretch) or math.isnan(self._first):
            return 1.0
        quick = FASTEST if self._best > BEGUN * self._first else 1.0  # what has been learnt is not hurried away
        wanted = min(max(FALL / self._fall if self._fall > 0 else quick, SLOWEST), quick)
        room = GAINED + self.balance if wanted > 1 else LOST - self.balance
        return 1 + (wanted - 1) * min(1.0, max(0.0, room))  # the last second of room come gently

    def _look(self, loss: float) -> None:
        """Take note of the loss: what counts is the lowest so far, so that noise is no fall."""
        if not math.isfinite(loss):
            return
        if math.isnan(self._first):
            self._first = self._best = loss
            self._seen = (self.told, loss)
        self._best = min(self._best, loss)
        since, before = self._seen
        if self.told - since >= _SIGHT and self._first > 0:
            self._fall = (before - self._best) / self._first / (self.told - since)
            self._seen = (self.told, self._best)
