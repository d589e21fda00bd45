"""Histograms and shares of activations against counting them one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dropout_viz.analysis import activity as file
from dropout_viz.analysis.activity import activity
from tests.analysis.nets import random_network


@pytest.mark.parametrize(
    ("activation", "counts"),
    [
        ("relu", lambda h: h > 0),
        ("sigmoid", lambda h: h > 0.5),
        ("tanh", lambda h: np.abs(h) > 0.5),
        ("sine", lambda h: np.abs(h) > 0.5),
    ],
)
def test_everything_is_counted(activation: str, counts: object) -> None:
    network = random_network((3, 6, 5, 2), activation=activation, output="softmax")
    other = random_network((3, 6, 5, 2), activation=activation, output="softmax", seed=1)
    x = np.random.default_rng(2).normal(size=(50, 3))
    found = activity([network, other], x)
    for own, layers in zip((network, other), found, strict=True):
        for layer, one in enumerate(layers, start=1):
            h = own.values(x)[layer]
            assert one.mean == pytest.approx(h.mean()) and np.allclose(one.unit_means, h.mean(axis=0))
            assert one.active == pytest.approx(counts(h).mean())  # type: ignore[operator]
            assert one.silent == sum(not counts(h[:, k]).any() for k in range(h.shape[1]))  # type: ignore[operator]
            inside = np.clip(h, one.edges[0], one.edges[-1])
            assert np.allclose(one.values, np.histogram(inside, one.edges)[0] / h.size, atol=2 / h.size)
            counts_of_units = np.histogram(
                np.clip(one.unit_means, one.unit_edges[0], one.unit_edges[-1]), one.unit_edges
            )[0]
            assert np.allclose(one.unit_values, counts_of_units / h.shape[1])
            assert one.values.sum() == pytest.approx(1)
    for layer in range(2):
        assert np.array_equal(found[0][layer].edges, found[1][layer].edges)  # to be compared


def test_scaling_does_not_change_the_first_layers_activations() -> None:
    """They are looked at before anything is scaled."""
    network = random_network((3, 6, 2), classical=True)
    (one,), (other,) = (
        activity([n], np.random.default_rng(0).normal(size=(20, 3)))[0]
        for n in (network, replace(network, all_on=network.on))
    )
    assert one.mean == other.mean


def test_silent_units_and_what_is_not_a_number() -> None:
    network = random_network((2, 4, 1), activation="relu")
    network.biases[0][1] = -1e6
    x = np.random.default_rng(0).normal(size=(20, 2))
    assert activity([network], x)[0][0].silent >= 1
    silent = activity([network], x)[0][0].silent
    network.weights[0][0, 2] = np.nan
    found = activity([network], x)[0][0]
    assert found.lost == 1 and found.silent in (silent, silent - 1)
    assert found.values.sum() == pytest.approx(3 / 4) and found.unit_values.sum() == pytest.approx(3 / 4)
    network.weights[0][:] = np.nan
    found = activity([network], x)[0][0]
    assert (found.lost, found.silent) == (4, 0) and not found.values.any() and not found.unit_values.any()
    broken = replace(network, weights=(network.weights[0] * np.nan, network.weights[1]))
    (found,) = activity([broken], x)[0]
    assert np.isnan(found.mean) and len(found.values) == file.BINS
