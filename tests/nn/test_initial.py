"""Initial weights."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.nn.initial import drawn, published
from tests.oracle import post

SIZES = (40, 60, 50, 3)


def weights(kind: str, seed: int = 0) -> list[np.ndarray]:
    return drawn(np.random.SeedSequence(seed), SIZES, kind)


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


def test_zeros() -> None:
    assert all((w == 0).all() for w in weights("zeros"))


def test_the_post_s_start() -> None:
    w1, w2 = published(np.random.RandomState(5), (3, 4, 1))
    expected = post(5, 0)
    assert np.array_equal(w1, expected[0])
    assert np.array_equal(w2, expected[1])
