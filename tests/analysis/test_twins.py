"""Gradients of single units against finite differences and the trainer's own step; one twin without the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis import twins
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import LOSSES

Array = np.ndarray[Any, Any]


def gains_of(trainer: Trainer, masks: list[Array]) -> list[Array]:
    scales = make_plan(trainer.config, trainer.data).train_scales
    return [m * s for m, s in zip(masks, scales, strict=True)]


@pytest.mark.parametrize(
    ("preset", "settings"),
    [
        ("three-lines-exact", {}),
        ("xor", {}),
        ("moons", {"examples": 20}),
        ("spiral", {"examples": 20}),
        ("digits", {"examples": 20, "dtype": "float64", "batch_size": 20}),
        ("five-valleys", {"examples": 20}),
        ("spiral", {"examples": 20, "scaling": "classical", "p_input": 0.3}),
    ],
)
def test_gradients_of_single_units_by_finite_differences(preset: str, settings: dict[str, Any]) -> None:
    settings = {**settings, **({"batch_size": None} if "examples" in settings else {})}
    trainer = Trainer(load_preset(preset).changed(**settings))
    trainer.advance(5)
    s, plan = trainer.snapshot(), make_plan(trainer.config, trainer.data)
    x, y = trainer.data.x, trainer.data.y
    random = np.random.default_rng(0)
    masks = [(random.random((len(x), n)) < 0.7) * 1.0 for n in s.sizes[:-1]]
    gains = gains_of(trainer, masks)
    found = twins.passes(plan, s.weights, s.biases, x, y, gains)

    def loss(weights: list[Array], biases: list[Array], example: int) -> float:
        a = x[example] * gains[0][example]
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            z = a @ w + (b if len(b) else 0)
            last = layer == len(weights) - 1
            a = ACTIVATIONS[plan.output if last else plan.activation].value(z[None])[0]
            a = a if last else a * gains[layer + 1][example]
        own = LOSSES[plan.loss]
        return float(own.per_unit((z if own.of_logits else a)[None].copy(), y[example][None]).sum())

    for layer in range(1, len(s.sizes) - 1):
        for example, unit in ((0, 0), (3, 1)):
            wanted = []
            into, out_of = found.incoming(layer, unit, example), found.outgoing(layer, unit, example)
            places = [(0, layer - 1, (k, unit)) for k in range(s.sizes[layer - 1])]
            places += [(1, layer - 1, (unit,))] if plan.bias else []
            places += [(0, layer, (unit, k)) for k in range(s.sizes[layer + 1])]
            for kind, at, index in places:
                ends = []
                for way in (1e-6, -1e-6):
                    both = [[a.astype(float) for a in s.weights], [a.astype(float) for a in s.biases]]
                    both[kind][at][index] += way
                    ends.append(loss(both[0], both[1], example))
                wanted.append((ends[0] - ends[1]) / 2e-6)
            got = np.r_[into if plan.bias else into[:-1], out_of]
            np.testing.assert_allclose(got, wanted, atol=2e-7, rtol=1e-5)
            if not masks[layer][example, unit]:
                assert not into.any() and not out_of.any()


@pytest.mark.parametrize("preset", ["three-lines", "three-lines-exact"])
def test_a_step_is_the_sum_of_what_the_units_are_told(preset: str) -> None:
    """Under the published rule too: a step of the trainer moves every weight by these numbers."""
    trainer = Trainer(load_preset(preset).changed(seed=4))
    trainer.advance(30)
    before = trainer.snapshot()
    trainer.advance(1)
    after, plan = trainer.snapshot(), make_plan(trainer.config, trainer.data)
    gains = gains_of(trainer, [m * 1.0 for m in after.masks])
    found = twins.passes(plan, before.weights, before.biases, trainer.data.x, trainer.data.y, gains)
    for unit in range(4):
        told = sum(found.incoming(1, unit, e) for e in range(4))[:-1]
        np.testing.assert_allclose(before.weights[0][:, unit] - 0.5 * told, after.weights[0][:, unit], rtol=1e-12)
        told = sum(found.outgoing(1, unit, e) for e in range(4))
        np.testing.assert_allclose(before.weights[1][unit] - 0.5 * told, after.weights[1][unit], rtol=1e-12)
        for e in range(4):
            if not after.masks[1][e, unit]:  # a silent unit is told nothing, whatever the post says
                assert not found.incoming(1, unit, e).any() and not found.outgoing(1, unit, e).any()


def test_the_other_turns_up_the_volume() -> None:
    """A twin that is left alone votes louder and louder; what it does is plain gradient descent, done here again."""
    trainer = Trainer(load_preset("three-lines-exact").changed(p_hidden=0.0, twin=(1, 1, 2), seed=1))
    trainer.advance(4000)
    s, plan = trainer.snapshot(), make_plan(trainer.config, trainer.data)
    found = twins.silence(plan, s.weights, s.biases, trainer.data.x, trainer.data.y, 1, 0, 1, 400)
    assert found.votes[0] == pytest.approx(found.both / 2)
    assert 1.5 * found.votes[0] < found.votes[-1] < found.both and (np.diff(found.votes) > 0).all()
    single = Trainer(trainer.config.changed(hidden=(3,), twin=()))  # the same network without the unit
    single.start_from([s.weights[0][None, :, 1:], s.weights[1][None, 1:]], [b[None] for b in s.biases])
    single.advance(400)
    w = single.snapshot().weights
    h = ACTIVATIONS["sigmoid"].value(trainer.data.x @ w[0])
    assert found.votes[-1] == pytest.approx(np.abs(h[:, :1] @ w[1][:1]).mean(), rel=1e-9)


def test_distance() -> None:
    same = np.array([[1.0, 2, 2], [1, 2, 2]])
    assert twins.distance(same) == 0
    assert twins.distance(np.array([[3.0, 0], [0, 3]])) == pytest.approx(np.sqrt(2))
    path = np.stack([same, 2 * same, np.zeros((2, 3))], axis=-1)
    assert twins.distance(path)[:2].tolist() == [0, 0] and np.isnan(twins.distance(path)[2])
