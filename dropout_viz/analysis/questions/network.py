"""What the Network view shows of a frame, as numbers, with the little memory that keeps its scales steady in motion."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

import numpy as np

from dropout_viz.analysis.example_shown import ShownExample, choose_row, is_minibatch, thin
from dropout_viz.analysis.strongest import ALL_EDGES, Edges, Ends, Strongest, most_edges
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.ranges import NiceLimit, bulk
from dropout_viz.engine.snapshot import Bools, Floats, Snapshot
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.parts import Unit, Weight

AGAIN = 0.1
"""Seconds for which the strongest edges stay those on show while frames follow one another at once."""
LIT = 24
"""The most edges on either side that light up with a unit."""
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
class ShownLayer:
    """What is shown of a layer's units: their values and which are on, shape (units,), and their scale."""

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
    before: tuple[ShownLayer, ...] = ()
    factors: tuple[Floats, ...] = ()
    follow: bool = False

    def layer(self, layer: int) -> ShownLayer:
        """Return what is shown of a layer, by its number; below 0 of one that is convolved."""
        if layer < 0:
            return self.before[layer]
        return ShownLayer(self.values[layer], self.on[layer], self.spans[layer])

    def count_on(self, layer: int) -> int:
        """Return how many units of a layer are on, by its number as in ``layer``."""
        return self.alive[layer] if layer >= 0 else int(np.count_nonzero(self.before[layer].on))

    def convolution(self, layer: int) -> int:
        """Return which convolution made a layer, from 1; 0 of the pixels, -1 of a layer that is none's."""
        return len(self.before) + layer if self.before and layer <= 0 else -1

    def in_pictures(self, unit: Unit) -> tuple[int, int, int]:
        """Return the row and the column of a pixel or of a number in a map, and which of the maps it is in."""
        k = self.convolution(unit.layer)
        _, width, maps = self.map_shapes[k - 1] if k else (*(self.data.image or (1, 1)), 1)
        place, which = divmod(unit.index, maps)
        return (*divmod(place, width), which)

    def factor(self, unit: Unit) -> float:
        """Return what a unit that is on is multiplied by in training, a pixel too."""
        if self.factors and unit.layer >= 0:
            return float(self.factors[unit.layer][unit.index])
        return self.snapshot.used.train_scales[max(unit.layer, 0)]

    def has(self, thing: Unit | Weight | None) -> bool:
        """Return whether this network has a unit, also one of what is convolved, or a weight."""
        if isinstance(thing, Weight):
            return thing.is_in(self.sizes)
        if thing is None or not -len(self.before) <= thing.layer < len(self.sizes):
            return False
        return thing.index < len(self.layer(thing.layer).values)

    def is_on(self, weight: Weight) -> bool:
        """Return whether both ends of a weight are on."""
        layer, source, target = weight
        return bool(self.on[layer][source] and self.on[layer + 1][target])

    def lit_by(self, thing: Unit | Weight | None) -> list[Weight]:
        """Return the edges that light up with a unit (its strongest, at most ``LIT`` a side) or a weight (itself)."""
        if thing is None or thing.layer < 0 or not self.has(thing):
            return []
        if isinstance(thing, Weight):
            return [thing]
        lit, weights = [], self.snapshot.weights
        if thing.layer > 0:
            into = weights[thing.layer - 1][:, thing.index]
            lit += [Weight(thing.layer - 1, int(k), thing.index) for k in Strongest().pick(into, LIT)]
        if thing.layer < len(weights):
            out = weights[thing.layer][thing.index]
            lit += [Weight(thing.layer, thing.index, int(k)) for k in Strongest().pick(out, LIT)]
        return lit

    def target(self, output: int) -> float:
        """Return the target of an output for the example on show, or nan where there is none."""
        y = np.atleast_2d(self.data.y)
        example = self.shown.example
        return float(y[example, output]) if example < len(y) and output < y.shape[1] else math.nan

    @property
    def of_part(self) -> bool:
        """Whether a step sees only a part of the training set."""
        return is_minibatch(self.snapshot, self.data)

    @property
    def pointed(self) -> int:
        """The example that every view points at: the one on show where the batch is followed, else the chosen one."""
        return self.shown.example if self.follow else self.shown.chosen

    @property
    def answers(self) -> bool:
        """Whether what its outputs say is known: of some example, and computed by now."""
        return self.shown.row is not None and len(self.sizes) - 1 not in self.snapshot.unknown

    @property
    def said(self) -> int:
        """The output that says the most; -1 where it is not known yet, or where not all of them are finite numbers."""
        known = self.answers and bool(np.isfinite(self.values[-1]).all())
        return int(self.values[-1].argmax()) if known else -1

    @property
    def who(self) -> Literal["", "noisy", "thinned", "whole"]:
        """Whose answer the outputs are: a noisy or a thinned network's, a mask's that happens to turn no unit off, or
        of one that knows no noise."""
        used = self.snapshot.used
        if self.shown.row is None or not self.snapshot.step or not any(used.drop_probabilities):
            return ""
        return "noisy" if not used.noise_kind.on_off else "thinned" if self.thinned else "whole"

    @property
    def map_shapes(self) -> tuple[tuple[int, int, int], ...]:
        """Height, width and number of the maps of each convolution."""
        maps = self.snapshot.maps
        return () if maps is None else tuple(m.shape[1:] for m in maps.maps)

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


