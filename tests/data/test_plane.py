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


def test_of_five_classes_a_wrong_label_is_any_other_one() -> None:
    clean, wrong = load("pinwheel", examples=1000), load("pinwheel", examples=1000, label_noise=0.2)
    np.testing.assert_array_equal(clean.x, wrong.x)
    assert clean.y.shape == (1000, 5) and (wrong.y.sum(axis=1) == 1).all() and wrong.y.max() == 1
    one, other = clean.y.argmax(axis=1), wrong.y.argmax(axis=1)
    assert wrong.flipped is not None and clean.flipped is None
    np.testing.assert_array_equal(one != other, wrong.flipped)
    assert wrong.flipped.sum() == 200
    moved = np.bincount((other - one)[wrong.flipped] % 5, minlength=5)
    assert moved[0] == 0 and moved[1:].min() > 30  # each as likely: 50 of 200, of which 30 is 3.3 deviations away


def test_of_two_classes_labels_are_flipped_as_they_always_were() -> None:
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(3).spawn(3)]
    flipped = streams[2].permutation(200)[:30]
    wanted = np.arange(200) % 2
    wanted[flipped] = 1 - wanted[flipped]
    np.testing.assert_array_equal(load("moons", label_noise=0.15, seed=3).y[:, 0], wanted)


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


@pytest.mark.parametrize("key", [*KEYS, "pinwheel"])
def test_the_shapes_part_the_classes(key: str) -> None:
    data = load(key, examples=400, noise=0.0)
    assert data.x_test is not None
    assert data.y_test is not None
    distance = np.linalg.norm(data.x_test[:, None] - data.x[None], axis=2)
    nearest = data.y[distance.argmin(axis=1)]
    assert (nearest == data.y_test).mean() > 0.99
    assert data.y_test.mean() == 1 / max(2, data.y.shape[1])
