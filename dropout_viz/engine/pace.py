"""Time, for a runner: when the next step is due, and how many steps a second there really were."""

from __future__ import annotations

import time
from collections import deque
from typing import Literal

from dropout_viz.engine.telling import Telling

AUTO: Literal["auto"] = "auto"
"""In place of a speed: the whole run in about a minute, see ``engine.telling``."""
Speed = float | Literal["auto"] | None
"""Steps a second, ``AUTO``, or None for as fast as it goes."""
_WINDOW = 0.4  # seconds over which the rate is measured, or the two last steps where they are farther apart
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
    """Measures steps a second, over a short while that slides along with the clock.

    A speed that grows is not told late, and of the time before a pause or another speed nothing is left in it.
    """

    def __init__(self, step: int) -> None:
        self.restart(step)

    def restart(self, step: int) -> None:
        """Measure from here on: until it has moved the rate is 0, not known."""
        self._seen = deque([(time.perf_counter(), step)])

    def read(self, step: int) -> float:
        """Return the rate over the last while, up to the last step that was done."""
        now = time.perf_counter()
        if step < self._seen[-1][1]:
            self.restart(step)
        elif step > self._seen[-1][1]:
            self._seen.append((now, step))
        while len(self._seen) > 2 and self._seen[-1][0] - self._seen[1][0] >= _WINDOW:
            self._seen.popleft()
        (begun, first), (then, last) = self._seen[0], self._seen[-1]
        if last == first:
            return 0.0
        rested = now - (then - begun) / (last - first)  # it stands still when more than a step's time has gone by
        return (last - first) / max(then - begun, rested - begun, 1e-9)
