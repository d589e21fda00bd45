"""Masks and orders: right chances, and no trace of how the draws were asked for."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.nn.layouts import WorldsFirst, WorldsLast
from dropout_viz.nn.noise import bernoulli
from dropout_viz.nn.noise.bernoulli import PublishedMasks, RawBitMasks
from dropout_viz.nn.streams import Order


@pytest.mark.parametrize("many", [False, True])
def test_the_chance_is_within_its_stated_distance_of_p(many: bool) -> None:
    """Exactly, as fractions; a threshold that is rounded down would be off by twice as much."""
    every = [*np.linspace(0, 0.9999, 1001).tolist(), 1e-5, 1 - 2.0**-18]
    below = bernoulli._threshold(np.array(every)).tolist() if many else [int(bernoulli._threshold(p)) for p in every]
    worst = max(abs(Fraction(t, 65536) - Fraction(p)) for t, p in zip(below, every, strict=True))
    assert worst <= Fraction(1, 1 << 17)


def test_a_small_p_drops_units_and_does_so_by_the_threshold() -> None:
    out, off = np.empty((2000, 10, 50), np.float32), 0
    masks = RawBitMasks([np.random.SeedSequence(2)], 10, 50)
    for _ in range(4):
        masks.peek(out, 1e-5, 1.0)
        masks.consume(len(out))
        off += out.size - np.count_nonzero(out)
    expected = 4 * out.size / 65536  # 1e-5 is nearer to one 65,536th than to none
    assert abs(off - expected) < 4 * expected**0.5 < expected


def test_every_unit_is_off_as_often_as_it_should_be() -> None:
    masks = RawBitMasks([np.random.SeedSequence(1)], 5, 7)
    out, n = np.empty((2000, 5, 7)), 2000
    for p in (0.1, 0.2, 0.5, 0.9):
        masks.peek(out, p, 1 / (1 - p))
        masks.consume(n)
        assert set(np.unique(out)) == {0.0, 1 / (1 - p)}
        off = (out == 0).mean(axis=0)
        assert np.abs(off - p).max() < 5 * np.sqrt(p * (1 - p) / n)
        assert abs((out == 0).mean() - p) < 5 * np.sqrt(p * (1 - p) / out.size)


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=12), legacy=st.booleans())
def test_draws_do_not_depend_on_how_they_are_asked_for(cuts: list[tuple[int, int]], legacy: bool) -> None:
    def make() -> PublishedMasks | RawBitMasks:
        if legacy:
            return PublishedMasks(np.random.RandomState(4))
        return RawBitMasks([np.random.SeedSequence(4)], 3, 5)

    whole, pieces, at = make(), make(), 0
    expected = np.empty((sum(peeked for peeked, _ in cuts) + 50, 3, 5))
    whole.peek(expected, 0.3, 1.0)
    for peeked, used in cuts:
        out = np.empty((peeked, 3, 5))
        pieces.peek(out, 0.3, 1.0)
        assert np.array_equal(out, expected[at : at + peeked])
        used = min(used, peeked)
        pieces.consume(used)
        at += used


def test_a_world_draws_what_the_run_alone_draws() -> None:
    sequences = [np.random.SeedSequence(s) for s in (3, 4, 5)]
    together = np.empty((70, 4, 6, 3))
    RawBitMasks(sequences, 4, 6).peek(together, 0.4, 2.0)
    for world, sequence in enumerate(sequences):
        alone = np.empty((70, 4, 6))
        RawBitMasks([sequence], 4, 6).peek(alone, 0.4, 2.0)
        assert np.array_equal(together[..., world], alone)


def test_masks_are_the_same_however_worlds_lie_in_memory() -> None:
    sequences = [np.random.SeedSequence(s) for s in (3, 4, 5)]
    last, first = (layout(3).empty((4, 6), np.float64, 70) for layout in (WorldsLast, WorldsFirst))
    for p, scale in ((0.4, 2.0), (np.array([0.1, 0.5, 0.0]), np.array([1.0, 2.0, 3.0]))):
        for out in (last, first):
            masks = RawBitMasks(sequences, 4, 6)
            masks.peek(out[:30], p, scale)
            masks.consume(25)
            masks.peek(out, p, scale)
        assert np.array_equal(last, first)
        assert 0 < (last == 0).mean() < 0.5


def test_an_epoch_sees_every_example_once() -> None:
    order = Order(np.random.SeedSequence(0), 20, 5)
    rows = order.peek(8).copy()
    for epoch in (rows[:4], rows[4:]):
        assert sorted(epoch.ravel()) == list(range(20))
    order.consume(3)
    assert np.array_equal(order.peek(5), rows[3:])


def test_the_chance_is_that_of_16_bits() -> None:
    """Over twenty million draws p = 0.2 is told from 51 / 256."""
    out, off, pieces = np.empty((2000, 10, 50), np.float32), 0, 20
    masks = RawBitMasks([np.random.SeedSequence(2)], 10, 50)
    for _ in range(pieces):
        masks.peek(out, 0.2, 1.0)
        masks.consume(len(out))
        off += out.size - np.count_nonzero(out)
    spread = np.sqrt(0.2 * 0.8 / (pieces * out.size))
    assert abs(off / (pieces * out.size) - 0.2) < 4 * spread < (0.2 - 51 / 256) / 2


def test_every_epoch_and_every_seed_has_an_order_of_its_own() -> None:
    rows = Order(np.random.SeedSequence(0), 40, 10).peek(8)
    assert not np.array_equal(rows[:4], rows[4:])
    assert not np.array_equal(rows, Order(np.random.SeedSequence(1), 40, 10).peek(8))


def test_rows_used_up_unseen_are_passed_over() -> None:
    whole, part = (RawBitMasks([np.random.SeedSequence(3)], 4, 5) for _ in range(2))
    expected, out = np.empty((300, 4, 5)), np.empty((7, 4, 5))
    whole.peek(expected, 0.4, 1.0)
    part.peek(out, 0.4, 1.0)
    part.consume(7)
    part.consume(200)
    part.consume(33)
    part.peek(out, 0.4, 1.0)
    assert np.array_equal(out, expected[240:247])
