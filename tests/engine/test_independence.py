"""The masks that a run draws are independent: of one another between units, examples, layers, steps and worlds."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer

UNITS, BATCH, STEPS = 6, 16, 250
DROP = (0.3, 0.5, 0.4)  # of the input and of both hidden layers
FAR = 5.0  # standard errors; of some 600 correlations one is that far by chance once in 3,000 seeds


def drawn(seed: int, worlds: int, batch: int) -> np.ndarray:
    """Whether units were off, less its chance, over its spread: (worlds, layers, steps, examples, units)."""
    x = np.random.default_rng(0).normal(size=(BATCH, UNITS))
    config = RunConfig(
        hidden=(UNITS, UNITS),
        p_input=DROP[0],
        p_hidden=DROP[1:],
        seed=seed,
        worlds=worlds,
        batch_size=None if batch == BATCH else batch,
        learning_rate=1e-3,
    )
    trainer = Trainer(config, DataSet(x, x[:, :1]), recording=False)
    found = np.empty((worlds, len(DROP), STEPS, batch, UNITS))
    for step in range(STEPS):
        trainer.advance(1)
        for world in range(worlds):
            for layer, mask in enumerate(trainer.snapshot(world).masks):
                p = DROP[layer]
                found[world, layer, step] = (~mask - p) / np.sqrt(p * (1 - p))
    return found


def far(one: np.ndarray, other: np.ndarray) -> float:
    """The largest correlation of a column of one with a column of the other, (n, columns) each, in standard errors."""
    return float(np.abs(one.T @ other).max() / np.sqrt(len(one)))


@pytest.mark.parametrize(("worlds", "batch"), [(1, BATCH), (1, 8), (3, BATCH)])
def test_masks_are_independent(worlds: int, batch: int) -> None:
    masks = drawn(5, worlds, batch)
    rows = masks.reshape(worlds, len(DROP), -1, UNITS)
    for world in range(worlds):
        assert np.abs(rows[world].mean(axis=1)).max() * np.sqrt(rows.shape[2]) < FAR  # p itself
        for a in range(len(DROP)):
            for b in range(a):
                assert far(rows[world, a], rows[world, b]) < FAR, "layers, and the input"
            own = masks[world, a]
            before, after = own[:-1].reshape(-1, UNITS), own[1:].reshape(-1, UNITS)
            assert far(before, after) < FAR, "steps"
            first, second = own[:, ::2].reshape(-1, UNITS), own[:, 1::2].reshape(-1, UNITS)
            assert far(first, second) < FAR, "examples of a batch"
            together = np.abs(rows[world, a].T @ rows[world, a])
            assert (together - np.diag(np.diag(together))).max() / np.sqrt(rows.shape[2]) < FAR, "units"
        for other in range(world):
            for a in range(len(DROP)):
                for b in range(len(DROP)):
                    assert far(rows[world, a], rows[other, b]) < FAR, "worlds"


def test_another_seed_has_other_masks() -> None:
    one, other = (drawn(seed, 1, 8).reshape(len(DROP), -1, UNITS) for seed in (1, 2))
    assert max(far(a, b) for a, b in zip(one, other, strict=True)) < FAR
