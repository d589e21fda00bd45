"""Whether what a run has recorded bears out what is told of it: its step, its seeds, its weights and its rules to stop.

A file whose checksum fits may still have been put together by hand, or by a program that has gone wrong. What is said
of such a run twice is compared here. What other machines and earlier versions round otherwise is let pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray

from dropout_viz.engine.arrange import lanes
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History
from dropout_viz.engine.lane_state import Arrays
from dropout_viz.engine.state import RunState, TrainerState
from dropout_viz.engine.stopping import EVERY, next_look
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn import streams

Steps = NDArray[np.int64]
_CALM, _HUGE = 1e6, 1e15
"""A loss at which no step makes a weight that large, whatever the learning rate may be."""
_CLOSE, _FAR = 1e-3, 1e3
"""How far a squared error that is measured again may be from the one on record, and any other loss: earlier versions
took some from rounded outputs."""


def check(state: RunState, *, whole_past: bool = True) -> None:
    """Refuse a run whose arrays deny what is told of it, or one another.

    Args:
        whole_past: whether all changes of its settings are known.

    Raises:
        ValueError, LookupError, UserError: what does not agree, in one line.
    """
    for number, one in enumerate(state.trainers, 1):
        groups = lanes(one.config, state.data)
        if len(groups) != len(one.cores):
            raise ValueError(f"{len(one.cores)} groups of worlds: must be {len(groups)}")
        for group, core, record in zip(groups, one.cores, one.records, strict=True):
            _check_step(core, record, one.step)
            _check_seeds(core, [world.seed for world in group])
            _check_weights(core, record, one.step)
        trainer = Trainer.from_state(one, state.data)
        _check_losses(trainer)
        last = max((change.step for change in state.changes), default=-1)
        _check_rules(f"trainer {number}", one, trainer.histories, last if whole_past else one.step)


def _check_step(core: Arrays, record: Arrays, step: int) -> None:
    """Every step leaves its loss: the newest one is that of the last step, and so is what the last step computed."""
    if core["step"].tolist() != [step]:
        raise ValueError(f"step = {', '.join(map(str, core['step'].tolist()))}: must be {step}")
    steps, losses = record["history.loss_under_mask.steps"], record["history.loss_under_mask.values"]
    newest = int(steps[-1].max()) if len(steps) else 0
    if newest != step:
        raise ValueError(f"a loss at step {newest:,}, and none after it, of a run at step {step:,}")
    if "history.loss_under_mask.thinned" not in record and steps.ndim == 1 and len(steps) not in (step, 0):
        raise ValueError(f"{len(steps):,} losses of a run at step {step:,}; must be one a step")
    if ("last.loss" in record) != (step > 0):
        raise ValueError(f"what the last step computed, of a run at step {step:,}")
    if step and not np.array_equal(record["last.loss"], losses[-1], equal_nan=True):
        raise ValueError(f"last.loss = {record['last.loss'][0]:.4g}: must be the newest loss, {losses[-1, 0]:.4g}")
    diverged = int(core["diverged_at"][0])
    if diverged > step or (len(losses) == diverged and diverged > 0 and np.isfinite(losses[-1]).all()):
        raise ValueError(f"diverged_at = {diverged}: must be a step whose loss is no number")


def _check_seeds(core: Arrays, seeds: Sequence[int]) -> None:
    """What a generator adds to its state at every draw is its seed's for ever."""
    for seed, words in zip(seeds, core["order.generator"].tolist(), strict=True):
        own: Any = PCG64(streams.seeds(seed, 1)[1]).state["state"]
        if [*divmod(own["inc"], 1 << 64)] != words[2:4]:
            raise ValueError(f"seed = {seed}: not the one that the order of its examples was drawn with")


def _check_weights(core: Arrays, record: Arrays, step: int) -> None:
    """Weights are those of the path, if it has come to this step, and are numbers where the losses are."""
    weights = core["parameters"]
    on_path = "path.steps" in record and record["path.steps"][-1:].tolist() == [step]
    if on_path and not np.array_equal(record["path.vectors"][-1], weights, equal_nan=True):
        raise ValueError(f"weights that are not those of the path at step {step:,}")
    kept = [weights, *(array for name, array in core.items() if name.startswith("optimiser."))]
    if not all(np.isfinite(array).all() for array in kept) or np.abs(weights).max(initial=0) > _HUGE:
        losses = record["history.loss_under_mask.values"]
        worst = np.abs(losses[-1:]).max(initial=0)
        if worst <= _CALM:  # not where it is no number
            raise ValueError(f"weights that are no numbers, or huge, after a step whose loss is {worst:.4g}")


def _check_losses(trainer: Trainer) -> None:
    """Where losses of this very step are on record, they are those of the weights."""
    squared = all(arm.loss == "squared_error" for arm in trainer.config.arm_configs)
    near = _CLOSE if squared else _FAR
    for kind, told, found in trainer.measure_again():
        with np.errstate(all="ignore"):
            off = np.isfinite(told) & ~(np.abs(found - told) <= near * (1 + np.abs(told)))
        if kind.startswith("loss") and off.any():
            one, other = told[off][0], found[off][0]
            raise ValueError(f"{kind} = {one:.4g} is on record for the last step, of weights whose loss is {other:.4g}")


def _check_rules(what: str, one: TrainerState, histories: Sequence[History], changed: int) -> None:
    """Rules to stop look until one of them stops the run, and then no more. ``changed``: the last step at which the
    run was changed: going back there may have set them up again."""
    certain, possible = _stops(one.config, histories, one.step)
    if not one.armed and not possible:
        raise ValueError(f"{what}: rules to stop are over, but none has stopped it")
    if one.armed and any(at > changed for at in certain):
        raise ValueError(f"{what}: rules to stop still look, but one has stopped it at step {max(certain):,}")


def _stops(config: RunConfig, histories: Sequence[History], step: int) -> tuple[list[int], list[int]]:
    """Return the steps at which a rule has stopped the run for certain, and those at which one may have.

    A loss that is measured over several steps may not have been there yet when a rule looked, and of older losses of
    a long run the extremes alone are known.
    """
    looks = np.arange(EVERY, step + 1, EVERY)
    if next_look(config, 0) is None or not looks.size:
        return [], []
    certain, possible = np.ones(looks.size, bool), np.ones(looks.size, bool)
    for history in histories:
        if history.loss_train.read()[2].exact_from:
            return [], looks.tolist()
        with_newest, without = (_reasons(config, history, looks, left_out) for left_out in (0, 1))
        certain &= with_newest & without
        possible &= with_newest | without
    return looks[certain].tolist(), looks[possible].tolist()


def _reasons(config: RunConfig, history: History, looks: Steps, left_out: int) -> NDArray[np.bool_]:
    """Return at which looks a world had a reason to stop, of which some of the newest losses were not known then."""
    found = np.zeros(looks.size, bool)
    steps, losses = history.loss_train.pair()
    if config.stop_loss is not None and len(steps):
        at = np.searchsorted(steps, looks, "right") - 1 - left_out
        found |= (at >= 0) & (losses[at] <= config.stop_loss)
    steps, losses = (history.loss_test if len(history.loss_test) else history.loss_train).pair()
    if config.patience is not None and len(steps):
        at = np.searchsorted(steps, looks, "right") - 1 - left_out
        losses = np.where(np.isnan(losses), -np.inf, losses)
        lowest = np.minimum.accumulate(losses)
        better = np.append(True, lowest[1:] < lowest[:-1])
        best = np.maximum.accumulate(np.where(better, np.arange(len(steps)), 0))
        found |= (at >= 0) & (looks - steps[best[at]] >= config.patience)
    return found
