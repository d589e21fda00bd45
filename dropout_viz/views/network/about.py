"""What is said of the thing under the mouse in the Network view, its name first. No Qt.

Unit layers below 0 are what is convolved: the pixels first of all, then maps. Of such a network the last convolution's
maps are layer 0.
"""

from __future__ import annotations

import math

from dropout_viz.analysis.questions.network import LIT, Reading
from dropout_viz.draw.numbers import ARROW, TIMES, count, plain, setting, short, times, told
from dropout_viz.nn.convolution import KERNEL, POOL
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.network.words import target_words
from dropout_viz.views.unit_names import in_the_table, p_of, unit_name
from dropout_viz.words import many


def about(reading: Reading, thing: Unit | Weight) -> list[str]:
    """Return what is said of a unit, a pixel, a number in a map, or a weight."""
    if isinstance(thing, Weight):
        return _about_weight(reading, thing)
    return (_about_map if reading.convolution(thing.layer) > 0 else about_unit)(reading, thing)


def _name(reading: Reading, unit: Unit) -> str:
    """Return a unit's name: ``hidden 1, unit 3``, ``pixel row 3, column 4``, ``maps 2, map 5, row 1, column 7``."""
    k = reading.convolution(unit.layer)
    if k < 0:
        return unit_name(reading.data, reading.sizes, unit)
    row, column, which = reading.in_pictures(unit)
    what = f"maps {k}, map {which + 1}," if k else "pixel"
    return f"{what} row {row + 1}, column {column + 1}"


def about_unit(reading: Reading, unit: Unit) -> list[str]:
    """Return what is said of a unit or a pixel: whether it is on, its value, and what hangs on it."""
    snapshot, used, last = reading.snapshot, reading.snapshot.used, len(reading.sizes) - 1
    layer, shown, noise = unit.layer, reading.layer(unit.layer), used.noise_kind
    on, value = bool(shown.on[unit.index]), float(shown.values[unit.index])
    lines, scaled = [_name(reading, unit)], ""
    if layer < last:
        p = p_of(snapshot, layer)
        drawn = f"no {noise.thing} drawn yet" if snapshot.step == 0 else f"drop probability {setting(p)}"
        if p and not noise.on_off:
            drawn += f": factors of variance {plain(noise.variance(used.scaling, p))}"
        lines.append(f"{'on' if on else 'off for this example'}, {drawn}")
        factor = reading.factor(unit)
        if on and factor != 1 and snapshot.step:
            scaled = f", after {times(factor) if noise.on_off else f'{TIMES} {short(factor, 3)}'}"
    word = "value" if layer <= 0 else "prediction" if layer == last else "activation"
    if layer in snapshot.unknown:
        lines.append(f"{word}: not computed yet in this step")
    else:
        lines.append(f"{word} {plain(value) if layer <= 0 and math.isfinite(value) else told(value, 4)}{scaled}")
    if layer < 0:
        return lines
    if layer == last and (target := target_words(reading, unit.index)):
        lines.append(target)
    of_table = layer == 0 or (layer == last and not reading.data.classes)
    if of_table:
        own = value if layer else float(reading.data.x[reading.shown.example, unit.index])
        lines += in_the_table(reading.data, unit.index, own, target=layer == last)
    lines.append(_weights(reading, layer))
    if layer and len(snapshot.biases[layer - 1]):
        lines.append(f"bias {told(float(snapshot.biases[layer - 1][unit.index]), 4)}")
    return lines


def _weights(reading: Reading, layer: int) -> str:
    """Return how many weights each unit of a layer has, and how many of them are lit with it."""
    sizes = (0, *reading.sizes, 0)
    ways = [(sizes[layer], "in"), (sizes[layer + 2], "out")]
    said = ", ".join(f"{many(n, 'weight')} {way}" for n, way in ways if n)
    return said + (f"; the strongest {LIT} lit" if max(n for n, _ in ways) > LIT else "")


def _about_map(reading: Reading, unit: Unit) -> list[str]:
    """Return what is said of a number in a map."""
    k, maps = reading.convolution(unit.layer), reading.snapshot.maps
    assert maps is not None
    kernel = f"{KERNEL} {TIMES} {KERNEL}" + (f" {TIMES} {count(reading.map_shapes[k - 2][2])}" if k > 1 else "")
    lines = [
        _name(reading, unit),
        f"activation {told(float(reading.layer(unit.layer).values[unit.index]), 4)}",
        f"the largest of {POOL} {TIMES} {POOL} places under a kernel of {kernel}",
    ]
    bias = maps.biases[k - 1]
    if len(bias):
        lines.append(f"the map's bias {told(float(bias[unit.index % len(bias)]), 4)}")
    return [*lines, _weights(reading, 0)] if unit.layer == 0 else lines


def _about_weight(reading: Reading, weight: Weight) -> list[str]:
    """Return what is said of a weight, its value first."""
    ends = dict(zip(("source", "target"), weight.ends, strict=True))
    value = float(reading.snapshot.weights[weight.layer][weight.source, weight.target])
    lines = [f"weight {told(value, 4)}", f" {ARROW} ".join(_name(reading, unit) for unit in ends.values())]
    off = [f"its {which}" for which, unit in ends.items() if not reading.on[unit.layer][unit.index]]
    if off:
        lines.append(f"off for this example: {' and '.join(off)} {'is' if len(off) == 1 else 'are'} off")
    return [*lines, "click to choose it for the landscape"]
