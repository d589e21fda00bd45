"""The whole state of a compiled run as named arrays: what decides its next steps, and what it has recorded so far.

``core`` is all that the steps to come depend on: whoever takes it over goes on bit for bit, at any step, in the middle
of a block too. ``record`` is the rest: curves, path, what the last step computed, and a measurement under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.compiled_run import CompiledRun
from dropout_viz.engine.maps import LastMaps
from dropout_viz.engine.measuring import Spread
from dropout_viz.engine.snapshot import LastStep
from dropout_viz.nn.fits import check
from dropout_viz.words import many

Array = NDArray[Any]
Arrays = Mapping[str, Array]
LONGEST = 1 << 34
"""Steps that a run may have done, far beyond what anybody waits for."""


def core(compiled: CompiledRun) -> dict[str, Array]:
    """Return what the steps to come depend on. Arrays are copies, or are never written to."""
    used = (
        compiled.row if compiled.is_open else 0
    )  # rows of the block under way, of which the streams have not been told
    found = {"step": _number(compiled.step), "parameters": compiled.parameters.copy()}
    found |= {f"optimiser.{name}": array for name, array in compiled.program.optimiser.state().items()}
    for layer, stream in compiled.streams.items():
        for name, array in stream.state(used).items():  # a view may be of much more than it shows
            found[f"masks.{layer}.{name}"] = array if array.base is None else array.copy()
    orders = [order.state(used) for order in compiled.orders]
    for name in orders[0]:
        parts = [one[name] for one in orders]
        found[f"order.{name}"] = np.stack(parts) if len(parts) > 1 else parts[0][None].copy()
    found["diverged_at"] = _number(-1 if compiled.diverged_at is None else compiled.diverged_at)
    if compiled.mask_counts is not None:
        found |= {f"tally.{name}": array for name, array in compiled.mask_counts.state().items()}
    return found


def restore_core(compiled: CompiledRun, state: Arrays) -> None:
    """Take over a core, in a compiled run that was made for the same settings; whatever it has recorded is forgotten.

    Raises:
        ValueError: arrays that do not fit, in one line. The run is of no use then.
    """
    step = _whole(state, "step", 0)
    compiled.begin_at(step, _array(state, "parameters", compiled.program.parameters[0]))
    own = compiled.program.optimiser.state()
    compiled.program.optimiser.restore({name: _array(state, f"optimiser.{name}", own[name]) for name in own})
    for layer, stream in compiled.streams.items():
        for name in (f"masks.{layer}.skip", f"masks.{layer}.used"):  # a step uses a row: to go over more takes for ever
            if name in state and (rows := _whole(state, name, 0)) > step:
                raise ValueError(f"{name} = {rows}: must be at most {step}, the step that the run is at")
        stream.restore(_below(state, f"masks.{layer}."))
    orders = _below(state, "order.")
    if any(len(array) != len(compiled.orders) for array in orders.values()):
        raise ValueError(f"order: must be of {many(len(compiled.orders), 'world')}")
    for world, order in enumerate(compiled.orders):
        order.restore({name: array[world] for name, array in orders.items()})
    diverged = _whole(state, "diverged_at", -1)
    compiled.diverged_at = None if diverged < 0 else diverged
    if compiled.mask_counts is not None:
        compiled.mask_counts.restore(_below(state, "tally."))


def record(compiled: CompiledRun) -> dict[str, Array]:
    """Return what a compiled run has recorded. The curves are views of what only grows: not to be written to."""
    found: dict[str, Array] = {}
    for kind, table in compiled.tables.items():
        rows = table.read()
        steps = rows.steps if rows.steps.shape[1] > 1 else rows.steps[:, 0]
        found |= {f"history.{kind}.steps": steps, f"history.{kind}.values": rows.values}
        if rows.exact_from:
            found[f"history.{kind}.thinned"] = _number(rows.exact_from, rows.every)
    if compiled.path is not None:
        steps, vectors = compiled.path.read_all()
        found |= {"path.steps": steps, "path.vectors": vectors}
    if compiled.spread is not None:
        found |= {"measuring.at": _number(compiled.spread.step), "measuring.vectors": compiled.spread.vectors}
    last = [compiled.last_step(world) for world in range(compiled.worlds)]
    if last[0] is not None:
        found |= _last_steps([one for one in last if one is not None])
    return found


def restore_record(compiled: CompiledRun, state: Arrays) -> None:
    """Take over a record, after the core of the same step. Raises ``ValueError`` for arrays that do not fit."""
    for kind in compiled.tables:
        steps, values = state[f"history.{kind}.steps"], state[f"history.{kind}.values"]
        check(f"history.{kind}.steps", steps, np.int64, (None, compiled.worlds) if steps.ndim == 2 else (None,))
        check(f"history.{kind}.values", values, np.float64, (len(steps), compiled.worlds))
        for column in np.atleast_2d(steps.T):
            _ascending(f"history.{kind}.steps", column, compiled.step)
        compiled.tables[kind].restore(steps, values, *_thinned(state, f"history.{kind}.thinned"))
    if compiled.path is not None:
        steps, vectors = state["path.steps"], state["path.vectors"]
        check("path.steps", steps, np.int64, (None,))
        check("path.vectors", vectors, compiled.parameters.dtype, (len(steps), *compiled.parameters.shape))
        _ascending("path.steps", steps, compiled.step)
        if not compiled.path.may_keep(steps):
            raise ValueError("path.steps: must be 0 and steps that a path keeps")
        compiled.path.take(steps, vectors, compiled.step)
    measured = compiled.tables["loss_train"].read().steps
    at = int(measured[-1].max()) if len(measured) else 0
    under_way = "measuring.at" in state
    if under_way:
        at = _whole(state, "measuring.at", 0)
        if at > compiled.step:
            raise ValueError(f"measuring.at = {at}: must be at most {compiled.step}, the step that the run is at")
    compiled.measure_after(at)
    if under_way:
        vectors = _array(state, "measuring.vectors", compiled.vectors)
        compiled.spread = Spread(at, vectors, compiled.evaluators, compiled.measure_at - at)
        for _ in range(compiled.step - at):  # a few pieces are measured after each step
            compiled.spread.go_on()
    if "last.loss" in state:
        compiled.kept = _kept(compiled, state)


# --- the last step --------------------------------------------------------------------------------------------------


def _last_steps(last: list[LastStep]) -> dict[str, Array]:
    """Return what the last step computed, (worlds, examples, ...) each."""
    found = {"loss": np.array([one.loss for one in last]), "examples": np.stack([one.examples for one in last])}
    for layer in range(len(last[0].masks)):
        found[f"masks.{layer}"] = np.stack([one.masks[layer] for one in last])
    for layer in range(len(last[0].factors)):
        found[f"factors.{layer}"] = np.stack([one.factors[layer] for one in last])
    for layer in range(len(last[0].activations)):
        found[f"activations.{layer}"] = np.stack([one.activations[layer] for one in last])
    maps = last[0].maps  # of networks with convolutions, which have one world each
    if maps is not None:
        found |= {"pixels": maps.pixels, "pixels_on": maps.pixels_on}
        found |= {f"maps.{pair}": array for pair, array in enumerate(maps.maps)}
    return {f"last.{name}": np.asarray(array) for name, array in found.items()}


def _kept(compiled: CompiledRun, state: Arrays) -> list[LastStep | None]:
    plan, worlds, batch = compiled.plan, compiled.worlds, compiled.batch
    last, examples = _below(state, "last."), len(compiled.data.x)
    check("last.loss", last["loss"], np.float64, (worlds,))
    check("last.examples", last["examples"], np.int64, (worlds, batch))
    if not (last["examples"].min() >= 0 and last["examples"].max() < examples):
        raise ValueError(f"last.examples: must be examples from 0 to {examples - 1}")
    for layer, units in enumerate(plan.sizes):
        if layer < plan.layers:
            check(f"last.masks.{layer}", last[f"masks.{layer}"], np.bool_, (worlds, batch, units))
        shape = (worlds, batch, units)
        floats = last[f"activations.{layer}"]  # the input's may be the data's own
        if floats.shape != shape or floats.dtype not in (np.float32, np.float64):
            raise ValueError(f"last.activations.{layer}: {floats.dtype} of {floats.shape}; must be numbers of {shape}")
    drawn = range(0 if plan.noise_kind.on_off else plan.layers)
    for layer in drawn:
        check(f"last.factors.{layer}", last[f"factors.{layer}"], plan.dtype, (worlds, batch, plan.sizes[layer]))
    maps = None
    if plan.maps:
        pixels = plan.image[0] * plan.image[1]
        check("last.pixels", last["pixels"], plan.dtype, (batch, pixels))
        check("last.pixels_on", last["pixels_on"], np.bool_, (batch, pixels))
        pairs = [last[f"maps.{pair}"] for pair in range(len(plan.maps))]
        for pair, shape_out in enumerate(plan.pictures[1:]):
            wanted = (batch, shape_out.height, shape_out.width, shape_out.maps)
            check(f"last.maps.{pair}", pairs[pair], plan.dtype, wanted)
        maps = LastMaps(last["pixels"], last["pixels_on"], tuple(pairs))
    return [
        LastStep(
            masks=tuple(last[f"masks.{layer}"][world] for layer in range(plan.layers)),
            activations=tuple(last[f"activations.{layer}"][world] for layer in range(plan.layers + 1)),
            examples=last["examples"][world].astype(np.intp),
            loss=float(last["loss"][world]),
            maps=maps,
            factors=tuple(last[f"factors.{layer}"][world] for layer in drawn),
        )
        for world in range(worlds)
    ]


# --- checks ---------------------------------------------------------------------------------------------------------


def _number(*values: int) -> Array:
    return np.array(values, np.int64)


def _whole(state: Arrays, name: str, least: int) -> int:
    check(name, state[name], np.int64, (1,))
    value = int(state[name][0])
    if not least <= value <= LONGEST:
        raise ValueError(f"{name} = {value}: must be {least} to {LONGEST:,}")
    return value


def _thinned(state: Arrays, name: str) -> tuple[int, int]:
    """Return since which step a curve is exact, and of how many steps its older extremes are."""
    if name not in state:
        return 0, 1
    check(name, state[name], np.int64, (2,))
    since, every = (int(number) for number in state[name])
    if not (0 <= since <= LONGEST and 1 <= every <= LONGEST):
        raise ValueError(f"{name} = {since}, {every}: must be steps from 0 to {LONGEST:,}")
    return since, every


def _array(state: Arrays, name: str, like: Array) -> Array:
    check(name, state[name], like.dtype, like.shape)
    return state[name]


def _below(state: Arrays, prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}


def _ascending(name: str, steps: Array, last: int) -> None:
    if len(steps) and not (steps[0] >= 0 and (np.diff(steps) > 0).all() and steps[-1] <= last):
        raise ValueError(f"{name}: must ascend from 0 to {last} at most")
