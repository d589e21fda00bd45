"""The as-published rule is the post's program, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.oracle import POST_X, POST_Y, post


@pytest.mark.parametrize("seed", [0, 1, 7, 2**32 - 1])
@pytest.mark.parametrize("steps", [1, 100])
def test_equals_the_eleven_lines(seed: int, steps: int) -> None:
    trainer = Trainer(load_preset("three-lines").changed(seed=seed))
    trainer.advance(steps)
    _assert_same(trainer, post(seed, steps))


@pytest.mark.parametrize("steps", [6_000, pytest.param(60_000, marks=pytest.mark.slow)])
def test_equals_the_eleven_lines_to_the_end(steps: int) -> None:
    trainer = Trainer(load_preset("three-lines").changed(seed=3))
    trainer.advance(steps)
    _assert_same(trainer, post(3, steps))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    hidden=st.integers(1, 33),
    p=st.floats(0.01, 0.95),
    rate=st.floats(0.01, 5),
    examples=st.integers(2, 9),
    steps=st.integers(1, 300),
)
def test_any_width_data_probability_and_rate(
    seed: int, hidden: int, p: float, rate: float, examples: int, steps: int
) -> None:
    draw = np.random.default_rng(seed)
    x, y = draw.normal(size=(examples, 3)), draw.integers(0, 2, (examples, 1)).astype(float)
    config = load_preset("three-lines").changed(seed=seed, hidden=hidden, p_hidden=p, learning_rate=rate)
    trainer = Trainer(config, DataSet(x, y))
    trainer.advance(steps)
    with np.errstate(all="ignore"):
        _assert_same(trainer, post(seed, steps, x=x, y=y, hidden=hidden, p=p, rate=rate))


def test_worlds_are_the_runs_alone() -> None:
    trainer = Trainer(load_preset("three-lines").changed(seed=5, worlds=4))
    trainer.advance(777)
    weights, _ = trainer.parameters()
    for world in range(4):
        w1, w2 = post(5 + world, 777)
        assert np.array_equal(weights[0][world], w1) and np.array_equal(weights[1][world], w2)


def test_without_dropout_the_post_is_plain_back_propagation() -> None:
    trainer = Trainer(load_preset("three-lines").changed(p_hidden=0.0))
    trainer.advance(200)
    np.random.seed(0)
    w1, w2 = 2 * np.random.random((3, 4)) - 1, 2 * np.random.random((4, 1)) - 1
    for _ in range(200):
        h = 1 / (1 + np.exp(-(np.dot(POST_X, w1))))
        out = 1 / (1 + np.exp(-(np.dot(h, w2))))
        out_delta = (out - POST_Y) * (out * (1 - out))
        h_delta = out_delta.dot(w2.T) * (h * (1 - h))
        w2 -= 0.5 * h.T.dot(out_delta)
        w1 -= 0.5 * POST_X.T.dot(h_delta)
    _assert_same(trainer, (w1, w2))


def _assert_same(trainer: Trainer, expected: tuple[np.ndarray, np.ndarray]) -> None:
    weights, _ = trainer.parameters()
    assert np.array_equal(weights[0][0], expected[0], equal_nan=True)
    assert np.array_equal(weights[1][0], expected[1], equal_nan=True)
