"""What a word of the code stands for: the unit or weight in the other views, and its numbers. No Qt."""

from __future__ import annotations

import re

import numpy as np

from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.code.numbers import TIMES, Focus, Thing, short
from dropout_viz.words import many

_NAME = re.compile(r"([A-Za-z.]+?)(\d*)$")
_SHOWN = 8
WORDS = {
    "x": "inputs",
    "y": "targets",
    "e": "errors",
    "z": "pre-activations",
    "a": "activations",
    "h": "activations",
    "delta": "δ, the loss by z",
    "slope": "slopes",
    "g": "gradient",
    "gb": "gradient of the biases",
    "W": "weights",
    "b": "biases",
}


def layer_of(value: str, layers: int) -> tuple[str, int]:
    """Return kind and unit layer of a value; of weights the layer that they lead to."""
    match = _NAME.match(value)
    assert match is not None
    kind, digits = match.groups()
    return kind, 0 if kind == "x" else layers if kind in ("y", "e") else int(digits or 0)


def holds(value: str, thing: Unit | Weight) -> bool:
    """Return whether a value has a number of a unit or weight."""
    kind, layer = layer_of(value, 0)
    if isinstance(thing, Weight):
        return kind in ("W", "g") and layer == thing.layer + 1
    return kind not in ("W", "g") and layer == thing.layer


def thing_of(value: str, taken: Dissection, focus: Focus) -> Thing:
    """Return the unit or weight of a value that the numbers are of."""
    kind, layer = layer_of(value, taken.plan.layers)
    if kind in ("W", "g"):
        return focus.of(layer - 1, taken.plan.sizes)
    return Unit(layer, focus.index(layer, taken.plan.sizes))


def about(value: str, taken: Dissection, moment: int, focus: Focus) -> list[str]:
    """Return what is said of a value at a moment: its name and shape, and its numbers for the chosen example."""
    kind, _ = layer_of(value, taken.plan.layers)
    array = taken.value(value, moment)
    if array is None and value == f"delta{taken.plan.layers}":
        array = taken.value("e", moment)
    name = taken.plan.noise_kind.thing if kind == "m" else WORDS.get(kind, kind)
    if array is None:
        return [name, "not computed yet in this step"]
    shape = f" {TIMES} ".join(str(n) for n in array.shape)
    if kind in ("W", "g"):
        rows = [_row(row) for row in array[:_SHOWN]]
        more = [f"… {many(len(array) - _SHOWN, 'more row')}"] if len(array) > _SHOWN else []
        return [f"{name}, {shape} (from, to)", *rows, *more]
    if array.ndim == 1:
        return [f"{name}, {shape}", _row(array)]
    shown = array if len(array) <= 4 else array[focus.row : focus.row + 1]
    which = "a row an example" if len(array) <= 4 else "of this example"
    return [f"{name}, {shape}", *[_row(row) for row in shown], which]


def _row(values: np.ndarray) -> str:
    said = "   ".join(short(float(v)) for v in values[:_SHOWN])
    return said + (f"   … {len(values) - _SHOWN} more" if len(values) > _SHOWN else "")
