"""One frame of the Network view as numbers, with the little memory that keeps its scales steady in motion. No Qt."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from dropout_viz.analysis.strongest import ALL_EDGES, Edges, Ends, Strongest, most_edges
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.ranges import NiceLimit, bulk
from dropout_viz.engine.snapshot import Bools, Floats, Snapshot
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.views.example_shown import ShownExample, choose_row, thin

AGAIN = 0.1
"""Seconds for which the strongest edges stay those on show while frames follow one another at once."""
_ROWS = 6
"""Rows of a batch that decide the scale of activations without a bound: enough, and cheap."""


@dataclass(frozen=True)
class ValueSpan:
    """The activations that a layer's colours run over.

    ``open``: the function has no bound there, and what lies beyond is clamped.
    """

    low: float
    high: float
    open: bool = False

    def joined(self, other: ValueSpan) -> ValueSpan:
        """Return the span of both."""
        return ValueSpan(min(self.low, other.low), max(self.high, other.high), self.open or other.open)

    def share(self, values: Floats) -> Floats:
        """Return where values lie in the span, 0 to 1, clamped; nan for what is not a finite number."""
        with np.errstate(invalid="ignore", over="ignore"):
            share = np.clip((values - self.low) / ((self.high - self.low) or 1.0), 0.0, 1.0)
        return np.where(np.isfinite(values), share, np.nan)


@dataclass(frozen=True, eq=False)
class Stage:
    """What is shown of pixels or maps that are convolved: values and which are on, shape (units,), and their scale."""

    values: Floats
    on: Bools
    span: ValueSpan


@dataclass(frozen=True, eq=False)
class Reading:
    """All that is drawn of one snapshot.

    Attributes:
        snapshot: where it comes from. sizes: units per layer.
        data: the data set of the run.
        shown: which example, and why.
        on: per unit layer 0..L + 1, shape (units,). alive: how many are on, per unit layer.
        values: activations after mask and scale, the same shapes.
        factors: what they were multiplied by, per unit layer 0..L, of noise that turns no unit off; else empty.
        edges: per weight layer, those that are drawn.
        limits: size of a weight at the end of the colour scale, of each weight layer.
        spans: colour scale of the activations, per unit layer.
        follow: whether an example of each step's batch is on show, whichever it holds.
        odd: whether a weight or an activation on show is not a finite number.
        before: where the network begins with convolutions, its pixels and all maps but the last, which are layer 0.
    """

    snapshot: Snapshot
    sizes: tuple[int, ...]
    data: DataSet
    shown: ShownExample
    on: tuple[Bools, ...]
    alive: tuple[int, ...]
    values: tuple[Floats, ...]
    edges: tuple[Edges, ...]
    limits: tuple[float, ...]
    spans: tuple[ValueSpan, ...]
    odd: bool
    before: tuple[Stage, ...] = ()
    factors: tuple[Floats, ...] = ()
    follow: bool = False

    def units_before(self, layer: int) -> int:
        """Return the numbers in what is convolved, by its layer below 0; 0 where there is no such layer."""
        return len(self.before[layer].values) if -len(self.before) <= layer < 0 else 0

    @property
    def thinned(self) -> bool:
        """Whether some unit is off."""
        return self.units_on < self.units

    @property
    def units_on(self) -> int:
        return sum(self.alive)

    @property
    def units(self) -> int:
        return sum(self.sizes)

    @property
    def edges_on(self) -> int:
        return sum(layer.total_on for layer in self.edges)

    @property
    def edges_total(self) -> int:
        return sum(layer.total for layer in self.edges)


def on_one_scale(readings: Sequence[Reading]) -> list[Reading]:
    """Return readings of as many layers with the scales that fit all of them, so that they can be compared; others as
    they are."""
    depths = {(len(reading.limits), len(reading.spans)) for reading in readings}
    if len(readings) < 2 or len(depths) > 1:
        return list(readings)
    limits = tuple(max(of_layer) for of_layer in zip(*(r.limits for r in readings), strict=True))
    spans = tuple(reduce(ValueSpan.joined, of_layer) for of_layer in zip(*(r.spans for r in readings), strict=True))
    return [replace(reading, limits=limits, spans=spans) for reading in readings]


def map_shapes(snapshot: Snapshot) -> tuple[tuple[int, int, int], ...]:
    """Return height, width and number of the maps of each convolution."""
    return () if snapshot.maps is None else tuple(m.shape[1:] for m in snapshot.maps.maps)


class NetworkReader:
    """Reads snapshots; remembers scales, while all is in motion, and where the strongest weights lay."""

    def __init__(self) -> None:
        self._run: tuple[int, tuple[int, ...]] | None = None
        self._limits: list[NiceLimit] = []
        self._hidden, self._output = NiceLimit(), NiceLimit()
        self._strongest: list[Strongest] = []
        self._ends: list[Ends] = []
        self._asked = 0.0  # when it was asked which they are, and of which snapshot
        self._picked: Snapshot | None = None
        self._inputs: tuple[DataSet, float, float] | None = None
        self._maps: list[NiceLimit] = []
        self._convolved: list[ValueSpan] = []
        self._last: tuple[Snapshot, DataSet, int, bool, Reading] | None = None
        self._own = False  # the scales of the last reading are its snapshot's own, whatever was read before

    def read(
        self, snapshot: Snapshot, data: DataSet, chosen: int, follow: bool, moving: bool = False, rushing: bool = False
    ) -> Reading:
        """Return the reading of a snapshot for an example; the same question twice costs nothing.

        ``moving``: its scales keep those of the reading before, as far as they fit, so that they do not flicker. At
        rest they depend on the snapshot alone: the same step gives the same picture.
        ``rushing``: frames come so fast that it takes ``AGAIN`` seconds until it is asked anew which edges of a large
        layer are the strongest; what is drawn of them is the snapshot's own all the same.
        """
        last = self._last
        alike = last and last[0] is snapshot and last[1] is data and last[2:4] == (chosen, follow)
        if last and alike and (moving or self._own):
            return last[4]
        other = self._run != (snapshot.run, snapshot.sizes)
        if other:
            self._run = (snapshot.run, snapshot.sizes)
            self._strongest = [Strongest() for _ in snapshot.weights]
            self._ends = []
        self._own = other or not moving
        if self._own:
            self._limits = [NiceLimit() for _ in snapshot.weights]
            self._hidden, self._output = NiceLimit(), NiceLimit()
            self._maps = []
        shown = choose_row(snapshot, data, chosen, follow)
        on, values = thin(snapshot, shown.row)
        alive = tuple(int(np.count_nonzero(layer)) for layer in on)
        edges = []
        for ends in self._pick(snapshot, rushing):
            layer, weights = ends.layer, snapshot.weights[ends.layer]
            both = on[layer][ends.source] & on[layer + 1][ends.target]
            total_on = alive[layer] * alive[layer + 1]
            edges.append(Edges(ends, weights[ends.source, ends.target], both, weights.size, total_on))
        drawn = np.concatenate([e.weight for e in edges])
        limits = tuple(limit.cover(bulk(e.weight)) for limit, e in zip(self._limits, edges, strict=True))
        odd = not (np.isfinite(drawn).all() and (shown.row is None or all(np.isfinite(v).all() for v in values)))
        spans = self._spans(snapshot, data)
        factors = () if shown.row is None else tuple(f[shown.row] for f in snapshot.factors)
        reading = Reading(
            snapshot,
            snapshot.sizes,
            data,
            shown,
            on,
            alive,
            values,
            tuple(edges),
            limits,
            spans,
            odd,
            self._before(snapshot, shown.row),
            factors,
            follow,
        )
        self._last = (snapshot, data, chosen, follow, reading)
        return reading

    def _pick(self, snapshot: Snapshot, rushing: bool) -> list[Ends]:
        """Return the edges that are drawn, per weight layer. They hang on no mask."""
        now = time.monotonic()
        if self._picked is not snapshot and not (rushing and self._ends and now - self._asked < AGAIN):
            most, before = most_edges(len(snapshot.weights)), self._ends
            self._asked, self._picked, self._ends = now, snapshot, []
            for layer, weights in enumerate(snapshot.weights):
                whole = weights.size <= ALL_EDGES
                if whole and before:
                    self._ends.append(before[layer])
                    continue
                flat = np.arange(weights.size) if whole else self._strongest[layer].pick(weights, most)
                self._ends.append(Ends(layer, *np.divmod(flat, weights.shape[1])))
        return self._ends

    def _spans(self, snapshot: Snapshot, data: DataSet) -> tuple[ValueSpan, ...]:
        """Return the colour scale of each layer: the input's, one for all hidden layers, the output's."""
        config = snapshot.config
        scale = snapshot.used.train_scales
        if self._inputs is None or self._inputs[0] is not data:
            self._inputs = (data, float(data.x.min()), float(data.x.max()))
        _, low, high = self._inputs
        seen_input = ValueSpan(min(low, 0.0) * scale[0], max(high, 0.0) * scale[0])
        hidden = self._span(config.activation, snapshot.activations[1:-1], max(scale[1:]), self._hidden)
        self._convolved = []
        if (
            snapshot.maps is not None
        ):  # maps have a scale of their own each: they may be ten times fainter than the next
            self._maps = self._maps or [NiceLimit() for _ in snapshot.maps.maps]
            found = [
                self._span(config.activation, (m,), 1.0, limit)
                for m, limit in zip(snapshot.maps.maps, self._maps, strict=True)
            ]
            self._convolved, seen_input = [seen_input, *found[:-1]], found[-1]
        output = self._span(config.output, snapshot.activations[-1:], 1.0, self._output)
        return (seen_input, *[hidden] * (len(snapshot.sizes) - 2), output)

    def _before(self, snapshot: Snapshot, row: int | None) -> tuple[Stage, ...]:
        """Return the pixels and maps of one row that are convolved; without a row, as nothing that is known."""
        maps = snapshot.maps
        if maps is None:
            return ()
        stages = []
        for k, whole in enumerate((maps.pixels, *maps.maps[:-1])):
            values = np.full(whole[0].size, np.nan) if row is None else whole[row].ravel()
            on = maps.pixels_on[row].ravel() if k == 0 and row is not None else np.ones(values.shape, bool)
            stages.append(Stage(values, on, self._convolved[k]))
        return tuple(stages)

    @staticmethod
    def _span(name: str, layers: tuple[Floats, ...], scale: float, limit: NiceLimit) -> ValueSpan:
        known = ACTIVATIONS.get(name)
        low, high = known.bounds if known else (None, None)
        if low is not None and high is not None:
            return ValueSpan(low * scale, high * scale)
        top = limit.cover(max((bulk(a[:_ROWS], 0.98) for a in layers), default=0.0))
        return ValueSpan(0.0 if low == 0 else -top, top, open=True)
