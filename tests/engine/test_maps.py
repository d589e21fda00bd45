"""Networks that begin with convolutions, through the whole trainer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.layouts import OneWorld
from dropout_viz.nn.program import Program

Array = np.ndarray[Any, Any]
LARGE = {"maps": (8, 16), "batch_size": 65}
"""Enough for a step in halves, and not halves of the same size."""
DIGITS = RunConfig(
    data="digits",
    maps=(3, 4),
    hidden=(6,),
    activation="relu",
    output="softmax",
    loss="softmax_cross_entropy",
    init="he",
    p_input=0.1,
    p_hidden=(0.5,),
    optimiser="adam",
    learning_rate=0.002,
    batch_size=20,
)


def pictures(examples: int = 5) -> tuple[DataSet, np.random.Generator]:
    draw = np.random.default_rng(1)
    return DataSet(draw.normal(size=(examples, 32)), np.eye(3)[draw.integers(0, 3, examples)], image=(4, 8)), draw


# --- gradients --------------------------------------------------------------------------------------------------------


def program_for(config: RunConfig) -> Program:
    """A program with random parameters and masks."""
    data, draw = pictures()
    program = Program(make_plan(config, data), OneWorld(), data.x, data.y, len(data.x), 1)
    program.parameters[0][...] = draw.normal(scale=0.5, size=program.parameters[0].shape)
    for layer, rows in program.masks.items():
        rows[...] = (draw.random(rows.shape) >= program.plan.drop[layer]) * program.plan.train_scales[layer]
    return program


def until_update(program: Program) -> Callable[[], None]:
    """Return what runs the program's step as far as the gradient."""
    calls = [(op.call, op.args) for op in program.step(0) if op.stage != "update"]

    def go() -> None:
        for call, args in calls:
            call(*args)

    return go


def summed_loss(program: Program) -> float:
    """Of the outputs of the last forward pass."""
    a, y = program.output, program.y
    return float(-(y * np.log(a)).sum() if program.logits is not None else 0.5 * ((a - y) ** 2).sum())


@pytest.mark.thinned(3)
@pytest.mark.parametrize(
    ("output", "loss"), [("softmax", "softmax_cross_entropy"), ("linear", "squared_error"), ("tanh", "squared_error")]
)
@pytest.mark.parametrize(("activation", "bias"), [("relu", True), ("tanh", False), ("sigmoid", True)])
@pytest.mark.parametrize(("maps", "hidden"), [((3,), (4,)), ((2, 3), (4, 3))])
def test_finite_differences(
    maps: tuple[int, ...], hidden: tuple[int, ...], activation: str, bias: bool, output: str, loss: str
) -> None:
    """Every parameter's derivative with frozen masks on pixels and hidden units; one kernel element after the other."""
    config = RunConfig(
        maps=maps,
        hidden=hidden,
        activation=activation,
        output=output,
        loss=loss,
        bias=bias,
        p_input=0.2,
        p_hidden=(0.4,),
    )
    program = program_for(config)
    go = until_update(program)
    go()
    found = program.gradient.copy()
    flat, h = program.parameters[0], 1e-5
    expected = np.empty_like(flat)
    for i, value in enumerate(flat.copy()):
        difference = 0.0
        for sign in (1, -1):
            flat[i] = value + sign * h
            go()
            difference += sign * summed_loss(program)
        flat[i], expected[i] = value, difference / (2 * h)
    assert np.linalg.norm(found - expected) < 1e-8 * np.linalg.norm(expected)


# --- PyTorch ----------------------------------------------------------------------------------------------------------


