"""Decision maps against the network at single points; boundaries, members, mean and spread."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from dropout_viz.analysis import decision_map, ensemble
from dropout_viz.analysis.decision_map import InputPlane, plane_of
from dropout_viz.data import load as data
from dropout_viz.data.dataset import DataSet
from tests.analysis.nets import random_network

PLANE = InputPlane((0, 1), (0.0, 0.0), (-2.0, -1.0), (2.0, 3.0))


def test_the_plane_is_that_of_the_two_inputs_that_vary() -> None:
    moons = data.load("moons")
    plane = plane_of(moons)
    assert plane is not None and plane.columns == (0, 1)
    assert moons.x_test is not None
    for x in (moons.x, moons.x_test):
        assert (x > plane.low).all() and (x < plane.high).all()
    sides = np.subtract(plane.high, plane.low)
    assert sides[0] == pytest.approx(sides[1])  # a square: angles are true
    third = plane_of(data.load("three-lines"))
    assert third is not None and third.columns == (0, 1) and third.held[2] == 1
    assert (third.points(5)[:, 2] == 1).all()
    assert plane_of(data.load("digits")) is None
    assert plane_of(DataSet(np.zeros((3, 2)), np.zeros((3, 1)))) is None


@pytest.mark.parametrize("outputs", [1, 3])
def test_every_unit_is_what_the_network_computes_there(outputs: int) -> None:
    network = random_network((2, 5, 4, outputs), output="sigmoid" if outputs == 1 else "softmax")
    n = 7
    across, up = np.linspace(-2, 2, n), np.linspace(-1, 3, n)
    found = decision_map.layers(network, PLANE, n)
    assert [layer.shape for layer in found] == [(5, n, n), (4, n, n), (outputs, n, n)]
    for row, column in ((0, 0), (2, 6), (6, 1)):
        values = network.values(np.array([[across[column], up[row]]]))
        for layer, value in zip(found, values[1:], strict=True):
            assert np.abs(layer[:, row, column] - value[0]).max() < 1e-12


def test_members_are_single_thinned_networks() -> None:
    network = random_network((2, 3, 1))
    outputs, masks = decision_map.members(network, PLANE, 5, most=8, seed=0)
    assert outputs.shape == (8, 1, 5, 5)
    assert len({tuple(row) for row in masks[1].tolist()}) == 8  # all of them
    assert masks[1][0].all()  # the most probable first: p = .4
    x = PLANE.points(5)
    for k in range(8):
        value = network.under(x, [m[k : k + 1] for m in masks])[1][0, :, 0]
        assert np.abs(outputs[k, 0].ravel() - value).max() < 1e-12
    drawn, masks = decision_map.members(network, PLANE, 5, most=7, seed=3)
    again, _ = decision_map.members(network, PLANE, 5, most=7, seed=3)
    assert drawn.shape == (7, 1, 5, 5) and np.array_equal(drawn, again)
    assert not np.array_equal(drawn, decision_map.members(network, PLANE, 5, most=7, seed=4)[0])


def test_mean_and_spread() -> None:
    network = random_network((2, 6, 1))
    found = decision_map.spread(network, PLANE, 6, seed=1)
    exact = ensemble.means(network, PLANE.points(6)).arithmetic[:, 0]
    assert found.networks == 0 and np.abs(found.mean.ravel() - exact).max() < 1e-12
    drawn = ensemble.monte_carlo(network, PLANE.points(6), decision_map.PASSES, 1)[:, :, 0]
    assert np.abs(found.deviation.ravel() - drawn.std(axis=0, ddof=1)).max() < 1e-12
    wide = random_network((2, 40, 1))
    found = decision_map.spread(wide, PLANE, 6, seed=1)
    drawn = ensemble.monte_carlo(wide, PLANE.points(6), decision_map.PASSES, 1)[:, :, 0]
    assert found.networks == decision_map.PASSES
    assert np.abs(found.mean.ravel() - drawn.mean(axis=0)).max() < 1e-12
    none = decision_map.spread(random_network((2, 6, 1), drop=(0.0, 0.0)), PLANE, 6, seed=1)
    assert not none.deviation.any()


@pytest.mark.parametrize("classical", [False, True])
def test_members_and_uncertainty_are_those_of_networks_written_out_by_hand(classical: bool) -> None:
    """Every unit of both layers is off with its p, what is left divided by 1-p in training (or nothing, if classical);
    the uncertainty is the standard deviation of such networks' answers (Gal & Ghahramani 2016)."""
    network = random_network((2, 3, 1), drop=(0.0, 0.3), classical=classical, seed=5)
    n, p = 5, 0.3
    across, up = np.linspace(-2, 2, n), np.linspace(-1, 3, n)
    said, chances = {}, {}
    for mask in itertools.product((0, 1), repeat=3):
        grid = np.empty((n, n))
        for row, b in enumerate(up):
            for column, a in enumerate(across):
                h = np.tanh(a * network.weights[0][0] + b * network.weights[0][1] + network.biases[0])
                h = h * mask / (1 if classical else 1 - p)
                grid[row, column] = 1 / (1 + math.exp(-float(h @ network.weights[1][:, 0] + network.biases[1][0])))
        said[mask], chances[mask] = grid, float(np.prod([1 - p if on else p for on in mask]))
    outputs, masks = decision_map.members(network, PLANE, n, most=8, seed=0)
    order = [tuple(int(on) for on in row) for row in masks[1]]
    assert [chances[mask] for mask in order] == sorted(chances.values(), reverse=True)
    for mask, output in zip(order, outputs, strict=True):
        assert np.abs(output[0] - said[mask]).max() < 1e-12
    mean = sum(chances[mask] * said[mask] for mask in said)
    deviation = np.sqrt(sum(chances[mask] * (said[mask] - mean) ** 2 for mask in said))
    spreads = [decision_map.spread(network, PLANE, n, seed) for seed in range(20)]
    assert all(np.abs(found.mean[0] - mean).max() < 1e-12 for found in spreads)
    drawn = np.sqrt(np.mean([found.deviation[0] ** 2 for found in spreads], axis=0))  # of 2,000 networks in all
    assert np.abs(drawn / deviation - 1).max() < 0.1


