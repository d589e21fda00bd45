"""States that no view may fail on: runs that have diverged, huge and infinite weights, no test set, one unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer, load_data

FEW = 12  # examples
_runs = count(1)  # every state is a run of its own


def few(data: DataSet, tests: int | None = FEW) -> DataSet:
    """Return a few examples of a data set, and so many for testing; None: no test set."""
    flipped = None if data.flipped is None else data.flipped[:FEW].copy()
    x_test, y_test = (None, None) if tests is None else (data.x[:tests].copy(), data.y[:tests].copy())
    return replace(data, x=data.x[:FEW].copy(), y=data.y[:FEW].copy(), x_test=x_test, y_test=y_test, flipped=flipped)


def frame(
    config: RunConfig, steps: int, weights: Callable[[Any], Any] | None = None, tests: int | None = FEW, arms: int = 2
) -> Frame:
    """Return a frame of a run, and of one without dropout beside it, that may have begun from other weights."""
    data = few(load_data(config), tests)
    run = next(_runs)
    configs = [config, config.changed(p_hidden=0.0, p_input=0.0)][:arms]
    made = []
    for name, each in zip(("run", "other"), configs, strict=False):
        with np.errstate(all="ignore"):
            trainer = Trainer(each, data, run)
            if weights is not None:
                trainer.start_from(*([weights(a) if a.size else a for a in kind] for kind in trainer.parameters()))
            trainer.advance(steps)
            made.append(Arm(name, trainer.snapshot(), trainer.history))
    return Frame(tuple(made), data)


def spread(value: float) -> Callable[[Any], Any]:
    """Return what makes every weight this large, with signs that change."""

    def weights(array: Any) -> Any:
        signs = np.where(np.arange(array.size) % 3, 1.0, -1.0).reshape(array.shape)
        with np.errstate(all="ignore"):
            return (signs * value).astype(array.dtype)

    return weights


def first(value: float) -> Callable[[Any], Any]:
    """Return what changes the first weight of each layer."""

    def weights(array: Any) -> Any:
        changed = np.array(array)
        changed.flat[0] = value
        return changed

    return weights


def base(preset: str) -> RunConfig:
    """Return a small run of a preset."""
    config = load_preset(preset)
    small = {"hidden": tuple(min(units, 4) for units in config.hidden)} if len(config.hidden) else {}
    return config.changed(**({} if preset in ("twins", "five-valleys") else small), seed=1, batch_size=None)


@cache
def states(preset: str) -> dict[str, Frame]:
    """Return frames by name."""
    config = base(preset)
    rough = config.changed(
        activation="relu", output="linear", loss="squared_error", p_hidden=0.5, optimiser="sgd", learning_rate=1e5
    )
    found = {f"diverging, step {steps}": frame(rough, steps) for steps in (2, 4, 20)}
    for value in (1e200, 1e308, np.inf, np.nan):
        found[f"all {value}"] = frame(config, 1, spread(value))
    for value in (1e308, np.nan):
        found[f"all {value} at step 0"] = frame(config, 0, spread(value), arms=1)
    found["one nan"] = frame(config, 0, first(np.nan), arms=1)
    found["one inf"] = frame(config, 1, first(np.inf))
    found["no test set"] = frame(config, 1, tests=None)
    found["an empty test set"] = frame(config, 1, tests=0)
    found["one unit"] = frame(config.changed(hidden=(1,), arms=()), 2)
    return found
