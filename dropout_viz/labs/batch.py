"""Training many seeds, under one setting or several: the same starts and the same data order in every arm."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.thinned import network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig, data_settings
from dropout_viz.engine.trainer import Trainer, load_data
from dropout_viz.errors import UserError
from dropout_viz.nn.losses import correct

Array = NDArray[Any]
Progress = Callable[[float], None]
"""Told what share is done, several times a second; it may raise, and the training ends there."""
LOOKS = 120
"""Steps at which the curves are measured, at most."""
APART = 1.0
"""Seconds between two words on what there is so far."""
_LEAST = 4  # looks that make a curve
_FEWEST, _SHARE = 8, 0.15  # of the looks; of the training time that they may take
_OFTEN = 0.1  # seconds between two reports of progress, about


@dataclass(frozen=True)
class Trained:
    """What many runs have come to, with every unit on.

    Attributes:
        steps: at which they were measured, (looks,), ascending; the first is 0.
        values: by kind, shape (looks, arms, seeds): ``loss_train``, ``loss_test``, ``accuracy_train``,
            ``accuracy_test``, as far as the data have them.
        seconds: that it took.
    """

    steps: Array
    values: dict[str, Array]
    seconds: float

    @property
    def final(self) -> dict[str, Array]:
        """The last measurement, by kind, shape (arms, seeds)."""
        return {kind: values[-1] for kind, values in self.values.items()}

    @property
    def diverged(self) -> Array:
        """Which runs ended with a loss that is no finite number, shape (arms, seeds)."""
        return ~np.isfinite(self.values["loss_train"][-1])

    def divergence(self, arms: Sequence[str]) -> list[str]:
        """Return what is done with the runs that diverged, in a sentence; nothing where none did."""
        if not self.diverged.any():
            return []
        bad = ", ".join(f"{n} ({arm})" for arm, n in zip(arms, self.diverged.sum(axis=1), strict=True))
        if "accuracy_train" in self.values:
            said = "Examples of which their outputs are no numbers count as wrong; losses and gaps leave such runs out."
        else:
            said = "Losses, their means and their differences leave out a seed of which one run did."
        return [f"Runs that ended with a loss that is no number: {bad}. {said}"]


Look = Callable[[Trained], object]


def data_of(config: RunConfig) -> DataSet:
    """Return a config's data set; the last few are remembered. Raises ``UserError`` as loading does, and for a run with
    a hidden fault: no lab's answer may be of one."""
    if config.patient is not None:
        raise UserError(
            f"patient = {config.patient}: must be empty in a lab, whose answers are of runs without a fault"
        )
    return _data(RunConfig(**{key: getattr(config, key) for key in data_settings()}))


@lru_cache(maxsize=4)
def _data(config: RunConfig) -> DataSet:
    return load_data(config)


def joined(parts: Sequence[Trained]) -> Trained:
    """Return the same runs as one, their seeds in the order of the parts."""
    values = {kind: np.concatenate([part.values[kind] for part in parts], axis=2) for kind in parts[0].values}
    return Trained(parts[0].steps, values, sum(part.seconds for part in parts))


def looks(config: RunConfig, data: DataSet) -> Array:
    """Return the steps at which curves are measured: evenly spread, and denser at first; 0 and the last among them."""
    examples = len(data.x) + (0 if data.x_test is None else len(data.x_test))
    # A step costs about three forward passes over its batch, a look one over all examples.
    affordable = _SHARE * 3 * config.steps * (config.batch_size or len(data.x)) / examples
    most = int(max(_FEWEST, min(LOOKS, affordable)))
    even = np.linspace(0, config.steps, most * 2 // 3 + 1)
    early = np.geomspace(1, config.steps, most // 3)
    return np.unique(np.concatenate([even, early]).round().astype(np.int64))


def train(
    config: RunConfig,
    progress: Progress = lambda share: None,
    *,
    curves: bool = True,
    thinned: int = 0,
    look: Look | None = None,
) -> Trained:
    """Train all worlds of all arms of a config to its last step, or until its stop rule ends them.

    A run that ended early keeps what it ended with.

    Args:
        curves: whether to measure on the way, or only at the start and the end.
        thinned: how many thinned networks of each run to measure at the end, drawn as training draws them; their mean
            is of the kind ``accuracy_thinned``, nan before the end. Noise that turns no unit off leaves none.
        look: told now and then what there is so far, which is what runs of so many steps come to.

    Raises:
        UserError: the config does not fit its data set.
    """
    begun, data = time.perf_counter(), data_of(config)
    ends = config.stop_loss is not None or config.patience is not None
    trainer = Trainer(config, data, recording=ends)  # its rules read the record
    steps = looks(config, data) if curves else np.array([0, config.steps])
    found: dict[str, list[Array]] = {}
    piece = 1
    told = begun
    for place, step in enumerate(steps.tolist(), 1):
        while trainer.step < step and not trainer.stopped:
            before = time.perf_counter()
            trainer.advance(min(piece, step - trainer.step))
            if time.perf_counter() - before < _OFTEN / 2:
                piece *= 2
            progress(trainer.step / config.steps)
        scores = _scores(trainer, max(1, len(config.arms)))  # after an end the same again
        for kind, row in scores.items():
            found.setdefault(kind, []).append(row)
        now = time.perf_counter()
        if look is not None and now - told > APART and _LEAST <= place < len(steps) and not trainer.stopped:
            told = now
            look(Trained(steps[:place], {kind: np.stack(rows) for kind, rows in found.items()}, now - begun))
    values = {kind: np.stack(rows) for kind, rows in found.items()}
    if thinned and config.noise_kind.on_off and data.x_test is not None and data.classes:
        values["accuracy_thinned"] = np.full_like(values["accuracy_test"], np.nan)
        values["accuracy_thinned"][-1] = _thinned(trainer, data, thinned).reshape(max(1, len(config.arms)), -1)
    return Trained(steps, values, time.perf_counter() - begun)


def _thinned(trainer: Trainer, data: DataSet, count: int) -> Array:
    """Return the share of test examples that thinned networks class right, the mean over some of each world."""
    assert data.x_test is not None and data.y_test is not None
    found = []
    for world in range(trainer.worlds):
        network = network_of(trainer.snapshot(world))
        masks = network.draw(count, np.random.default_rng(world))
        outputs = network.under(data.x_test, masks)[1]
        found.append(np.mean([correct(one, data.y_test).mean() for one in outputs]))
    return np.array(found)


def _scores(trainer: Trainer, arms: int) -> dict[str, Array]:
    """Return loss and accuracy now, by kind, (arms, seeds)."""
    return {
        f"{kind}_{part}": np.array(values, np.float64).reshape(arms, -1)
        for kind, parts in trainer.scores().items()
        for part, values in parts.items()
        if values is not None
    }
