"""When a run is measured: densely at first, seldom enough later, and of a large training set only a stated part."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.engine import schedule
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.schedule import SCORED, next_measurement, spacing
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn import forward as forward_module
from tests.oracle import forward, loss_sum


def measured(examples: int, batch: int, steps: int) -> list[int]:
    every, found = spacing(examples, batch), [0]
    while (following := next_measurement(found[-1], every, examples)) <= steps:
        found.append(following)
    return found


@pytest.mark.parametrize(("examples", "batch"), [(1797, 32), (15_000, 100), (15_000, 50), (15_000, 1000)])
def test_measurements_come_thick_at_first_and_evenly_later(examples: int, batch: int) -> None:
    steps = measured(examples, batch, 20_000)
    gaps = np.diff(steps)
    assert gaps[0] <= 10
    assert (np.diff(gaps[:-1]) >= 0).all() or gaps.max() == spacing(examples, batch)
    assert gaps[-1] <= spacing(examples, batch)


@pytest.mark.parametrize("epochs", [5, 20])
def test_measuring_mnist_takes_a_tenth_of_training_it(epochs: int) -> None:
    """In forward passes of one example: a step takes three over its batch, a measurement one over all."""
    steps = 600 * epochs
    cost = len(measured(SCORED + 10_000, 100, steps)) * (SCORED + 10_000)
    assert cost < (0.21 if epochs == 5 else 0.1) * steps * 300


def test_the_curves_are_of_the_first_training_examples_and_the_scores_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "SCORED", 70)
    config = RunConfig(data="moons", label_noise=0.3, hidden=(6,), batch_size=20, learning_rate=0.5)
    trainer = Trainer(config)
    trainer.advance(60)
    steps, values = trainer.history.loss_train.pair()
    for step, n in ((int(steps[-1]), 70), (60, 200)):
        at = Trainer(config)
        at.advance(step)
        snapshot, x, y = at.snapshot(), at.data.x[:n], at.data.y[:n]
        out = forward(list(snapshot.weights), list(snapshot.biases), x, "sigmoid", "sigmoid", [None, None])
        loss, right = loss_sum("squared_error", out, y) / n, ((out > 0.5) == (y > 0.5)).mean()
        if n == 70:
            assert values[-1] == pytest.approx(loss, rel=1e-12)
            assert trainer.history.accuracy_train.values[-1] == right
        else:
            assert trainer.scores()["loss"]["train"] == [pytest.approx(loss, rel=1e-12)]
            assert trainer.scores()["accuracy"]["train"] == [right]


@pytest.mark.parametrize("worlds", [1, 2])
def test_measurements_spread_over_steps_are_what_they_are_at_once(worlds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    config = RunConfig(data="moons", hidden=(30,), batch_size=20, p_input=0.1, p_hidden=0.5, worlds=worlds)
    at_once = Trainer(config)
    at_once.advance(120)
    at_once.change(p_hidden=0.2)
    at_once.advance(80)
    monkeypatch.setattr(forward_module, "ROOM", 2_000)  # some twenty pieces
    spread = Trainer(config)
    for step in range(0, 120, 40):
        spread.advance(40)
        assert spread.scores()["loss"]["test"] != [0.0]  # asking in between disturbs nothing
        assert spread.step == step + 40
    spread.change(p_hidden=0.2)
    spread.advance(80)
    pending = 0
    for kind in at_once.history.KINDS:
        (steps, values), (steps_, values_) = (getattr(t.history, kind).pair() for t in (at_once, spread))
        pending = max(pending, len(steps) - len(steps_))
        np.testing.assert_array_equal(steps_, steps[: len(steps_)])
        np.testing.assert_allclose(values_, values[: len(steps_)], rtol=1e-12)
        assert len(steps_) >= len(steps) - 1 > 10
    assert pending == 1  # the last one is still under way


def test_no_step_measures_more_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward_module, "ROOM", 2_000)
    monkeypatch.setattr(schedule, "_DEAR", 1000)
    done: list[int] = []
    real = forward_module.Evaluator.go_on

    def counted(self: forward_module.Evaluator) -> object:
        done.append(trainer.step)
        return real(self)

    trainer = Trainer(RunConfig(data="moons", hidden=(30,), batch_size=20))
    monkeypatch.setattr(forward_module.Evaluator, "go_on", counted)
    trainer.advance(400)
    assert max(np.bincount(done)) <= 5
