"""Time, for a runner: when the next step is due, and how many steps a second there really were."""

from __future__ import annotations

import time

_WINDOW = 0.5  # seconds over which the rate is measured
_LATE = 0.25  # seconds of steps that may be caught up on; what is missed beyond is let go


class Pace:
    """Spaces steps evenly. A speed of None means as fast as it goes."""

    def __init__(self, step: int) -> None:
        self.restart(step)

    def restart(self, step: int) -> None:
        """Count from here."""
        self._begun, self._first = time.perf_counter(), step

    def due_at(self, step: int, speed: float | None) -> float:
        """Return the time at which the step after ``step`` is due; 0 for at once."""
        return 0.0 if speed is None else self._begun + (step + 1 - self._first) / speed

    def due(self, step: int, speed: float) -> int:
        """Return how many steps are due now."""
        steps = int((time.perf_counter() - self._begun) * speed) - (step - self._first)
        if steps > max(1.0, speed * _LATE):
            self.restart(step)
            return 1
        return steps


class Meter:
    """Measures steps a second."""

    def __init__(self, step: int) -> None:
        self.rate = 0.0
        self.restart(step)

    def restart(self, step: int) -> None:
        """Measure from here, and keep the last rate until there is a new one."""
        self._then, self._before = time.perf_counter(), step

    def read(self, step: int) -> float:
        """Return the rate over the last half second or so."""
        now = time.perf_counter()
        if step < self._before:
            self.rate = 0.0
            self.restart(step)
        elif now - self._then > _WINDOW:
            self.rate = (step - self._before) / (now - self._then)
            self.restart(step)
        return self.rate
