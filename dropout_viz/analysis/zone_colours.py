"""Which zone of a curve is which from one moment to the next: it keeps its colour. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence

from dropout_viz.analysis.basins import Zones


class ZoneColours:
    """The colours of one weight's zones from frame to frame, as numbers for ``Style.basin``."""

    def __init__(self) -> None:
        self._bottoms: list[float] = []
        self._colours: list[int] = []

    @property
    def state(self) -> list[list[float]]:
        """Bottom and colour of each zone, for a picture."""
        return [list(pair) for pair in zip(self._bottoms, self._colours, strict=False)]

    def take(self, state: Sequence[Sequence[float]]) -> None:
        """Take over the colours of zones by their bottoms."""
        if all(0 <= colour < 1000 for _, colour in state):
            self._bottoms = [bottom for bottom, _ in state]
            self._colours = [int(colour) for _, colour in state]

    def follow(self, zones: Zones) -> list[int]:
        """Return a colour for each zone, left to right.

        One zone alone has the first colour. As many zones as before keep their order and colours; otherwise each zone
        takes the colour of the old one whose bottom is nearest, nearest pairs first, and a new one the first that is
        free.
        """
        bottoms = [b.bottom for b in zones.basins]
        if len(bottoms) == 1:
            self._colours = [0]
        elif len(bottoms) != len(self._bottoms):
            self._colours = self._matched(bottoms)
        self._bottoms = bottoms
        return self._colours

    def _matched(self, bottoms: Sequence[float]) -> list[int]:
        pairs = sorted(
            (abs(new - old), k, m) for k, new in enumerate(bottoms) for m, old in enumerate(self._bottoms) if new == new
        )
        colours: dict[int, int] = {}
        used: set[int] = set()
        for _, k, m in pairs:
            if k not in colours and self._colours[m] not in used:
                colours[k] = self._colours[m]
                used.add(self._colours[m])
        free = (c for c in range(len(bottoms) + len(used)) if c not in used)
        return [colours[k] if k in colours else next(free) for k in range(len(bottoms))]
