"""Nets that are updated in place, in pieces that fit the cache, with tiny velocities flushed: against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.nn.thread_pair import ThreadPair

CONFIG = RunConfig(data="moons", examples=160, hidden=(190, 190), activation="tanh", learning_rate=0.05, momentum=0.9)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum"])
def test_twenty_steps_written_out(optimiser: str) -> None:
    trainer = Trainer(CONFIG.changed(optimiser=optimiser))
    weights, biases = ([a[0] for a in kind] for kind in trainer.parameters())
    x, y = trainer.data.x, trainer.data.y
    speeds = [np.zeros_like(a) for a in (*weights, *biases)]
    assert sum(a.size for a in speeds) > 36_000
    mu = 0.9 if optimiser == "momentum" else 0.0
    for _ in range(20):
        values = [x]
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            z = values[-1] @ w + b
            values.append(1 / (1 + np.exp(-z)) if layer == 2 else np.tanh(z))
        delta = (values[-1] - y) * values[-1] * (1 - values[-1]) / len(x)
        gradients: list[np.ndarray] = [None] * 6  # type: ignore[list-item]
        for layer in (2, 1, 0):
            gradients[layer], gradients[3 + layer] = values[layer].T @ delta, delta.sum(axis=0)
            if layer:
                delta = delta @ weights[layer].T * (1 - values[layer] ** 2)
        speeds = [mu * v + g for v, g in zip(speeds, gradients, strict=True)]
        moved = [a - 0.05 * v for a, v in zip((*weights, *biases), speeds, strict=True)]
        weights, biases = moved[:3], moved[3:]
    trainer.advance(20)
    found = [a[0] for kind in trainer.parameters() for a in kind]
    for ours, theirs in zip(found, (*weights, *biases), strict=True):
        assert np.abs(ours - theirs).max() < 1e-10


@pytest.mark.parametrize(
    "settings", [{}, {"optimiser": "adam", "max_norm": 0.5, "l2": 0.01}, {"activation": "sine", "bias": False}]
)
def test_one_thread_and_two_give_the_same_bits(settings: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """And a split step is a step of the same net written out: twenty of them are compared above."""
    config = CONFIG.changed(p_input=0.2, p_hidden=0.5, batch_size=150, dtype="float32", **settings)
    found = []
    for threads in ("1", "2"):
        monkeypatch.setenv("DROPOUT_VIZ_THREADS", threads)
        trainer = Trainer(config)
        assert trainer._compiled_runs[0].program.split
        for steps in (3, 1, 6):
            trainer.advance(steps)
        found.append((*(a for kind in trainer.parameters() for a in kind), trainer.history.loss_under_mask.values))
    for one, other in zip(*found, strict=True):
        assert np.array_equal(one, other)


def test_a_wrong_number_of_threads_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DROPOUT_VIZ_THREADS", "two")
    with pytest.raises(UserError, match="DROPOUT_VIZ_THREADS=two: must be 1 or 2"):
        Trainer(CONFIG).advance(1)


def test_an_error_on_the_second_thread_reaches_the_caller() -> None:
    def fail() -> None:
        raise MemoryError("no room")

    done: list[int] = []
    with ThreadPair() as thread_pair:
        thread_pair.both([(done.append, 1)], [(done.append, 2)])
        with pytest.raises(MemoryError, match="no room"):
            thread_pair.both([(done.append, 3)], [(fail,)])
    assert sorted(done) == [1, 2, 3]