def test_the_boundary_is_where_the_decision_changes() -> None:
    n = 41
    across, up = np.meshgrid(np.linspace(-2, 2, n), np.linspace(-2, 2, n))
    circle = 1 / (1 + np.exp(3 * (across**2 + up**2 - 1)))
    ends = decision_map.boundary(circle[None]) * 4 / (n - 1) - 2
    assert len(ends) > 40 and np.abs(np.hypot(ends[..., 0], ends[..., 1]) - 1).max() < 0.02
    thirds = np.stack([across, -across, np.zeros_like(across) + 0.5])  # three classes: borders at x = .5 and -.5
    ends = decision_map.boundary(thirds) * 4 / (n - 1) - 2
    assert set(np.round(np.unique(np.abs(ends[..., 0])), 6)) == {0.5}
    assert len(decision_map.boundary(np.zeros((1, 5, 5)))) == 0
    assert len(decision_map.boundary(np.full((1, 5, 5), np.nan))) == 0


@pytest.mark.parametrize(("share", "flipped"), [(0.15, 30), (0.0, 0)])
def test_data_sets_tell_which_labels_are_wrong(share: float, flipped: int) -> None:
    clean, noisy = data.load("moons"), data.load("moons", label_noise=share)
    if not flipped:
        assert noisy.flipped is None
        return
    assert noisy.flipped is not None and noisy.flipped.sum() == flipped
    assert np.array_equal(noisy.flipped, (clean.y != noisy.y)[:, 0])
    assert not noisy.flipped.flags.writeable
