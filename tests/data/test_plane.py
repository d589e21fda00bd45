"""Moons and spirals: what noise, flipped labels and the number of examples change, and what they leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.data.load import load

KEYS = ["moons", "spiral"]


@pytest.mark.parametrize("key", KEYS)
def test_flipped_labels_are_counted_and_only_in_training(key: str) -> None:
    clean, flipped = load(key), load(key, label_noise=0.15)
    np.testing.assert_array_equal(clean.x, flipped.x)
    np.testing.assert_array_equal(clean.x_test, flipped.x_test)
    np.testing.assert_array_equal(clean.y_test, flipped.y_test)
    assert (clean.y != flipped.y).sum() == round(0.15 * 200)


@pytest.mark.parametrize("key", KEYS)
def test_noise_moves_points_by_its_standard_deviation(key: str) -> None:
    clean, noisy = load(key, examples=20_000, noise=0.0), load(key, examples=20_000, noise=0.3)
    moved = noisy.x - clean.x
    # The standard error of a standard deviation over n numbers is sigma / sqrt(2 n).
    assert moved.std() == pytest.approx(0.3, abs=5 * 0.3 / np.sqrt(2 * moved.size))
    assert abs(moved.mean()) < 5 * 0.3 / np.sqrt(moved.size)


@pytest.mark.parametrize("key", KEYS)
def test_the_test_set_does_not_depend_on_the_training_set(key: str) -> None:
    few, many = load(key, examples=20), load(key, examples=2000)
    assert few.x.shape == (20, 2)
    assert few.x_test is not None
    assert few.x_test.shape == (1000, 2)
    np.testing.assert_array_equal(few.x_test, many.x_test)


@pytest.mark.parametrize("key", KEYS)
def test_the_shapes_part_the_classes(key: str) -> None:
    data = load(key, examples=400, noise=0.0)
    assert data.x_test is not None
    assert data.y_test is not None
    distance = np.linalg.norm(data.x_test[:, None] - data.x[None], axis=2)
    nearest = data.y[distance.argmin(axis=1)]
    assert (nearest == data.y_test).mean() > 0.99
    assert data.y_test.mean() == 0.5
