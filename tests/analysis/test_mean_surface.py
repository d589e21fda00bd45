"""The mean over masks against a sum over all masks, each run through the textbook network."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dropout_viz.analysis.mean_surface import DRAWS, MeanSurface, SurfaceNetwork
from dropout_viz.analysis.slices import every_weight
from tests.analysis.test_slices import PAIRS, network, plain_loss


def expected(net, places, grid):
    """Loss over all masks of all units, weight by weight and value by value."""
    sizes, losses = net.layers, np.zeros(grid.shape)
    drop = np.repeat(net.drop, sizes)
    cuts = np.cumsum(sizes)[:-1]
    rest = (net.activation, net.output, net.loss, net.x, net.y)
    for bits in itertools.product([False, True], repeat=int((drop > 0).sum())):
        on = np.ones(len(drop), bool)
        on[drop > 0] = bits
        chance = np.where(on, 1 - drop, drop).prod()
        masks = np.split(np.tile(on, (len(net.x), 1)), cuts, axis=1)
        for k, (layer, i, j) in enumerate(places):
            for m, t in enumerate(grid[k]):
                weights, biases = [w.copy() for w in net.weights], [b.copy() for b in net.biases]
                if i < len(weights[layer]):
                    weights[layer][i, j] = t
                else:
                    biases[layer][j] = t
                losses[k, m] += chance * plain_loss(weights, biases, *rest, masks=masks, scales=net.scales)
    return losses


def net_of(sizes, activation, output, loss, drop, *, bias, inverted=True, seed=0, examples=4):
    weights, biases, x, y = network(
        np.random.default_rng(seed), sizes, bias=bias, output=output, spread=0.8, examples=examples
    )
    scales = [1 / (1 - p) if inverted else 1.0 for p in drop]
    return SurfaceNetwork(weights, biases, activation, output, loss, x, y, drop, scales)


@pytest.mark.thinned(3)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize(
    ("sizes", "drop", "inverted"),
    [((2, 3, 1), (0.0, 0.4), True), ((2, 2, 3, 1), (0.0, 0.5, 0.2), True), ((2, 3, 2), (0.3, 0.4), False)],
)
def test_every_weight_agrees_with_running_every_thinned_network(sizes, drop, inverted, output, loss):
    """Each output and each loss on one shape, and each shape; `-m slow` has the whole product."""
    if output == "softmax" and sizes[-1] == 1:
        return
    for activation, bias in (("tanh", True), ("sine", False), ("relu", True), ("sigmoid", False)):
        net = net_of(sizes, activation, output, loss, drop, bias=bias, inverted=inverted)
        surface, places = MeanSurface(net), every_weight(sizes, bias)
        grid = np.sort(np.random.default_rng(1).uniform(-2, 2, (len(places), 2)), axis=1)
        found, errors = surface.slices(places, grid)
        assert surface.exact and errors is None
        np.testing.assert_allclose(found, expected(net, places, grid), rtol=1e-10, atol=1e-12)
        home = np.array([[surface.value(p)] for p in places])
        np.testing.assert_allclose(surface.slices(places, home)[0], surface.loss, rtol=1e-11)


def test_the_closed_form_is_exact_where_there_are_too_many_masks_to_take_all():
    net = net_of((1, 13, 1), "sine", "linear", "squared_error", (0.0, 0.5), bias=True, examples=3)
    assert net.rows == 1
    places = every_weight((1, 13, 1), True)[::9]
    grid = np.sort(np.random.default_rng(2).uniform(-2, 2, (len(places), 1)), axis=1)
    found, errors = MeanSurface(net).slices(places, grid)
    assert errors is None
    sampled = [plain_loss_at(net, places, grid, seed) for seed in range(400)]
    error = np.std(sampled, axis=0) / 20
    assert (abs(np.mean(sampled, axis=0) - found) < 5 * error).all()


def plain_loss_at(net, places, grid, seed):
    """The loss under one drawn mask for each example, for single values of some weights."""
    random = np.random.default_rng([7, seed])
    masks = [np.ones((len(net.x), 1), bool), random.random((len(net.x), 13)) >= 0.5]
    losses = np.empty(grid.shape)
    for k, (layer, i, j) in enumerate(places):
        weights, biases = [w.copy() for w in net.weights], [b.copy() for b in net.biases]
        (weights[layer][i] if i < len(weights[layer]) else biases[layer])[j] = grid[k, 0]
        rest = (net.activation, net.output, net.loss, net.x, net.y)
        losses[k, 0] = plain_loss(weights, biases, *rest, masks=masks, scales=net.scales)
    return losses


@pytest.mark.slow
def test_a_sample_of_masks_is_as_near_as_its_band_says():
    net = net_of((2, 14, 1), "tanh", "sigmoid", "squared_error", (0.0, 0.5), bias=True, examples=60)
    assert net.rows == DRAWS
    places = every_weight((2, 14, 1))[:6]
    grid = np.tile([-1.0, 0.5], (6, 1))
    surface = MeanSurface(net)
    found, errors = surface.slices(places, grid)
    assert not surface.exact and errors is not None and (errors > 0).all()
    many = np.mean([MeanSurface(net, seed).slices(places, grid)[0] for seed in range(1, 40)], axis=0)
    assert (abs(found - many) < 5 * errors).all()
    np.testing.assert_array_equal(MeanSurface(net).slices(places, grid)[0], found)  # the same masks again
    home = np.array([[surface.value(p)] for p in places])
    np.testing.assert_allclose(surface.slices(places, home)[0], surface.loss, rtol=1e-11)
