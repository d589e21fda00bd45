"""What a page shows of a run, taken from the trainer step by step: masks, activations, weights, losses, balls.

Of a large network a part is taken, and the page says which. Nothing here is drawn afresh: a mask is the one that the
step used. Curves below the balls are computed from the weights after each step, with every unit on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.questions.landscape import surface_of
from dropout_viz.app.export.page.packed import packed, packed_bits, size_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.numbers import count, plain, setting, share_decimals, times
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History
from dropout_viz.engine.measured import at_step
from dropout_viz.engine.picture_file import changes_text
from dropout_viz.engine.replay import GivenUp, Going, replay
from dropout_viz.engine.schedule import counted
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.state import Change
from dropout_viz.engine.status import News
from dropout_viz.errors import UserError
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.parts import Weight
from dropout_viz.views.unit_names import example_words, layer_name, p_of
from dropout_viz.views.weight_names import Names
from dropout_viz.words import many

Array = NDArray[Any]

UNITS, ROWS, BALLS = 16, 8, 24
"""Of a layer, of a step's examples, and of the weights: how many are taken at most."""
POINTS, MANY_POINTS, EXAMPLES = 49, 193, 64
"""Of a curve, the second where activations go up and down; and the examples that it is a mean over, at most."""
EVEN, BEYOND = 1.0, 1.3
"""The weight up to which the points of a curve are about even; what is cut off, in heights of the picture."""
CURVES = ("loss_under_mask", "loss_train", "loss_test", "accuracy_train", "accuracy_test")
"""The kinds of curves, as a run's history calls them."""
LARGEST = 8 << 20
"""Characters of a page's numbers, at most."""
FRAMES = 2_000


@dataclass(frozen=True)
class Part:
    """What is taken of a network and its examples.

    Attributes:
        units: per unit layer, which of its units. weights: those that have a ball. rows: how many of a step's examples.
        names: of units and weights. points: of each curve. parameters: the network's weights and biases, how many.
        drawn: how many of them belong to units that are drawn.
    """

    units: tuple[NDArray[np.intp], ...]
    weights: tuple[Weight, ...]
    rows: int
    names: Names
    points: int
    parameters: tuple[int, int]
    drawn: int

    @staticmethod
    def of(snapshot: Snapshot, data: DataSet) -> Part:
        """Return the part of a run that is taken: all of a small one."""
        sizes = snapshot.sizes
        units = tuple(_few(n, data, layer) for layer, n in enumerate(sizes))
        every = [
            Weight(layer, int(i), int(j))
            for layer, bias in enumerate(snapshot.biases)
            for i in [*units[layer], *([sizes[layer]] if len(bias) else [])]
            for j in units[layer + 1]
        ]
        chosen = np.unique(np.linspace(0, len(every) - 1, min(BALLS, len(every))).round().astype(int))
        points = POINTS if ACTIVATIONS[snapshot.config.activation].monotone else MANY_POINTS
        rows = min(ROWS, len(snapshot.examples))
        parameters = (sum(w.size for w in snapshot.weights), sum(b.size for b in snapshot.biases))
        balls = tuple(every[k] for k in chosen)
        return Part(units, balls, rows, Names(sizes, data), points, parameters, len(every))

    def left_out(self, data: DataSet, batch: int) -> list[str]:
        """Return what is not taken, in sentences."""
        said = []
        for layer, (shown, of) in enumerate(zip(self.units, self.names.sizes, strict=True)):
            if len(shown) < of:
                name, why = layer_name(layer, len(self.units)), ", those that differ most between examples"
                said.append(f"Of {many(of, 'unit')} of {name} {len(shown)} are drawn{why * (layer == 0)}.")
        weights, biases = self.parameters
        balls = len(self.weights)
        if balls < weights + biases:
            kinds = "weights and biases" if biases else "weights"
            which = "evenly chosen of those" if balls < self.drawn else "those of the units"
            said.append(f"Of {count(weights + biases)} {kinds} {balls} have a ball, {which} drawn.")
        if self.rows < batch:
            said.append(f"Of the {many(batch, 'example')} that each step saw, the first {self.rows} are here.")
        if len(data.x) > EXAMPLES:
            said.append(f"Curves under the balls are a mean over {EXAMPLES} of {len(data.x):,} training examples.")
        return said


def _few(units: int, data: DataSet, layer: int) -> NDArray[np.intp]:
    """Return which units of a layer are drawn: all, or of the inputs those that differ most, or else the first."""
    if units <= UNITS:
        return np.arange(units)
    if layer == 0 and data.x.shape[1] == units:
        return np.sort(np.argsort(-data.x.std(axis=0), kind="stable")[:UNITS])
    return np.arange(UNITS)


