"""Slices against the obvious way: set the weight, run the network again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_viz.analysis import slices as module
from dropout_viz.analysis.slices import Surface, every_weight
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Weight

HIDDEN = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "sine": np.sin,
    "relu": lambda z: np.where(z > 0, z, 0.0),
}
PAIRS = [
    ("sigmoid", "squared_error"),
    ("tanh", "squared_error"),
    ("linear", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "softmax_cross_entropy"),
]


def plain_loss(weights, biases, activation, output, loss, x, y, masks=None, scales=None):
    """The textbook forward pass and loss, written out once more."""
    h = x
    for layer, w in enumerate(weights):
        if masks is not None:
            h = h * masks[layer] * scales[layer]
        z = h @ w + (biases[layer] if len(biases) and len(biases[layer]) else 0)
        h = HIDDEN[activation](z)
    if loss == "softmax_cross_entropy":
        top = z.max(axis=1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(z - top).sum(axis=1))
        return float(np.mean(log_sum * y.sum(axis=1) - (y * z).sum(axis=1)))
    if loss == "binary_cross_entropy":
        return float(np.mean((np.logaddexp(0, z) - y * z).sum(axis=1)))
    a = {**HIDDEN, "linear": lambda v: v}[output](z)
    return float(np.mean(0.5 * ((a - y) ** 2).sum(axis=1)))


def brute_force(weights, biases, *rest, places, grid, **more):
    losses = np.empty(grid.shape)
    for k, (layer, i, j) in enumerate(places):
        for m, t in enumerate(grid[k]):
            changed, offsets = [w.copy() for w in weights], [b.copy() for b in biases]
            if i < len(changed[layer]):
                changed[layer][i, j] = t
            else:
                offsets[layer][j] = t
            losses[k, m] = plain_loss(changed, offsets, *rest, **more)
    return losses


def network(rng, sizes, *, bias, output, soft=False, examples=5, spread=1.5):
    weights = [rng.normal(0, spread, (a, b)) for a, b in zip(sizes, sizes[1:], strict=False)]
    biases = [rng.normal(0, 1, b) if bias else np.empty(0) for b in sizes[1:]]
    x = rng.normal(0, 1, (examples, sizes[0]))
    if output == "softmax":
        y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], examples)]
        y = 0.9 * y + 0.1 / sizes[-1] if soft else y
    else:
        y = rng.integers(0, 2, (examples, sizes[-1])).astype(float)
        y = rng.uniform(0, 1, y.shape) if soft else y
    return weights, biases, x, y


def masks_for(rng, sizes, examples, p=0.4):
    masks = [rng.random((examples, n)) >= p for n in sizes[:-1]]
    return masks, [1 / (1 - p)] * len(masks)


@pytest.mark.thinned(3)
@pytest.mark.parametrize("sizes", [(3, 4, 1), (2, 5, 3), (2, 3, 4, 2), (3, 2, 3, 2, 2), (4, 2), (1, 1, 1)])
@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_every_weight_agrees_with_running_the_network_again(sizes, activation, output, loss):
    """One in three of the product of what a net may be; `-m slow` has all of it."""
    rng = np.random.default_rng([len(sizes), sizes[1], sizes[-1]])
    for bias, masked, soft in ((True, False, False), (False, True, True), (True, True, False)):
        # a logarithm of 1 - a loses digits as a nears 1, here and there alike: such nets stay small
        spread = 0.7 if loss == "binary_cross_entropy" else 1.5
        weights, biases, x, y = network(rng, sizes, bias=bias, output=output, soft=soft, spread=spread)
        masks, scales = masks_for(rng, sizes, len(x)) if masked else (None, None)
        places = every_weight(sizes, bias)
        assert len(places) == sum(w.size for w in weights) + sum(b.size for b in biases)
        grid = np.sort(rng.uniform(-2.5 * spread, 2.5 * spread, (len(places), 3)), axis=1)
        net = (weights, biases, activation, output, loss, x, y)
        expected = brute_force(*net, places=places, grid=grid, masks=masks, scales=scales)
        got = Surface(*net, masks, scales).slices(places, grid)
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


def test_the_size_of_the_chunks_changes_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    weights, biases, x, y = network(rng, (3, 6, 5, 2), bias=True, output="sigmoid")
    surface = Surface(weights, biases, "tanh", "sigmoid", "squared_error", x, y)
    places, grid = every_weight((3, 6, 5, 2)), np.linspace(-3, 3, 31)
    whole = surface.slices(places, grid)
    for chunk in (1, 200, 1000):
        monkeypatch.setattr(module, "_CHUNK", chunk)
        np.testing.assert_allclose(surface.slices(places, grid), whole, rtol=1e-14)


def test_weights_may_come_in_any_order_and_of_any_layer():
    rng = np.random.default_rng(2)
    weights, biases, x, y = network(rng, (2, 3, 2), bias=False, output="linear")
    surface = Surface(weights, biases, "sigmoid", "linear", "squared_error", x, y)
    places = [Weight(1, 2, 1), Weight(0, 1, 0), Weight(1, 0, 0), Weight(0, 0, 2)]
    together = surface.slices(places, np.linspace(-2, 2, 9))
    for row, place in zip(together, places, strict=True):
        np.testing.assert_allclose(row, surface.slices([place], np.linspace(-2, 2, 9))[0], rtol=1e-14)


@given(seed=st.integers(0, 2**32 - 1), masked=st.booleans())
def test_every_slice_passes_through_the_present_loss(seed, masked):
    rng = np.random.default_rng(seed)
    sizes = (2, int(rng.integers(1, 5)), int(rng.integers(1, 4)), 1)
    weights, biases, x, y = network(rng, sizes, bias=bool(rng.integers(2)), output="sigmoid")
    masks, scales = masks_for(rng, sizes, len(x)) if masked else (None, None)
    net = (weights, biases, "tanh", "sigmoid", "squared_error", x, y)
    surface = Surface(*net, masks, scales)
    places = every_weight(sizes)
    at_home = surface.slices(places, np.array([[surface.value(p)] for p in places]))
    np.testing.assert_allclose(at_home, surface.loss, rtol=1e-12, atol=1e-15)
    assert surface.loss == pytest.approx(plain_loss(*net, masks=masks, scales=scales), rel=1e-12)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_examples_may_count_for_different_shares(output, loss):
    rng = np.random.default_rng(5)
    weights, biases, x, y = network(rng, (2, 3, 4, 2), bias=True, output=output, examples=4, spread=0.7)
    several = np.array([3, 1, 1, 5])
    net = (weights, biases, "tanh", output, loss)
    places, grid = every_weight((2, 3, 4, 2), True), np.linspace(-1, 1, 5)
    repeated = Surface(*net, np.repeat(x, several, axis=0), np.repeat(y, several, axis=0))
    shared = Surface(*net, x, y, shares=several / 10)
    np.testing.assert_allclose(shared.slices(places, grid), repeated.slices(places, grid), rtol=1e-12)
    assert shared.loss == pytest.approx(repeated.loss, rel=1e-12)


def test_the_published_rule_has_the_loss_of_its_network():
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(60)
    s = trainer.snapshot()
    net = (s.weights, s.biases, "sigmoid", "sigmoid", "squared_error", trainer.data.x, trainer.data.y)
    places, grid = every_weight((3, 4, 1)), np.tile(np.linspace(-3, 3, 7), (16, 1))
    for masks, scales in ((None, None), (s.masks, s.used.train_scales)):
        expected = brute_force(*net, places=places, grid=grid, masks=masks, scales=scales)
        np.testing.assert_allclose(Surface(*net, masks, scales).slices(places, grid), expected, rtol=1e-10)


def test_float32_networks_stay_in_float32():
    rng = np.random.default_rng(3)
    weights, biases, x, y = network(rng, (3, 4, 2), bias=True, output="softmax")
    single = [w.astype(np.float32) for w in weights], [b.astype(np.float32) for b in biases]
    net = ("relu", "softmax", "softmax_cross_entropy", x, y)
    places, grid = every_weight((3, 4, 2)), np.linspace(-2, 2, 11)
    got = Surface(*single, *net).slices(places, grid)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, Surface(weights, biases, *net).slices(places, grid), rtol=1e-4, atol=1e-5)


def test_a_saturated_network_has_the_loss_of_its_pre_activation():
    surface = Surface([np.array([[1000.0]])], [], "tanh", "sigmoid", "binary_cross_entropy", [[-1.0]], [[1.0]])
    assert surface.loss == surface.slices([Weight(0, 0, 0)], [1000.0])[0, 0] == 1000


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_a_diverged_network_gives_numbers_not_an_exception(bad):
    weights = [np.array([[bad, 1.0], [0.0, 0.0]]), np.array([[1.0, bad], [2.0, 0.5]])]
    surface = Surface(weights, [], "relu", "linear", "squared_error", np.ones((3, 2)), np.zeros((3, 2)))
    losses = surface.slices(every_weight((2, 2, 2)), np.linspace(-1, 1, 5))
    assert losses.shape == (8, 5)
    assert np.isnan(losses).any() or np.isinf(losses).any()


def test_shapes_that_do_not_fit_are_refused():
    w = [np.zeros((2, 3)), np.zeros((3, 1))]
    good = ("tanh", "linear", "squared_error")
    with pytest.raises(ValueError, match="do not fit"):
        Surface(w, [], *good, np.zeros((4, 3)), np.zeros((4, 1)))
    with pytest.raises(ValueError, match="do not fit"):
        Surface(w, [], *good, np.zeros((4, 2)), np.zeros((5, 1)))
    masks = [np.ones((3, 2), bool), np.ones((4, 3), bool)]
    with pytest.raises(ValueError, match="rows"):
        Surface(w, [], *good, np.zeros((4, 2)), np.zeros((4, 1)), masks, [1, 1])
    with pytest.raises(ValueError, match="step"):
        Surface(w, [], "step", "linear", "squared_error", np.zeros((4, 2)), np.zeros((4, 1)))
