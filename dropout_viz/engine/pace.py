"""Time, for a runner: when the next step is due, and how many steps a second there really were."""

from __future__ import annotations

import time
from typing import Literal

from dropout_viz.engine.telling import Telling

AUTO: Literal["auto"] = "auto"
"""In place of a speed: the whole run in about a minute, see ``engine.telling``."""
Speed = float | Literal["auto"] | None
"""Steps a second, ``AUTO``, or None for as fast as it goes."""
_WINDOW = 0.5  # seconds over which the rate is measured
_STALLED = 1.0  # seconds that the telling of a run may be behind the clock; a longer pause was one
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


class AutoPace:
    """Paces the telling of a run by the clock."""

    def __init__(self, steps: int, step: int) -> None:
        """``steps``: of the whole run."""
        self._telling = Telling(steps, step)
        self.restart(step)

    def restart(self, step: int) -> None:
        """Go on from here: the time until now was another matter."""
        self._then = time.perf_counter()
        self._telling.at(step)

    def due_at(self, step: int) -> float:
        """Return the time at which the step after ``step`` is due."""
        return self._then + self._telling.wait(step + 1)

    def due(self, step: int, loss: float) -> int:
        """Return how many steps are due now. ``loss``: the last that was measured."""
        now = time.perf_counter()
        seconds, self._then = min(now - self._then, _STALLED), now
        return max(0, self._telling.go_on(seconds, step, loss) - step)


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
