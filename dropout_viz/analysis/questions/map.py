"""What the Map view shows of a frame, as numbers. NumPy only, no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import decision_map
from dropout_viz.analysis.decision_map import InputPlane
from dropout_viz.analysis.thinned import Network
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.numbers import count, number, share
from dropout_viz.draw.ranges import nice
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import correct
from dropout_viz.nn.parts import Unit

Array = NDArray[Any]
Kind = Literal["output", "unit", "deviation", "apart"]
Mode = Literal["output", "units", "members", "spread"]

BIG, SMALL, MANY = 97, 41, 65  # points a side: of one network's map, of a small one, of one of many networks
MEMBERS = 16  # thinned networks shown
UNITS = 64  # most hidden units shown


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute: networks of the arms, the first the run's own.

    Attributes:
        arms: name and network of each. data, plane: of the run.
        mode: what is shown. unit: a hidden unit to be shown in place of the output, or None. draw: of the networks.
    """

    arms: tuple[tuple[str, Network], ...]
    data: DataSet
    plane: InputPlane
    mode: Mode
    unit: Unit | None
    draw: int


@dataclass(frozen=True, eq=False)
class InputMap:
    """One map of the plane of two inputs.

    Attributes:
        title, note: above it.
        values: (outputs, n, n), rows from below; of a unit (1, n, n).
        kind: how it is coloured. low, high: ends of the colour scale. signed: whether it has two hues.
        lines: the boundary, (pieces, 2, 2) in grid points, or None.
        unit: which hidden unit it is, or None. said: what else is said of it under the mouse.
    """

    title: str
    note: str
    values: Array
    kind: Kind
    low: float
    high: float
    signed: bool
    lines: Array | None = None
    unit: Unit | None = None
    said: str = ""


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer: large maps and small ones; ``apart``: how far the outputs of two arms are apart, if there are two."""

    request: Request
    large: tuple[InputMap, ...]
    small: tuple[InputMap, ...]
    apart: InputMap | None = None


def answer(request: Request) -> Scene:
    """Compute all maps of a request."""
    with np.errstate(all="ignore"):
        if request.mode == "members":
            return Scene(request, *_members(request))
        if request.mode == "spread":
            return Scene(request, _spread(request), ())
        large = _on_one_scale(_large(request, name, network) for name, network in request.arms)
        if request.mode == "units":
            return Scene(request, large, _units(request))
        return Scene(request, large, (), _apart(*large) if [p.kind for p in large] == ["output"] * 2 else None)


def _on_one_scale(panels: Iterable[InputMap]) -> tuple[InputMap, ...]:
    """Return maps with one colour scale for all of a kind, whose arms can be compared then."""
    found = tuple(panels)
    low = {kind: min(p.low for p in found if p.kind == kind) for kind in {p.kind for p in found}}
    high = {kind: max(p.high for p in found if p.kind == kind) for kind in low}
    return tuple(replace(p, low=low[p.kind], high=high[p.kind]) for p in found)


def output_panel(network: Network, values: Array, title: str, note: str, said: str = "") -> InputMap:
    """Return the map of the outputs."""
    low, high = (-1.0, 1.0) if network.output == "tanh" else (0.0, 1.0)
    lines = decision_map.boundary(values)
    return InputMap(title, note, values, "output", low, high, True, lines, said=said)


def unit_panel(network: Network, values: Array, unit: Unit, title: str, note: str = "") -> InputMap:
    """Return the map of a hidden unit, (n, n)."""
    low, high = ACTIVATIONS[network.activation].bounds
    most = float(np.nan_to_num(values).max())
    signed = low is None or low < 0
    scale = high if high is not None else most or 1.0
    return InputMap(title, note, values[None], "unit", -scale if signed else 0.0, scale, signed, unit=unit)


def _large(request: Request, name: str, network: Network) -> InputMap:
    values = decision_map.layers(network, request.plane, BIG)
    unit = request.unit
    if unit is not None and unit.layer < len(values) and unit.index < len(values[unit.layer - 1]):
        title = f"hidden {unit.layer}, unit {unit.index + 1}"
        return unit_panel(network, values[unit.layer - 1][unit.index], unit, title, name)
    return output_panel(network, values[-1], name or "output, every unit on", _right(request.data, network))


def _apart(one: InputMap, other: InputMap) -> InputMap:
    """Return how far two maps of outputs are apart: of several classes half of all differences, which is what one would
    have to move to come to the other."""
    differences = np.abs(other.values - one.values)
    values = differences if len(differences) == 1 else 0.5 * differences.sum(axis=0, keepdims=True)
    most = float(np.nan_to_num(values).max())
    scale = nice(most or 1.0, (1, 2, 5))
    return InputMap("how far apart", f"up to {number(most, 2)}", values, "apart", 0.0, scale, False)


def _right(data: DataSet, network: Network) -> str:
    """Return how much is classed right."""
    if not data.classes:
        return ""
    train = share(float(correct(network.outputs(data.x), data.y).mean()), len(data.x))
    if data.x_test is None or data.y_test is None:
        return f"{train} right"
    test = share(float(correct(network.outputs(data.x_test), data.y_test).mean()), len(data.x_test))
    return f"right: train {train}, test {test}"


def _units(request: Request) -> tuple[InputMap, ...]:
    network = request.arms[0][1]
    found = decision_map.layers(network, request.plane, SMALL)[:-1]
    panels = []
    for layer, values in enumerate(found, start=1):
        for index, value in enumerate(values):
            name = f"{index + 1}" if len(found) == 1 else f"{layer}.{index + 1}"
            panels.append(unit_panel(network, value, Unit(layer, index), name))
    return tuple(panels[:UNITS])


def _members(request: Request) -> tuple[tuple[InputMap, ...], tuple[InputMap, ...]]:
    network = request.arms[0][1]
    outputs, masks = decision_map.members(network, request.plane, SMALL, MEMBERS, request.draw)
    small = []
    drops = [layer for layer, units in enumerate(network.can_drop) if len(units)]
    for k, values in enumerate(() if network.no_masks else outputs):
        on = [int(masks[layer][k, network.can_drop[layer]].sum()) for layer in drops]
        of = [len(network.can_drop[layer]) for layer in drops]
        title = f"{sum(on)} of {sum(of)} on" if drops else "every unit on"
        which = ", ".join(f"h{u + 1}" for u in np.flatnonzero(masks[-1][k]).tolist())
        said = f"on: {which or 'none'}" if len(masks[-1][k]) <= 12 and drops == [len(masks) - 1] else ""
        small.append(output_panel(network, values, title, "", said))
    found = decision_map.spread(network, request.plane, MANY, request.draw)
    return (output_panel(network, found.mean, _mean_of(found.networks, network), ""),), tuple(small)


def _mean_of(networks: int, network: Network) -> str:
    if network.n == 0:
        return network.no_masks or "one network: no unit can be off"
    return f"mean of {count(networks)} drawn" if networks else f"mean of all {count(2**network.n)}"


def _spread(request: Request) -> tuple[InputMap, ...]:
    panels = []
    for name, network in request.arms:
        found = decision_map.spread(network, request.plane, MANY, request.draw)
        if len(request.arms) == 1:
            panels.append(output_panel(network, found.mean, _mean_of(found.networks, network), ""))
        most = float(np.nan_to_num(found.deviation).max())
        title = name or f"standard deviation of {decision_map.PASSES}"
        one = network.no_masks or "0: one network, always the same"
        note = f"up to {number(most, 2)}" if most else one
        panels.append(InputMap(title, note, found.deviation, "deviation", 0.0, most, False))
    scale = nice(max(p.high for p in panels if p.kind == "deviation"), (1, 2, 3, 5))
    return _on_one_scale(replace(p, high=scale) if p.kind == "deviation" else p for p in panels)
