"""What somebody draws into the map: points that come, go and move, and what of it the run does not have yet. No Qt."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.data.drawn import MOST, NAMES, Point, Points, data_set, rounded

ERASER = 0
INKS = {**{kind: f"class {name}" for kind, name in enumerate(NAMES, start=1)}, ERASER: "eraser"}
"""What a click does, by its key."""
Place = tuple[float, float]
_SPREAD = 0.7  # of a brush, in steps between its points


class PointDrawing:
    """The points as they are drawn, while a run of them is not there.

    Attributes:
        points: all of them, or None where the run on show has them.
        held: what the mouse does since it was pressed: add, move or erase points, or nothing.
        cursor: where the keys are, or None before one was pressed.
    """

    def __init__(self) -> None:
        self.points: list[Point] | None = None
        self.held: Literal["add", "move", "erase", ""] = ""
        self.cursor: Place | None = None
        self._grabbed = 0
        self._last: Place = (0.0, 0.0)
        self._sent: list[Points] = []  # what runs were asked for and have not come
        self._shown: tuple[Points, DataSet] | None = None
        self._random = np.random.default_rng()

    @property
    def waits(self) -> bool:
        """Whether a run has been asked for and has not come."""
        return bool(self._sent)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another point."""
        return self.points is not None and len(self.points) >= MOST

    @property
    def examples(self) -> DataSet | None:
        """The points as examples, made once for each state of them; None where the run on show has them."""
        if self.points is None:
            return None
        now = tuple(self.points)
        if self._shown is None or self._shown[0] != now:
            self._shown = now, data_set(now)
        return self._shown[1]

    # --- strokes -----------------------------------------------------------------------------------------------------

    def press(self, points: list[Point], at: Place, ink: int, near: float) -> None:
        """Begin a stroke on these points: add one, or take hold of the one that is ``near``, or erase it."""
        self.points, self._last = list(points), at
        found = self.nearest(at, near)
        if ink == ERASER:
            self.held = "erase"
            self.erase(at, near)
        elif found is not None:
            self.held, self._grabbed = "move", found
        else:
            self.held = "add"
            self.add(at, ink)

    def drag(self, at: Place, ink: int, near: float) -> None:
        """Go on with a stroke: a brush leaves a point every two ``near``, a little beside its way."""
        if self.points is None:
            return
        if self.held == "move":
            self.points[self._grabbed] = (rounded(at[0]), rounded(at[1]), self.points[self._grabbed][2])
        elif self.held == "erase":
            self.erase(at, near)
        elif self.held == "add" and math.dist(at, self._last) >= 2 * near:
            self._last = at
            x, y = self._random.normal(at, _SPREAD * 2 * near).tolist()
            self.add((x, y), ink)

    def add(self, at: Place, ink: int) -> None:
        """Add a point, if there is room."""
        if self.points is not None and not self.is_full:
            self.points.append((rounded(at[0]), rounded(at[1]), ink))

    def erase(self, at: Place, near: float) -> None:
        """Take away every point near a place."""
        if self.points is not None:
            self.points = [point for point in self.points if math.dist(point[:2], at) > near]

    def nearest(self, at: Place, near: float) -> int | None:
        """Return the point that is nearest to a place, within a distance."""
        away = [math.dist(point[:2], at) for point in self.points or ()]
        best = int(np.argmin(away)) if away else -1
        return best if away and away[best] <= near else None

    # --- the run -----------------------------------------------------------------------------------------------------

    def send(self, there: Points) -> Points | None:
        """End a stroke; return the points that a run is to be asked for, None where the run on show has them, or there
        are none."""
        self.held = ""
        if not self.points:
            return None
        now = tuple(self.points)
        if now == there and not self._sent:
            self.points = None
            return None
        self._sent.append(now)
        return now

    def awaits(self, points: Points) -> bool:
        """Return whether a run of these points has been asked for."""
        return points in self._sent

    def arrive(self, points: Points) -> None:
        """A run of these points is there, or of others that somebody else has asked for."""
        if points in self._sent:
            del self._sent[: self._sent.index(points) + 1]
        elif not self.held:
            self._sent.clear()
            self.points = None

    def settle(self) -> None:
        """What was asked for is on show: the points are the run's own."""
        if not self._sent and not self.held and self.points:
            self.points = None
