"""What inputs, units, outputs and examples are called. No Qt."""

from __future__ import annotations

import math

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.numbers import ARROW, number, plain
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Unit

_FEW_INPUTS = 6
"""Inputs up to which an example is told as its numbers."""


def layer_name(layer: int, layers: int) -> str:
    """Return ``input``, ``hidden 1`` ... or ``output``, of a net of so many unit layers."""
    return "input" if layer == 0 else "output" if layer == layers - 1 else f"hidden {layer}"


def input_name(data: DataSet, index: int) -> str:
    """Return the name of an input: its column's, its pixel's place, or x1, x2, ..."""
    if index < len(data.features):
        return data.features[index]
    if data.image:
        row, column = divmod(index, data.image[1])
        return f"pixel row {row + 1}, column {column + 1}"
    return f"x{index + 1}"


def output_name(data: DataSet, index: int, outputs: int) -> str:
    """Return the name of an output: its class where each class has one, the column that it predicts, else y, or y1,
    y2, ..."""
    if len(data.classes) == outputs:
        return str(data.classes[index])
    if len(data.targets) == outputs:
        return data.targets[index]
    return "y" if outputs == 1 else f"y{index + 1}"


def has_name(data: DataSet, outputs: int) -> bool:
    """Return whether outputs are told by their names: a single one only where it has one."""
    return outputs > 1 or len(data.targets) == outputs


def unit_name(data: DataSet, sizes: tuple[int, ...], unit: Unit) -> str:
    """Return a unit's full name: ``input x2``, ``hidden 1, unit 3``, ``output 7``."""
    if unit.layer == 0:
        return f"input {input_name(data, unit.index)}"
    if unit.layer == len(sizes) - 1:
        return f"output {output_name(data, unit.index, sizes[-1])}" if has_name(data, sizes[-1]) else "output"
    return f"{layer_name(unit.layer, len(sizes))}, unit {unit.index + 1}"


def p_of(snapshot: Snapshot, layer: int) -> float:
    """Return a layer's drop probability, of pixels below 0; 0 for the output, and for maps, which are never dropped."""
    if layer == 0 and snapshot.maps is not None:
        return 0.0
    probabilities = snapshot.used.drop_probabilities
    return probabilities[max(layer, 0)] if layer < len(probabilities) else 0.0


def target_class(data: DataSet, example: int) -> str:
    """Return an example's target as text: its class, or its numbers."""
    if not 0 <= example < len(data.y):
        return "?"
    y = data.y[example]
    if len(y) > 1:
        if not data.classes:
            return ", ".join(plain(float(value)) for value in y)
        best = int(np.argmax(y))
        return str(data.classes[best]) if best < len(data.classes) else f"y{best + 1}"
    return data.classes[int(y[0] > 0.5)] if len(data.classes) == 2 else plain(float(y[0]))


def example_words(data: DataSet, example: int) -> str:
    """Return an example as its inputs and target: ``0 1 1 → 1``; of many inputs only ``→ 7``."""
    inputs = data.x[example]
    if len(inputs) > _FEW_INPUTS:
        return f"{ARROW} {target_class(data, example)}"
    whole = bool(np.all(inputs == np.rint(inputs)))
    values = (" " if whole else ", ").join(plain(float(v)) for v in inputs)
    return f"{values if whole else f'({values})'} {ARROW} {target_class(data, example)}"


def tells_numbers(data: DataSet) -> bool:
    """Return whether the words of an example have numbers of its table, and not only its class."""
    return data.x.shape[1] <= _FEW_INPUTS or not data.classes


def is_standardised(data: DataSet) -> bool:
    """Return whether inputs, and targets that are numbers, are told in standard deviations from their mean."""
    return bool(data.told.get("standardised"))


def in_the_table(data: DataSet, column: int, value: float, *, target: bool) -> list[str]:
    """Return what a standardised number is in its table, and what it was standardised by; none where it was not."""
    scales = data.target_scales if target else data.scales
    if not is_standardised(data):
        return []
    if column >= len(scales):
        return ["standardised: 0 is the training mean,", "1 a standard deviation"]
    mean, sd = scales[column]
    told = number(mean + sd * value) if math.isfinite(value) else "not a number"
    return [f"in the table {told}", f"standardised by mean {number(mean)}, deviation {number(sd)}"]


def factor_reach(snapshot: Snapshot, layer: int) -> float:
    """Return two standard deviations of a layer's factors."""
    used = snapshot.used
    return 2 * math.sqrt(used.noise_kind.variance(used.scaling, p_of(snapshot, layer)))
