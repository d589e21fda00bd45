"""The trainer: reproducible however it is driven, worlds equal runs alone, and its record is the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.nn.optimisers import base
from tests.oracle import forward, loss_sum

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

MOONS = RunConfig(
    data="moons",
    examples=60,
    hidden=(6, 5),
    activation="tanh",
    output="sigmoid",
    loss="binary_cross_entropy",
    p_input=0.1,
    p_hidden=(0.3, 0.5),
    optimiser="adam",
    batch_size=16,
    learning_rate=0.02,
)
CONFIGS = {
    "published": load_preset("three-lines"),
    "exact": load_preset("three-lines-exact"),
    "mini-batches": MOONS,
    "worlds": MOONS.changed(worlds=3),
}


def flat(trainer: Trainer) -> np.ndarray:
    weights, biases = trainer.parameters()
    return np.concatenate([a.ravel() for a in (*weights, *biases)])


@pytest.mark.parametrize("name", CONFIGS)
@settings(max_examples=6, deadline=None)
@given(cuts=st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_cutting_a_run_into_pieces_changes_nothing(name: str, cuts: list[int]) -> None:
    whole, pieces = Trainer(CONFIGS[name]), Trainer(CONFIGS[name])
    whole.advance(sum(cuts))
    for n in cuts:
        pieces.advance(n)
        pieces.snapshot()
        pieces.scores()
    assert pieces.step == sum(cuts)
    assert np.array_equal(flat(whole), flat(pieces))
    for kind in whole.history.KINDS:
        one, other = getattr(whole.history, kind).pair(), getattr(pieces.history, kind).pair()
        assert np.array_equal(one[0], other[0])
        assert np.allclose(one[1], other[1], rtol=1e-12, atol=1e-15)


def test_worlds_of_the_exact_rule_are_the_runs_alone() -> None:
    for config in (CONFIGS["exact"], MOONS, MOONS.changed(batch_size=None)):
        together = Trainer(config.changed(worlds=4, seed=11))
        starts = together.parameters()[0]
        snapshots = []
        for _ in range(3):
            together.advance(1)
            snapshots.append([together.snapshot(world) for world in range(4)])
        together.advance(45)
        for world in range(4):
            alone = Trainer(config.changed(seed=11 + world))
            for layer, w in enumerate(alone.parameters()[0]):
                assert np.array_equal(w[0], starts[layer][world])
            for step in range(3):
                alone.advance(1)
                one, other = alone.snapshot(), snapshots[step][world]
                assert np.array_equal(one.examples, other.examples)
                assert all(np.array_equal(a, b) for a, b in zip(one.masks, other.masks, strict=True))
                assert all(
                    np.allclose(a, b, atol=1e-12) for a, b in zip(one.activations, other.activations, strict=True)
                )
                assert np.isclose(one.loss_under_mask, other.loss_under_mask, rtol=1e-12)
            alone.advance(45)
            weights, biases = alone.parameters()
            for layer in range(len(weights)):
                assert np.abs(weights[layer][0] - together.parameters()[0][layer][world]).max() < 1e-9
                assert np.abs(biases[layer][0] - together.parameters()[1][layer][world]).max(initial=0) < 1e-9


def test_zero_drop_probability_equals_no_dropout() -> None:
    """Also where another layer drops: each layer has a mask stream of its own."""
    one = Trainer(MOONS.changed(p_input=0.0, p_hidden=(0.0, 0.5)))
    other = Trainer(MOONS.changed(p_input=1e-9, p_hidden=(1e-9, 0.5)))  # masks are drawn, and no unit is ever off
    one.advance(100), other.advance(100)
    assert np.allclose(flat(one), flat(other), atol=1e-6)
    plain = Trainer(MOONS.changed(p_input=0.0, p_hidden=(0.0,)))
    never = Trainer(MOONS.changed(p_input=0.0, p_hidden=(0.0, 0.0)))
    plain.advance(100), never.advance(100)
    assert np.array_equal(flat(plain), flat(never))


def test_the_drop_probability_changes_neither_starts_nor_order() -> None:
    one, other = Trainer(MOONS), Trainer(MOONS.changed(p_input=0.0, p_hidden=(0.6, 0.1)))
    assert np.array_equal(flat(one), flat(other))
    for _ in range(9):
        one.advance(1), other.advance(1)
        assert np.array_equal(one.snapshot().examples, other.snapshot().examples)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_snapshot_is_what_the_step_computed(name: str) -> None:
    """The recorded loss is the loss of the thinned networks that the snapshot shows, and its masks are the step's."""
    trainer = Trainer(CONFIGS[name])
    trainer.advance(10)
    before = trainer.snapshot()
    trainer.advance(1)
    after = trainer.snapshot()
    config, p = trainer.config, trainer.config.drop_probabilities
    scaled = [m / (1 - p[layer]) for layer, m in enumerate(after.masks)]
    x, y = trainer.data.x[after.examples], trainer.data.y[after.examples]
    biases = [b if b.size else np.zeros(w.shape[1]) for w, b in zip(before.weights, before.biases, strict=True)]
    out = forward(list(before.weights), biases, x, config.activation, config.output, scaled)
    assert np.allclose(out, after.activations[-1], atol=1e-12)
    assert np.isclose(after.loss_under_mask, loss_sum(config.loss, out, y) / len(x))
    assert after.loss_under_mask == trainer.history.loss_under_mask.values[-1]
    for mask, activation in zip(after.masks[1:], after.activations[1:-1], strict=True):
        assert (activation[~mask] == 0).all()


