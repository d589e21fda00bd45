"""Initial weights."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.nn.initial import bias, drawn, published
from tests.oracle import post

SIZES = (40, 60, 50, 3)


def weights(kind: str, seed: int = 0) -> list[np.ndarray]:
    return drawn(np.random.SeedSequence(seed), list(zip(SIZES, SIZES[1:], strict=False)), kind)


@pytest.mark.parametrize("kind", ["uniform", "glorot", "he"])
def test_spread(kind: str) -> None:
    for w, i, j in zip(weights(kind), SIZES, SIZES[1:], strict=False):
        variance = {"uniform": 1 / 3, "glorot": 2 / (i + j), "he": 2 / i}[kind]
        assert w.shape == (i, j)
        assert abs(w.var() / variance - 1) < 6 * np.sqrt(2 / w.size)
        assert abs(w.mean()) < 5 * np.sqrt(variance / w.size)
    assert not np.array_equal(weights(kind)[0], weights(kind, 1)[0])


def test_copies_are_identical_units_and_no_other() -> None:
    plain, copies = weights("glorot"), weights("copies")
    assert all((w == w[:, :1]).all() for w in copies[:-1])
    assert all((w == w[:1]).all() for w in copies[1:])
    assert np.array_equal(copies[0][:, 0], plain[0][:, 0])
    assert len(np.unique(copies[-1])) == SIZES[-1]  # the outputs are not copies of one another


def test_truncated_is_a_normal_cut_off_at_two_standard_deviations() -> None:
    w = np.concatenate([layer.ravel() for layer in weights("truncated")])
    assert abs(w).max() <= 0.2
    assert abs(w.mean()) < 5 * 0.1 / np.sqrt(w.size)
    inside = 1 - 2 * 2 * np.exp(-2) / np.sqrt(2 * np.pi) / 0.9544997  # the variance that the cut leaves: .7737
    assert abs(w.var() / 0.01 / inside - 1) < 6 * np.sqrt(2 / w.size)
    assert bias("truncated") == 0.1
    assert bias("he") == 0


def test_copies_of_maps() -> None:
    """A convolution with 2 maps in: at every place of its window both have the same weights, places differ."""
    first, second = drawn(np.random.SeedSequence(0), [(25, 2), (50, 3)], "copies")
    assert (first[:, 0] == first[:, 1]).all()
    places = second.reshape(25, 2, 3)
    assert (places[:, 0] == places[:, 1]).all()
    assert len(np.unique(second)) == 25 * 3


def test_glorot_counts_all_that_a_pixel_reaches() -> None:
    (w,) = drawn(np.random.SeedSequence(0), [(25, 400)], "glorot", [25 * 400])
    assert abs(w.var() / (2 / (25 + 25 * 400)) - 1) < 6 * np.sqrt(2 / w.size)


def test_spread_units_begin_far_apart_with_small_votes_for_yes() -> None:
    first, *above = weights("spread")
    assert 0 <= first.min() < 0.1 and 5.9 < first.max() < 6
    assert abs(first.mean() - 3) < 5 * np.sqrt(3 / first.size)
    assert all(w.min() >= 0 and 0.09 < w.max() < 0.1 for w in above)


def test_zeros() -> None:
    assert all((w == 0).all() for w in weights("zeros"))


def test_the_post_s_start() -> None:
    w1, w2 = published(np.random.RandomState(5), (3, 4, 1))
    expected = post(5, 0)
    assert np.array_equal(w1, expected[0])
    assert np.array_equal(w2, expected[1])