def check(first: RunConfig, steps: Sequence[int], arm: int = 0) -> None:
    """Refuse what no page can show, before anything takes long; ``first``: the settings at step 0; ``arm``: which of
    those on show.

    Raises:
        UserError: convolutions, or too many frames; one line that says what fits.
    """
    maps = first.arm_configs[0].maps
    if maps:
        raise UserError(f"maps = {list(maps)}: a page draws no convolutions; must be a run without, or a .gif or .mp4")
    if len(steps) > FRAMES:
        least = -(-(steps[-1] - steps[0] + 1) // FRAMES)
        raise UserError(f"{len(steps):,} frames: must be at most {FRAMES:,} in a page: one every {least:,} steps, say")
    run = Arms.of(first)
    part = Part.of(run.look().snapshots[arm], _data_of(run, arm))
    shown = [len(units) for units in part.units]
    weights = sum((a + 1) * b for a, b in zip(shown, shown[1:], strict=False))
    size = size_of(len(steps) * (weights + part.rows * sum(shown) + len(part.weights) * part.points))
    if size > LARGEST:
        most = len(steps) * LARGEST // size
        raise UserError(
            f"{len(steps):,} frames of this network: about {size / 2**20:.0f} MiB; must be at most "
            f"{LARGEST >> 20} MiB in a page, which {most:,} frames are"
        )


def _data_of(run: Arms, arm: int) -> DataSet:
    return run.first.data if run.whole else run.trainers[arm].data


def numbers_of(
    first: RunConfig, steps: Sequence[int], changes: Sequence[Change], going: Going, arm: int = 0
) -> dict[str, Any]:
    """Return all that a page shows of some steps of a run, as JSON can hold it. The run is done twice: how far its
    weights go has to be known before the curves under the balls are computed.

    ``first``: the settings at step 0; ``changes``: of live settings, made at their steps. ``going``: told frames.
    ``arm``: which of those on show.

    Raises:
        UserError: it cannot be done, or was given up.
    """
    run = Arms.of(first)
    data = _data_of(run, arm)
    part = Part.of(run.look().snapshots[arm], data)
    reach = 0.0
    for news in _each(run, steps, changes, lambda done, of: going(done, 2 * of)):
        snapshot = news.snapshots[arm]
        reach = max(reach, *(abs(_value(snapshot, place)) for place in part.weights))
    frames = _Frames(part, data, 1.1 * reach if math.isfinite(reach) and reach else 1.0)
    run = Arms.of(first)
    for news in _each(run, steps, changes, lambda done, of: going(of + done, 2 * of)):
        frames.take(news.snapshots[arm], news.histories[arm])
    return frames.told(list(steps), changes)


def _each(run: Arms, steps: Sequence[int], changes: Sequence[Change], going: Going) -> Iterator[News]:
    """Train a run from step to step and yield where it is at each."""
    for number, step in enumerate(steps):
        replay(run, changes, step, lambda done, of, n=number: going(n, len(steps)))  # type: ignore[misc]
        yield run.look()
        if not going(number + 1, len(steps)):
            raise GivenUp(f"given up at frame {number + 1:,} of {len(steps):,}")


def _value(snapshot: Snapshot, place: Weight) -> float:
    """Return a weight or a bias."""
    weights, biases = snapshot.weights[place.layer], snapshot.biases[place.layer]
    return float(biases[place.target] if place.source == len(weights) else weights[place.source, place.target])


def _head(snapshot: Snapshot, layer: int) -> str:
    """Return what stands below a layer's name: how likely its units are off, and what becomes of those that are on."""
    if layer == len(snapshot.sizes) - 1:
        return "never dropped"
    used, p = snapshot.used, p_of(snapshot, layer)
    if not p:
        return "p = 0"
    if not used.noise_kind.on_off:
        return f"factors of variance {plain(used.noise_kind.variance(used.scaling, p))}"
    scale = used.train_scales[layer]
    return f"p = {setting(p)} off" + (f", kept {times(scale)}" if scale != 1 else "")


class _Frames:
    """Gathers frames."""

    def __init__(self, part: Part, data: DataSet, reach: float) -> None:
        """``reach``: up to which weight, on either side, the curves under the balls go."""
        self._part, self._data, self._reach = part, data, reach
        self._taken: dict[str, list[Any]] = {}
        self._heads: list[tuple[int, list[str]]] = []
        self._thing, self._batch = "", 0
        self._dropping: list[bool] = []  # whether some layer's p was above 0, a frame
        self._decimals: dict[str, int] = {}  # of the shares that are right, in per cent
        spread = np.arcsinh(reach / EVEN)
        self._grid = EVEN * np.sinh(
            np.linspace(-spread, spread, part.points)
        )  # about even near 0, and wider further out

    def take(self, snapshot: Snapshot, history: History) -> None:
        """Take a frame of where the run is."""
        part = self._part
        self._batch, self._thing = len(snapshot.examples), snapshot.config.noise_kind.thing
        for kind, x in (("train", self._data.x), ("test", self._data.x_test)):
            measured = 0 if x is None else counted(len(x), bool(snapshot.config.maps), kind == "test")
            self._decimals[kind] = share_decimals(measured)
        self._dropping.append(any(snapshot.used.drop_probabilities))
        rows = slice(part.rows)
        for layer, units in enumerate(part.units):
            self._add(f"values.{layer}", snapshot.activations[layer][rows][:, units])
            if layer < len(snapshot.masks):
                self._add(f"masks.{layer}", snapshot.masks[layer][rows][:, units])
                self._add(f"on.{layer}", snapshot.masks[layer][rows].sum(axis=1))
            if layer < len(snapshot.factors):
                self._add(f"factors.{layer}", snapshot.factors[layer][rows][:, units])
        for layer, weights in enumerate(snapshot.weights):
            self._add(f"weights.{layer}", weights[np.ix_(part.units[layer], part.units[layer + 1])])
        self._add("examples", snapshot.examples[rows])
        self._add("balls", [_value(snapshot, place) for place in part.weights])
        surface = surface_of(snapshot, self._data, "all", EXAMPLES)
        self._add("heights", surface.loss)
        self._add("under", surface.slices(part.weights, self._grid))
        found = at_step(snapshot, history, self._data)
        for kind in CURVES[1:]:
            series = getattr(history, kind).until(snapshot.step)
            self._add(kind, found[kind] if kind in found else series.values[-1] if len(series) else math.nan)
        self._add(CURVES[0], snapshot.loss_under_mask)
        heads = [_head(snapshot, layer) for layer in range(len(snapshot.sizes))]
        if not self._heads or self._heads[-1][1] != heads:
            self._heads.append((len(self._taken["heights"]) - 1, heads))

    def _add(self, name: str, value: Any) -> None:
        self._taken.setdefault(name, []).append(np.asarray(value))

    def told(self, steps: list[int], changes: Sequence[Change]) -> dict[str, Any]:
        """Return the frames as JSON can hold them."""
        part, data, names = self._part, self._data, self._part.names
        layers, arrays = len(part.units), {name: np.stack(values) for name, values in self._taken.items()}
        batch = self._batch
        heights = arrays["heights"]
        top = 2.0 * float(heights[np.isfinite(heights)].max(initial=0.0)) or 1.0
        whole = batch == len(data.x)
        return {
            "steps": steps,
            "layers": [
                {
                    "name": layer_name(layer, layers),
                    "of": names.sizes[layer],
                    "units": [names.unit(layer, int(unit)) for unit in part.units[layer]],
                }
                for layer in range(layers)
            ],
            "heads": self._heads,
            "rows": [example_words(data, int(i)) for i in arrays["examples"][0]] if whole else [],
            "row_count": part.rows,
            "examples": [] if whole else arrays["examples"].tolist(),
            "targets": [] if whole else [[example_words(data, int(i)) for i in row] for row in arrays["examples"]],
            "thing": self._thing,
            "values": [packed(arrays[f"values.{layer}"]) for layer in range(layers)],
            "masks": [packed_bits(arrays[f"masks.{layer}"]) for layer in range(layers - 1)],
            "on": [arrays[f"on.{layer}"].tolist() for layer in range(layers - 1)],
            "factors": [
                packed(arrays[f"factors.{layer}"]) for layer in range(layers - 1) if f"factors.{layer}" in arrays
            ],
            "weights": [packed(arrays[f"weights.{layer}"]) for layer in range(layers - 1)],
            "curves": {kind: _rounded(arrays[kind]) for kind in CURVES if np.isfinite(arrays[kind]).any()},
            "drops": any(self._dropping),
            "dropping": self._dropping,
            "decimals": {f"accuracy_{kind}": decimals for kind, decimals in self._decimals.items()},
            "changes": [[change.step, changes_text([change]).partition(": ")[2]] for change in changes],
            "balls": {
                "names": [names.weight(place) for place in part.weights],
                "units": [_unit_of(place, layers) for place in part.weights],
                "values": packed(arrays["balls"]),
                "heights": _rounded(heights),
                "under": packed(np.minimum(arrays["under"], BEYOND * top)),
                "at": [float(f"{t:.6g}") for t in self._grid],
                "reach": self._reach,
                "over": f" over {EXAMPLES} of {len(data.x):,} examples" if len(data.x) > EXAMPLES else "",
                "top": top,
            },
            "left_out": part.left_out(data, batch),
        }


def _unit_of(place: Weight, layers: int) -> int:
    """Return the hidden unit that a weight leads to, or comes from where it leads to the output: its hue's number."""
    return place.target if place.layer < layers - 2 else place.source


def _rounded(values: Array) -> list[float | None]:
    """Return values with five digits that count; None for what is no finite number."""
    return [float(f"{v:.5g}") if math.isfinite(v) else None for v in values.tolist()]
