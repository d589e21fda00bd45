"""Whether what a run has recorded bears out what is told of it: its step, its seeds and its weights.

A file whose checksum fits may still have been put together by hand, or by a program that has gone wrong. What is said
of such a run twice is compared here. What other machines and earlier versions round otherwise is let pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import PCG64

from dropout_viz.engine.arrange import compiled_runs
from dropout_viz.engine.compiled_state import Arrays
from dropout_viz.engine.state import RunState
from dropout_viz.nn import streams
from dropout_viz.words import figure


def check(state: RunState) -> None:
    """Refuse a run whose arrays deny what is told of it, or one another.

    Only what no honest run can deny is held against a file: weights may be huge, or no numbers, after a step whose loss
    is small, as the loss came before its update; and what was measured may have been so under other settings.

    Raises:
        ValueError, LookupError, UserError: what does not agree, in one line.
    """
    for one in state.trainers:
        groups = compiled_runs(one.config, state.data)
        if len(groups) != len(one.cores):
            raise ValueError(f"{len(one.cores)} groups of worlds: must be {len(groups)}")
        for group, core, record in zip(groups, one.cores, one.records, strict=True):
            _check_step(core, record, one.step)
            _check_seeds(core, [world.seed for world in group])
            _check_weights(core, record, one.step)


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
        raise ValueError(
            f"last.loss = {figure(record['last.loss'][0])}: must be the newest loss, {figure(losses[-1, 0])}"
        )
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
    """Weights are those of the path, if it has come to this step."""
    on_path = "path.steps" in record and record["path.steps"][-1:].tolist() == [step]
    if on_path and not np.array_equal(record["path.vectors"][-1], core["parameters"], equal_nan=True):
        raise ValueError(f"weights that are not those of the path at step {step:,}")
