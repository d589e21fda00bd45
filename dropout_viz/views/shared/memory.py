"""What the Shared landscape view remembers of its runs: ranges that only grow, arrows' length, trails. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dropout_viz.analysis.questions.shared import Array, Range, Scene, coordinates
from dropout_viz.draw.ranges import nice_below
from dropout_viz.draw.spans import Span, span_of
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.views.choices import Choices, rounded
from dropout_viz.views.trail import Trail

LEAST = 4.0  # width of a range at least
MOST_STEPS = 100  # times its next step that an arrow is long
LONGEST = 0.08  # of the axis: no arrow is longer when it is first seen
TRACKED = 256  # units of which the trails are kept


class Memory:
    """Of one set of runs. ``ranges``, ``against`` and ``steps`` change as little as they can.

    Attributes:
        against: whether some unit that is not idle has ever voted no.
        steps: how many times its next step an arrow is long.
    """

    def __init__(self) -> None:
        self.against = False
        self.steps = MOST_STEPS
        self._ranges: list[Range] = []
        self._span: Span | None = None
        self._trails: list[Trail] = []

    def choices(self) -> dict[str, Any]:
        """Return all of it, for a picture."""
        span, kept = self._span, [trail for trail in self._trails if len(trail)]
        return {
            "against": self.against,
            "ahead": self.steps,
            "ranges": [list(range_) for range_ in self._ranges],
            "heights": None if span is None else [span.low, span.high, span.tick],
            "trails": [[rounded(row) for row in trail.rows()] for trail in kept],
        }

    def take_choices(self, choices: Choices, snapshots: Sequence[Snapshot], kind: str) -> None:
        """Take over another memory."""
        self.against, self.steps = choices.flag("against"), choices.whole("ahead", MOST_STEPS, 1, MOST_STEPS)
        ranges = [Choices({"span": span}).span("span") for span in choices.rows("ranges")]
        self._ranges = [span for span in ranges if span is not None] if all(ranges) else []
        heights = choices.numbers("heights", 3)
        if heights and heights[0] < heights[1] <= heights[0] + 200 * heights[2]:
            self._span = Span(*heights)
        for snapshot, found in zip(snapshots, choices.rows("trails"), strict=False):
            coords, units = coordinates(snapshot).shape[1], snapshot.weights[0].shape[1]
            rows = Choices({"rows": found}).table("rows", (coords + 1) * units)
            self._trails.append(Trail())
            if rows:
                self._trails[-1].put((snapshot.run, kind), snapshot.step, np.array(rows), np.zeros(len(rows)))

    def ranges(self, snapshots: Sequence[Snapshot], axes: int) -> tuple[Range, ...]:
        """Return the range of each of the first ``axes`` coordinates that holds these networks and those recorded."""
        points = np.concatenate([coordinates(s)[:, :axes] for s in snapshots])
        points = points[np.isfinite(points).all(axis=1)]
        found = []
        for axis in range(axes):
            low, high = (float(points[:, axis].min()), float(points[:, axis].max())) if len(points) else (0.0, 0.0)
            before = self._ranges[axis] if axis < len(self._ranges) else None
            if before is None:
                found.append(_round(low, high))
            elif low < before[0] or high > before[1]:
                found.append(_round(min(low, before[0]), max(high, before[1])))
            else:
                found.append(before)
        return tuple(found)

    def heights(self, scene: Scene) -> Span | None:
        """Return the range of V, the same for all pictures: it only grows. None where V has no finite value."""
        parts = [p for arm in scene.arms for p in (arm.values, arm.empty)]
        both = np.concatenate([p.ravel() for p in parts])
        both = both[np.isfinite(both)]
        if not len(both):
            return None
        low, high = float(both.min()), float(both.max())
        if self.against:
            low, high = min(low, -high), max(high, -low)
        if self._span is None or low < self._span.low or high > self._span.high:
            if self._span is not None:
                low, high = min(low, self._span.low), max(high, self._span.high)
            self._span = span_of(low, high)
        return self._span

    def record(self, scene: Scene) -> None:
        """Take note of a scene: its ranges, where its balls are, how fast they are, which way they vote."""
        self._ranges = list(scene.request.ranges)
        self.against |= any(bool(arm.against.any()) for arm in scene.arms)
        widths = np.array([high - low for low, high in scene.request.ranges])
        speeds = np.concatenate([arm.speeds[:, : len(widths)] / widths for arm in scene.arms])
        fastest = float(np.nanmax(np.linalg.norm(speeds, axis=1), initial=0.0))
        if fastest * self.steps > LONGEST:
            self.steps = max(1, int(nice_below(LONGEST / fastest))) if np.isfinite(fastest) else 1
        while len(self._trails) < len(scene.arms):
            self._trails.append(Trail())
        for trail, run, arm in zip(self._trails, scene.request.runs, scene.arms, strict=False):
            if len(arm.votes) <= TRACKED:
                seen = np.concatenate([arm.points.T.ravel(), arm.heights])
                trail.record((run.snapshot.run, scene.request.kind), run.snapshot.step, seen, 0.0)

    def trail(self, arm: int, unit: int, units: int, coordinates: int) -> Array:
        """Return where a unit has been, the oldest first: (n, coordinates + 1), the height last."""
        if arm >= len(self._trails) or not len(self._trails[arm]):
            return np.empty((0, coordinates + 1))
        trail = self._trails[arm]
        return np.stack([trail.of(axis * units + unit)[0] for axis in range(coordinates + 1)], axis=1)


def _round(low: float, high: float) -> Range:
    """Return a round range with a little room around [low, high], at least ``LEAST`` wide."""
    room = 0.03 * max(high - low, LEAST)
    low, high = (low if 0 <= low < high - low else low - room), high + room
    spare = max(0.0, LEAST - (high - low)) / 2
    span = span_of(low - spare, high + spare, 8)
    return span.low, span.high
