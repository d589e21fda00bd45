"""Runs that end early: at the right step, whatever the pieces, and only once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.stopping import EVERY, reason_to_stop
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

EASY = RunConfig(
    data="moons",
    hidden=(16,),
    activation="tanh",
    loss="binary_cross_entropy",
    optimiser="adam",
    learning_rate=0.03,
    noise=0.2,
    label_noise=0.15,
    batch_size=50,
)


def run(config: RunConfig, piece: int, most: int = 20_000) -> Trainer:
    trainer = Trainer(config)
    while trainer.step < most and not trainer.stopped:
        trainer.advance(min(piece, most - trainer.step))
    return trainer


@pytest.mark.parametrize("piece", [20_000, 333, 7])
def test_a_loss_reached(piece: int) -> None:
    trainer = run(EASY.changed(stop_loss=0.4), piece)
    steps, losses = trainer.history.loss_train.pair()
    looked = [float(losses[steps <= s][-1]) for s in range(100, trainer.step + 1, 100)]
    assert looked[-1] <= 0.4 < min(looked[:-1], default=1)
    assert trainer.step % 100 == 0
    assert "stop_loss = 0.4" in trainer.stopped


@pytest.mark.parametrize("piece", [20_000, 333])
def test_patience_looks_at_the_test_loss(piece: int) -> None:
    trainer = run(EASY.changed(patience=500), piece)
    steps, losses = trainer.history.loss_test.pair()
    assert trainer.step - steps[losses.argmin()] >= 500
    assert (trainer.step - 100) - steps[losses[steps <= trainer.step - 100].argmin()] < 500
    assert "no better test loss" in trainer.stopped


def test_going_on_after_a_stop() -> None:
    trainer = run(EASY.changed(stop_loss=0.4), 1000)
    at = trainer.step
    trainer.advance(250)
    assert trainer.step == at + 250
    assert not trainer.stopped


DIVERGING = {
    "every step recorded": load_preset("three-lines-exact").changed(
        activation="tanh", output="linear", learning_rate=1e6
    ),
    "mini-batches": EASY.changed(
        loss="squared_error", output="linear", activation="relu", optimiser="sgd", learning_rate=1e6
    ),
}


@pytest.mark.parametrize("name", DIVERGING)
@pytest.mark.parametrize("piece", [5_000, 3, 1])
def test_a_diverging_run_stops_at_the_very_step(name: str, piece: int) -> None:
    trainer = run(DIVERGING[name], piece)
    steps, losses = trainer.history.loss_under_mask.pair()
    assert trainer.diverged
    assert trainer.step == trainer.diverged_at == steps[-1] == len(steps)
    assert np.isfinite(losses[:-1]).all()
    assert not np.isfinite(losses[-1])
    assert trainer.snapshot().step == trainer.step
    trainer.advance(10)
    assert trainer.step == steps[-1] + 10


def test_one_world_that_diverges_does_not_stop_the_others() -> None:
    trainer = Trainer(DIVERGING["every step recorded"].changed(worlds=3))
    trainer.advance(400)
    assert trainer.step == 400


@pytest.mark.thinned(3)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "nesterov"])
def test_a_divergence_does_not_depend_on_the_pieces(seed: int, optimiser: str) -> None:
    """The first step whose loss overflows is the end, in pieces of any size: steps done beyond it are taken back."""
    config = EASY.changed(
        hidden=(3, 3),
        loss="squared_error",
        output="linear",
        optimiser=optimiser,
        learning_rate=1.7,
        batch_size=1,
        dtype="float32",
        seed=seed,
    )
    runs = [run(config, piece, most=120) for piece in (120, 7, 1)]
    assert 20 < runs[0].step < 120 and all(trainer.diverged_at == runs[0].step for trainer in runs)
    for other in runs[1:]:
        assert other.step == runs[0].step
        one, two = runs[0].snapshot(), other.snapshot()
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one.weights, two.weights, strict=True))
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one.activations, two.activations, strict=True))
    for trainer in runs:
        trainer.advance(5)
    assert len({trainer.parameters()[0][0].tobytes() for trainer in runs}) == 1


def test_worlds_apart_go_on_when_one_diverges() -> None:
    """Worlds that are trained one after the other stay at the same step."""
    trainer = Trainer(DIVERGING["mini-batches"].changed(worlds=3))
    trainer.advance(400)
    assert trainer.step == 400
    assert {len(history.loss_under_mask) for history in trainer.histories} == {400}
    assert {trainer.snapshot(world).step for world in range(3)} == {400}


def test_not_a_number_is_no_loss_reached() -> None:
    trainer = Trainer(DIVERGING["mini-batches"].changed(worlds=2, stop_loss=0.01))
    trainer.advance(400)
    assert (trainer.step, trainer.stopped) == (400, "")


def test_every_world_must_have_a_reason() -> None:
    alone = [run(EASY.changed(stop_loss=0.5, seed=seed), 1000).step for seed in (0, 1, 2)]
    together = run(EASY.changed(stop_loss=0.5, worlds=3), 1000)
    assert len(set(alone)) > 1
    assert together.step >= max(alone)


class Past(NamedTuple):
    """A record with its losses made up."""

    loss_train: Curve
    loss_test: Curve


class Curve(tuple[float, ...]):
    """Losses at steps 0, 100, 200, and so on."""

    def pair(self) -> tuple[np.ndarray, np.ndarray]:
        return 100 * np.arange(len(self)), np.array(self)


def test_a_loss_that_is_met_exactly_is_reached() -> None:
    past: Any = Past(Curve([0.9, 0.5]), Curve())
    assert reason_to_stop(EASY.changed(stop_loss=0.5), [past], 100)
    assert not reason_to_stop(EASY.changed(stop_loss=0.4999), [past], 100)


def test_patience_ends_when_it_is_used_up() -> None:
    past: Any = Past(Curve([0.9] * 9), Curve([0.9, 0.5, 0.6, 0.7, 0.7, 0.7, 0.7]))
    config = EASY.changed(patience=500)
    assert reason_to_stop(config, [past], 599) == ""
    assert reason_to_stop(config, [past], 600) == "Step 600: no better test loss since step 100 (0.5)."
    assert "training loss since step 0" in reason_to_stop(config, [past._replace(loss_test=Curve())], 600)


def test_patience_of_exactly_its_steps() -> None:
    config = EASY.changed(patience=500)
    trainer = run(config, 20_000)
    steps, losses = trainer.history.loss_test.pair()
    best = int(steps[losses.argmin()])
    looks = [s for s in range(100, 20_001, 100) if s - best >= 500 and s > best]
    assert trainer.step == looks[0]


def test_a_rule_that_has_fired_stays_silent_where_the_run_is_looked_back_at() -> None:
    timeline = Timeline(Arms.of(EASY.changed(stop_loss=0.4)))
    timeline.advance(20_000)
    fired = timeline.step
    assert timeline.stopped and fired < 5_000
    timeline.advance(fired)  # going on after a stop is allowed
    for step, armed in ((fired - 3, True), (fired, False), (fired + 3, False)):
        then = timeline.checkpoints.at(step, timeline.present)
        assert then is not None and then.state().trainers[0].armed == armed
    timeline.go(fired + 3)
    timeline.change({"learning_rate": 0.02})
    timeline.advance(fired)
    assert timeline.step == 2 * fired + 3 and not timeline.stopped


@pytest.mark.parametrize("key", ["stop_loss", "patience"])
def test_how_often_a_rule_looks_is_said_with_it(key: str) -> None:
    assert f"every {EVERY} steps" in (RunConfig.model_fields[key].description or "")
