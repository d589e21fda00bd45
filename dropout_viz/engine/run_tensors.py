"""A run's state as the named tensors of a run file, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.arrange import World, compiled_runs
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.limits import check_fit, check_size
from dropout_viz.engine.state import RunState, TrainerState
from dropout_viz.nn.fits import check
from dropout_viz.nn.plan import Plan
from dropout_viz.words import many

Array = NDArray[Any]
Tensors = dict[str, Array]


def to_tensors(state: RunState) -> Tensors:
    """Return all arrays of a run by their names in a file."""
    found: Tensors = {}
    parts: dict[str, list[Array]] = {}  # of every world, in order
    for number, trainer in enumerate(state.trainers):
        groups = compiled_runs(trainer.config, state.data)
        for at, core in enumerate(trainer.cores):
            arrays = {**core, **(trainer.records[at] if trainer.records else {})}
            del arrays["parameters"]
            found |= {f"state.{number}.{at}.{name}": array for name, array in arrays.items()}
        for name, (at, index) in _places(state, trainer, groups):
            flat = trainer.cores[at]["parameters"]
            plan = make_plan(groups[at][0].config, state.data)
            own = flat[:, index] if flat.ndim == 2 else flat
            for tensor, array in _named(name, plan, own):
                parts.setdefault(tensor, []).append(array)
    return found | {name: np.stack(arrays) for name, arrays in parts.items()}


def from_tensors(state: RunState, tensors: Mapping[str, Array], step: int) -> RunState:
    """Return a run with its arrays, from one without and a file's tensors.

    Raises:
        UserError: settings that the data or the memory are too small for.
        ValueError, KeyError: tensors that do not fit the settings.
    """
    for config in (state.config, *(trainer.config for trainer in state.trainers)):
        for arm in config.arm_configs:
            check_fit(arm, state.data)
        check_size(config, state.data)
    made, taken = [], dict.fromkeys(tensors, 0)
    for number, trainer in enumerate(state.trainers):
        groups = compiled_runs(trainer.config, state.data)
        flats = [_empty(group, state.data) for group in groups]
        for name, (at, index) in _places(state, trainer, groups):
            plan = make_plan(groups[at][0].config, state.data)
            own = flats[at][:, index] if flats[at].ndim == 2 else flats[at]
            for tensor, array in _named(name, plan, own):
                world = taken[tensor]
                check(tensor, tensors[tensor], plan.dtype, (len(tensors[tensor]), *array.shape))
                array[...] = tensors[tensor][world]
                taken[tensor] = world + 1
        cores = []
        for at, flat in enumerate(flats):
            prefix = f"state.{number}.{at}."
            arrays = {name.removeprefix(prefix): a for name, a in tensors.items() if name.startswith(prefix)}
            taken |= {name: len(a) for name, a in tensors.items() if name.startswith(prefix)}
            cores.append({**arrays, "parameters": flat})
        made.append(replace(trainer, step=step, cores=tuple(cores), records=tuple(cores)))
    if left := [name for name, count in taken.items() if count != len(tensors[name])]:
        raise ValueError(f"{left[0]}: does not belong to such a run, or is of {many(len(tensors[left[0]]), 'world')}")
    return replace(state, trainers=tuple(made))


def _places(state: RunState, trainer: TrainerState, groups: list[list[World]]) -> list[tuple[str, tuple[int, int]]]:
    """Return for each world of a trainer, in order, the beginning of its tensors' names, its compiled run and place."""
    every = [arm for one in state.trainers for arm in one.config.arm_configs]
    alike = len({_sizes(arm) for arm in every}) == 1
    first = every.index(trainer.config.arm_configs[0])
    places = {w.number: (at, index) for at, group in enumerate(groups) for index, w in enumerate(group)}
    arms = {w.number: w.arm for group in groups for w in group}
    return [("" if alike else f"arms.{first + arms[n]}.", places[n]) for n in sorted(places)]


def _sizes(config: RunConfig) -> tuple[object, ...]:
    return (config.maps, config.hidden, config.bias)


def _named(prefix: str, plan: Plan, flat: Array) -> list[tuple[str, Array]]:
    """Return one world's weights and biases, as views, by their names."""
    weights, biases = plan.views(flat)
    named = [(f"{prefix}weights.{layer}", array) for layer, array in enumerate(weights)]
    return named + [(f"{prefix}bias.{layer}", array) for layer, array in enumerate(biases) if plan.bias]


def _empty(group: list[World], data: DataSet) -> Array:
    plan = make_plan(group[0].config, data)
    return plan.empty(*((len(group),) if len(group) > 1 else ()))