def torch_run(trainer: Trainer, steps: int) -> list[Array]:
    """The same network, masks and batches in PyTorch, written as its users write it: its parameters in our shapes."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # two that wait for one another on a busy machine take a hundred times as long
    f, config, data = torch.nn.functional, trainer.config, trainer.data
    assert data.image is not None
    height, width = data.image
    pairs = len(config.maps)
    weights, biases = ([torch.tensor(a[0]) for a in kind] for kind in trainer.parameters())
    for k in range(pairs):
        weights[k] = weights[k].reshape(5, 5, -1, config.maps[k]).permute(3, 2, 0, 1).contiguous()
    parameters = [p.requires_grad_() for p in (*weights, *biases)]
    optimiser = torch.optim.Adam(parameters, config.learning_rate, eps=config.epsilon)
    for _ in range(steps):
        trainer.advance(1)
        shot = trainer.snapshot()
        maps = shot.maps
        assert maps is not None
        keep = 1 - config.p_hidden[0]
        x = torch.tensor(data.x[shot.examples].reshape(-1, 1, height, width))
        x = x * torch.tensor(maps.pixels_on[:, None]) / (1 - config.p_input)
        for kernel, bias in zip(weights[:pairs], biases, strict=False):
            x = f.max_pool2d(torch.relu(f.conv2d(x, kernel, bias, padding="same")), 2)
        h = x.permute(0, 2, 3, 1).flatten(1)
        h = torch.relu(h @ weights[pairs] + biases[pairs]) * torch.tensor(shot.masks[1]) / keep
        loss = f.cross_entropy(h @ weights[-1] + biases[-1], torch.tensor(data.y[shot.examples]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        assert shot.loss_under_mask == pytest.approx(loss.item(), rel=1e-10)
    found = [p.detach().numpy() for p in parameters]
    return [a.transpose(2, 3, 1, 0).reshape(-1, a.shape[0]) if a.ndim == 4 else a for a in found]


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("settings", "steps"),
    [({}, 1), ({}, 20), ({"init": "truncated", "maps": (5,)}, 20), (LARGE, 4)],
    ids=["small", "small", "one pair", "large"],
)
def test_pytorch(settings: dict[str, Any], steps: int) -> None:
    trainer = Trainer(DIGITS.changed(**settings))
    assert trainer._compiled_runs[0].program.split == (settings is LARGE)
    before = [a.copy() for kind in trainer.parameters() for a in kind]
    expected = torch_run(trainer, steps)
    after = [a[0] for kind in trainer.parameters() for a in kind]
    for ours, torchs, start in zip(after, expected, before, strict=True):
        assert np.abs(ours - start).max() > 1e-4
        assert np.allclose(ours, torchs, rtol=1e-10, atol=1e-10)


# --- the trainer ------------------------------------------------------------------------------------------------------


def all_parameters(trainer: Trainer) -> Array:
    return np.concatenate([a.ravel() for kind in trainer.parameters() for a in kind])


def test_two_threads_and_one_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for threads in ("1", "2"):
        monkeypatch.setenv("DROPOUT_VIZ_THREADS", threads)
        trainer = Trainer(DIGITS.changed(**LARGE, dtype="float32"))
        for n in (6,) if threads == "1" else (2, 4):
            trainer.advance(n)
        found.append(all_parameters(trainer).tobytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_however_it_is_cut_into_pieces(dtype: str) -> None:
    config = DIGITS.changed(dtype=dtype)
    whole, pieces = Trainer(config), Trainer(config)
    whole.advance(40)
    for n in (1, 7, 2, 25, 5):
        pieces.advance(n)
        pieces.snapshot()
    assert all_parameters(whole).tobytes() == all_parameters(pieces).tobytes()


def test_a_change_on_the_way() -> None:
    """The same draws follow, with and without steps asked for beforehand."""
    once, twice = Trainer(DIGITS), Trainer(DIGITS)
    once.advance(10)
    once.change(p_input=0.0, p_hidden=0.3)
    once.advance(10)
    for n in (4, 6):
        twice.advance(n)
    twice.change(p_input=0.0, p_hidden=0.3)
    shot = twice.snapshot()
    assert shot.maps is not None
    assert not shot.maps.pixels_on.all()  # step 10's own, not the new setting's
    twice.advance(10)
    assert all_parameters(once).tobytes() == all_parameters(twice).tobytes()


def test_worlds_are_runs_alone() -> None:
    both = Trainer(DIGITS.changed(worlds=2))
    both.advance(12)
    for world in range(2):
        alone = Trainer(DIGITS.changed(seed=world))
        alone.advance(12)
        for a, b in zip(both.parameters()[0], alone.parameters()[0], strict=True):
            assert (a[world] == b[0]).all()


def test_parameters_come_with_the_kernels_first_and_go_back() -> None:
    trainer = Trainer(DIGITS)
    weights, biases = trainer.parameters()
    assert [w.shape for w in weights] == [(1, 25, 3), (1, 75, 4), (1, 16, 6), (1, 6, 10)]
    assert [b.shape for b in biases] == [(1, 3), (1, 4), (1, 6), (1, 10)]
    assert all((b == 0).all() for b in biases)
    other = Trainer(DIGITS.changed(seed=9))
    other.start_from(weights, biases)
    assert (all_parameters(other) == all_parameters(trainer)).all()
    with pytest.raises(ValueError, match="shapes"):
        other.start_from([w[:, :1] for w in weights], biases)


def test_biases_begin_where_the_tutorial_s_do() -> None:
    assert all((b == 0.1).all() for b in Trainer(DIGITS.changed(init="truncated")).parameters()[1])


def direct(trainer: Trainer, x: Array) -> Array:
    """Outputs with every unit on, by loops over the 25 shifts of a padded picture."""
    config, (weights, biases) = trainer.config, trainer.parameters()
    a = x.reshape(-1, 8, 8, 1)
    for k, maps in enumerate(config.maps):
        padded = np.pad(a, ((0, 0), (2, 2), (2, 2), (0, 0)))
        kernel, side = weights[k][0].reshape(5, 5, -1, maps), a.shape[1]
        z = sum(padded[:, i : i + side, j : j + side] @ kernel[i, j] for i, j in np.ndindex(5, 5))
        h = np.maximum(z + biases[k][0], 0)
        a = h.reshape(len(x), side // 2, 2, side // 2, 2, maps).max(axis=(2, 4))
    a = a.reshape(len(x), -1)
    for w, b in zip(weights[len(config.maps) : -1], biases[len(config.maps) : -1], strict=True):
        a = np.maximum(a @ w[0] + b[0], 0)
    z = a @ weights[-1][0] + biases[-1][0]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def test_scores_with_every_unit_on() -> None:
    trainer = Trainer(DIGITS)
    trainer.advance(30)
    scores, data = trainer.scores(), trainer.data
    assert data.x_test is not None
    assert data.y_test is not None
    for part, x, y in (("train", data.x, data.y), ("test", data.x_test, data.y_test)):
        a = direct(trainer, x)
        loss, right = scores["loss"][part], scores["accuracy"][part]
        assert loss == pytest.approx([-(y * np.log(a)).sum(axis=1).mean()], rel=1e-12)
        assert right == [(a.argmax(axis=1) == y.argmax(axis=1)).mean()]
    assert trainer.history.loss_test.values[0] > scores["loss"]["test"][0]  # type: ignore[index]


def test_it_learns() -> None:
    trainer = Trainer(DIGITS.changed(hidden=32, p_hidden=0.2, learning_rate=0.01, dtype="float32"))
    trainer.advance(100)
    accuracy = trainer.scores()["accuracy"]["test"]
    assert accuracy is not None
    assert accuracy[0] > 0.6  # chance is 0.1; four seeds reached 0.73 to 0.80


# --- snapshots --------------------------------------------------------------------------------------------------------


def test_the_start_is_shown_with_everything_on() -> None:
    shot = Trainer(DIGITS).snapshot()
    assert shot.sizes == (16, 6, 10)
    assert [w.shape for w in shot.weights] == [(16, 6), (6, 10)]
    assert shot.maps is not None
    assert [m.shape for m in shot.maps.maps] == [(20, 4, 4, 3), (20, 2, 2, 4)]
    assert [k.shape for k in shot.maps.kernels] == [(25, 3), (75, 4)]
    assert shot.maps.pixels.shape == (20, 8, 8)
    assert shot.maps.pixels_on.all()
    assert (shot.activations[0] == shot.maps.maps[-1].reshape(20, 16)).all()
    assert shot.can_drop == 64 + 6


def test_a_step_s_maps_follow_from_its_pixels() -> None:
    trainer = Trainer(DIGITS)
    trainer.advance(9)
    kernels, biases = trainer.parameters()
    trainer.advance(1)
    shot = trainer.snapshot()
    maps = shot.maps
    assert maps is not None
    x = trainer.data.x[shot.examples].reshape(-1, 8, 8)
    assert 0.02 < 1 - maps.pixels_on.mean() < 0.2
    assert np.allclose(maps.pixels, np.where(maps.pixels_on, x / 0.9, 0), rtol=1e-14)
    padded = np.pad(maps.pixels, ((0, 0), (2, 2), (2, 2)))
    z = sum(padded[:, i : i + 8, j : j + 8, None] * kernels[0][0].reshape(5, 5, 3)[i, j] for i, j in np.ndindex(5, 5))
    pooled = np.asarray(z).reshape(20, 4, 2, 4, 2, 3).max(axis=(2, 4))
    assert np.allclose(maps.maps[0], np.maximum(pooled + biases[0][0], 0), rtol=1e-12, atol=1e-13)
    assert (shot.activations[0] == maps.maps[-1].reshape(20, 16)).all()
    assert shot.masks[0].all()
    assert not shot.masks[1].all()
    after = trainer.parameters()
    assert all((k == a[0]).all() for k, a in zip(maps.kernels, after[0], strict=False))


def test_a_snapshot_is_a_copy() -> None:
    trainer = Trainer(DIGITS)
    trainer.advance(1)
    shot = trainer.snapshot()
    assert shot.maps is not None
    kept = [a.copy() for a in (*shot.maps.kernels, *shot.maps.biases, *shot.maps.maps, shot.maps.pixels)]
    trainer.advance(3)
    now = (*shot.maps.kernels, *shot.maps.biases, *shot.maps.maps, shot.maps.pixels)
    assert all((a == b).all() for a, b in zip(kept, now, strict=True))
