"""Measuring a run with every unit on: at once, or spread over the steps after it, so that no step takes long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.maps import maps_all_on
from dropout_viz.engine.schedule import scored, test_spacing
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.forward import Evaluator
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]
Found = dict[str, tuple[Array, Array]]
"""Loss and share of examples classed right, by part of the data: ``train`` and ``test``."""


def evaluators(plan: Plan, data: DataSet, vectors: int, *, whole: bool = False) -> dict[str, Evaluator]:
    """Return what measures the examples that the curves are of (or all, if ``whole``), by part of the data."""
    maps, tests = bool(plan.maps), 0 if data.x_test is None else len(data.x_test)
    first = len(data.x) if whole else scored(len(data.x), maps)
    every = 1 if whole else test_spacing(tests, maps)
    measure = plan.edit.measuring(Evaluator)
    made = {"train": measure(plan, data.x[:first], data.y[:first], vectors)}
    if data.x_test is not None and data.y_test is not None:
        made["test"] = measure(plan, data.x_test[::every], data.y_test[::every], vectors)
    return made


def by_kind(found: Found, worlds: int, data: DataSet) -> dict[str, Array]:
    """Return the same by the kinds of a history, (worlds,) each; no accuracy where there are no classes."""
    kinds = {}
    for part, (loss, right) in found.items():
        kinds[f"loss_{part}"] = np.ravel(loss)[:worlds]
        if data.classes:
            kinds[f"accuracy_{part}"] = np.ravel(right)[:worlds]
    return kinds


def all_on(plan: Plan, parameters: Array, x: Array, world: int | None = None) -> tuple[Array, ...]:
    """Return every layer's activations for inputs (examples, features) with every unit on.

    ``parameters`` has shape (parameters,), or (parameters, worlds), of which ``world`` is meant.
    """
    at = ... if world is None else (..., world)
    scales = (*(s[world] if isinstance(s, np.ndarray) else s for s in plan.test_scales), 1.0)
    maps = maps_all_on(plan, parameters, x)
    a = (x * scales[0]).astype(plan.dtype) if maps is None else maps.features
    found = [a]
    for layer, (w, b) in enumerate(zip(*plan.dense(parameters), strict=True)):
        name = plan.output if layer == plan.layers - 1 else plan.activation
        z = a @ w[at]
        a = ACTIVATIONS[name].value(z + b[at] if plan.bias else z)
        a = a * a.dtype.type(scales[layer + 1]) if scales[layer + 1] != 1 else a
        found.append(a)
    return tuple(found)


class Spread:
    """Measures copies of some parameters, a few pieces at a time. What comes of it does not depend on the cutting.

    Attributes:
        step: after which the parameters were as they are measured.
        found: loss and share of examples classed right, by part of the data; complete when ``go_on`` has said so.
        vectors: the parameters, as the evaluators take them.
    """

    def __init__(self, step: int, parameters: Array, evaluators: Mapping[str, Evaluator], steps: int) -> None:
        """``steps``: how many more steps there are to do it in."""
        self.step, self._evaluators = step, dict(evaluators)
        self.vectors = parameters.copy()
        self.found: Found = {}
        for evaluator in self._evaluators.values():
            evaluator.begin(parameters)
        self._at_once = -(-sum(e.pieces for e in self._evaluators.values()) // max(1, steps))

    def go_on(self) -> bool:
        """Measure the next pieces; return whether all is done."""
        for _ in range(self._at_once):
            part = next((part for part in self._evaluators if part not in self.found), None)
            if part is None:
                break
            found = self._evaluators[part].go_on()
            if found is not None:
                self.found[part] = found
        return len(self.found) == len(self._evaluators)