@pytest.mark.parametrize("name", CONFIGS)
def test_losses_with_every_unit_on(name: str) -> None:
    trainer = Trainer(CONFIGS[name])
    trainer.advance(200)
    snapshot, config, data = trainer.snapshot(), trainer.config, trainer.data
    biases = [b if b.size else np.zeros(w.shape[1]) for w, b in zip(snapshot.weights, snapshot.biases, strict=True)]
    out = forward(list(snapshot.weights), biases, data.x, config.activation, config.output, [None] * len(biases))
    loss = loss_sum(config.loss, out, data.y) / len(data.x)
    scores = trainer.scores()
    assert np.isclose(scores["loss"]["train"][0], loss)
    assert scores["accuracy"]["train"][0] == ((out > 0.5) == (data.y > 0.5)).mean()
    steps, values = trainer.history.loss_train.pair()
    if steps[-1] == trainer.step:
        assert np.isclose(values[-1], loss)
    assert steps[0] == 0


def test_small_nets_record_every_step() -> None:
    trainer = Trainer(CONFIGS["published"])
    trainer.advance(1000)
    assert np.array_equal(trainer.history.loss_under_mask.steps, np.arange(1, 1001))
    assert np.array_equal(trainer.history.loss_train.steps, np.arange(0, 1001))


def test_a_config_that_does_not_fit_its_data() -> None:
    with pytest.raises(UserError, match="batch_size = 61: must be at most 60"):
        Trainer(MOONS.changed(batch_size=61))
    with pytest.raises(UserError, match="loss = softmax_cross_entropy"):
        Trainer(MOONS.changed(loss="softmax_cross_entropy", output="softmax"))


def test_a_diverging_run_says_where() -> None:
    trainer = Trainer(
        MOONS.changed(activation="relu", loss="squared_error", output="linear", optimiser="sgd", learning_rate=1e6)
    )
    trainer.advance(100)
    losses = trainer.history.loss_under_mask
    assert trainer.diverged and trainer.diverged_at is not None
    finite = np.isfinite(losses.values)
    assert finite[: trainer.diverged_at - 1].all() and not finite[trainer.diverged_at - 1]


def test_a_step_is_compiled_when_it_is_first_done() -> None:
    """Nobody who changes a setting waits for the calls of steps that are not done."""
    trainer = Trainer(MOONS)
    program = trainer._compiled_runs[0].program
    assert program.rows > 10 and not program._calls
    trainer.advance(3)
    length = len(program.step(0))
    assert len(program._calls) == 3 * length
    trainer.advance(2 * program.rows)
    assert len(program._calls) == program.rows * length
    trainer.change(p_hidden=0.25)
    assert not trainer._compiled_runs[0].program._calls


def test_float32_trains_like_float64() -> None:
    one, other = Trainer(MOONS), Trainer(MOONS.changed(dtype="float32"))
    one.advance(50), other.advance(50)
    assert other.parameters()[0][0].dtype == np.float32
    assert np.allclose(flat(one), flat(other), atol=1e-3)


@pytest.mark.parametrize("preset", ["three-lines", "three-lines-exact"])
def test_both_rules_learn_the_post_s_task(preset: str) -> None:
    trainer = Trainer(load_preset(preset).changed(p_hidden=0.0))
    trainer.advance(5_000)
    assert trainer.scores()["accuracy"]["train"] == [1.0]


@pytest.mark.thinned(2)
@pytest.mark.parametrize("optimiser", ["sgd", "momentum"])
@pytest.mark.parametrize("batch_size", [None, 16])
@pytest.mark.parametrize("max_norm", [None, 1.0])
def test_inverted_equals_classical_after_rescaling(
    optimiser: str, batch_size: int | None, max_norm: float | None
) -> None:
    """W' = qW, init' = q init, rate' = q² rate, max-norm c' = qc, with q = 1 - p (JMLR 2014, section 10)."""
    p = 0.4
    q = 1 - p
    classical = MOONS.changed(
        scaling="classical",
        p_input=p,
        p_hidden=p,
        bias=False,
        optimiser=optimiser,
        batch_size=batch_size,
        learning_rate=0.2,
        max_norm=max_norm,
    )
    inverted = classical.changed(
        scaling="inverted", learning_rate=0.2 * q**2, max_norm=None if max_norm is None else q * max_norm
    )
    one, other = Trainer(classical), Trainer(inverted)
    other.start_from(*(tuple(q * a for a in arrays) for arrays in one.parameters()))
    one.advance(100), other.advance(100)
    # The last layer is scaled too: it reads a dropped layer. Its max-norm is free in both.
    assert np.abs(flat(other) - q * flat(one)).max() < 1e-9
    assert np.abs(flat(one) - flat(Trainer(classical))).max() > 0.01
    for kind in ("loss", "accuracy"):
        for part in ("train", "test"):
            assert np.allclose(one.scores()[kind][part], other.scores()[kind][part], atol=1e-9)
    assert np.allclose(one.history.loss_under_mask.values, other.history.loss_under_mask.values, atol=1e-9)


