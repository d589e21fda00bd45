"""The words of the Network view for pixels and feature maps: what stands left of the dense layers. No Qt.

Unit layer 0 is then the last convolution's maps; layers below 0 are the maps before it and, first of all, the pixels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dropout_viz.draw.numbers import TIMES, count, plain, short
from dropout_viz.nn.convolution import KERNEL, POOL
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.network.reading import Reading, map_shapes
from dropout_viz.views.network.words import about_unit, about_weight, headings


def any_headings(reading: Reading, layer: int, alive: int | None = None) -> list[tuple[str, str, str]]:
    """Return the heading of any column, as ``network_words.headings`` does for the dense layers."""
    return (_headings if is_picture(reading, layer) else headings)(reading, layer, alive)


def about(reading: Reading, thing: Unit | Weight, lit: int) -> list[str]:
    """Return what is said of the unit or weight under the mouse; ``lit`` is how many edges a side light up at most."""
    if isinstance(thing, Weight):
        pooled = is_picture(reading, thing.layer)
        return about_weight(reading, thing, picture_name(reading, Unit(thing.layer, thing.source)) if pooled else "")
    return (_about if is_picture(reading, thing.layer) else about_unit)(reading, thing, lit)


def is_picture(reading: Reading, layer: int) -> bool:
    """Return whether a layer is pixels or maps of a network that begins with convolutions."""
    return layer < 0 or (layer == 0 and bool(reading.before))


def _convolution(reading: Reading, layer: int) -> int:
    """Return which convolution made a layer, from 1; 0 for the pixels."""
    return len(reading.before) + layer


def picture_name(reading: Reading, unit: Unit) -> str:
    """Return a pixel's or a map's unit by name: ``pixel row 3, column 4``, ``maps 2, map 5, row 1, column 7``."""
    k = _convolution(reading, unit.layer)
    if k == 0:
        assert reading.data.image is not None
        row, column = divmod(unit.index, reading.data.image[1])
        return f"pixel row {row + 1}, column {column + 1}"
    _, width, maps = map_shapes(reading.snapshot)[k - 1]
    place, which = divmod(unit.index, maps)
    row, column = divmod(place, width)
    return f"maps {k}, map {which + 1}, row {row + 1}, column {column + 1}"


def _headings(reading: Reading, layer: int, alive: int | None) -> list[tuple[str, str, str]]:
    k = _convolution(reading, layer)
    if k == 0:
        n = len(reading.before[0].values)
        used = reading.snapshot.used
        on = int(np.count_nonzero(reading.before[0].on)) if alive is not None else n
        return _pixel_headings(n, on, used.p_input, used.scaling)
    span = reading.spans[0] if layer == 0 else reading.before[k].span
    return _map_headings(k, *map_shapes(reading.snapshot)[k - 1], plain(span.high) if span.open else "")


@lru_cache(maxsize=256)
def _pixel_headings(n: int, on: int, p: float, scaling: str) -> list[tuple[str, str, str]]:
    of, tight = f"{count(on)} of {count(n)} on", f"{count(on)}/{count(n)}"
    if not p:
        return [("pixels", "", of), ("pixels", "", tight), ("px", "", tight), ("px", "", "")]
    scaled = {"inverted": f"kept {TIMES} {plain(1 / (1 - p))}", "classical": f"in use {TIMES} {plain(1 - p)}"}
    odds = f"p = {plain(p)} off"
    return [
        ("pixels", f"{odds}, {scaled.get(scaling, 'not scaled')}", of),
        ("pixels", odds, of),
        ("pixels", odds, tight),
        ("px", f"p {plain(p)}", tight),
        ("px", "", ""),
    ]


@lru_cache(maxsize=256)
def _map_headings(k: int, height: int, width: int, maps: int, end: str) -> list[tuple[str, str, str]]:
    """``end``: the value at the end of the maps' own scale of shades, if that is not fixed."""
    size = f"{count(maps)} of {height} {TIMES} {width}"
    made = f"{KERNEL} {TIMES} {KERNEL} kernels, {POOL} {TIMES} {POOL} max"
    return [
        (f"maps {k}", made, f"{size}, 0 to {end}" if end else size),
        (f"maps {k}", made, size),
        (f"maps {k}", f"{KERNEL} {TIMES} {KERNEL}, max", size),
        (f"maps {k}", "", size),
        (f"m{k}", "", f"{count(maps)}"),
        (f"m{k}", "", ""),
    ]


def _about(reading: Reading, unit: Unit, lit: int) -> list[str]:
    """Return what is said of a pixel or of a number in a map, name first."""
    snapshot, k = reading.snapshot, _convolution(reading, unit.layer)
    maps = snapshot.maps
    assert maps is not None
    lines = [picture_name(reading, unit)]
    values = reading.before[k].values if unit.layer < 0 else reading.values[0]
    if k == 0:
        on, used = bool(reading.before[0].on[unit.index]), snapshot.used
        drawn = (
            f"no {used.noise_kind.thing} drawn yet" if snapshot.step == 0 else f"drop probability {plain(used.p_input)}"
        )
        factor = used.train_scales[0]
        scaled = f", after {TIMES} {plain(factor)}" if on and factor != 1 and snapshot.step else ""
        return [
            *lines,
            f"{'on' if on else 'off for this example'}, {drawn}",
            f"value {plain(float(values[unit.index]))}{scaled}",
        ]
    lines.append(f"activation {short(float(values[unit.index]), 4)}")
    size = f"{KERNEL} {TIMES} {KERNEL}" + (f" {TIMES} {count(len(maps.kernels[k - 1]) // KERNEL**2)}" if k > 1 else "")
    lines.append(f"the largest of {POOL} {TIMES} {POOL} places under a kernel of {size}")
    bias = maps.biases[k - 1]
    if len(bias):
        lines.append(f"the map's bias {short(float(bias[unit.index % len(bias)]), 4)}")
    if unit.layer == 0:
        out = reading.sizes[1]
        lines.append(f"{count(out)} weights out" + (f"; the strongest {lit} lit" if out > lit else ""))
    return lines
