"""What the Landscape view remembers from frame to frame of a run, so that its picture moves but never jumps. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dropout_viz.analysis.basins import Zones
from dropout_viz.analysis.questions.landscape import Kind, Request, Scene
from dropout_viz.analysis.zone_colours import ZoneColours
from dropout_viz.draw.spans import LossAxis, Span, half_width
from dropout_viz.engine.snapshot import Floats, Snapshot
from dropout_viz.nn.parts import Weight
from dropout_viz.views.choices import Choices, rounded
from dropout_viz.views.trail import WeightTrails


class Memory:
    """Ranges, axes, zone colours and trails of one run."""

    def __init__(self) -> None:
        self._ranges: dict[Weight, float] = {}
        self._axes: dict[tuple[Weight, Kind], LossAxis] = {}
        self._colours: dict[Weight, ZoneColours] = {}
        self._trails = WeightTrails()

    def choices(self, scene: Scene | None) -> dict[str, Any]:
        """Return what the picture of a scene owes to those before it: of each weight on show its range, the colours of
        its zones, and its trail."""
        if scene is None:
            return {}
        request = scene.request
        places = _on_show(request)
        axis = self._axes.get((request.chosen, request.kind))
        trails = [self.trail(scene, place) for place in places]
        return {
            "chosen": list(request.chosen),
            "places": [list(place) for place in places],
            "ranges": [self._ranges.get(place) for place in places],
            "zones": [self._colours[place].state if place in self._colours else [] for place in places],
            "axis": None if axis is None else axis.state,
            "trails": [rounded(values) for values, _ in trails],
            "losses": rounded(trails[0][1]),
        }

    def take_choices(self, choices: Choices, snapshot: Snapshot, kind: Kind) -> None:
        """Take over what another memory has of the weights on show."""
        places = [self._place(place, snapshot) for place in choices.rows("places")]
        if not places or None in places:
            return
        known = [place for place in places if place is not None]
        for place, half in zip(known, choices.rows("ranges"), strict=False):
            if width := Choices({"half": half}).number("half", 0.0, 1e-300):
                self._ranges[place] = width
        for place, zones in zip(known, choices.rows("zones"), strict=False):
            self._colours.setdefault(place, ZoneColours()).take(Choices({"zones": zones}).table("zones", 2))
        if chosen := self._place(choices.rows("chosen"), snapshot):
            self._axes.setdefault((chosen, kind), LossAxis()).take(choices.numbers("axis"))
        losses = choices.numbers("losses")
        rows = choices.table("trails", len(losses))
        if losses and len(rows) == len(known):
            self._trails.put(snapshot, kind, known, np.array(rows).T, np.array(losses))

    @staticmethod
    def _place(found: object, snapshot: Snapshot) -> Weight | None:
        at = Choices({"place": found}).wholes("place", 3)
        place = Weight(*at) if at else None
        return place if place is not None and place.is_in(snapshot.sizes) else None

    def ranges(self, snapshot: Snapshot, places: Sequence[Weight]) -> tuple[float, ...]:
        """Return the half-width of each weight's range: that of the last scene where it still fits."""
        return tuple(
            half_width(float(snapshot.weights[p.layer][p.source, p.target]), self._ranges.get(p)) for p in places
        )

    def axis(self, scene: Scene) -> Span | None:
        """Return the loss axis for a scene's large curve, or None where the curve has no finite value."""
        span = scene.chosen.span
        if span is None:
            return None
        return self._axes.setdefault((scene.chosen.place, scene.request.kind), LossAxis()).fit(*span)

    def colours(self, place: Weight, zones: Zones) -> list[int]:
        """Return the colours of a weight's zones, as numbers for ``Style.basin``."""
        return self._colours.setdefault(place, ZoneColours()).follow(zones)

    def record(self, scene: Scene) -> None:
        """Take note of a scene's ranges, and add its balls to the trails."""
        request = scene.request
        self._ranges.update(zip((request.chosen, *request.places), request.ranges, strict=True))
        self._trails.record(request.snapshot, request.kind, _on_show(request), scene.loss)

    def trail(self, scene: Scene, place: Weight) -> tuple[Floats, Floats]:
        """Return the past values of a weight and the losses at the time, both (n,), the oldest first."""
        return self._trails.of(scene.request.snapshot, place)


def _on_show(request: Request) -> tuple[Weight, ...]:
    return tuple(dict.fromkeys((*request.places, request.chosen)))