def test_classical_scaling_measures_with_the_weights_scaled_down() -> None:
    trainer = Trainer(MOONS.changed(scaling="classical", worlds=2))
    trainer.advance(60)
    config, data = trainer.config, trainer.data
    for world in range(2):
        snapshot = trainer.snapshot(world)
        weights = [w * (1 - p) for w, p in zip(snapshot.weights, config.drop_probabilities, strict=True)]
        out = forward(weights, list(snapshot.biases), data.x, config.activation, config.output, [None] * 3)
        assert np.isclose(trainer.scores()["loss"]["train"][world], loss_sum(config.loss, out, data.y) / len(data.x))


def test_starting_from_given_parameters() -> None:
    for config in (MOONS, MOONS.changed(worlds=3), CONFIGS["published"]):
        one, other = Trainer(config), Trainer(config.changed(seed=99))
        other.start_from(*one.parameters())
        assert np.array_equal(flat(one), flat(other))
        assert other.history.loss_train.values[0] == one.history.loss_train.values[0]
        with pytest.raises(ValueError, match="shape"):
            other.start_from(tuple(w[..., :-1] for w in one.parameters()[0]), one.parameters()[1])


def test_starting_worlds_apart_from_given_parameters() -> None:
    config = load_preset("spiral").changed(worlds=3)
    one, other = Trainer(config), Trainer(config.changed(seed=50))
    other.start_from(*one.parameters())
    assert np.array_equal(flat(one), flat(other))
    assert len({one.snapshot(world).weights[0].tobytes() for world in range(3)}) == 3


def test_the_rate_decays_with_the_epochs() -> None:
    """Against plain mini-batch descent written out, on the very batches that the snapshots name; over two blocks."""
    config = RunConfig(
        data="moons",
        examples=30,
        hidden=(3,),
        activation="tanh",
        batch_size=10,
        learning_rate=0.5,
        learning_rate_decay=0.5,
    )
    trainer = Trainer(config)
    (w1, w2), (b1, b2) = ([a[0] for a in kind] for kind in trainer.parameters())
    for step in range(36):
        trainer.advance(1)
        rows = trainer.snapshot().examples
        x, y, rate = trainer.data.x[rows], trainer.data.y[rows], 0.5 * 0.5 ** (step // 3)
        h = np.tanh(x @ w1 + b1)
        a = 1 / (1 + np.exp(-(h @ w2 + b2)))
        d2 = (a - y) * a * (1 - a) / len(rows)
        d1 = d2 @ w2.T * (1 - h**2)
        w2, b2 = w2 - rate * h.T @ d2, b2 - rate * d2.sum(axis=0)
        w1, b1 = w1 - rate * x.T @ d1, b1 - rate * d1.sum(axis=0)
        assert np.allclose(trainer.parameters()[0][0][0], w1, atol=1e-13)
        assert np.allclose(trainer.parameters()[1][1][0], b2, atol=1e-13)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "nesterov", "adam"])
def test_a_net_of_many_parameters_is_updated_whole(optimiser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large nets are updated in pieces; none is left out, and tiny velocities are flushed without harm."""
    monkeypatch.setattr(base, "FLUSH_EVERY", 16)
    config = RunConfig(
        data="moons", hidden=(190, 190), activation="tanh", optimiser=optimiser, learning_rate=0.01, examples=60
    )
    large = Trainer(config)
    before = flat(large)
    large.advance(1)
    after = flat(large)
    assert before.size > 36_000
    assert (after != before).mean() > 0.99
    large.advance(18)
    pieces = Trainer(config)
    for _ in range(19):
        pieces.advance(1)
    assert np.array_equal(flat(large), flat(pieces))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"data": "digits", "loss": "softmax_cross_entropy", "output": "softmax", "hidden": (4096,) * 8}, "GiB"),
        ({"data": "moons", "examples": 60_000, "hidden": 4096, "worlds": 8}, "GiB"),
        ({"data": "moons", "hidden": 4096, "worlds": 4096}, "GiB"),
    ],
)
def test_a_run_that_would_not_fit_is_refused_at_once(settings: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        Trainer(RunConfig(**settings))


def test_an_epoch_is_one_pass_over_the_training_set() -> None:
    for config, per_epoch in ((MOONS, 60 // 16), (MOONS.changed(batch_size=None), 1)):
        trainer = Trainer(config)
        assert trainer.steps_per_epoch == per_epoch and trainer.epoch == trainer.snapshot().epoch == 0
        trainer.advance(5)
        assert trainer.epoch == trainer.snapshot().epoch == 5 / per_epoch