class NetworkReader:
    """Reads snapshots; remembers scales, while all is in motion, and where the strongest weights lay."""

    def __init__(self) -> None:
        self._run: tuple[int, tuple[int, ...]] | None = None
        self._limits = defaultdict[Hashable, NiceLimit](NiceLimit)  # the end of each scale
        self._strongest: list[Strongest] = []
        self._ends: list[Ends] = []
        self._asked = 0.0  # when it was asked which they are, and of which snapshot
        self._picked: Snapshot | None = None
        self._inputs: tuple[DataSet, float, float] | None = None
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
            self._limits.clear()
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
        limits = tuple(self._limits[e.ends.layer].cover(bulk(e.weight)) for e in edges)
        odd = not (np.isfinite(drawn).all() and (shown.row is None or all(np.isfinite(v).all() for v in values)))
        spans = self._spans(snapshot, data)
        convolved = 0 if snapshot.maps is None else len(snapshot.maps.maps)
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
            spans[convolved:],
            odd,
            _before(snapshot, shown.row, spans),
            () if shown.row is None else tuple(f[shown.row] for f in snapshot.factors),
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
        """Return the colour scales: what is convolved has one each, else the input's; then one for all hidden layers,
        and the output's."""
        config = snapshot.config
        scale = snapshot.used.train_scales
        if self._inputs is None or self._inputs[0] is not data:
            self._inputs = (data, float(data.x.min()), float(data.x.max()))
        _, low, high = self._inputs
        spans = [ValueSpan(min(low, 0.0) * scale[0], max(high, 0.0) * scale[0])]
        for k, maps in enumerate(() if snapshot.maps is None else snapshot.maps.maps):
            spans.append(self._span(config.activation, (maps,), 1.0, f"maps {k}"))  # some are ten times fainter
        hidden = self._span(config.activation, snapshot.activations[1:-1], max(scale[1:]), "hidden")
        spans += [hidden] * (len(snapshot.sizes) - 2)
        return (*spans, self._span(config.output, snapshot.activations[-1:], 1.0, "output"))

    def _span(self, name: str, layers: tuple[Floats, ...], scale: float, whose: str) -> ValueSpan:
        known = ACTIVATIONS.get(name)
        low, high = known.bounds if known else (None, None)
        if low is not None and high is not None:
            return ValueSpan(low * scale, high * scale)
        top = self._limits[whose].cover(max((bulk(a[:_ROWS], 0.98) for a in layers), default=0.0))
        return ValueSpan(0.0 if low == 0 else -top, top, open=True)


def _before(snapshot: Snapshot, row: int | None, spans: tuple[ValueSpan, ...]) -> tuple[ShownLayer, ...]:
    """Return the pixels and maps of one row that are convolved; without a row, as nothing that is known."""
    maps = snapshot.maps
    if maps is None:
        return ()
    layers = []
    for k, whole in enumerate((maps.pixels, *maps.maps[:-1])):
        values = np.full(whole[0].size, np.nan) if row is None else whole[row].ravel()
        on = maps.pixels_on[row].ravel() if k == 0 and row is not None else np.ones(values.shape, bool)
        layers.append(ShownLayer(values, on, spans[k]))
    return tuple(layers)
